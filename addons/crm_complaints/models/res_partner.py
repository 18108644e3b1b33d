# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    commercial_complaint_ids = fields.One2many(
        "crm.complaint",
        "commercial_partner_id",
        string="Complaints",
        groups="crm_complaints.group_complaint_user",
        help="Complaints of the whole company of the contact.",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")
    customer_end_ids = fields.One2many(
        "crm.customer.end",
        "partner_id",
        string="Ends of the Relationship",
        groups="crm_complaints.group_complaint_user",
    )
    customer_ended_on = fields.Date(
        string="Relationship Ended On",
        compute="_compute_customer_ended_on",
        help="Day on which this customer ended the relationship with the company; "
        "empty after the customer was won back.",
    )

    can_end_relationship = fields.Boolean(compute="_compute_customer_ended_on")

    @api.depends("commercial_order_ids.company_id")
    def _compute_purchases(self):
        """What changes a customer's purchases begins or ends active time, too."""
        result = super()._compute_purchases()
        self.env["crm.customer.lifecycle"].sudo()._refresh(self._origin)
        return result

    def _complaint_domain(self):
        """Complaints of a contact; those of the whole company for a company."""
        self.ensure_one()
        if self.commercial_partner_id == self:
            return [("commercial_partner_id", "=", self.id)]
        return [("partner_id", "=", self.id)]

    def _compute_complaint_count(self):
        complaints = self.env["crm.complaint"]
        self.complaint_count = 0
        if not complaints.has_access("read"):
            return
        domain = ["|", ("commercial_partner_id", "in", self.ids), ("partner_id", "in", self.ids)]
        groups = complaints._read_group(
            domain, ["commercial_partner_id", "partner_id"], ["__count"]
        )
        for partner in self:
            partner.complaint_count = sum(
                count
                for commercial, contact, count in groups
                if partner._origin in (commercial, contact)
            )

    def _compute_customer_ended_on(self):
        ends = self.env["crm.customer.end"]
        self.customer_ended_on = self.can_end_relationship = False
        if not ends.has_access("read"):
            return
        open_ends = ends.search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("won_back_on", "=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        ).grouped("partner_id")
        for partner in self:
            end = open_ends.get(partner.commercial_partner_id)
            partner.customer_ended_on = end and end[0].ended_on
            partner.can_end_relationship = not end

    def action_view_complaints(self):
        """The complaints of the contact, or a new one when there is none."""
        self.ensure_one()
        return self.env["crm.complaint"]._action_open(
            self._complaint_domain(), {"default_partner_id": self.id}
        )

    def action_end_relationship(self):
        """Record that the customer ended the relationship."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End Relationship"),
            "res_model": "crm.customer.end",
            "view_mode": "form",
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_partner_id": self.commercial_partner_id.id,
            },
        }
