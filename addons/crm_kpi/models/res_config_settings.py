# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    kpi_person_visibility = fields.Selection(
        related="company_id.kpi_person_visibility", readonly=False, required=True
    )
    kpi_amber_band = fields.Float(related="company_id.kpi_amber_band", readonly=False)
