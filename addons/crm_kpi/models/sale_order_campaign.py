# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """The campaign that an order goes back to."""

    _inherit = "sale.order"

    origin_campaign_id = fields.Many2one(
        "utm.campaign",
        "Campaign of Origin",
        compute="_compute_origin_campaign_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="Campaign of the order, or else of its opportunity.",
    )

    @api.model
    def _kpi_filled_fields(self):
        return [*super()._kpi_filled_fields(), "origin_campaign_id"]

    @api.depends("campaign_id", "opportunity_id.campaign_id")
    def _compute_origin_campaign_id(self):
        for order in self:
            order.origin_campaign_id = order.campaign_id or order.opportunity_id.campaign_id
