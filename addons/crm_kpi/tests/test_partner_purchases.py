# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .offer_common import OfferCase, utc


@tagged("post_install", "-at_install")
class TestPartnerPurchases(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create({"name": "Erika", "parent_id": cls.customer.id})
        cls.other_company = cls.env["res.company"].create({"name": "Second"})
        cls.env.user.company_ids |= cls.other_company

    def _bought(self, moment, **values):
        order = self.quotation(moment, **values)
        self.at(moment, order.action_confirm)
        return order

    def test_first_and_last_purchase(self):
        self.assertEqual(self.customer.purchase_count, 0)
        self.quotation("2026-01-02 08:00")
        self.assertFalse(self.customer.first_purchase_on)
        first = self._bought("2026-01-05 08:00", partner=self.contact)
        last = self._bought("2026-02-05 08:00", quantity=3)
        self.assertEqual(self.customer.purchase_count, 2)
        self.assertEqual(self.customer.first_purchase_on, utc("2026-01-05 08:00"))
        self.assertEqual(self.customer.first_purchase_order_id, first)
        self.assertEqual(self.customer.last_purchase_on, utc("2026-02-05 08:00"))
        self.assertEqual(self.customer.last_purchase_order_id, last)
        self.assertEqual(self.customer.last_purchase_amount, 300.0)
        self.assertEqual(self.contact.purchase_count, 0)
        self.at("2026-02-06 08:00", last._action_cancel)
        self.assertEqual(self.customer.last_purchase_order_id, first)
        self.at("2026-02-06 09:00", first._action_cancel)
        self.assertEqual(self.customer.purchase_count, 0)
        self.assertFalse(self.customer.last_purchase_on)
        self.assertFalse(self.customer.first_purchase_order_id)

    def test_rhythm(self):
        self._bought("2026-01-01 08:00")
        self._bought("2026-01-11 08:00")
        self._bought("2026-01-11 09:00")
        self.assertDatabaseNull(self.customer, "purchase_rhythm_days", "purchase_due_on")
        self._bought("2026-01-31 08:00")
        self.assertEqual(self.customer.purchase_rhythm_days, 15.0)
        self.assertEqual(str(self.customer.purchase_due_on), "2026-02-15")
        self._bought("2026-05-01 08:00")
        self.assertEqual(self.customer.purchase_rhythm_days, 20.0)

    def test_first_order_of_each_company(self):
        first = self._bought("2026-01-05 08:00")
        second = self._bought("2026-01-06 08:00", partner=self.contact)
        abroad = self._bought("2026-01-07 08:00", company_id=self.other_company.id)
        again = self._bought("2026-01-08 08:00", company_id=self.other_company.id)
        orders = first | second | abroad | again
        self.assertEqual(orders.filtered("is_first_order"), first | abroad)
        self.assertEqual(abroad.prior_company_ids, self.company)
        self.assertFalse(first.prior_company_ids)
        for companies, expected in (
            (self.company, first),
            (self.other_company, abroad),
            (self.company | self.other_company, first),
        ):
            found = self.env["sale.order"].search(
                [
                    ("id", "in", orders.ids),
                    ("company_id", "in", companies.ids),
                    ("is_first_order", "=", True),
                    ("prior_company_ids", "not in", companies.ids),
                ]
            )
            self.assertEqual(found, expected)

    def test_first_order_moves_on(self):
        first = self._bought("2026-01-05 08:00")
        second = self._bought("2026-01-06 08:00")
        abroad = self._bought("2026-01-07 08:00", company_id=self.other_company.id)
        self.at("2026-01-09 08:00", first._action_cancel)
        self.assertFalse(first.is_first_order)
        self.assertTrue(second.is_first_order)
        self.at("2026-01-10 08:00", second._action_cancel)
        self.assertFalse(abroad.prior_company_ids)
        self.at("2026-01-11 08:00", first.action_draft)
        self.at("2026-01-12 08:00", first.action_confirm)
        self.assertTrue(first.is_first_order)
        self.assertEqual(first.prior_company_ids, self.other_company)
        first.date_order = utc("2026-01-05 08:00")
        self.env.flush_all()
        self.assertFalse(first.prior_company_ids)
        self.assertEqual(abroad.prior_company_ids, self.company)

    def test_first_order_right_after_the_confirmation(self):
        order = self.quotation("2026-01-05 08:00")
        order.action_confirm()
        self.assertTrue(order.is_first_order)

    def test_customer_becomes_part_of_a_company(self):
        person = self.env["res.partner"].create({"name": "Solo"})
        own = self._bought("2026-01-05 08:00", partner=person)
        other = self._bought("2026-01-06 08:00")
        self.assertTrue(own.is_first_order and other.is_first_order)
        self.at("2026-01-07 08:00", person.write, {"parent_id": self.customer.id})
        self.assertEqual(own.commercial_partner_id, self.customer)
        self.assertEqual(self.customer.purchase_count, 2)
        self.assertEqual(person.purchase_count, 0)
        self.assertTrue(own.is_first_order)
        self.assertFalse(other.is_first_order)
        self.at("2026-01-08 08:00", person.write, {"parent_id": False})
        self.assertEqual(self.customer.purchase_count, 1)
        self.assertTrue(other.is_first_order)

    def test_customers_merged(self):
        double = self.env["res.partner"].create({"name": "Muster AG.", "is_company": True})
        own = self._bought("2026-01-06 08:00")
        other = self._bought("2026-01-05 08:00", partner=double)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        self.at("2026-01-07 08:00", wizard._merge, (self.customer | double).ids, self.customer)
        self.assertEqual(other.commercial_partner_id, self.customer)
        self.assertEqual(self.customer.purchase_count, 2)
        self.assertEqual(self.customer.first_purchase_order_id, other)
        self.assertTrue(other.is_first_order)
        self.assertFalse(own.is_first_order)

    def test_win_rate_is_the_one_of_the_viewer(self):
        seller = new_test_user(self.env, "purchases_seller", "sales_team.group_sale_salesman")
        self.assertIs(self.customer.offer_win_rate, False)
        won = self.quotation("2026-01-05 08:00", user_id=seller.id)
        lost = self.quotation("2026-01-05 08:00", user_id=self.env.user.id)
        for order in won | lost:
            self.at("2026-01-06 08:00", order.action_quotation_sent)
        self.at("2026-01-07 08:00", won.action_confirm)
        self.at("2026-01-07 08:00", lost.action_cancel)
        self.customer.invalidate_recordset(["offer_win_rate"])
        self.assertEqual(self.customer.offer_win_rate, 0.5)
        self.assertEqual(self.customer.with_user(seller).offer_win_rate, 1.0)

    def test_figures_are_for_sales_only(self):
        plain = new_test_user(self.env, "purchases_plain", "base.group_user")
        fields = self.customer.with_user(plain).fields_get()
        for name in ("purchase_count", "last_purchase_on", "offer_win_rate"):
            self.assertNotIn(name, fields)
        seller = new_test_user(self.env, "purchases_seller", "sales_team.group_sale_salesman")
        fields = self.customer.with_user(seller).fields_get()
        self.assertIn("last_purchase_on", fields)
        self.assertNotIn("last_purchase_amount", fields)
