# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reporting periods as plain values, without the ORM.

A period is a span of local calendar days, first day included, end day
excluded. Its instants in UTC depend on the reporting time zone, so that a
month ends at local midnight, daylight saving included.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

GRAINS = ("day", "week", "month", "quarter", "year")
# How many points a sparkline shows per grain: enough to see a season where there is one.
SERIES_LENGTH = {"day": 14, "week": 13, "month": 13, "quarter": 9, "year": 5, "custom": 6}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
ROLLING_DAYS = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90}
RELATIVE = (
    # in pairs, as the period menu shows them side by side
    "today",
    "last_7_days",
    *(f"{which}_{grain}" for grain in GRAINS[1:] for which in ("this", "last")),
    "last_30_days",
    "last_90_days",
    "last_12_months",
)
# Outside these years date arithmetic of comparisons would leave the calendar.
YEARS = range(1900, 2200)


class PeriodError(ValueError):
    """The given period key cannot be read as a period."""


@dataclass(frozen=True)
class Period:
    """A span of local days.

    :param grain: day, week (ISO), month, quarter, year or custom
    :param start: first day, included
    :param end: day after the last day, excluded
    :param whole_end: end of the whole period when this one was cut at today
    """

    grain: str
    start: date
    end: date
    whole_end: date | None = None

    @property
    def is_to_date(self) -> bool:
        """Whether the period still runs and was cut after today."""
        return self.whole_end is not None

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def key(self) -> str:
        """The absolute key of the whole period, e.g. ``month:2026-11``."""
        start, whole_last = self.start, (self.whole_end or self.end) - timedelta(days=1)
        match self.grain:
            case "day":
                return f"day:{start.isoformat()}"
            case "week":
                year, week, _day = start.isocalendar()
                return f"week:{year}-W{week:02d}"
            case "month":
                return f"month:{start:%Y-%m}"
            case "quarter":
                return f"quarter:{start.year}-Q{(start.month + 2) // 3}"
            case "year":
                return f"year:{start.year}"
        return f"custom:{start.isoformat()}:{whole_last.isoformat()}"

    def utc_bounds(self, timezone: str) -> tuple[datetime, datetime]:
        """First instant and first instant after, as naive UTC datetimes (Odoo's storage)."""
        return utc_midnight(self.start, timezone), utc_midnight(self.end, timezone)

    def whole(self) -> "Period":
        """The period without the cut at today."""
        return replace(self, end=self.whole_end or self.end, whole_end=None)

    def to_date(self, today: date) -> "Period":
        """Cut a running period after today; one that is over or not begun stays as it is."""
        if self.start <= today < self.end - timedelta(days=1):
            return replace(self, end=today + timedelta(days=1), whole_end=self.end)
        return self

    def shift(self, steps: int) -> "Period":
        """The whole period ``steps`` periods later (negative: earlier)."""
        whole = self.whole()
        if whole.grain in MONTHS:
            months = relativedelta(months=MONTHS[whole.grain] * steps)
            return replace(whole, start=whole.start + months, end=whole.end + months)
        delta = (whole.end - whole.start) * steps
        return replace(whole, start=whole.start + delta, end=whole.end + delta)

    def previous(self) -> "Period":
        """The period before, cut like this one: 1–23 November against 1–23 October."""
        return self._cut_like(self.shift(-1))

    def last_year(self) -> "Period":
        """The same period one year before, cut like this one; ISO weeks keep their number."""
        whole = self.whole()
        if whole.grain == "week":
            year, week, _day = whole.start.isocalendar()
            start = date.fromisocalendar(year - 1, min(week, iso_weeks(year - 1)), 1)
            return self._cut_like(replace(whole, start=start, end=start + timedelta(days=7)))
        year = relativedelta(years=1)
        start = whole.start - year
        if whole.grain in ("day", "custom"):
            # count from the last day: 29 February has no partner in other years
            return self._cut_like(
                replace(whole, start=start, end=whole.last_day - year + timedelta(days=1))
            )
        return self._cut_like(replace(whole, start=start, end=whole.end - year))

    def series(self, length: int | None = None) -> list["Period"]:
        """This period and those before it, oldest first; only the last may be cut."""
        length = length or SERIES_LENGTH[self.grain]
        return [self.shift(step) for step in range(1 - length, 0)] + [self]

    def _cut_like(self, other: "Period") -> "Period":
        """``other`` cut after as many days (or months and days) as this one has run."""
        if not self.is_to_date:
            return other
        last = self.last_day
        if self.grain in ("quarter", "year"):
            gone = (last.year - self.start.year) * 12 + last.month - self.start.month
            first_of_month = other.start + relativedelta(months=gone)
            cut = first_of_month + relativedelta(day=last.day) + timedelta(days=1)
        else:
            cut = other.start + (self.end - self.start)
        return replace(other, end=min(cut, other.end), whole_end=other.end)


def utc_midnight(day: date, timezone: str) -> datetime:
    """The first instant of a local day as naive UTC datetime."""
    local = datetime.combine(day, time.min, tzinfo=ZoneInfo(timezone))
    return local.astimezone(UTC).replace(tzinfo=None)


def iso_weeks(year: int) -> int:
    """Number of ISO weeks of a year: 28 December always lies in the last one."""
    return date(year, 12, 28).isocalendar().week


def around(day: date, grain: str) -> Period:
    """The day, ISO week, month, quarter or year that contains ``day``."""
    if grain == "day":
        return Period(grain, day, day + timedelta(days=1))
    if grain == "week":
        start = day - timedelta(days=day.weekday())
        return Period(grain, start, start + timedelta(days=7))
    if grain not in MONTHS:
        raise PeriodError(grain)
    length = MONTHS[grain]
    start = day.replace(day=1, month=(day.month - 1) // length * length + 1)
    return Period(grain, start, start + relativedelta(months=length))


def parse(key, today: date) -> Period:
    """Read a relative (``this_month``) or absolute (``month:2026-11``) period key.

    :param today: the viewer's local date
    :return: the whole period, not cut at today
    :raise PeriodError: for anything else
    """
    if not isinstance(key, str):
        raise PeriodError(str(key))
    try:
        period = _parse_relative(key, today) or _parse_absolute(key)
    except (ValueError, OverflowError) as error:
        raise PeriodError(key) from error
    if period is None or period.start.year not in YEARS or period.end.year not in YEARS:
        raise PeriodError(key)
    return period


def _parse_relative(key: str, today: date) -> Period | None:
    tomorrow = today + timedelta(days=1)
    if key == "today":
        return around(today, "day")
    if key in ROLLING_DAYS:
        return Period("custom", tomorrow - timedelta(days=ROLLING_DAYS[key]), tomorrow)
    if key == "last_12_months":
        return Period("custom", tomorrow - relativedelta(months=12), tomorrow)
    which, _sep, grain = key.partition("_")
    if which in ("this", "last") and grain in GRAINS[1:]:
        period = around(today, grain)
        return period if which == "this" else period.shift(-1)
    return None


def _parse_absolute(key: str) -> Period | None:
    grain, _sep, text = key.partition(":")
    if grain == "custom":
        first, _sep, last = text.partition(":")
        period = Period(grain, _day(first), _day(last) + timedelta(days=1))
        if period.start >= period.end:
            raise PeriodError(key)
        return period
    if grain == "day":
        return around(_day(text), grain)
    patterns = {
        "week": r"(\d{4})-W(\d{2})",
        "month": r"(\d{4})-(\d{2})",
        "quarter": r"(\d{4})-Q([1-4])",
        "year": r"(\d{4})()",
    }
    match = grain in patterns and re.fullmatch(patterns[grain], text, re.ASCII)
    if not match:
        return None
    year, number = int(match[1]), int(match[2] or 1)
    if grain == "week":
        return around(date.fromisocalendar(year, number, 1), grain)
    return around(date(year, (number - 1) * MONTHS[grain] + 1, 1), grain)


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise PeriodError(text)
    return date.fromisoformat(text)
