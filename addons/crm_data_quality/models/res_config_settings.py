# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    merge_automatic = fields.Boolean(related="company_id.merge_automatic", readonly=False)
    link_automatic = fields.Boolean(related="company_id.link_automatic", readonly=False)
    merge_moves_booked = fields.Boolean(related="company_id.merge_moves_booked", readonly=False)
    quality_journal_days = fields.Integer(related="company_id.quality_journal_days", readonly=False)
    quality_detail_checks = fields.Integer(
        related="company_id.quality_detail_checks", readonly=False
    )
