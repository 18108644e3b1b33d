# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, tagged

from .cancellation_case import CancellationCase
from .common import at


@tagged("post_install", "-at_install")
class TestCancellationParts(CancellationCase):
    """Quantities taken back and credit notes: each counted, no money twice."""

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------
    def test_quantity_taken_back(self):
        order = self._order_of(10)
        line = order.order_line
        with (
            freeze_time(at("2026-03-31 23:30")),
            Form(order.with_user(self.seller)) as form,
            form.order_line.edit(0) as row,
        ):
            row.product_uom_qty = 7
        [entry] = self._entries(order)
        self.assertEqual((entry.kind, entry.line_id, entry.product_id),
                         ("part", line, self.product))  # fmt: skip
        self.assertEqual((entry.quantity, entry.value, entry.value_company), (3, 30, 30))
        self.assertEqual(entry.cancelled_on, at("2026-03-31 23:30"))
        self.assertEqual(entry.recorded_by_id, self.seller)
        self.assertEqual((entry.reason_id, entry.is_explained), (self.not_given, False))
        seen = order.with_user(self.seller)
        self.assertEqual((seen.cancellation_count, seen.cancellation_unexplained_count), (1, 1))
        entry.with_user(self.seller).write({"reason_id": self.late.id, "cancelled_by": "customer"})
        self.assertEqual(seen.cancellation_unexplained_count, 0)
        self.assertFalse(order.cancellation_reason_id, "the order itself stands")

    def test_discount_counts_and_quotations_do_not(self):
        order = self._order_of(10)
        order.order_line.discount = 20
        order.order_line.product_uom_qty = 5
        self.assertEqual(self._facts(order), [("part", 40, 40)])
        quotation = self._order(confirm=False)
        quotation.order_line.product_uom_qty = 0
        self.assertFalse(self._entries(quotation))

    def test_more_price_or_product_is_no_cancellation(self):
        order = self._order_of(2)
        order.order_line.product_uom_qty = 5
        order.order_line.price_unit = 1
        order.order_line.name = "Another text"
        self.assertFalse(self._entries(order))

    def test_raised_again_takes_it_back_the_latest_first(self):
        order = self._order_of(10)
        line = order.order_line
        for quantity in (8, 5, 6):
            line.product_uom_qty = quantity
        first, second = self._entries(order)
        self.assertEqual((first.value_counted, second.value_counted), (20, 20))
        self.assertEqual((second.quantity_restored, second.reopened_on), (1, False))
        line.product_uom_qty = 12
        self.assertEqual((first.value_counted, second.value_counted), (0, 0))
        self.assertTrue(first.reopened_on and second.reopened_on)
        line.product_uom_qty = 11
        self.assertEqual(sum(self._entries(order).mapped("value_counted")), 10)

    def test_other_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order_of(24)
        order.order_line.write({"product_uom_id": dozen.id, "product_uom_qty": 1})
        [entry] = self._entries(order)
        self.assertEqual((entry.quantity, entry.value), (12, 120))

    def test_removed_line(self):
        """Stock keeps the lines of a confirmed order; other modules may remove them."""
        order = self._order_of(4)
        line = order.order_line
        with self.assertRaisesRegex(Exception, "remove one of its lines"):
            line.unlink()
        self.assertFalse(self._entries(order))
        self.patch(type(line), "_check_line_unlink", lambda lines: lines.browse())
        line.unlink()
        [entry] = self._entries(order)
        self.assertEqual((entry.line_id.id, entry.product_id, entry.quantity, entry.value),
                         (False, self.product, 4, 40))  # fmt: skip

    def test_discount_lines_and_down_payments_are_no_goods(self):
        order = self._order_of(1, price=100)
        discount, payment = self.env["sale.order.line"].create(
            [
                {"order_id": order.id, "product_id": self.product.id, "price_unit": -10},
                {"order_id": order.id, "name": "Down payment", "is_downpayment": True,
                 "product_uom_qty": 1, "price_unit": 30},
            ]
        )  # fmt: skip
        discount.product_uom_qty = 0
        payment.product_uom_qty = 0
        self.assertFalse(self._entries(order))

    def test_followup_of_a_part(self):
        order = self._order_of(2)
        order.order_line.product_uom_qty = 1
        [entry] = self._entries(order)
        entry.with_user(self.seller).write({"recoverable": True, "followup_on": "2027-01-05"})
        self.assertEqual(
            entry.activity_ids.mapped(lambda a: (str(a.date_deadline), a.user_id)),
            [("2027-01-05", self.seller)],
        )
        entry.with_user(self.seller).followup_on = False
        self.assertFalse(entry.activity_ids)

    # Credit notes
    # ------------------------------------------------------------------
    # Credit notes
    # ------------------------------------------------------------------
    def test_credit_note_counts_at_its_date(self):
        order = self._order_of(10)
        refund = self._credit(self._invoice(order), quantity=4, post=False)
        self.assertFalse(self._entries(order), "a draft is nothing yet")
        refund.action_post()
        [entry] = self._entries(order)
        self.assertEqual((entry.kind, entry.quantity, entry.value_company, entry.value_counted),
                         ("credit", 4, 40, 40))  # fmt: skip
        self.assertEqual(entry.cancelled_on, at("2026-03-31 12:00"))
        self.assertEqual((entry.line_id, entry.note), (order.order_line, "Returned"))

    def test_line_reduced_and_credited_counts_once(self):
        for first in ("reduce", "credit"):
            order = self._order_of(10)
            invoice = self._invoice(order)
            if first == "reduce":
                order.order_line.product_uom_qty = 6
            self._credit(invoice, quantity=4)
            if first == "credit":
                order.order_line.product_uom_qty = 6
            counted = {entry.kind: entry.value_counted for entry in self._entries(order)}
            self.assertEqual(counted, {"part": 0, "credit": 40}, first)

    def test_credited_and_cancelled_counts_once(self):
        order = self._order_of(10)
        self._credit(self._invoice(order), quantity=4)
        order._action_cancel()
        counted = {entry.kind: entry.value_counted for entry in self._entries(order)}
        self.assertEqual(counted, {"order": 60, "credit": 40})

    def test_credit_note_back_to_draft_and_deleted(self):
        order = self._order_of(10)
        refund = self._credit(self._invoice(order), quantity=4)
        [entry] = self._entries(order)
        entry.reason_id = self.late
        refund.button_draft()
        self.assertEqual((entry.value_counted, bool(entry.reopened_on)), (0, True))
        refund.invoice_line_ids.quantity = 5
        refund.action_post()
        self.assertEqual(self._entries(order), entry)
        self.assertEqual((entry.value_counted, entry.reopened_on), (50, False))
        self.assertEqual(entry.reason_id, self.late, "what was said stays")

    def test_posted_by_an_accountant(self):
        accountant = self._new_user("accountant", "account.group_account_invoice")
        order = self._order_of(10)
        refund = self._credit(self._invoice(order), quantity=1, post=False)
        refund.with_user(accountant).action_post()
        self.assertEqual(self._entries(order).recorded_by_id, accountant)

    def test_credit_notes_without_an_order(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_line_ids": [Command.create({"name": "Goodwill", "price_unit": 5})],
            }
        )
        move.action_post()
        self.assertFalse(
            self.env["crm.cancellation"].search([("partner_id", "=", self.customer.id)])
        )
