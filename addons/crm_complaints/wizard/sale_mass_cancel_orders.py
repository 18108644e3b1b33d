# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleMassCancelOrders(models.TransientModel):
    """The mass cancel asks once for the reason of all confirmed orders."""

    _inherit = "sale.mass.cancel.orders"

    asked_order_ids = fields.Many2many("sale.order", compute="_compute_asked_order_ids")
    ask_reason = fields.Boolean(compute="_compute_asked_order_ids")
    reason_id = fields.Many2one("crm.cancellation.reason")
    cancelled_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us")],
        compute="_compute_cancelled_by",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text()
    recoverable = fields.Boolean(string="Can Be Won Back")
    followup_on = fields.Date(string="Follow-up On")

    @api.depends("sale_order_ids")
    def _compute_asked_order_ids(self):
        for wizard in self:
            wizard.asked_order_ids = wizard.sale_order_ids._cancellation_to_ask()
            wizard.ask_reason = bool(wizard.asked_order_ids)

    @api.depends("reason_id")
    def _compute_cancelled_by(self):
        for wizard in self:
            wizard.cancelled_by = wizard.reason_id.cancelled_by or wizard.cancelled_by

    def action_mass_cancel(self):
        """Confirmed orders get the reason; quotations keep none unless a setting asks for it."""
        asked = self.asked_order_ids
        result = super().action_mass_cancel()
        if self.reason_id:
            asked.write(
                {
                    "cancellation_reason_id": self.reason_id.id,
                    "cancelled_by": self.cancelled_by or "not_given",
                    "cancellation_note": self.note,
                    "cancellation_recoverable": self.recoverable,
                    "cancellation_followup_on": self.recoverable and self.followup_on,
                }
            )
        return result
