# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    complaint_ids = fields.One2many(
        "crm.complaint",
        "lead_id",
        string="Complaints",
        groups="crm_complaints.group_complaint_user",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        counts = self.env["crm.complaint"]._count_by("lead_id", self)
        for lead in self:
            lead.complaint_count = counts.get(lead._origin, 0)

    def action_view_complaints(self):
        """The complaints taken down from the lead, or a new one when there is none."""
        self.ensure_one()
        orders = self.order_ids.filtered(lambda order: order.state == "sale")
        return self.env["crm.complaint"]._action_open(
            [("lead_id", "=", self.id)],
            {
                "default_lead_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_partner_name": self.contact_name or self.partner_name,
                "default_email_from": self.email_from,
                "default_phone": self.phone,
                "default_company_id": (self.company_id or self.env.company).id,
                "default_order_id": orders.id if len(orders) == 1 else False,
            },
        )

    def _merge_dependences(self, opportunities):
        """The complaints taken down from merged leads go on to the one that stays."""
        result = super()._merge_dependences(opportunities)
        opportunities.sudo().complaint_ids.lead_id = self
        return result
