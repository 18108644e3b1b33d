# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Durations of many records at once, in calendar days and working hours."""

from .working_time import WorkingTime


class Stopwatch:
    """Measures spans by the working hours of several companies.

    The calendar of a company is read once, over the whole range that is known
    beforehand; spans beyond it are allowed.

    :param spans: iterable of (company, start, end); start and end are naive UTC
        datetimes or empty
    """

    def __init__(self, spans):
        ranges = {}
        for company, start, end in spans:
            if not start or not end or end < start:
                continue
            first, last = ranges.get(company, (start, end))
            ranges[company] = (min(first, start), max(last, end))
        self._clocks = {
            company: WorkingTime.for_company(company, first, last)
            for company, (first, last) in ranges.items()
        }

    def measure(self, company, start, end):
        """(calendar days, working hours) as floats; (None, None) while the span
        is open and where the end lies before the start (nothing was measured)."""
        if not start or not end or end < start:
            return None, None
        if company not in self._clocks:
            self._clocks[company] = WorkingTime.for_company(company, start, end)
        days = (end - start).total_seconds() / 86400
        return days, self._clocks[company].hours(start, end)
