# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    complaint_ids = fields.One2many(
        "crm.complaint",
        "move_id",
        string="Complaints",
        groups="crm_complaints.group_complaint_user",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        counts = self.env["crm.complaint"]._count_by("move_id", self)
        for move in self:
            move.complaint_count = counts.get(move._origin, 0)

    def action_view_complaints(self):
        """The complaints about the invoice, or a new one when there is none."""
        self.ensure_one()
        order = self.line_ids.sale_line_ids.order_id
        return self.env["crm.complaint"]._action_open(
            [("move_id", "=", self.id)],
            {
                "default_move_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_order_id": order.id if len(order) == 1 else False,
            },
        )
