# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_receipt = fields.Boolean(related="company_id.complaint_receipt", readonly=False)
    complaint_hide_names = fields.Boolean(related="company_id.complaint_hide_names", readonly=False)
    complaint_retention_months = fields.Integer(
        related="company_id.complaint_retention_months", readonly=False
    )
    complaint_retention_count = fields.Integer(
        string="Complaints to Anonymise",
        compute="_compute_complaint_retention_count",
        help="Closed complaints of the company that would be anonymised now.",
    )
    complaint_log_access = fields.Boolean(related="company_id.complaint_log_access", readonly=False)
    complaint_log_months = fields.Integer(related="company_id.complaint_log_months", readonly=False)

    @api.depends("company_id", "complaint_retention_months")
    def _compute_complaint_retention_count(self):
        complaints = self.env["crm.complaint"]
        readable = complaints.has_access("read")
        for settings in self:
            settings.complaint_retention_count = readable and complaints.search_count(
                self._complaint_retention_domain(settings)
            )

    @api.model
    def _complaint_retention_domain(self, settings):
        return self.env["crm.complaint"]._due_for_anonymisation(
            settings.company_id, settings.complaint_retention_months
        )

    def action_view_complaint_retention(self):
        """The complaints that would be anonymised now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints to Anonymise"),
            "res_model": "crm.complaint",
            "view_mode": "list,form",
            "domain": self._complaint_retention_domain(self),
            "context": {"active_test": False},
        }
