# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

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
class TestCustomerLifecycle(ComplaintCase, CronMixinCase):
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

    # ------------------------------------------------------------------
    # What else changes a customer's life
    # ------------------------------------------------------------------
    def test_later_changes_of_an_order(self):
        order = self._buy("2025-01-10 09:00", price=100)
        row = self._rows()
        order.order_line.price_unit = 150
        self.env.flush_all()
        self.assertEqual(self._rows().revenue_12m, 150)
        order.write({"user_id": self.colleague.id, "team_id": False})
        self.env.flush_all()
        self.assertEqual((row.user_id, row.team_id.id), (self.colleague, order.team_id.id))

    def test_quotations_do_not_touch_the_rows(self):
        self._buy("2025-01-10 09:00")
        lifecycles = type(self.env["crm.customer.lifecycle"])
        order = self._order(confirm=False, price=20)
        self.env.flush_all()
        with patch.object(lifecycles, "_refresh") as refresh:
            order.order_line.price_unit = 30
            order.user_id = self.colleague
            self.env.flush_all()
        refresh.assert_not_called()

    def test_two_currencies_in_one_year(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "company_id": self.company.id, "name": day, "rate": rate}
                for day, rate in (("2025-01-01", 1.25), ("2025-06-01", 2.0))
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        with freeze_time(at("2025-03-01 09:00")):
            self._order(price=100, pricelist_id=pricelist.id)  # 80 EUR
        with freeze_time(at("2025-07-01 09:00")):
            self._order(price=100, pricelist_id=pricelist.id)  # 50 EUR
        self._buy("2025-08-01 09:00", price=7)
        self.assertAlmostEqual(self._rows().revenue_12m, 80 + 50 + 7)
        with freeze_time(at("2025-09-01 09:00")):
            end = self.env["crm.customer.end"].create(
                {
                    "partner_id": self.customer.id,
                    "reason_id": self.env.ref("crm_complaints.end_reason_price").id,
                }
            )
        self.assertAlmostEqual(end.revenue_12m, 80 + 50 + 7)
        end.ended_on = "2026-07-15"  # the first two are older than twelve months
        self.assertAlmostEqual(end.revenue_12m, 7)

    def test_contact_moves_to_another_company(self):
        self._buy("2025-01-10 09:00", partner=self.contact)
        self._buy("2025-02-10 09:00", partner=self.other_customer)
        self.contact.parent_id = self.other_customer
        self.env.flush_all()
        self.assertFalse(self._rows())
        rows = self._rows(self.other_customer)
        self.assertEqual((rows.active_from, rows.purchase_count), (date(2025, 1, 10), 2))

    def test_merged_customers(self):
        reason = self.env.ref("crm_complaints.end_reason_price")
        twin = self.env["res.partner"].create(
            {"name": "Kunde Aktiengesellschaft", "is_company": True}
        )
        self._buy("2025-01-10 09:00")
        self._buy("2025-01-10 10:00", partner=twin)
        self._buy("2025-03-10 09:00", partner=twin)
        for partner, day in (
            (self.customer, "2025-06-01"),
            (twin, "2025-06-01"),
            (twin, "2025-07-01"),
        ):
            self.env["crm.customer.end"].create(
                {"partner_id": partner.id, "ended_on": day, "reason_id": reason.id}
            )
        first = self._complaint(received_on=at("2025-02-01 09:00"))
        second = self._complaint(received_on=at("2025-05-01 09:00"), partner_id=twin.id)
        self.assertFalse(first.is_repeat or second.is_repeat)
        self._merge(twin, self.customer)
        row = self._rows()
        self.assertEqual((row.active_from, row.purchase_count), (date(2025, 1, 10), 2))
        self.assertEqual(row.lost_on, date(2025, 6, 1))
        ends = self.env["crm.customer.end"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual([str(day) for day in sorted(ends.mapped("ended_on"))],
                         ["2025-06-01", "2025-07-01"])  # fmt: skip
        self.assertEqual((first | second).commercial_partner_id, self.customer)
        self.assertTrue(second.is_repeat, "one customer, two complaints")

    def test_merged_contacts_take_complaints_and_orders_along(self):
        contact = self.env["res.partner"].create(
            {"name": "Karla K.", "parent_id": self.other_customer.id}
        )
        self._buy("2025-01-10 09:00", partner=contact)
        complaint = self._complaint(partner_id=contact.id)
        self._merge(contact, self.contact)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
        self.assertEqual(self._rows().active_from, date(2025, 1, 10))
        self.assertFalse(self._rows(self.other_customer))

    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(source.exists())

    def test_deleted_orders_and_customers(self):
        order = self._buy("2025-01-10 09:00")
        with freeze_time(at("2025-01-11 09:00")):
            order.action_cancel()
        order.unlink()
        self.env.flush_all()
        self.assertFalse(self._rows())
        end = self.env["crm.customer.end"].create(
            {
                "partner_id": self.other_customer.id,
                "reason_id": self.env.ref("crm_complaints.end_reason_price").id,
            }
        )
        self.other_customer.unlink()
        self.env.flush_all()
        self.assertFalse(end.exists())

    def test_archived_company_keeps_its_rows(self):
        other = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= other
        order = self._buy("2025-01-10 09:00")
        order.copy()
        with freeze_time(at("2025-02-01 09:00")):
            self.env["sale.order"].with_company(other).create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [(0, 0, {"product_id": self.product.id})],
                }
            ).action_confirm()
            self.env.flush_all()
        other.active = False
        before = self._rows().read(["company_id", "active_from", "lost_on"])
        self.assertEqual(len(before), 2)
        self._buy("2025-03-10 09:00")
        self._refresh("2025-03-11 09:00")
        self.assertEqual(self._rows().read(["company_id", "active_from", "lost_on"]), before)

    def test_moved_to_another_company(self):
        other = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= other
        with freeze_time(at("2025-01-10 09:00")):
            order = self.env["sale.order"].create(
                {"partner_id": self.customer.id, "company_id": self.company.id}
            )
            order.pricelist_id = False
            order.action_confirm()
        self.assertEqual(self._rows().company_id, self.company)
        order.write({"company_id": other.id, "team_id": False})
        self.assertEqual(self._rows().company_id, other)

    def test_new_rule_of_the_company_is_applied_soon(self):
        self._buy("2025-01-10 09:00")
        with self.capture_triggers("crm_complaints.cron_refresh_lifecycle") as captured:
            self.company.churn_default_days = 30
        self.assertEqual(len(captured.records), 1)
        with self.capture_triggers("crm_complaints.cron_refresh_lifecycle") as captured:
            self.company.write({"churn_default_days": 30, "name": "Neuer Name"})
        self.assertFalse(captured.records)

    def test_company_sees_only_its_own(self):
        """A second company's manager finds nothing of the first one."""
        second = self._new_company("Zweite GmbH")
        stranger = self._new_user("stranger_life", "sales_team.group_sale_manager")
        stranger.write({"company_ids": [(6, 0, second.ids)], "company_id": second.id})
        self._buy("2025-01-10 09:00")
        lifecycles = self.env["crm.customer.lifecycle"].with_user(stranger)
        lifecycles = lifecycles.with_context(allowed_company_ids=second.ids)
        self.assertFalse(lifecycles.search([]))
