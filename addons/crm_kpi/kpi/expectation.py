# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a figure will probably be at the end of a period that still runs, by stated methods.

At the pace so far: what grew up to today, this day included, divided by the working days
of it and multiplied by those of the whole period. It is the calendar and the way of counting
that spread a target over its period, so a figure that keeps the pace of its target is
expected to reach it.

With the pipeline: what came so far, and what the KPI's outlook says is still to come.
"""

from datetime import date

from babel.dates import format_date

from odoo.tools.misc import babel_locale_parse, get_lang

from . import formats
from .figures import Question
from .periods import Period

# A pace of fewer working days or cases says more about chance than about the period: with five
# cases its standard error is 45 % already (the square root of a count, divided by it).
MIN_DAYS = 3
MIN_CASES = 5
# What should have come before the period and is open still is expected, too.
EVER = date(1900, 1, 1)


class Expectation:
    """The expected figures of one KPI as the viewer, for the period of the context."""

    def __init__(self, kpi):
        self.kpi = kpi
        self.env = kpi.env
        self.question = Question(kpi.env)

    def answer(self):
        """Dict label and rows, or False when nothing of the period is left after today.

        Each row has the method, its name, state (ok or no_data), value, text, formula in
        words, reason why there is no figure, and what it is of the target.
        """
        period = self.question.period
        if not period.is_to_date:
            return False
        rows = [self._run_rate(period)]
        if self.kpi.outlook_measure_id:
            rows.append(self._outlook(period.whole()))
        return {"label": self.env._("Expected by %s", self._end_text()), "rows": rows}

    # ------------------------------------------------------------ at the pace so far
    def _run_rate(self, period):
        name = self.env._("At the pace so far")
        card = self.kpi.card
        reason = card["reason"] if card["state"] != "ok" else self._why_no_pace()
        if reason:
            return self._row("run_rate", name, reason=reason)
        done, whole = self._working_days(period)
        cases = self._cases(period)
        if done < MIN_DAYS or cases < MIN_CASES:
            return self._row("run_rate", name, reason=self._too_little(done, cases))
        if not self._grows():
            return self._row("run_rate", name, card["value"], self._standing_words())
        formula = self.env._(
            "%(figure)s so far ÷ %(done)s working days up to today × "
            "%(whole)s working days of the period",
            figure=card["text"],
            done=done,
            whole=whole,
        )
        return self._row("run_rate", name, card["value"] / done * whole, formula)

    def _working_days(self, period):
        """Working days up to today and of the whole period, by the calendar of the company."""
        targets = self.env["crm.kpi.target"]
        company = targets._filtered_companies(self.question.filters)[:1] or self.env.company
        whole = period.whole()
        days = targets._working_days(company, whole.start, whole.last_day)
        return days(period.start, period.last_day), days(whole.start, whole.last_day)

    def _cases(self, period):
        """Number of records behind what grows; of the whole where both sides of a ratio do."""
        if self.kpi.kind != "ratio" or not self._grows():
            return self.kpi.card["count"]
        measure = self.kpi.numerator_id
        return self.question.planner([period]).ask(measure).get(measure, 0).count

    def _why_no_pace(self):
        """Why the method does not suit the KPI, or an empty text."""
        kpi = self.kpi
        if kpi.kind == "derived":
            return self.env._("There is no method for a figure made by a formula.")
        if kpi.is_cohort:
            return self.env._(
                "The records of the period are followed on: the figure changes after its end, too."
            )
        for measure in kpi._measures():
            if measure.time_kind == "stock" or (
                kpi.kind == "simple" and measure.time_kind != "flow"
            ):
                return self.env._("A stock is counted at one moment and does not grow by the day.")
            if measure._growth() == "unknown":
                return self.env._("“%s” does not come in evenly, day by day.", measure.name)
        if kpi.kind == "ratio" and self._growths() == ["stays", "grows"]:
            return self.env._("Only the denominator grows by the day.")
        return ""

    def _growths(self):
        """How the sides of a ratio, or the one measure, grow."""
        kpi = self.kpi
        parts = [kpi.numerator_id, kpi.denominator_id] if kpi.kind == "ratio" else [kpi.measure_id]
        return [measure._growth() for measure in parts]

    def _grows(self):
        """Whether the figure as a whole grows by the day."""
        return self._growths() in (["grows"], ["grows", "stays"])

    def _standing_words(self):
        if self._growths() == ["grows", "grows"]:
            return self.env._("The figure so far: both sides of the ratio grow by the day alike.")
        return self.env._("The figure so far: it does not grow by the day.")

    def _too_little(self, done, count):
        return self.env._(
            "Too little to go by: it takes %(days)s working days and %(cases)s cases; "
            "up to today there are %(done)s and %(count)s.",
            days=MIN_DAYS,
            cases=MIN_CASES,
            done=done,
            count=count,
        )

    # ------------------------------------------------------------ with the pipeline
    def _outlook(self, whole):
        kpi, measure = self.kpi, self.kpi.outlook_measure_id
        name = self.env._("With what is still open")
        card = kpi.card
        if card["state"] != "ok":
            return self._row("outlook", name, reason=card["reason"])
        planner = self.question.planner([Period("custom", EVER, whole.end)])
        answers = planner.ask(measure)
        if problem := answers.problem(measure, 0):
            return self._row("outlook", name, reason=problem.reason)
        coming = answers.get(measure, 0)
        if not coming.count:
            reason = self.env._("Nothing open is expected by %s.", self._end_text())
            return self._row("outlook", name, reason=reason)
        formula = self.env._(
            "%(figure)s so far + %(coming)s: %(measure)s, expected by %(day)s",
            figure=card["text"],
            coming=formats.figure_text(self.env, kpi, coming.value),
            measure=measure.name,
            day=self._end_text(),
        )
        return self._row("outlook", name, card["value"] + coming.value, formula)

    # ------------------------------------------------------------ words
    def _end_text(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_date(self.question.whole_period.last_day, "medium", locale=locale)

    def _row(self, method, name, value=None, formula="", reason=""):
        return {
            "method": method,
            "name": name,
            "state": "no_data" if value is None else "ok",
            "value": value,
            "text": formats.figure_text(self.env, self.kpi, value),
            "formula": formula,
            "reason": reason,
            "target_text": self._of_target(value),
        }

    def _of_target(self, value):
        """Share of the target, where amounts add up to it."""
        target = self.kpi.card.get("target")
        if value is None or not self.kpi.is_additive or not target or target["value"] <= 0:
            return ""
        share = formats.number_text(self.env, 100 * value / target["value"], 0)
        return self.env._("%s of the target", formats.percent_text(self.env, share))
