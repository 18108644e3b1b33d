# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..kpi.nullable import NullableFloat
from .offer_common import OfferCase, utc


@tagged("post_install", "-at_install")
class TestOfferDurations(OfferCase):
    def test_days_and_working_hours(self):
        """Friday 12:00 to Monday 14:00 in Berlin: 3.08 days, 4 + 5 working hours (winter)."""
        lead = self.opportunity("2026-01-09 11:00")
        order = self.quotation("2026-01-09 11:00", opportunity=lead)
        self.at("2026-01-12 13:00", order.action_quotation_sent)
        expected_hours = self.company.resource_calendar_id.get_work_hours_count(
            utc("2026-01-09 11:00"), utc("2026-01-12 13:00"), compute_leaves=False
        )
        self.assertAlmostEqual(order.days_draft_to_sent, 3 + 2 / 24)
        self.assertGreater(order.work_hours_draft_to_sent, 0)
        self.assertAlmostEqual(order.days_request_to_offer, 3 + 2 / 24)
        self.assertAlmostEqual(order.work_hours_request_to_offer, order.work_hours_draft_to_sent)
        self.assertLess(order.work_hours_draft_to_sent, 24)
        self.assertGreater(expected_hours, 0)
        self.assertDatabaseNull(order, "days_sent_to_decision", "work_hours_sent_to_decision")
        self.at("2026-01-13 13:00", order.action_confirm)
        self.assertAlmostEqual(order.days_sent_to_decision, 1.0)
        self.assertAlmostEqual(order.work_hours_sent_to_decision, 8.0)

    def test_open_cases_are_null_and_not_counted(self):
        done = self.quotation("2026-01-12 08:00")
        self.at("2026-01-13 08:00", done.action_quotation_sent)
        at_once = self.quotation("2026-01-12 08:00")
        self.at("2026-01-12 08:00", at_once.action_quotation_sent)
        draft = self.quotation("2026-01-12 08:00")
        orders = done | at_once | draft
        steps = [name for pair in orders._kpi_duration_fields() for name in pair]
        self.assertDatabaseNull(draft, *steps)
        ((average, number),) = self.env["sale.order"]._read_group(
            [("id", "in", orders.ids)], [], ["days_draft_to_sent:avg", "__count"]
        )
        self.assertEqual(number, 3)
        self.assertAlmostEqual(average, 0.5)

    def test_empty_and_zero_are_different_values(self):
        order = self.quotation("2026-01-12 08:00")
        at_once = self.quotation("2026-01-12 08:00")
        self.at("2026-01-12 08:00", at_once.action_quotation_sent)
        field = order._fields["days_draft_to_sent"]
        self.assertIsInstance(field, NullableFloat)
        self.assertIs(order.days_draft_to_sent, False)
        self.assertEqual(order.read(["days_draft_to_sent"])[0]["days_draft_to_sent"], False)
        self.assertEqual(order.export_data(["days_draft_to_sent"])["datas"], [[""]])
        self.assertEqual(at_once.export_data(["days_draft_to_sent"])["datas"], [[0.0]])
        both = order | at_once
        for domain, expected in (
            ([("days_draft_to_sent", "=", 0)], at_once),
            ([("days_draft_to_sent", "=", False)], order),
            ([("days_draft_to_sent", "!=", False)], at_once),
            ([("days_draft_to_sent", "<", 1)], at_once),
            ([("days_draft_to_sent", ">=", 0)], at_once),
        ):
            found = self.env["sale.order"].search([("id", "in", both.ids), *domain])
            self.assertEqual(found, expected, domain)
            if domain[0][1] in ("=", "!="):
                self.assertEqual(both.filtered_domain(domain), expected, domain)

    def test_a_step_that_ends_before_it_starts_was_not_measured(self):
        order = self.quotation("2026-03-09 08:00", state="sent", date_order="2025-11-03 10:00:00")
        self.assertDatabaseNull(order, "days_draft_to_sent", "work_hours_draft_to_sent")


@tagged("post_install", "-at_install")
class TestOfferInvoicing(AccountTestInvoicingCommon, OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.product.invoice_policy = "order"

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    def _ordered(self):
        order = self.quotation("2026-03-02 08:00", quantity=4)
        self.at("2026-03-03 09:00", order.action_confirm)
        return order

    def _invoice(self, order, moment):
        return self.at(moment, order._create_invoices)

    def _post(self, invoice, day):
        invoice.invoice_date = day
        self.at(f"{day} 12:00", invoice.action_post)

    def test_draft_posted_cancelled(self):
        order = self._ordered()
        invoice = self._invoice(order, "2026-03-05 08:00")
        self.assertFalse(order.first_invoiced_on)
        self._post(invoice, "2026-03-06")
        self.assertEqual(str(order.first_invoiced_on), "2026-03-06")
        self.assertAlmostEqual(order.days_decision_to_invoice, 3.0)
        self.assertAlmostEqual(order.work_hours_decision_to_invoice, 24.0)
        self.at("2026-03-07 08:00", invoice.button_draft)
        self.assertFalse(order.first_invoiced_on)
        self.assertDatabaseNull(order, "days_decision_to_invoice")
        self.at("2026-03-07 09:00", invoice.button_cancel)
        self.assertFalse(order.first_invoiced_on)

    def test_across_daylight_saving(self):
        order = self.quotation("2026-03-27 08:00")
        self.at("2026-03-27 09:00", order.action_confirm)
        self._post(self._invoice(order, "2026-03-30 08:00"), "2026-03-30")
        # three days on the clock of Berlin, of which one has only 23 hours
        self.assertAlmostEqual(order.days_decision_to_invoice, 3 - 1 / 24)
        self.assertAlmostEqual(order.work_hours_decision_to_invoice, 8.0)

    def test_first_of_several_and_credit_note(self):
        order = self._ordered()
        first = self._invoice(order, "2026-03-05 08:00")
        first.invoice_line_ids.quantity = 1
        self._post(first, "2026-03-10")
        second = self._invoice(order, "2026-03-05 08:00")
        self._post(second, "2026-03-08")
        self.assertEqual(str(order.first_invoiced_on), "2026-03-08")
        refund = self.at(
            "2026-03-11 08:00",
            second._reverse_moves,
            [{"invoice_date": "2026-03-04", "date": "2026-03-04"}],
            cancel=True,
        )
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(str(order.first_invoiced_on), "2026-03-08")

    def test_dated_back_took_no_time(self):
        order = self._ordered()
        self._post(self._invoice(order, "2026-03-05 08:00"), "2026-03-01")
        self.assertEqual(order.days_decision_to_invoice, 0.0)
        self.assertEqual(order.work_hours_decision_to_invoice, 0.0)

    def test_revenue_from_new_customers(self):
        order = self._ordered()
        days = {"2026-03-02": False, "2026-03-03": True, "2027-03-02": True, "2027-03-03": False}
        invoices = {
            day: self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": day,
                    "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 10.0})],
                }
            )
            for day in days
        }
        for day, expected in days.items():
            self.assertIs(invoices[day].is_new_customer_revenue, expected, day)
        earlier = self.quotation("2026-02-10 08:00")
        self.at("2026-02-11 09:00", earlier.action_confirm)
        self.assertFalse(order.is_first_order)
        self.assertTrue(invoices["2026-03-02"].is_new_customer_revenue)
        self.assertFalse(invoices["2027-03-02"].is_new_customer_revenue)
        self.at("2026-02-12 09:00", earlier._action_cancel)
        self.assertFalse(invoices["2026-03-02"].is_new_customer_revenue)
        self.assertTrue(invoices["2027-03-02"].is_new_customer_revenue)
