# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Working time between two instants, fast enough for a whole table.

The working intervals of a calendar are read once and summed up from the left.
The hours between two instants are then the difference of two look-ups, which
gives the same result as ``resource.calendar.get_work_hours_count`` at a
fraction of its cost.
"""

from bisect import bisect_right
from datetime import datetime, timedelta

import pytz

from odoo.exceptions import UserError
from odoo.tools import SQL

_EPOCH = datetime(1970, 1, 1)
_MAX_YEARS_AHEAD = 20


def _seconds(moment):
    """Seconds since 1970 of a naive UTC datetime."""
    return (moment - _EPOCH).total_seconds()


class WorkingTime:
    """Working hours of one resource calendar.

    :param env: environment, read only
    :param calendar: ``resource.calendar`` record; an empty record means that
        every hour of every day is worked
    :param start: naive UTC datetime, begin of the span to prepare
    :param end: naive UTC datetime, end of the span to prepare
    :param company: whose public holidays count (default: the calendar's own)

    Instants outside of the prepared span are allowed: the span grows by itself.
    """

    def __init__(self, env, calendar, start, end, company=None):
        # Holidays and hours are the same for everybody, whatever the viewer may read.
        self._calendar = calendar.sudo().with_env(env(su=True))
        self._company = company or self._calendar.company_id
        self.hours_per_day = self._calendar.hours_per_day or (8.0 if calendar else 24.0)
        self._first = self._last = None
        self._starts, self._lengths, self._before = [], [], []
        if start and end:
            self._cover(min(start, end), max(start, end))

    @classmethod
    def for_company(cls, company, start, end):
        """Working time by the default working hours of ``company``."""
        return cls(company.env, company.sudo().resource_calendar_id, start, end, company=company)

    # ------------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------------
    def hours(self, start, end):
        """Working hours from ``start`` to ``end`` (naive UTC); negative when reversed."""
        if not self._calendar:
            return (end - start).total_seconds() / 3600
        self._cover(min(start, end), max(start, end))
        return (self._worked(_seconds(end)) - self._worked(_seconds(start))) / 3600

    def days(self, start, end):
        """Working days from ``start`` to ``end``: hours by the calendar's hours per day."""
        return self.hours(start, end) / self.hours_per_day

    def add_hours(self, start, hours):
        """Naive UTC datetime at which ``hours`` (0 or more) have been worked since ``start``."""
        if hours <= 0:
            return start
        if not self._calendar:
            return start + timedelta(hours=hours)
        span = timedelta(days=14)
        limit = timedelta(days=366 * _MAX_YEARS_AHEAD)
        self._cover(start, start + span)
        wanted = self._worked(_seconds(start)) + hours * 3600
        while wanted > self._worked(_seconds(self._last)):
            if self._last - start > limit:
                raise UserError(
                    self._calendar.env._(
                        "The working hours “%s” have no working time in the years to come.",
                        self._calendar.name,
                    )
                )
            span *= 2
            # Growing moves what was worked before "start", so ask again.
            done = self._worked(_seconds(start))
            self._cover(start, start + span)
            wanted += self._worked(_seconds(start)) - done
        index = max(0, self._first_reaching(wanted))
        return _EPOCH + timedelta(seconds=self._starts[index] + wanted - self._before[index])

    def sql_hours(self, start, end):
        """SQL expression (double precision) of the working hours between two
        ``timestamp`` expressions, NULL where one is NULL. The instants must lie within
        the prepared span."""
        if not self._calendar:
            return SQL("(EXTRACT(EPOCH FROM (%s - %s)) / 3600)::float8", end, start)
        return SQL("((%s - %s) / 3600)", self._sql_worked(end), self._sql_worked(start))

    # ------------------------------------------------------------------
    # Prefix sums
    # ------------------------------------------------------------------
    def _cover(self, start, end):
        """Read the calendar so that ``start`` to ``end`` lies within the span."""
        if not self._calendar:
            return
        if self._first and self._first <= start and end <= self._last:
            return
        if self._first:
            # Grow by the half of what was asked before, so that a loop stays cheap.
            growth = (self._last - self._first) / 2
            start = min(start, self._first) - (growth if start < self._first else timedelta())
            end = max(end, self._last) + (growth if end > self._last else timedelta())
        tz = pytz.timezone(self._calendar.tz or "UTC")
        # Flexible hours are spread over weeks: begin with a Monday, whatever is asked.
        local = pytz.utc.localize(start).astimezone(tz)
        monday = (local - timedelta(days=local.weekday() + 7)).date()
        first = tz.localize(datetime(monday.year, monday.month, monday.day))
        last = pytz.utc.localize(end + timedelta(days=1))
        holidays = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, *self._company.ids]),
        ]
        intervals = self._calendar._work_intervals_batch(first, last, domain=holidays, tz=tz)[False]
        self._first = first.astimezone(pytz.utc).replace(tzinfo=None)
        self._last = last.replace(tzinfo=None)
        self._starts, self._lengths, self._before = [], [], []
        worked = 0.0
        for begin, stop, _attendance in intervals:
            length = (stop - begin).total_seconds()
            self._starts.append(_seconds(begin.astimezone(pytz.utc).replace(tzinfo=None)))
            self._lengths.append(length)
            self._before.append(worked)
            worked += length

    def _worked(self, second):
        """Seconds worked from the begin of the span up to ``second``."""
        index = bisect_right(self._starts, second) - 1
        if index < 0:
            return 0.0
        return self._before[index] + min(second - self._starts[index], self._lengths[index])

    def _first_reaching(self, worked):
        """Index of the interval at whose end or within which ``worked`` is reached."""
        index = bisect_right(self._before, worked) - 1
        # Exactly at the end of an interval: that end, not the next morning.
        if index > 0 and self._before[index] == worked:
            index -= 1
        return index

    def _sql_worked(self, moment):
        second = SQL("EXTRACT(EPOCH FROM %s)::float8", moment)
        # A leading zero interval stands for "before the first working hour".
        starts = [_seconds(self._first), *self._starts]
        lengths = [0.0, *self._lengths]
        before = [0.0, *self._before]
        index = SQL("GREATEST(width_bucket(%s, %s::float8[]), 1)", second, starts)
        return SQL(
            # LEAST and GREATEST ignore NULL, a missing moment must not.
            "(CASE WHEN %(moment)s IS NOT NULL THEN (%(before)s::float8[])[%(index)s]"
            " + LEAST(%(second)s - (%(starts)s::float8[])[%(index)s],"
            " (%(lengths)s::float8[])[%(index)s]) END)",
            before=before, index=index, moment=moment, second=second, starts=starts,
            lengths=lengths,
        )  # fmt: skip
