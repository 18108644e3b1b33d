# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.nullable import NullableFloat

_SALES = "sales_team.group_sale_salesman"


class UtmCampaign(models.Model):
    """What a campaign costs and what it brings, as far as the viewer may see it."""

    _inherit = "utm.campaign"

    cost = fields.Monetary(
        currency_field="currency_id",
        help="What this campaign costs in total, untaxed.",
    )
    cost_date = fields.Date(
        default=fields.Date.context_today,
        index="btree_not_null",
        help="The day on which the cost falls in the figures.",
    )
    kpi_lead_count = fields.Integer(
        "Leads",
        compute="_compute_kpi_return",
        groups=_SALES,
        help="Leads and opportunities of this campaign that you may see, lost ones included.",
    )
    kpi_revenue = fields.Monetary(
        "Order Revenue",
        compute="_compute_kpi_return",
        currency_field="currency_id",
        groups=_SALES,
        help="Untaxed amount of confirmed orders of this campaign or its opportunities that you "
        "may see, in the currency of the campaign at the rate of the order's day.",
    )
    cost_per_lead = NullableFloat(
        compute="_compute_kpi_return",
        digits=(16, 2),
        groups=_SALES,
        help="Cost / leads. Empty without leads or without a cost.",
    )
    return_on_cost = NullableFloat(
        "Return",
        compute="_compute_kpi_return",
        digits=(16, 2),
        groups=_SALES,
        help="Revenue / cost: 3.00 means that every unit spent brought three. "
        "Empty without a cost.",
    )

    @api.depends("cost", "currency_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_kpi_return(self):
        leads = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group([("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"])
        )
        revenue = dict.fromkeys(self, 0.0)
        for campaign, company, day, amount in self.env["sale.order"]._read_group(
            [("origin_campaign_id", "in", self.ids), ("state", "=", "sale")],
            ["origin_campaign_id", "company_id", "date_order:day"],
            ["amount_untaxed_company:sum"],
        ):
            target = campaign.currency_id or company.currency_id
            revenue[campaign] += company.currency_id._convert(amount, target, company, day)
        for campaign in self:
            count = leads.get(campaign, 0)
            campaign.kpi_lead_count = count
            campaign.kpi_revenue = revenue[campaign]
            campaign.cost_per_lead = bool(campaign.cost and count) and campaign.cost / count
            campaign.return_on_cost = bool(campaign.cost) and revenue[campaign] / campaign.cost
