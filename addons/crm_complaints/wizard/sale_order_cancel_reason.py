# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrderCancelReason(models.TransientModel):
    """Asks a person once why orders are cancelled."""

    _name = "sale.order.cancel.reason"
    _description = "Cancel Orders With a Reason"

    order_ids = fields.Many2many("sale.order", required=True)
    order_count = fields.Integer(compute="_compute_order_count")
    reason_id = fields.Many2one("crm.cancellation.reason", required=True)
    cancelled_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us")],
        required=True,
        compute="_compute_cancelled_by",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text()
    recoverable = fields.Boolean(string="Can Be Won Back")
    followup_on = fields.Date(string="Follow-up On")

    @api.depends("order_ids")
    def _compute_order_count(self):
        for wizard in self:
            wizard.order_count = len(wizard.order_ids)

    @api.depends("reason_id")
    def _compute_cancelled_by(self):
        for wizard in self:
            wizard.cancelled_by = wizard.reason_id.cancelled_by or wizard.cancelled_by or "customer"

    def _cancellation_values(self):
        """Values the cancelled orders get."""
        self.ensure_one()
        return {
            "cancellation_reason_id": self.reason_id.id,
            "cancelled_by": self.cancelled_by,
            "cancellation_note": self.note,
            "cancellation_recoverable": self.recoverable,
            "cancellation_followup_on": self.recoverable and self.followup_on,
        }

    def action_cancel_orders(self):
        """Cancel the orders, then write down why."""
        self.ensure_one()
        result = self.order_ids.with_context(ask_cancellation_reason=False).action_cancel()
        self.order_ids.write(self._cancellation_values())
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
