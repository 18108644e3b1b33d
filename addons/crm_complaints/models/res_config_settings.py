# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cancellation_ask_quotations = fields.Boolean(
        related="company_id.cancellation_ask_quotations", readonly=False
    )
    churn_silence_factor = fields.Float(related="company_id.churn_silence_factor", readonly=False)
    churn_min_days = fields.Integer(related="company_id.churn_min_days", readonly=False)
    churn_default_days = fields.Integer(related="company_id.churn_default_days", readonly=False)
