# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOfferAmounts(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.env["res.currency"].create(
            {
                "name": "XTC",
                "symbol": "¤",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 2.0}),
                    Command.create({"name": "2026-03-01", "rate": 4.0}),
                ],
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": cls.foreign.id}
        )

    def test_company_currency_at_the_rate_of_the_order(self):
        order = self.quotation(
            "2026-02-02 08:00", pricelist_id=self.pricelist.id, date_order="2026-02-02 08:00:00"
        )
        self.assertEqual(order.currency_id, self.foreign)
        self.assertEqual(order.amount_untaxed, 100.0)
        self.assertEqual(order.amount_untaxed_company, 50.0)
        self.assertEqual(order.company_currency_id, self.company.currency_id)
        self.at("2026-03-02 08:00", order.action_confirm)
        self.assertEqual(order.amount_untaxed_company, 25.0)
        self.foreign.rate_ids[0].copy({"name": "2026-04-01", "rate": 10.0})
        self.env.flush_all()
        self.assertEqual(order.amount_untaxed_company, 25.0)

    def test_discounts(self):
        order = self.quotation("2026-02-02 08:00", quantity=2)
        self.assertEqual(order.amount_list_company, 200.0)
        self.assertEqual(order.amount_discount_company, 0.0)
        order.order_line.discount = 25
        self.assertEqual(order.amount_list_company, 200.0)
        self.assertEqual(order.amount_discount_company, 50.0)
        # the discount on the whole order is a line of its own in stock
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "amount", "discount_amount": 30.0}
        )
        wizard.action_apply_discount()
        self.assertEqual(order.amount_untaxed_company, 120.0)
        self.assertEqual(order.amount_list_company, 200.0)
        self.assertEqual(order.amount_discount_company, 80.0)

    def test_free_goods_with_taxes_in_the_price(self):
        tax = self.env["account.tax"].create(
            {"name": "19 % incl.", "amount": 19, "price_include_override": "tax_included"}
        )
        order = self.quotation("2026-02-02 08:00")
        order.order_line.write({"price_unit": 119.0, "tax_ids": [Command.set(tax.ids)]})
        self.assertEqual(order.amount_list_company, 100.0)
        order.order_line.discount = 100
        self.assertEqual(order.amount_untaxed_company, 0.0)
        self.assertEqual(order.amount_list_company, 100.0)
        self.assertEqual(order.amount_discount_company, 100.0)

    def test_notes_and_sections_have_no_value(self):
        order = self.quotation("2026-02-02 08:00")
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "Thank you"}),
            Command.create({"display_type": "line_section", "name": "Work"}),
        ]
        self.assertEqual(order.amount_list_company, 100.0)
