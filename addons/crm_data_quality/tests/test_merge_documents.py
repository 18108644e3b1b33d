# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest

from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeDocuments(MergeCase):
    """Orders and booked invoices; runs where Sales and Invoicing are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sale.order" not in cls.env or "account.move" not in cls.env:
            raise unittest.SkipTest("needs Sales and Invoicing")
        cls.product = cls.env["product.product"].create({"name": "Ziegel", "list_price": 100.0})
        cls.master = cls.customer(name="Bau GmbH", is_company=True)
        cls.other = cls.customer(name="Bau", is_company=True)
        cls.contact = cls.customer(name="Karl", parent_id=cls.other.id)

    def order(self, partner, confirm=True):
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "price_unit": 100.0})],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def invoice(self, partner, post=True):
        journal = self.env["account.journal"].search([("type", "=", "sale")], limit=1)
        if not journal:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=self.env.company, install_demo=False
            )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    (0, 0, {"product_id": self.product.id, "price_unit": 100.0, "tax_ids": []})
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def test_row_by_row(self):
        mine, yours = self.order(self.master), self.order(self.other)
        of_contact = self.order(self.contact)
        draft, posted = self.invoice(self.other, post=False), self.invoice(self.other)
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(self.master, self.other)
        self.assertEqual((mine | yours).partner_id, self.master)
        self.assertEqual(yours.partner_invoice_id, self.master)
        self.assertEqual(yours.order_line.order_partner_id, self.master)
        self.assertEqual(of_contact.partner_id, self.contact)
        self.assertEqual(draft.partner_id, self.master)
        self.assertEqual(draft.commercial_partner_id, self.master)
        self.assertEqual(draft.line_ids.partner_id, self.master)
        self.assertEqual(posted.partner_id, self.other)
        self.assertEqual(posted.line_ids.partner_id, self.other)
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def test_figures_that_follow(self):
        """What is summed up over a customer's orders is right after the merge and its undo."""
        if "purchase_count" not in self.env["res.partner"]._fields:
            self.skipTest("needs the KPIs")
        mine, yours = self.order(self.master), self.order(self.other)
        of_contact = self.order(self.contact)
        orders = mine | yours | of_contact
        self.env.flush_all()
        self.assertEqual((self.master.purchase_count, self.other.purchase_count), (1, 2))
        merge = self.merge(self.master, self.other)
        self.assertEqual(orders.commercial_partner_id, self.master)
        self.assertEqual((self.master.purchase_count, self.other.purchase_count), (3, 0))
        self.assertEqual(len(orders.filtered("is_first_order")), 1)
        self.undo(merge)
        self.assertEqual((self.master.purchase_count, self.other.purchase_count), (1, 2))
        self.assertEqual(len(orders.filtered("is_first_order")), 2)

    def test_contact_into_contact_of_another_company(self):
        """The orders belong to the other company afterwards, whoever ordered."""
        target = self.customer(name="Karl", parent_id=self.master.id)
        order = self.order(self.contact)
        move = self.invoice(self.contact, post=False)
        self.merge(target, self.contact)
        self.assertEqual((order.partner_id, move.partner_id), (target, target))
        self.assertEqual(move.commercial_partner_id, self.master)
        if "commercial_partner_id" in order._fields:
            self.assertEqual(order.commercial_partner_id, self.master)

    def test_booked_invoices_move_where_the_company_says_so(self):
        posted, sealed = self.invoice(self.other), self.invoice(self.other)
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = 'x' WHERE id = %s", [sealed.id]
        )
        self.env.invalidate_all()
        preview = self.merges._preview(
            self.master.with_user(self.manager), self.other.with_user(self.manager)
        )
        if self.manager.has_group("account.group_account_readonly"):
            self.assertEqual(preview["records"][1]["staying"], 2)
        self.env.company.merge_moves_booked = True
        before = self.tables()
        merge = self.merge(self.master, self.other)
        self.assertEqual(posted.partner_id, self.master)
        self.assertEqual(posted.line_ids.partner_id, self.master)
        self.assertEqual(sealed.partner_id, self.other)
        self.assertEqual(sealed.line_ids.partner_id, self.other)
        self.undo(merge)
        self.assert_restored(before)

    def test_preview_says_what_stays(self):
        self.invoice(self.other)
        accountant = self.env.ref("account.group_account_invoice")
        self.manager.group_ids |= accountant
        preview = self.merges._preview(
            self.master.with_user(self.manager), self.other.with_user(self.manager)
        )
        self.assertEqual([record["staying"] for record in preview["records"]], [0, 1])

    def test_end_of_a_relationship(self):
        """An end recorded for both on the same day stays once; the undo brings both back."""
        if "crm.customer.end" not in self.env:
            self.skipTest("needs the complaints")
        reason = self.env["crm.customer.end.reason"].search([], limit=1)
        ends = self.env["crm.customer.end"].create(
            [
                {"partner_id": partner.id, "ended_on": day, "reason_id": reason.id}
                for partner, day in (
                    (self.master, "2026-06-01"),
                    (self.other, "2026-06-01"),
                    (self.other, "2026-07-01"),
                )
            ]
        )
        self.env.flush_all()
        before = self.tables()
        merge = self.merge(self.master, self.other)
        self.assertEqual(ends.exists(), ends[0] | ends[2])
        self.assertEqual(ends.exists().partner_id, self.master)
        self.undo(merge)
        self.assert_restored(before)
