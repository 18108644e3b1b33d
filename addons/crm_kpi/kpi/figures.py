# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the viewer's question (context) to cells: periods, comparison and targets together."""

import json
from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError

from . import formats, matrix
from .answers import Window
from .company_time import company_timezone, local_day
from .periods import PeriodError, parse
from .planner import Planner

DEFAULT_PERIOD = "this_month"
COMPARISONS = ("previous", "last_year", "none")


class Question:
    """What the viewer asked for, read from the context and checked.

    Context keys: ``kpi_period``, ``kpi_compare`` and ``kpi_filters``, the latter as
    JSON text (contexts are cache keys): dimension code → list of ids, false for none.

    :raise UserError: for a period, comparison or filter that makes no sense
    """

    def __init__(self, env):
        self.env = env
        context = env.context
        has_zone = context.get("tz") or env.user.tz
        self.timezone = env.tz.zone if has_zone else company_timezone(env.company).key
        self.now = fields.Datetime.now()
        self.today = local_day(self.now, ZoneInfo(self.timezone))
        key = context.get("kpi_period") or DEFAULT_PERIOD
        try:
            self.whole_period = parse(key, self.today)
        except PeriodError as error:
            raise UserError(env._("“%s” is not a period.", key)) from error
        self.period = self.whole_period.to_date(self.today)
        self.compare = context.get("kpi_compare") or "previous"
        if self.compare not in COMPARISONS:
            raise UserError(env._("“%s” is not a comparison.", self.compare))
        self.filters = self._read_filters(context.get("kpi_filters") or "{}")

    def _read_filters(self, text):
        try:
            filters = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise self._unusable(text) from error
        if not isinstance(filters, dict):
            raise self._unusable(text)
        dimensions = {line.code: line for line in self.env["crm.kpi.dimension"].search([])}
        for code, members in filters.items():
            known = code in dimensions and isinstance(members, list)
            if not known or not all(map(dimensions[code]._is_member, members)):
                raise self._unusable(text)
        return {code: members for code, members in filters.items() if members}

    def _unusable(self, text):
        return UserError(self.env._("This filter cannot be used: %s", str(text)[:200]))

    @property
    def local_now(self):
        """The moment of the question in the reporting time zone."""
        return self.now.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))

    def planner(self, periods, split=None):
        """A planner for periods, as this viewer."""
        windows = [Window.of(period, self.timezone) for period in periods]
        return Planner(self.env, windows, self.now, self.today, self.timezone, self.filters, split)


class Figures:
    """Cells of several KPIs, computed together."""

    def __init__(self, kpis, question=None):
        self.kpis = kpis
        self.env = kpis.env
        self.question = question or Question(self.env)
        self._recorded = {}

    def cards(self):
        """The card of every KPI: dict id → JSON-able dict (see :meth:`_card`)."""
        period = self.question.period
        before, year_ago = period.previous(), period.last_year()
        series = period.series()
        periods = [period, before, year_ago, *series[:-1]]
        planner = self.question.planner(periods)
        answers = planner.ask(self._measures())
        targets = self.targets(period)
        cards = {}
        for kpi in self.kpis:
            cells = [matrix.make_cell(kpi, answers, number) for number in range(len(periods))]
            self._drop_unrecorded(kpi, planner, answers, cells)
            cards[kpi.id] = self._card(kpi, cells[0], targets.get(kpi.id)) | {
                "deltas": [
                    self._delta(kpi, cells[0], cells[1], "previous", before),
                    self._delta(kpi, cells[0], cells[2], "last_year", year_ago),
                ],
                "spark": self._spark(kpi, [*cells[3:], cells[0]], series),
            }
        return cards

    def breakdown(self, dimension):
        """Cells by member of a dimension, for one KPI.

        :return: (dict member → card, card of the total)
        """
        kpi = self.kpis.ensure_one()
        period = self.question.period
        planner = self.question.planner([period], split=dimension.code)
        answers = planner.ask(kpi._measures())
        total = self.question.planner([period])
        total_answers = total.ask(kpi._measures())
        total_cell = matrix.make_cell(kpi, total_answers, 0)
        self._drop_unrecorded(kpi, total, total_answers, [total_cell])
        total_card = self._card(kpi, total_cell, self.targets(period).get(kpi.id))
        problems = [*filter(None, (answers.problem(m, 0) for m in kpi._measures()))]
        if problems:
            return {}, total_card | {"state": problems[0].state, "reason": problems[0].reason}
        if kpi._missing_measures():
            return {}, total_card
        members = answers.members(kpi._measures(), 0)
        cells = {member: matrix.make_cell(kpi, answers, 0, member) for member in members}
        return {
            member: self._card(kpi, cell, self._member_target(dimension, member, period))
            for member, cell in cells.items()
        }, total_card

    def trend(self):
        """Cells of one KPI over the series that ends with the period, and a year earlier."""
        kpi = self.kpis.ensure_one()
        series = self.question.period.series()
        year_ago = [period.last_year() for period in series]
        planner = self.question.planner([*series, *year_ago])
        answers = planner.ask(kpi._measures())
        cells = [matrix.make_cell(kpi, answers, number) for number in range(2 * len(series))]
        self._drop_unrecorded(kpi, planner, answers, cells)
        return series, cells[: len(series)], cells[len(series) :]

    def targets(self, period, filters=None):
        """Targets of the KPIs in a period: dict KPI id → dict value, pace, amber."""
        return self.env["crm.kpi.target"]._resolve(
            self.kpis,
            period.start,
            period.whole().last_day,
            min(self.question.today, period.whole().last_day),
            self.question.filters if filters is None else filters,
        )

    # ------------------------------------------------------------ parts
    def _member_target(self, dimension, member, period):
        if not isinstance(member, int) or member <= 0:
            return None
        filters = self.question.filters | {dimension.code: [member]}
        return self.targets(period, filters).get(self.kpis.id)

    def _measures(self):
        measures = self.env["crm.kpi.measure"]
        for kpi in self.kpis:
            measures |= kpi._measures()
        return measures

    def _drop_unrecorded(self, kpi, planner, answers, cells):
        """Zero is a figure only where the viewer has records at all; else there is no data."""
        if not cells[0].ok or all(
            self._is_recorded(measure, planner, answers) for measure in kpi._measures()
        ):
            return
        for cell in cells:
            cell.state, cell.value = "no_data", None
            cell.reason = kpi.missing_text or self.env._("Nothing recorded yet.")

    def _is_recorded(self, measure, planner, answers):
        if any(answers.get(measure, number).count for number in range(len(planner.windows))):
            return True
        key = (measure.source_id.id, measure._date_field_names()[0])
        if key not in self._recorded:
            self._recorded[key] = planner.has_records(measure)
        return self._recorded[key]

    def _card(self, kpi, cell, target):
        """A cell with texts, target and verdict, ready for any renderer."""
        if kpi.direction == "neutral":
            target = None  # nothing to reach where neither more nor less is better
        interval = matrix.share_interval(kpi, cell)
        verdict = matrix.status(kpi, cell, target, interval)
        return {
            "state": cell.state,
            "reason": cell.reason,
            "value": cell.value,
            "text": formats.figure_text(self.env, kpi, cell.value),
            "numerator": cell.numerator,
            "denominator": cell.denominator,
            "count": cell.count,
            "target": self._target(kpi, cell, target),
            "status": verdict,
            "status_text": self._status_text(verdict),
            "interval": interval and self._interval(kpi, interval),
            "unit": kpi.unit,
            "direction": kpi.direction,
            "decimals": kpi.decimals,
            "is_stock": kpi.is_stock,
            "estimated": cell.estimated,
            "drill": ["numerator", "denominator"] if kpi.kind == "ratio" else ["value"],
        }

    def _target(self, kpi, cell, target):
        if not target:
            return None
        value, pace = target["value"], target["pace"]
        return {
            "value": value,
            "text": formats.figure_text(self.env, kpi, value),
            "pace": pace,
            "pace_text": formats.figure_text(self.env, kpi, pace),
            "progress": cell.value / value if cell.ok and value else None,
            "pace_progress": pace / value if value else None,
        }

    def _status_text(self, verdict):
        return {
            "on_track": self.env._("On track"),
            "at_risk": self.env._("At risk"),
            "off_track": self.env._("Off track"),
            "uncertain": self.env._("Uncertain"),
            "no_target": self.env._("No target"),
            "no_data": self.env._("No data"),
            "error": self.env._("Error"),
        }[verdict]

    def _interval(self, kpi, interval):
        low, high = (formats.figure_text(self.env, kpi, bound) for bound in interval)
        return {
            "low": interval[0],
            "high": interval[1],
            "text": self.env._("likely between %(low)s and %(high)s", low=low, high=high),
        }

    def _delta(self, kpi, cell, other, against, period):
        kind, amount, good = matrix.difference(kpi, cell, other)
        if kpi.is_cohort:
            good = None  # the younger cohort had less time
        number = amount is not None and formats.signed_text(
            self.env, amount, kpi.decimals if kind == "absolute" else 1
        )
        match kind:
            case "percent":
                text = formats.percent_text(self.env, number)
            case "points":
                text = self.env._("%s pp", number)
            case "absolute":
                text = number
            case "new":
                text = self.env._("new")
            case _:
                text = "–" if amount is None else "±0"
        label = self.env._("vs. %s", formats.period_label(self.env, period))
        other_text = formats.figure_text(self.env, kpi, other.value)
        return {
            "against": against,
            "kind": kind,
            "text": text,
            "good": good,
            "label": label,
            "other_text": other_text or self.env._("no data"),
        }

    def _spark(self, kpi, cells, series):
        labels = [formats.axis_label(self.env, period) for period in series]
        texts = [formats.figure_text(self.env, kpi, cell.value) for cell in cells]
        known = [number for number, cell in enumerate(cells) if cell.ok]
        if not known:
            alt = self.env._(
                "No figures from %(first)s to %(last)s", first=labels[0], last=labels[-1]
            )
        else:
            low = min(known, key=lambda number: cells[number].value)
            high = max(known, key=lambda number: cells[number].value)
            alt = self.env._(
                "%(first)s to %(last)s: lowest %(low)s (%(low_at)s), "
                "highest %(high)s (%(high_at)s), now %(now)s",
                first=labels[0],
                last=labels[-1],
                low=texts[low],
                low_at=labels[low],
                high=texts[high],
                high_at=labels[high],
                now=texts[-1] or self.env._("no data"),
            )
        return {
            "values": [cell.value if cell.ok else None for cell in cells],
            "texts": texts,
            "labels": labels,
            "alt": alt,
        }
