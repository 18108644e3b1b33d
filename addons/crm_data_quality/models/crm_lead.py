# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLead(models.Model):
    """What the checks found about a lead."""

    _inherit = "crm.lead"

    quality_finding_ids = fields.One2many(
        "crm.quality.finding",
        "lead_id",
        string="Data Quality Findings",
        readonly=True,
        groups="crm_data_quality.group_data_quality_user",
    )
