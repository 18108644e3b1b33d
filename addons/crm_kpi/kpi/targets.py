# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which target applies to a period and scope, without the ORM.

All days are local dates, first and last day included. ``working_days(first,
last)`` counts the working days of a span; additive targets are distributed by
it, ratios never are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

Scope = tuple[str, int | bool]
CountDays = Callable[[date, date], int]


@dataclass(frozen=True)
class Target:
    """A target as entered.

    :param scope: level and id of the member, e.g. ``("team", 3)``; ``("all", False)``
    :param value: in the KPI's unit, for the whole span
    :param amber: percent of the target within which a miss is "at risk"
    """

    scope: Scope
    first: date
    last: date
    value: float
    amber: float


@dataclass(frozen=True)
class Resolved:
    """The target of a period: value for the whole period and amber band in percent."""

    value: float
    amber: float


class WorkingDays:
    """Counts the working days of a span in a sorted list of days."""

    def __init__(self, days: Iterable[date]):
        self.days = sorted(set(days))

    def __call__(self, first: date, last: date) -> int:
        return max(0, bisect_right(self.days, last) - bisect_left(self.days, first))


def resolve(
    targets: Iterable[Target],
    period_start: date,
    period_end: date,
    scope: list[Scope],
    additive: bool,
    working_days: CountDays,
) -> Resolved | None:
    """The target of one KPI for a period.

    :param scope: the asked scope and what it lies in, most specific first. A ratio falls back
        to the wider scope; an additive target does not: the company's million is no
        salesperson's target.
    """
    chain = scope[:1] if additive else scope
    for part in chain:
        found = [
            target
            for target in targets
            if target.scope == part and target.first <= period_end and target.last >= period_start
        ]
        if found:
            share_out = _distribute if additive else _ratio
            return share_out(found, period_start, period_end, working_days)
    return None


def combine(parts: Iterable[Resolved | None], additive: bool) -> Resolved | None:
    """One target for several members: the sum, or for a ratio the value all have in common.

    None as soon as one member has no target: the figure would count more than the target.
    """
    parts = list(parts)
    if not parts or None in parts:
        return None
    if additive:
        return Resolved(sum(part.value for part in parts), parts[0].amber)
    same = all(part.value == parts[0].value for part in parts)
    return parts[0] if same else None


def pace(
    value: float,
    period_start: date,
    period_end: date,
    as_of: date,
    additive: bool,
    working_days: CountDays,
) -> float:
    """What the target asks for up to ``as_of``, that day included; a ratio asks for all of it."""
    if not additive or as_of >= period_end:
        return value
    if as_of < period_start:
        return 0.0
    return value * _share(period_start, as_of, period_start, period_end, working_days)


def _distribute(targets, period_start, period_end, working_days):
    """Add up targets, each by the share of its working days that lies in the period."""
    value, covered, whole = 0.0, 0, False
    for target in targets:
        first, last = max(period_start, target.first), min(period_end, target.last)
        covered += working_days(first, last)
        if (first, last) == (target.first, target.last):
            value += target.value
            whole = True
        else:
            value += target.value * _share(first, last, target.first, target.last, working_days)
    needed = working_days(period_start, period_end)
    if covered < needed or (not needed and not whole):
        # a part of the period has no target, or there is nothing to work for on these days
        return None
    return Resolved(value, targets[0].amber)


def _ratio(targets, period_start, period_end, _working_days):
    """A ratio holds within its span; several apply together only if they agree."""
    for target in targets:
        if target.first <= period_start and period_end <= target.last:
            return Resolved(target.value, target.amber)
    days = sum(
        (min(period_end, target.last) - max(period_start, target.first)).days + 1
        for target in targets
    )
    covers = days >= (period_end - period_start).days + 1
    agree = all(target.value == targets[0].value for target in targets)
    return Resolved(targets[0].value, targets[0].amber) if covers and agree else None


def _share(first, last, whole_first, whole_last, working_days):
    """Share of a span by working days; by calendar days where nobody works in the whole of it."""
    whole = working_days(whole_first, whole_last)
    if whole:
        return working_days(first, last) / whole
    return ((last - first).days + 1) / ((whole_last - whole_first).days + 1)
