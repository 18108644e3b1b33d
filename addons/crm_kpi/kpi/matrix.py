# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The cells all renderers draw: ratios, shares and differences are computed only here."""

from dataclasses import dataclass

from .definition import evaluate_formula
from .statistics import wilson_interval

# Below this a change in percent says less than the change itself (3 instead of 2: +50 %).
SMALL_BASE = 20


@dataclass
class Cell:
    """One figure.

    :param state: ok, no_data, error, hidden (no access) or unavailable (cannot be split so)
    :param reason: why there is no figure
    :param count: number of records behind the figure (of the denominator for a ratio)
    :param estimated: some record's date had to be estimated when history was filled in
    """

    state: str
    reason: str = ""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    estimated: bool = False

    @property
    def ok(self):
        """Whether there is a figure."""
        return self.state == "ok"


def make_cell(kpi, answers, window, member=None):
    """The cell of a KPI in a window, from the aggregates of its measures."""
    if missing := kpi._missing_measures():
        return Cell("error", kpi.env._("The measure “%s” does not exist.", ", ".join(missing)))
    for measure in kpi._measures():
        if problem := answers.problem(measure, window):
            return Cell(problem.state, problem.reason)
    parts = {measure.code: answers.get(measure, window, member) for measure in kpi._measures()}
    if kpi.kind == "ratio":
        top, bottom = parts[kpi.numerator_id.code], parts[kpi.denominator_id.code]
        cell = Cell("ok", "", None, top.value, bottom.value, bottom.count)
        if kpi.unit == "percent" and (bottom.value or 0) < 0:
            cell.reason = kpi.env._("There is no share of a negative amount.")
        elif top.value is not None and bottom.value:
            cell.value = top.value / bottom.value * kpi.factor
    elif kpi.kind == "derived":
        value = evaluate_formula(kpi.formula, {code: part.value for code, part in parts.items()})
        cell = Cell("ok", "", value, count=sum(part.count for part in parts.values()))
    else:
        part = parts[kpi.measure_id.code]
        cell = Cell("ok", "", part.value, count=part.count)
    cell.estimated = any(part.estimated for part in parts.values())
    if cell.value is None or (kpi.missing_text and not cell.count):
        cell.state, cell.value = "no_data", None
        cell.reason = cell.reason or kpi.missing_text or kpi.env._("No cases in this period.")
    return cell


def share_interval(kpi, cell):
    """95 % Wilson interval of a share in the KPI's unit, or None where it is no share of cases."""
    if not cell.ok or not kpi.is_share or cell.denominator is None:
        return None
    interval = wilson_interval(cell.numerator or 0.0, cell.denominator)
    return interval and tuple(bound * kpi.factor for bound in interval)


def status(kpi, cell, target, interval):
    """Verdict on a figure: on_track, at_risk, off_track, uncertain, no_target, no_data or error.

    :param target: dict with value, pace (what the target asks for up to today) and amber (percent)
    """
    if not cell.ok:
        return "error" if cell.state == "error" else "no_data"
    if not target or kpi.direction == "neutral":
        return "no_target"
    pace = target["pace"]
    if cell.count < kpi.min_cases or (interval and interval[0] < pace < interval[1]):
        return "uncertain"
    sign = 1 if kpi.direction == "up" else -1
    if sign * cell.value >= sign * pace:
        return "on_track"
    if sign * cell.value >= sign * pace - abs(pace) * target["amber"] / 100:
        return "at_risk"
    return "off_track"


def difference(kpi, cell, other):
    """Change against another cell.

    :return: (kind, amount, good): kind percent, points, absolute, new or none;
        good is None where there is no better or worse
    """
    if not cell.ok or not other.ok:
        return "none", None, None
    amount = cell.value - other.value
    good = None
    if kpi.direction != "neutral" and amount:
        good = (amount > 0) == (kpi.direction == "up")
    if kpi.unit == "percent":
        return "points", amount, good
    if not other.value:
        return ("new", amount, good) if cell.value else ("none", 0.0, None)
    if (kpi.unit == "number" and abs(other.value) < SMALL_BASE) or other.value < 0:
        return "absolute", amount, good
    return "percent", amount / other.value * 100, good
