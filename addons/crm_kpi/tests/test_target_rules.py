# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.tests import BaseCase

from ..kpi.targets import Resolved, Target, WorkingDays, combine, pace, resolve

TEAM, USER, COMPANY, ALL = ("team", 1), ("user", 7), ("company", 1), ("all", False)
CHAIN = [USER, TEAM, COMPANY, ALL]


def weekdays(year, without=()):
    """Monday to Friday of a year."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return [d for d in days if d.year == year and d.weekday() < 5 and d not in without]


def month(number, value, scope=TEAM, year=2026):
    """A target for one month."""
    first = date(year, number, 1)
    last = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    return Target(scope, first, last, value, 10)


class TestTargetRules(BaseCase):
    def setUp(self):
        super().setUp()
        self.days = WorkingDays(weekdays(2026))
        self.year = Target(TEAM, date(2026, 1, 1), date(2026, 12, 31), 261, 10)

    def _resolve(self, targets, first, last, scope=(TEAM,), additive=True, days=None):
        found = resolve(targets, first, last, list(scope), additive, days or self.days)
        return found and found.value

    def test_year_over_a_month_by_working_days(self):
        self.assertEqual(self.days(date(2026, 1, 1), date(2026, 12, 31)), 261)
        self.assertAlmostEqual(self._resolve([self.year], date(2026, 2, 1), date(2026, 2, 28)), 20)
        self.assertAlmostEqual(self._resolve([self.year], date(2026, 7, 1), date(2026, 7, 31)), 23)

    def test_holidays_shift_the_distribution(self):
        days = WorkingDays(weekdays(2026, {date(2026, 2, 2) + timedelta(days=n) for n in range(5)}))
        self.assertAlmostEqual(
            self._resolve([self.year], date(2026, 2, 1), date(2026, 2, 28), days=days),
            261 * 15 / 256,
        )

    def test_months_add_up_to_a_quarter_exactly(self):
        months = [month(1, 0.1), month(2, 0.2), month(3, 100.3)]
        self.assertAlmostEqual(
            self._resolve(months, date(2026, 1, 1), date(2026, 3, 31)), 100.6, places=9
        )

    def test_a_gap_means_no_target(self):
        months = [month(1, 10), month(3, 10)]
        self.assertIsNone(self._resolve(months, date(2026, 1, 1), date(2026, 3, 31)))

    def test_a_gap_of_a_weekend_is_none(self):
        parts = [
            Target(TEAM, date(2026, 5, 1), date(2026, 5, 8), 10, 10),
            Target(TEAM, date(2026, 5, 11), date(2026, 5, 31), 20, 10),
        ]
        self.assertEqual(self._resolve(parts, date(2026, 5, 1), date(2026, 5, 31)), 30)

    def test_sunday_has_no_target(self):
        self.assertIsNone(self._resolve([self.year], date(2026, 5, 3), date(2026, 5, 3)))
        self.assertAlmostEqual(self._resolve([self.year], date(2026, 5, 4), date(2026, 5, 4)), 1)

    def test_target_for_days_without_work(self):
        weekend = Target(TEAM, date(2026, 5, 2), date(2026, 5, 3), 8, 10)
        self.assertEqual(self._resolve([weekend], date(2026, 5, 2), date(2026, 5, 3)), 8)

    def test_crossing_month_and_year_ends(self):
        days = WorkingDays(weekdays(2025) + weekdays(2026))
        fiscal = Target(TEAM, date(2025, 10, 1), date(2026, 9, 30), 261, 10)
        total = self._resolve([fiscal], date(2025, 10, 1), date(2026, 9, 30), days=days)
        halves = [
            self._resolve([fiscal], date(2025, 10, 1), date(2025, 12, 31), days=days),
            self._resolve([fiscal], date(2026, 1, 1), date(2026, 9, 30), days=days),
        ]
        self.assertEqual(total, 261)
        self.assertAlmostEqual(sum(halves), total)

    def test_additive_target_is_not_inherited(self):
        company = month(5, 1000000, COMPANY)
        self.assertIsNone(
            self._resolve([company], date(2026, 5, 1), date(2026, 5, 31), scope=CHAIN)
        )

    def test_ratio_most_specific_wins(self):
        targets = [month(5, 25, COMPANY), month(5, 30, TEAM), month(5, 20, ALL)]
        args = (targets, date(2026, 5, 1), date(2026, 5, 31))
        self.assertEqual(self._resolve(*args, scope=CHAIN, additive=False), 30)
        self.assertEqual(self._resolve(*args, scope=[COMPANY, ALL], additive=False), 25)
        self.assertEqual(self._resolve(*args, scope=[("company", 2), ALL], additive=False), 20)

    def test_ratio_is_never_distributed(self):
        self.assertEqual(
            self._resolve([self.year], date(2026, 2, 1), date(2026, 2, 28), additive=False), 261
        )
        quarter = (date(2026, 1, 1), date(2026, 3, 31))
        equal = [month(1, 25), month(2, 25), month(3, 25)]
        self.assertEqual(self._resolve(equal, *quarter, additive=False), 25)
        unequal = [month(1, 25), month(2, 25), month(3, 30), Target(ALL, *quarter, 20, 10)]
        self.assertIsNone(self._resolve(unequal, *quarter, scope=[TEAM, ALL], additive=False))
        self.assertIsNone(self._resolve(equal[:2], *quarter, additive=False))

    def test_pace(self):
        args = (210.0, date(2026, 11, 1), date(2026, 11, 30))
        self.assertAlmostEqual(pace(*args, date(2026, 11, 23), True, self.days), 160)
        self.assertEqual(pace(*args, date(2026, 11, 30), True, self.days), 210)
        self.assertEqual(pace(*args, date(2027, 1, 1), True, self.days), 210)
        self.assertEqual(pace(*args, date(2026, 10, 31), True, self.days), 0)
        self.assertEqual(pace(*args, date(2026, 11, 1), True, self.days), 0, "a Sunday")
        self.assertEqual(pace(*args, date(2026, 11, 23), False, self.days), 210)

    def test_combine(self):
        self.assertEqual(combine([Resolved(1, 5), Resolved(2, 5)], True), Resolved(3, 5))
        self.assertEqual(combine([Resolved(2, 5), Resolved(2, 5)], False), Resolved(2, 5))
        self.assertIsNone(combine([Resolved(1, 5), Resolved(2, 5)], False))
        self.assertIsNone(combine([Resolved(1, 5), None], True))
        self.assertIsNone(combine([], True))
