# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When was a customer active, lost and won back? Plain Python, no database."""

from bisect import insort
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from dateutil.relativedelta import relativedelta

RHYTHM_MIN_GAPS = 2  # three purchases: fewer say nothing about a rhythm


@dataclass(frozen=True)
class SilenceRule:
    """When silence means that a customer is lost; all in days but the factor."""

    factor: float
    min_days: int
    default_days: int

    def limit(self, rhythm):
        """Days of silence a customer may have.

        :param rhythm: usual days between two purchases, None if unknown
        """
        if rhythm is None:
            return self.default_days
        return max(self.min_days, int(self.factor * rhythm))


def usual_gap(gaps):
    """Usual days between two purchases (the median), None if too few are known."""
    return median(gaps) if len(gaps) >= RHYTHM_MIN_GAPS else None


@dataclass
class Span:
    """A stretch of time in which a customer was active.

    :param active_from: first purchase of the stretch
    :param won_back: there was an earlier stretch
    :param last_purchase: last purchase of the stretch
    :param lost_on: day from which the customer counts as lost, None if active
    :param lost_kind: "ended" or "silent", None if active
    :param won_back_on: first purchase after the loss
    :param rhythm: usual days between two purchases up to the last one, None if unknown
    :param gap_count: number of distances known then
    :param limit: days of silence the rule allowed after the last purchase
    """

    active_from: object
    won_back: bool
    last_purchase: object
    lost_on: object = None
    lost_kind: object = None
    won_back_on: object = None
    purchases: list = field(default_factory=list)
    rhythm: object = None
    gap_count: int = 0
    limit: int = 0

    def lose(self, day, kind):
        self.lost_on, self.lost_kind = day, kind

    @property
    def silent_on(self):
        """Day from which the silence is longer than the rule allows."""
        return self.last_purchase + timedelta(days=self.limit + 1)

    def remember(self, gaps, rule):
        """Keep by which distances the silence after the last purchase is judged."""
        self.rhythm, self.gap_count = usual_gap(gaps), len(gaps)
        self.limit = rule.limit(self.rhythm)


def customer_spans(purchases, ends, rule, today, pardons=()):
    """Cut the purchases of one customer into stretches of being active.

    Every silence is judged by what was known when it lasted, so that a loss of
    last year does not come and go with the orders of this year.

    :param purchases: dates, ascending, each day once
    :param ends: dates on which the relationship was ended
    :param pardons: pairs of dates (decided on, until) of silences found to be no loss: such a
        customer is not lost by the silence in which it was decided before the day after "until"
    :param rule: :class:`SilenceRule`
    :param today: date; what lies after it has not happened yet
    :return: list of :class:`Span`, ascending
    """
    spans, gaps = [], []
    ends = sorted(ends)
    for day in purchases:
        span = spans[-1] if spans else None
        if span:
            loss = _loss(span, ends, pardons, day)
            if loss[0] < day:
                span.lose(*loss)
                span.won_back_on = day
            insort(gaps, (day - span.last_purchase).days)
        if not span or span.lost_on:
            span = Span(active_from=day, won_back=bool(spans), last_purchase=day)
            spans.append(span)
        span.last_purchase = day
        span.purchases.append(day)
        span.remember(gaps, rule)
    if spans:
        loss = _loss(spans[-1], ends, pardons, None)
        if loss[0] <= today:
            spans[-1].lose(*loss)
    return spans


def _loss(span, ends, pardons, next_purchase):
    """Day and kind of the loss that follows if nothing is bought any more.

    :param next_purchase: date at which the silence ended, None if it lasts
    """
    silent_on = span.silent_on
    for decided_on, until in pardons:
        if span.last_purchase < decided_on and (not next_purchase or decided_on <= next_purchase):
            silent_on = max(silent_on, until + timedelta(days=1))
    ended_on = next((end for end in ends if end >= span.last_purchase), None)
    if ended_on and ended_on <= silent_on:
        return ended_on, "ended"
    return silent_on, "silent"


def year_before(day):
    """First day of the twelve months that end with ``day``."""
    return day - relativedelta(months=12) + timedelta(days=1)
