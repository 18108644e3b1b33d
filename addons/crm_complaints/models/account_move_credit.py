# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, time

from odoo import fields, models

from odoo.addons.crm_kpi.kpi.company_time import company_timezone


class AccountMove(models.Model):
    """Posted credit notes for orders are cancellations, as long as they are posted."""

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "invoice_date" in vals:
            self.filtered(lambda move: move.move_type == "out_refund")._record_credits()
        return result

    def _record_credits(self):
        """Bring the records of these credit notes in line with their lines.

        One that is not posted any more counts nothing, but what was said about it stays."""
        if not self:
            return
        cancellations = self.env["crm.cancellation"].sudo()
        lines = self.sudo().line_ids.filtered(
            lambda line: line.display_type == "product" and line.sale_line_ids
        )
        known = cancellations.search([("move_line_id", "in", lines.ids)]).grouped("move_line_id")
        entries = []
        for line in lines:
            sold = line.sale_line_ids[:1]
            entry = known.get(line, cancellations)
            if line.parent_state != "posted":
                entry.write({"reopened_on": fields.Datetime.now(), "reopened_by_id": self.env.uid})
            elif entry:
                again = {"reopened_on": False, "reopened_by_id": False}
                entry.write(line._credit_entry(sold) | again)
            elif not sold.is_downpayment:
                origin = {"kind": "credit", "move_line_id": line.id, "note": line.move_id.ref}
                entries.append(origin | line._credit_entry(sold))
        self.env["crm.cancellation"]._record(entries)
        cancellations.concat(*known.values()).order_id._settle_cancellations()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _credit_entry(self, sold):
        """Values of the record of a line of a credit note.

        :param sold: the order line it gives back
        """
        self.ensure_one()
        order, move = sold.order_id, self.move_id
        quantity = self.quantity
        if (
            self.product_uom_id
            and sold.product_uom_id
            and self.product_uom_id != sold.product_uom_id
        ):
            quantity = self.product_uom_id._compute_quantity(
                quantity, sold.product_uom_id, round=False, raise_if_failure=False
            )
        value = self.price_subtotal
        if self.currency_id != order.currency_id:
            value = self.currency_id._convert(
                value, order.currency_id, move.company_id, move.invoice_date or move.date
            )
        noon = datetime.combine(
            move.invoice_date or move.date, time(12), tzinfo=company_timezone(move.company_id)
        )
        return {
            "order_id": order.id,
            "line_id": sold.id,
            "product_id": self.product_id.id,
            "description": self.product_id.display_name or (self.name or "").split("\n")[0],
            "quantity": quantity,
            "product_uom_id": sold.product_uom_id.id,
            "cancelled_on": noon.astimezone(UTC).replace(tzinfo=None),
            "value": value,
            "value_company": self.balance,
        }
