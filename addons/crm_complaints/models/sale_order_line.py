# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import float_compare, float_is_zero


class SaleOrderLine(models.Model):
    """Quantities taken back from confirmed orders, and lines removed from them, are kept."""

    _inherit = "sale.order.line"

    def write(self, vals):
        if not {"product_uom_qty", "product_uom_id"} & vals.keys():
            return super().write(vals)
        before = self._ordered_before()
        result = super().write(vals)
        self._record_less(before)
        return result

    def unlink(self):
        before = self._ordered_before()
        entries = [
            line._taken_back(quantity, uom, quantity, value, removed=True)
            for line, (quantity, uom, value) in before.items()
        ]
        result = super().unlink()
        self.env["crm.cancellation"]._record(entries)
        return result

    def _ordered_before(self):
        """{line: (quantity, unit, untaxed value)} of what is ordered for sure.

        A line with a negative value is a discount: less of it is no cancellation. A down
        payment is no goods."""
        lines = self.sudo().filtered(
            lambda line: line.state == "sale" and not line.display_type and not line.is_downpayment
        )
        return {
            line: (line.product_uom_qty, line.product_uom_id, line.price_subtotal)
            for line in lines
            if line.product_uom_qty > 0 and line.price_subtotal >= 0
        }

    def _record_less(self, before):
        """Compare with what was ordered before the change.

        :param before: see :meth:`_ordered_before`
        """
        entries = []
        raised = {}
        lines = self.sudo().filtered(lambda line: line.state == "sale" and not line.display_type)
        for line in lines:
            quantity, uom, value = before.get(line, (0.0, line.product_uom_id, 0.0))
            now = line.product_uom_qty
            if uom and line.product_uom_id != uom:
                now = line.product_uom_id._compute_quantity(now, uom, round=False)
            change = float_compare(now, quantity, precision_rounding=uom.rounding or 0.01)
            if change < 0 and line in before:
                entries.append(line._taken_back(quantity - max(now, 0.0), uom, quantity, value))
            elif change > 0:
                raised[line] = (now - quantity, uom)
        self.env["crm.cancellation"]._record(entries)
        if raised:
            self._record_raised(raised)

    def _taken_back(self, quantity, uom, ordered, value, *, removed=False):
        """Values of the record of a part taken back.

        :param quantity: so much less, in ``uom``
        :param ordered: what had been ordered, with the untaxed ``value`` in order currency
        """
        self.ensure_one()
        order = self.order_id
        lost = order.currency_id.round(value * quantity / ordered)
        company_currency = order.company_id.currency_id
        return {
            "kind": "part",
            "order_id": order.id,
            "line_id": False if removed else self.id,
            "product_id": self.product_id.id,
            "description": self.product_id.display_name or (self.name or "").split("\n")[0],
            "quantity": quantity,
            "product_uom_id": uom.id,
            "cancelled_on": fields.Datetime.now(),
            "value": lost,
            "value_company": company_currency.round(lost / (order.currency_rate or 1.0)),
        }

    def _record_raised(self, raised):
        """Raising a line takes back what was taken back from it before, the latest first.

        :param raised: {line: (so much more, unit)}
        """
        entries = (
            self.env["crm.cancellation"]
            .sudo()
            .search(
                [
                    ("line_id", "in", [line.id for line in raised]),
                    ("kind", "=", "part"),
                    ("reopened_on", "=", False),
                ],
                order="cancelled_on desc, id desc",
            )
        )
        for line, parts in entries.grouped("line_id").items():
            more, uom = raised[line]
            for part in parts:
                unit = part.product_uom_id
                if uom and unit and unit != uom:
                    more, uom = uom._compute_quantity(more, unit, round=False), unit
                open_quantity = part.quantity - part.quantity_restored
                restored = min(more, open_quantity)
                if float_is_zero(restored, precision_rounding=unit.rounding or 0.01):
                    break
                part.quantity_restored += restored
                if float_is_zero(
                    open_quantity - restored, precision_rounding=unit.rounding or 0.01
                ):
                    part.write(
                        {"reopened_on": fields.Datetime.now(), "reopened_by_id": self.env.uid}
                    )
                more -= restored
        entries.order_id._settle_cancellations()
