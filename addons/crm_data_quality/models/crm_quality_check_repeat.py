# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..quality import background

INTERVALS = {"week": relativedelta(weeks=1), "month": relativedelta(months=1)}
# News of each kind in the mail; the page has them all.
MAIL_ROWS = 5


class CrmQualityCheck(models.Model):
    """Checks that repeat themselves, and tell their person only when something changed."""

    _inherit = "crm.quality.check"

    repeat = fields.Selection(
        [("week", "Every week"), ("month", "Every month")],
        string="Repeat",
        copy=False,
        help="The same scope is checked again in the background. A mail comes only when the score "
        "moved or an area for improvement is new.",
    )
    repeat_on = fields.Date(
        string="Next Check On",
        compute="_compute_repeat_on",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
    )
    repeat_points = fields.Float(
        string="Mail From (Points)",
        default=1.0,
        help="A mail is sent when the score moved by at least so many points.",
    )
    is_repeat = fields.Boolean(
        string="Started by the Schedule", readonly=True, copy=False, help="Not by a person."
    )

    _repeat_points_positive = models.Constraint(
        "CHECK(repeat_points >= 0)", "The number of points cannot be negative."
    )

    @api.depends("repeat")
    def _compute_repeat_on(self):
        today = fields.Date.context_today(self)
        for check in self:
            interval = INTERVALS.get(check.repeat)
            check.repeat_on = bool(interval) and today + interval

    # ------------------------------------------------------------ the schedule
    @api.model
    def _cron_repeat_checks(self):
        """Start the checks whose day has come where their person is."""
        cron = self.env["ir.cron"]
        domain = (
            Domain("repeat", "!=", False)
            # east of Greenwich tomorrow has begun already
            & Domain("repeat_on", "<=", fields.Date.today() + timedelta(days=1))
            & Domain("run_state", "in", ("done", "cancelled"))
        )
        checks = self.search(domain, order="repeat_on, id")
        checks = checks.filtered(lambda check: check.repeat_on <= check._repeat_today())
        cron._commit_progress(remaining=len(checks))
        for check in checks:
            check._try_repeat()
            if not cron._commit_progress(1):
                break

    def _try_repeat(self):
        """Check again as the person of the check; what stands in the way is told in the chatter."""
        self.ensure_one()
        user = self.user_id
        told = self.with_context(lang=user.lang)
        if not user.active:
            self.repeat = False
            told.message_post(
                body=told.env._("The schedule ended: %s is no longer a user.", user.name)
            )
            return
        _done, reason = background.attempt(self, self._repeat)
        if reason:
            # the next try is on the next day of the schedule, not every night
            self.repeat_on = self._next_repeat()
            told.message_post(body=told.env._("The scheduled check could not start: %s", reason))

    def _repeat(self):
        """Check again with the rights, the company and the language of the person."""
        user = self.user_id
        own = self.with_user(user).sudo(False)
        own = own.with_context(allowed_company_ids=self.company_id.ids, lang=user.lang, tz=user.tz)
        again = own._again()
        again.sudo().is_repeat = True
        again.action_start()

    def _repeat_today(self):
        """Today's date where the person of the check is."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.user_id.tz))

    def _next_repeat(self):
        """The next day of the schedule after today: one that was missed does not move the others."""
        self.ensure_one()
        today = self._repeat_today()
        first = self.repeat_on or today
        count = 0
        while (day := first + INTERVALS[self.repeat] * count) <= today:
            count += 1
        return day

    def _take_schedule_to(self, again):
        """The schedule goes on with the newest check of the scope, on the same days."""
        self.ensure_one()
        if self.repeat:
            again.write(
                {
                    "repeat": self.repeat,
                    "repeat_on": self._next_repeat(),
                    "repeat_points": self.repeat_points,
                }
            )
            self.repeat = False

    # ------------------------------------------------------------ the news
    def _tell_news(self):
        """Write to the person of a scheduled check, in his language, if there is something new.

        The result does not hang on its mail: what stands in its way is told in the chatter.
        """
        self.ensure_one()
        if not (self.is_repeat and self.user_id.active and self._has_news()):
            return
        _done, reason = background.attempt(self, self._send_news)
        if reason:
            told = self.with_context(lang=self.user_id.lang)
            told.message_post(
                body=told.env._("The mail about this check could not be written: %s", reason)
            )

    def _send_news(self):
        self.env.ref("crm_data_quality.mail_template_check_news").sudo().send_mail(self.id)

    def _has_news(self):
        """Whether the person wants to know: the score moved enough, or an area is new."""
        self.ensure_one()
        if not self.previous_id:
            return False
        moved = self.score_change is not False and abs(self.score_change) >= self.repeat_points
        appeared = (self.score is False) != (self.previous_id.score is False)
        return (moved and bool(self.score_change)) or appeared or bool(self._new_areas())

    def _new_areas(self):
        """Rules with findings that the previous check asked and that had none then."""
        before = {
            result.rule_id
            for result in self.previous_id.result_ids
            if result.is_selected and not result.not_checked_reason and not result.failed
        }
        new = self.improvement_ids.filtered(lambda result: result.rule_id in before)
        return new.sorted("effect", reverse=True)

    def _solved_areas(self):
        """Rules that had findings in the previous check and have none any more."""
        before = set(self.previous_id.improvement_ids.rule_id)
        return self.result_ids.filtered(
            lambda result: (
                result.rule_id in before
                and result.is_selected
                and not result.not_checked_reason
                and not result.failed
            )
        )

    def _points_text(self, number, signed=False):
        """A score or change in the reader's notation; a dash where there is none."""
        if number is False:
            return "–"
        text = formatLang(self.env, abs(number), digits=1)
        if not round(number, 1):
            return text
        sign = "−" if number < 0 else "+" if signed else ""
        return sign + text

    def _news_subject(self):
        """The news in one line, for the subject of the mail."""
        self.ensure_one()
        score = self._points_text(self.score)
        change = self._points_text(self.score_change, signed=True)
        new = len(self._new_areas())
        if new == 1:
            return self.env._(
                "Data quality %(score)s (%(change)s), 1 new area", score=score, change=change
            )
        if new:
            return self.env._(
                "Data quality %(score)s (%(change)s), %(number)s new areas",
                score=score,
                change=change,
                number=new,
            )
        return self.env._("Data quality %(score)s (%(change)s)", score=score, change=change)

    def _news_rows(self):
        """The news for the table of the mail: list of (what, value, change)."""
        self.ensure_one()
        points = self._points_text
        rows = [
            (
                self.env._("Overall score"),
                points(self.score),
                points(self.score_change, signed=True),
            )
        ]
        labels = dict(self.env["crm.quality.rule"]._selection_dimension())
        moved = self.score_ids.filtered("score_change")
        moved = moved.sorted(lambda score: abs(score.score_change), reverse=True)
        rows += [
            (labels[score.dimension], points(score.score), points(score.score_change, signed=True))
            for score in moved[:MAIL_ROWS]
        ]
        for label, areas in (
            (self.env._("New: %s"), self._new_areas()),
            (self.env._("Solved: %s"), self._solved_areas()),
        ):
            rows += [
                (
                    label % area.rule_id.with_env(self.env).name,
                    str(area.failed),
                    f"{area.failed - area._previous().failed:+d}".replace("-", "−"),
                )
                for area in areas[:MAIL_ROWS]
            ]
        return rows
