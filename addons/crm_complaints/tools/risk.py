# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which signals say that a customer may be lost soon? Plain Python, with the thresholds.

Where a threshold has no source it is a convention and says so.

* Complaints: unsolved ones drive customers away, solved ones bind them (Fornell and
  Wernerfelt, "Defensive Marketing Strategy by Customer Complaint Management", Journal of
  Marketing Research 24, 1987). One open complaint is a signal.
* Repeated failures: after a second failure even a good recovery does not bring the
  satisfaction back (Maxham and Netemeyer, "A Longitudinal Study of Complaining Customers'
  Evaluations of Multiple Service Failures and Recovery Efforts", Journal of Marketing 66,
  2002). Two complaints within twelve months are a signal.
* Falling orders: fewer orders than in the same months a year before, more than chance
  explains: the conditional test of two Poisson counts (Przyborowski and Wilenski,
  Biometrika 31, 1940), one-sided at 5 %. That needs five orders in both times together.
* Silence against the customer's own rhythm (Schmittlein, Morrison and Colombo, "Counting
  Your Customers", Management Science 33, 1987). That two thirds of the allowed silence are
  near its limit is a convention.
* Answers and lost offers: three days without an answer (so that no weekend alone makes a
  signal) and three offers in twelve months without a success are conventions.
"""

from datetime import timedelta
from math import comb

SIGNALS = [
    ("complaint", "Open complaint"),
    ("repeat", "Repeated complaints"),
    ("answer", "Answer overdue"),
    ("falling", "Falling orders"),
    ("offers", "Offers lost"),
    ("silence", "Silence near its limit"),
]
REPEAT_COMPLAINTS = 2
FALLING_DAYS = 182
SIGNIFICANCE = 0.05
LOST_OFFERS = 3
DAYS_UNANSWERED = 3
NEAR_LIMIT = 2 / 3


def is_falling(now, before):
    """Are ``now`` orders fewer than ``before`` ones of an equally long time, beyond chance?

    If nothing had changed, each of the orders would lie in either time with the same
    probability; the test asks how likely so few, or fewer, in the later one would be.
    """
    total = now + before
    if now >= before:
        return False
    as_few = sum(comb(total, count) for count in range(now + 1))
    return as_few <= SIGNIFICANCE * 2**total


def warning_day(last_purchase, limit):
    """First day on which a silence is near the ``limit`` (days)."""
    return last_purchase + timedelta(days=-int(-limit * NEAR_LIMIT // 1))
