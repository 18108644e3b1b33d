# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date
from fractions import Fraction
from itertools import product

from odoo.tests import BaseCase, tagged

from ..tools.cancellations import Entry, counted_values
from ..tools.lifecycle import SilenceRule, customer_spans
from ..tools.risk import is_falling, warning_day


@tagged("post_install", "-at_install")
class TestCountedValues(BaseCase):
    """No money counts twice."""

    def _counted(self, *entries):
        return counted_values([Entry(*entry) for entry in entries])

    def test_alone_each_counts_in_full(self):
        for kind, line in (("order", None), ("part", 1), ("credit", 1)):
            self.assertEqual(self._counted((kind, line, 100)), [100])

    def test_a_quotation_was_never_an_order(self):
        self.assertEqual(self._counted(("quotation", None, 100)), [0])

    def test_part_and_its_credit_note_count_once_at_the_credit_note(self):
        self.assertEqual(self._counted(("part", 1, 60), ("credit", 1, 60)), [0, 60])
        self.assertEqual(self._counted(("credit", 1, 60), ("part", 1, 60)), [60, 0])
        self.assertEqual(self._counted(("part", 1, 60), ("credit", 1, 20)), [40, 20])
        self.assertEqual(self._counted(("part", 1, 60), ("credit", 2, 60)), [60, 60])

    def test_the_oldest_part_is_covered_first(self):
        self.assertEqual(
            self._counted(("part", 1, 10), ("part", 1, 10), ("credit", 1, 15)), [0, 5, 15]
        )

    def test_order_counts_what_no_credit_note_gave_back(self):
        self.assertEqual(self._counted(("credit", 1, 30), ("order", None, 100)), [30, 70])
        self.assertEqual(self._counted(("order", None, 100), ("credit", 1, 130)), [0, 130])

    def test_a_credit_note_of_a_part_leaves_the_order_alone(self):
        # 120 ordered, 20 taken back and credited, the remaining 100 cancelled
        self.assertEqual(
            self._counted(("part", 1, 20), ("credit", 1, 20), ("order", None, 100)), [0, 20, 100]
        )

    def test_discount_lines_of_credit_notes(self):
        # goods of 100 less a discount of 10 credited, then the order of 90 cancelled
        self.assertEqual(
            self._counted(("credit", 1, 100), ("credit", 2, -10), ("order", None, 90)),
            [100, -10, 0],
        )

    def test_taken_up_again_and_corrections(self):
        entries = [
            Entry("order", None, 100, undone=1.0),
            Entry("part", 1, 80, undone=0.25),
            Entry("part", 2, 50, void=True),
            Entry("credit", 1, 10, void=True),
        ]
        self.assertEqual(counted_values(entries), [0, 60, 0, 0])

    def test_random_entries_keep_the_invariants(self):
        dice = random.Random(5)
        for _case in range(500):
            entries = [
                Entry(
                    dice.choice(("order", "part", "part", "credit", "credit", "quotation")),
                    dice.randrange(1, 4),
                    dice.randrange(0, 200),
                    undone=dice.choice((0.0, 0.0, 0.5, 1.0)),
                    void=dice.random() < 0.1,
                )
                for _entry in range(dice.randrange(1, 9))
            ]
            counted = counted_values(entries)
            for entry, value in zip(entries, counted, strict=True):
                self.assertGreaterEqual(value, -1e-9)
                self.assertLessEqual(value, entry.rest + 1e-9)
            credits = sum(entry.rest for entry in entries if entry.kind == "credit")
            others = sum(entry.rest for entry in entries if entry.kind in ("part", "order"))
            total = sum(counted)
            # between "all of it is the same money" and "none of it is"
            self.assertGreaterEqual(total + 1e-9, max(credits, others))
            self.assertLessEqual(total, credits + others + 1e-9)


@tagged("post_install", "-at_install")
class TestRiskRules(BaseCase):
    def _chance(self, now, before):
        """Probability of so few in the later half, by looking at every possible order."""
        total = now + before
        few = sum(1 for halves in product((0, 1), repeat=total) if sum(halves) <= now)
        return Fraction(few, 2**total)

    def test_falling_is_beyond_chance(self):
        for now in range(6):
            for before in range(9):
                expected = now < before and self._chance(now, before) <= Fraction(5, 100)
                self.assertEqual(is_falling(now, before), expected, (now, before))

    def test_five_orders_are_the_least(self):
        self.assertFalse(is_falling(0, 4))
        self.assertTrue(is_falling(0, 5))

    def test_warning_at_two_thirds(self):
        first = date(2026, 1, 1)
        self.assertEqual(warning_day(first, 90), date(2026, 3, 2))
        self.assertEqual(warning_day(first, 91), date(2026, 3, 3))  # 60.67 days: on the 61st
        self.assertEqual(warning_day(first, 1), date(2026, 1, 2))


@tagged("post_install", "-at_install")
class TestPardons(BaseCase):
    """A silence found to be no loss."""

    rule = SilenceRule(factor=3, min_days=30, default_days=365)
    purchases = [date(2025, 1, 1), date(2025, 1, 21), date(2025, 2, 10)]  # every 20 days

    def _lost(self, today, pardons, purchases=None, ends=()):
        spans = customer_spans(purchases or self.purchases, ends, self.rule, today, pardons)
        return [(span.lost_on, span.lost_kind) for span in spans]

    def test_what_is_remembered(self):
        [span] = customer_spans(self.purchases, (), self.rule, date(2025, 2, 11))
        self.assertEqual((span.rhythm, span.gap_count, span.limit), (20, 2, 60))
        self.assertEqual(span.silent_on, date(2025, 4, 12))

    def test_not_lost_until_the_day_after(self):
        pardon = [(date(2025, 5, 1), date(2025, 6, 30))]
        self.assertEqual(self._lost(date(2025, 6, 30), pardon), [(None, None)])
        self.assertEqual(self._lost(date(2025, 7, 1), pardon), [(date(2025, 7, 1), "silent")])

    def test_used_up_by_the_next_order(self):
        pardon = [(date(2025, 5, 1), date(2026, 12, 31))]
        bought = [*self.purchases, date(2025, 6, 1)]
        # 20, 20 and 111 days: the usual distance stays 20
        self.assertEqual(
            self._lost(date(2025, 12, 31), pardon, bought), [(date(2025, 8, 1), "silent")]
        )

    def test_decided_and_ordered_on_the_same_day(self):
        pardon = [(date(2025, 6, 1), date(2026, 12, 31))]
        bought = [*self.purchases, date(2025, 6, 1)]
        self.assertEqual(self._lost(date(2025, 6, 2), pardon, bought), [(None, None)])
        self.assertEqual(
            self._lost(date(2025, 12, 31), pardon, bought), [(date(2025, 8, 1), "silent")]
        )

    def test_an_end_within_the_time_counts(self):
        pardon = [(date(2025, 5, 1), date(2025, 6, 30))]
        self.assertEqual(
            self._lost(date(2025, 12, 31), pardon, ends=[date(2025, 5, 20)]),
            [(date(2025, 5, 20), "ended")],
        )

    def test_a_pardon_shorter_than_the_limit_changes_nothing(self):
        pardon = [(date(2025, 2, 20), date(2025, 3, 1))]
        self.assertEqual(self._lost(date(2025, 12, 31), pardon), [(date(2025, 4, 12), "silent")])
