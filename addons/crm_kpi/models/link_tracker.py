# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class LinkTrackerClick(models.Model):
    """Medium, source and company of a click, beside the campaign that stock knows."""

    _inherit = "link.tracker.click"

    company_id = fields.Many2one(related="campaign_id.company_id", help="Company of the campaign.")
    medium_id = fields.Many2one(related="link_id.medium_id", help="Medium of the link.")
    source_id = fields.Many2one(related="link_id.source_id", help="Source of the link.")
