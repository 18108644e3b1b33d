# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    complaint_suggest_category = fields.Boolean(
        string="Suggest Categories",
        default=True,
        help="Suggest a category for new complaints from the words of the company's own closed "
        "ones. Nothing is shown before there are enough, and only if the suggestions are "
        "clearly better than the most frequent category.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_suggest_category = fields.Boolean(
        related="company_id.complaint_suggest_category", readonly=False
    )
    complaint_suggestion_status = fields.Char(
        string="Quality of Suggestions",
        compute="_compute_complaint_suggestion_status",
        help="How often suggested categories are right, or why there are none yet.",
    )

    @api.depends("company_id")
    def _compute_complaint_suggestion_status(self):
        for settings in self:
            settings.complaint_suggestion_status = self.env["crm.complaint.classifier"]._status(
                settings.company_id
            )

    def action_learn_complaint_categories(self):
        """Learn the categories of the company's closed complaints now, not in the night."""
        self.env["crm.complaint.classifier"].sudo()._learn(self.company_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
