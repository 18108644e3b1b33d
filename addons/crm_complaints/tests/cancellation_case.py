# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .common import ComplaintCase


class CancellationCase(ComplaintCase):
    """Orders, invoices and credit notes, and what is recorded of their cancellations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm_complaints.cancellation_reason_price")
        cls.late = cls.env.ref("crm_complaints.cancellation_reason_late")
        cls.not_given = cls.env.ref("crm_complaints.cancellation_reason_not_given")
        cls.product.list_price = 10
        cls._keep_books()

    @classmethod
    def _keep_books(cls):
        """Just as much bookkeeping as invoices need."""
        receivable, income = cls.env["account.account"].create(
            [
                {"code": code, "name": kind, "account_type": kind,
                 "company_ids": [Command.set(cls.company.ids)]}
                for code, kind in (("140000", "asset_receivable"), ("840000", "income"))
            ]
        )  # fmt: skip
        cls.env["ir.default"].set(
            "res.partner", "property_account_receivable_id", receivable.id,
            company_id=cls.company.id,
        )  # fmt: skip
        cls.env["account.journal"].create(
            {"name": "Invoices", "code": "RE", "type": "sale", "company_id": cls.company.id,
             "default_account_id": income.id}
        )  # fmt: skip

    def _entries(self, orders):
        return self.env["crm.cancellation"].search(
            [("order_id", "in", orders.ids)], order="cancelled_on, id"
        )

    def _facts(self, orders):
        return [
            (entry.kind, entry.value_company, entry.value_counted)
            for entry in self._entries(orders)
        ]

    def _order_of(self, quantity, price=10.0, **values):
        line = {"product_id": self.product.id, "product_uom_qty": quantity, "price_unit": price}
        return self._order(order_line=[Command.create(line)], **values)

    def _invoice(self, order, day="2026-03-10"):
        order.order_line.filtered("product_id").product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def _credit(self, invoice, quantity=None, day="2026-03-31", post=True):
        refund = invoice._reverse_moves([{"invoice_date": day, "ref": "Returned"}])
        if quantity is not None:
            refund.invoice_line_ids.quantity = quantity
        if post:
            refund.action_post()
        return refund
