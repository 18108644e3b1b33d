# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of an offer: plain Python, no ORM.

One opportunity is one offer, however many quotations it took: of its quotations
exactly one represents the offer, the others are revisions. A quotation without
an opportunity is an offer of its own. All datetimes are naive UTC.
"""

from collections import namedtuple
from datetime import datetime
from typing import NamedTuple

DECIDED = ("won", "lost", "expired")

Offer = namedtuple("Offer", "is_offer sent_on decided_on outcome")

NEVER_SENT = Offer(False, None, None, None)
REVISED = Offer(False, None, None, "revised")


class Quotation(NamedTuple):
    """The facts about one quotation that decide about its offer."""

    key: object
    """Identifies the quotation; the larger one is the later one."""
    sent_on: datetime | None
    """First sent to the customer."""
    confirmed_on: datetime | None
    """Confirmed as an order; set also when that order was cancelled later."""
    cancelled_on: datetime | None
    """Cancelled."""
    expires_on: datetime | None
    """Last second of its validity."""
    lost_on: datetime | None
    """Its opportunity was lost."""

    def verdict(self, now):
        """Decision about this quotation alone: (outcome, decided on).

        The earliest event decides, so that the answer does not depend on when
        it is asked for; a confirmation beats everything."""
        if self.confirmed_on:
            return "won", self.confirmed_on
        events = []
        if self.cancelled_on:
            events.append((self.cancelled_on, "lost"))
        if self.lost_on:
            events.append((self.lost_on, "lost"))
        if self.expires_on and self.expires_on <= now:
            events.append((self.expires_on, "expired"))
        if not events:
            return "open", None
        moment, outcome = min(events)
        # What is sent again after that moment is decided no earlier than sent.
        return outcome, max(moment, self.sent_on) if self.sent_on else moment


def decide_offer(quotations, now):
    """Return {key: Offer} for the quotations of ONE opportunity.

    :param quotations: iterable of :class:`Quotation`
    :param now: naive UTC datetime up to which validity is looked at
    """
    quotations = list(quotations)
    answers = dict.fromkeys((quotation.key for quotation in quotations), NEVER_SENT)
    sent_on = min((q.sent_on for q in quotations if q.sent_on), default=None)
    if sent_on is None:
        return answers
    candidates = []
    for quotation in quotations:
        if quotation.sent_on:
            answers[quotation.key] = REVISED
        elif not quotation.confirmed_on or quotation.confirmed_on < sent_on:
            # a draft, or an order that came before the first offer was made
            continue
        candidates.append((quotation, *quotation.verdict(now)))
    head, outcome, decided_on = _representative(candidates)
    answers[head.key] = Offer(True, sent_on, decided_on, outcome)
    return answers


def _representative(candidates):
    """First won, else latest open, else latest decided."""
    won = [candidate for candidate in candidates if candidate[1] == "won"]
    if won:
        return min(won, key=lambda candidate: (candidate[2], candidate[0].key))
    still_open = [candidate for candidate in candidates if candidate[1] == "open"]
    if still_open:
        return max(still_open, key=lambda candidate: (candidate[0].sent_on, candidate[0].key))
    return max(candidates, key=lambda candidate: (candidate[2], candidate[0].key))
