# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, formatLang

from odoo.addons.crm_kpi.kpi.company_time import company_timezone, local_day

WHY_NOT_LOST = [
    ("season", "Buys in certain seasons only"),
    ("project", "Buys for projects"),
    ("stocked", "Has enough for now"),
    ("talking", "We are in contact"),
    ("other", "Other"),
]


class CrmCustomerSilence(models.Model):
    """The decision that a silent customer is not lost: why, and until when it holds.

    Up to that day the customer does not count as lost by this silence, in the figures of
    past periods either; with the next order the decision is used up."""

    _name = "crm.customer.silence"
    _description = "Silence That Is No Loss"
    _order = "decided_on desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    decided_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="It is about the silence that lasted on this day.",
    )
    until = fields.Date(
        string="Not Lost Until",
        required=True,
        help="Last day on which the silence is no loss; silent the day after, the customer is "
        "lost and appears in the list again.",
    )
    why = fields.Selection(WHY_NOT_LOST, required=True, default="talking")
    note = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Salesperson", help="Of the customer's last order."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team")

    _until_after = models.Constraint(
        "CHECK(until >= decided_on)", "The decision must hold for a day at least."
    )

    @api.model_create_multi
    def create(self, vals_list):
        decisions = super().create(vals_list)
        self._refresh(decisions.partner_id)
        return decisions

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        self._refresh(partners | self.partner_id)
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        self._refresh(partners)
        return result

    def _refresh(self, partners):
        self.env["crm.customer.lifecycle"].sudo()._refresh(partners)


class CrmCustomerLifecycle(models.Model):
    """Silent customers: the rule in words, and the decision."""

    _inherit = "crm.customer.lifecycle"

    silence_words = fields.Text(
        string="Why",
        compute="_compute_silence_words",
        help="The rule of the company applied to this customer.",
    )

    @api.depends_context("uid", "lang")
    def _compute_silence_words(self):
        decisions = self._open_decisions()
        for row in self:
            words = row._say_silence()
            decision = decisions.get((row.company_id, row.partner_id))
            if row.silence_state == "dismissed" and decision:
                why = dict(decision._fields["why"]._description_selection(self.env))
                said = self.env._(
                    "Not lost until %(day)s: %(why)s",
                    day=format_date(self.env, decision.until),
                    why=decision.note or why[decision.why],
                )
                words = f"{words} · {said}"
            row.silence_words = words

    def _open_decisions(self):
        """{(company, customer): the decision that holds longest} of what was set aside."""
        dismissed = self.filtered(lambda row: row.silence_state == "dismissed")
        decisions = self.env["crm.customer.silence"].search(
            [
                ("partner_id", "in", dismissed.partner_id.ids),
                ("company_id", "in", dismissed.company_id.ids),
            ],
            order="until, id",
        )
        return {(decision.company_id, decision.partner_id): decision for decision in decisions}

    def _days_silent(self):
        """Days from the last order to today, or to the next order of the customer."""
        self.ensure_one()
        today = local_day(fields.Datetime.now(), company_timezone(self.company_id))
        return ((self.won_back_on or today) - self.last_purchase_on).days

    def _say_silence(self):
        """How long the customer is silent, against the own rhythm and the rule."""
        self.ensure_one()
        silent = self._days_silent()
        if self.rhythm_days is False:
            return self.env._(
                "Fewer than three orders, so no rhythm is known; silent for %(silent)s days, "
                "limit %(limit)s days (the company's default)",
                silent=silent,
                limit=self.silence_limit,
            )
        values = {
            "rhythm": self._format_factor(self.rhythm_days),
            "gaps": self.rhythm_gaps,
            "silent": silent,
            "limit": self.silence_limit,
        }
        # The company's factor may have changed since the stretch ended; the limit is kept.
        if self.silence_limit > int(self.company_id.sudo().churn_silence_factor * self.rhythm_days):
            return self.env._(
                "Orders every %(rhythm)s days (median of %(gaps)s distances); silent for "
                "%(silent)s days, limit %(limit)s days (the company's shortest)",
                **values,
            )
        return self.env._(
            "Orders every %(rhythm)s days (median of %(gaps)s distances); silent for "
            "%(silent)s days, limit %(limit)s days (%(factor)s times the distance)",
            factor=self._format_factor(self.company_id.sudo().churn_silence_factor),
            **values,
        )

    def _format_factor(self, factor):
        """With as many decimals as it has, at most two."""
        digits = next((digits for digits in (0, 1) if round(factor, digits) == factor), 2)
        return formatLang(self.env, factor, digits=digits)

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------
    def action_confirm_lost(self):
        """Ask for the reason and end the relationship with these silent customers."""
        return self._action_decide("confirm", self.env._("Confirm as Lost"))

    def action_dismiss_silence(self):
        """Ask why these silent customers are not lost, and until when."""
        return self._action_decide("dismiss", self.env._("Not Lost"))

    def _action_decide(self, decision, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "crm.customer.silence.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_decision": decision,
                "default_lifecycle_ids": self.ids,
            },
        }

    def _check_undecided(self):
        """:raise ValidationError: if a row is no silence that waits for a decision"""
        decided = self.filtered(lambda row: row.silence_state not in ("open", "dismissed"))
        if decided:
            raise ValidationError(
                self.env._(
                    "There is nothing to decide about %s: this customer is not silent any more, "
                    "or it was decided already.",
                    decided[0].partner_id.display_name,
                )
            )

    def _confirm_lost(self, reason, ended_by="customer", note=False):
        """End the relationships with these silent customers on the day the silence became a loss.

        The day stays that of the rule, so the number of customers lost in a month stays, too.

        :param reason: ``crm.customer.end.reason``
        :return: the ends
        """
        self._check_undecided()
        return self.env["crm.customer.end"].create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "company_id": row.company_id.id,
                    "ended_on": row.silent_on,
                    "reason_id": reason.id,
                    "ended_by": ended_by,
                    "note": note,
                    "user_id": row.user_id.id or self.env.uid,
                }
                for row in self
            ]
        )

    def _dismiss_silence(self, until, why, note=False):
        """Keep that these silent customers are not lost.

        :param until: last day on which this holds
        :param why: one of WHY_NOT_LOST
        :return: the decisions
        """
        self._check_undecided()
        return self.env["crm.customer.silence"].create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "company_id": row.company_id.id,
                    "decided_on": local_day(
                        fields.Datetime.now(), company_timezone(row.company_id)
                    ),
                    "until": until,
                    "why": why,
                    "note": note,
                    "user_id": row.user_id.id,
                    "team_id": row.team_id.id,
                }
                for row in self
            ]
        )
