# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmCancellationReason(models.Model):
    """Why a confirmed order was cancelled."""

    _name = "crm.cancellation.reason"
    _description = "Cancellation Reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    cancelled_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us")],
        string="Usually Cancelled By",
        help="Proposed when the reason is chosen.",
    )
    order_count = fields.Integer(compute="_compute_order_count")

    _name_unique = models.Constraint("UNIQUE(name)", "This cancellation reason exists already.")

    def _order_domain(self):
        return [("cancellation_reason_id", "in", self.ids)]

    def _compute_order_count(self):
        counts = dict(
            self.env["sale.order"]._read_group(
                self._order_domain(), ["cancellation_reason_id"], ["__count"]
            )
        )
        for reason in self:
            reason.order_count = counts.get(reason, 0)

    def action_view_orders(self):
        """The orders cancelled for these reasons."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_complaints.action_cancelled_orders"
        )
        return {**action, "domain": self._order_domain(), "context": {}}
