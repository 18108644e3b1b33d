# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the planner is asked for (windows of time) and what it gives back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Window:
    """A span of time in both ways Odoo stores time: UTC instants and local days, end excluded."""

    start: datetime
    end: datetime
    first_day: date
    end_day: date

    @classmethod
    def of(cls, period, timezone):
        """The window of a period in a time zone."""
        return cls(*period.utc_bounds(timezone), period.start, period.end)

    def bounds(self, field_type):
        """Start and end for a field of type date or datetime."""
        if field_type == "date":
            return self.first_day, self.end_day
        return self.start, self.end


@dataclass
class Aggregate:
    """Result of a measure.

    :param value: None where there is no data
    :param count: number of records behind it
    :param estimated: how many of them have estimated dates
    """

    value: float | None = None
    count: int = 0
    estimated: int = 0


@dataclass(frozen=True)
class Problem:
    """Why there is no figure: state error, hidden, unavailable or no_data, and the reason."""

    state: str
    reason: str


class UnavailableError(Exception):
    """A measure cannot be split or filtered as asked; the text says why."""


class Answers:
    """Aggregates by measure, window and member of the split.

    ``problems`` are those of a measure, ``gaps`` those of a measure in one window."""

    def __init__(self):
        self.aggregates = defaultdict(dict)
        self.problems = {}
        self.gaps = {}

    def problem(self, measure, window):
        """The :class:`Problem` of a measure in a window, or None."""
        return self.problems.get(measure.id) or self.gaps.get((measure.id, window))

    def get(self, measure, window, member=None):
        """The aggregate of a measure; an empty one where nothing was found."""
        return self.aggregates[measure.id, window].get(member) or self._empty(measure)

    def members(self, measures, window):
        """All members that occur for the measures in a window."""
        return {
            member
            for measure in measures
            for member in self.aggregates.get((measure.id, window), ())
        }

    @staticmethod
    def _empty(measure):
        additive = measure.aggregate in ("count", "count_distinct", "sum")
        return Aggregate(0.0 if additive else None, 0)
