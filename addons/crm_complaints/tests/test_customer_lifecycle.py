# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from ..tools.lifecycle import SilenceRule, customer_spans
from .common import ComplaintCase, at

RULE = SilenceRule(factor=3, min_days=30, default_days=365)


def day(number):
    return date(2025, 1, 1) + timedelta(days=number)


@tagged("post_install", "-at_install")
class TestCustomerSpans(BaseCase):
    """Active, lost, won back: the plain rule."""

    def _spans(self, purchases, today, ends=()):
        return [
            (span.active_from, span.lost_on, span.lost_kind, span.won_back_on, span.won_back)
            for span in customer_spans(
                [day(n) for n in purchases], [day(n) for n in ends], RULE, day(today)
            )
        ]

    def test_no_purchase_no_life(self):
        self.assertEqual(self._spans([], 100, ends=[5]), [])

    def test_few_orders_use_the_default(self):
        self.assertEqual(self._spans([0], 365), [(day(0), None, None, None, False)])
        self.assertEqual(self._spans([0], 366), [(day(0), day(366), "silent", None, False)])

    def test_own_rhythm(self):
        # Every 20 days: lost after 60 days of silence, on the 61st.
        self.assertEqual(self._spans([0, 20, 40], 100)[0][1], None)
        self.assertEqual(self._spans([0, 20, 40], 101)[0][1:3], (day(101), "silent"))

    def test_no_rhythm_is_shorter_than_the_minimum(self):
        self.assertEqual(self._spans([0, 1, 2], 32)[0][1], None)
        self.assertEqual(self._spans([0, 1, 2], 33)[0][1], day(33))

    def test_lost_and_won_back(self):
        self.assertEqual(
            self._spans([0, 20, 40, 200, 210], 215),
            [
                (day(0), day(101), "silent", day(200), False),
                (day(200), None, None, None, True),
            ],
        )

    def test_silence_is_judged_by_what_was_known_then(self):
        # A later slow rhythm does not undo the loss of the past.
        spans = self._spans([0, 20, 40, 200, 400, 600, 800], 810)
        self.assertEqual(spans[0][1], day(101))

    def test_ended_relationship(self):
        self.assertEqual(self._spans([0, 20, 40], 60, ends=[50])[0][1:3], (day(50), "ended"))
        self.assertEqual(self._spans([0, 20, 40], 49, ends=[50])[0][1], None)

    def test_end_after_the_silence_counts_once(self):
        self.assertEqual(
            self._spans([0, 20, 40], 300, ends=[150]),
            [(day(0), day(101), "silent", None, False)],
        )

    def test_end_and_return(self):
        self.assertEqual(
            self._spans([0, 20, 60], 70, ends=[30]),
            [(day(0), day(30), "ended", day(60), False), (day(60), None, None, None, True)],
        )


@tagged("post_install", "-at_install")
class TestCustomerLifecycle(ComplaintCase):
    """The stored rows follow orders, ends and time."""

    def _rows(self, partner=None):
        return self.env["crm.customer.lifecycle"].search(
            [("partner_id", "=", (partner or self.customer).id)], order="active_from"
        )

    def _buy(self, moment, partner=None, price=100.0):
        with freeze_time(at(moment)):
            order = self._order(partner=partner, price=price)
            self.env.flush_all()  # as at the end of a request
            return order

    def _refresh(self, moment):
        with freeze_time(at(moment)):
            self.env["crm.customer.lifecycle"]._cron_refresh()

    def test_first_order_starts_a_life(self):
        order = self._buy("2025-01-10 23:30", partner=self.contact)
        row = self._rows()
        self.assertEqual(row.active_from, date(2025, 1, 10))
        self.assertEqual((row.user_id, row.team_id), (self.seller, self.team))
        self.assertEqual(row.revenue_12m, 100)
        with freeze_time(at("2025-01-11 08:00")):
            order.action_cancel()
        self.assertFalse(self._rows())

    def test_quotations_start_nothing(self):
        self._order(confirm=False)
        self.assertFalse(self._rows())

    def test_silence_and_return(self):
        for moment, price in (("2024-01-10 09:00", 50), ("2025-01-02 09:00", 70)):
            self._buy(moment, price=price)
        row = self._rows()
        self._refresh("2026-01-02 09:00")  # 365 days later
        self.assertFalse(row.lost_on)
        self._refresh("2026-01-03 00:30")
        self.assertEqual((row.lost_on, row.lost_kind), (date(2026, 1, 3), "silent"))
        self.assertEqual(row.revenue_12m, 120)
        self._buy("2026-02-01 09:00", partner=self.contact, price=30)
        self.assertEqual(row.won_back_on, date(2026, 2, 1))
        again = self._rows() - row
        self.assertEqual((again.active_from, again.is_won_back), (date(2026, 2, 1), True))
        self.assertTrue(row.exists(), "rows keep their id")

    def test_rule_of_the_company(self):
        self.company.churn_default_days = 30
        self._buy("2026-01-10 09:00")
        self._refresh("2026-02-10 09:00")
        self.assertEqual(self._rows().lost_on, date(2026, 2, 10))

    def test_end_of_a_relationship(self):
        self._buy("2025-02-20 09:00", price=999)  # longer ago than 12 months
        self._buy("2026-01-10 09:00", price=250)
        reason = self.env.ref("crm_complaints.end_reason_price")
        with freeze_time(at("2026-03-01 09:00")):
            action = self.contact.with_user(self.seller).action_end_relationship()
            end = (
                self.env["crm.customer.end"]
                .with_user(self.seller)
                .with_context(**action["context"])
                .create({"reason_id": reason.id})
            ).sudo()
        self.assertEqual(end.partner_id, self.customer)
        self.assertEqual(end.ended_on, date(2026, 3, 1))
        self.assertEqual(end.revenue_12m, 250)
        row = self._rows()
        self.assertEqual((row.lost_on, row.lost_kind), (date(2026, 3, 1), "ended"))
        seen = self.customer.with_user(self.seller)
        self.assertEqual(seen.customer_ended_on, date(2026, 3, 1))
        self.assertFalse(seen.can_end_relationship)

        lead_action = end.with_user(self.seller).action_win_back()
        self.assertEqual(end.lead_id.id, lead_action["res_id"])
        self.assertEqual(end.lead_id.partner_id, self.customer)

        self._buy("2026-05-01 09:00")
        self.assertEqual(end.won_back_on, date(2026, 5, 1))
        seen.invalidate_recordset()
        self.assertFalse(seen.customer_ended_on)
        end.unlink()
        self.assertEqual(self._rows().active_from, date(2025, 2, 20))
        self.assertFalse(self._rows().lost_on)

    def test_end_belongs_to_the_whole_company(self):
        with self.assertRaises(ValidationError):
            self.env["crm.customer.end"].create(
                {
                    "partner_id": self.contact.id,
                    "reason_id": self.env.ref("crm_complaints.end_reason_price").id,
                }
            )

    def test_companies_apart(self):
        other = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= other
        self._buy("2025-01-10 09:00")
        with freeze_time(at("2025-02-01 09:00")):
            self.env["sale.order"].with_company(other).create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [(0, 0, {"product_id": self.product.id})],
                }
            ).action_confirm()
        rows = self._rows()
        self.assertEqual(rows.mapped("company_id"), self.company | other)
        self.assertEqual([str(row.active_from) for row in rows], ["2025-01-10", "2025-02-01"])

    def test_refresh_is_idempotent(self):
        self._buy("2025-01-10 09:00")
        self._buy("2025-03-10 09:00", partner=self.other_customer)
        everything = self.env["crm.customer.lifecycle"]
        self._refresh("2026-09-01 09:00")
        before = everything.search([]).read()
        self._refresh("2026-09-01 09:00")
        self.assertEqual(everything.search([]).read(), before)
        self.assertEqual(len(before), len(everything.search([])))
