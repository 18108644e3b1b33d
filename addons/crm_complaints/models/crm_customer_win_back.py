# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_kpi.kpi.company_time import company_zones_sql

from .crm_customer_lifecycle import ALL_SALES
from .crm_customer_risk import WIN_BACK


class CrmCustomerEnd(models.Model):
    """Was it tried to win the customer back, and what came of it?"""

    _inherit = "crm.customer.end"

    win_back_started_on = fields.Date(
        string="Win-back Begun On",
        copy=False,
        tracking=True,
        help="Day of the first activity or opportunity to win the customer back.",
    )
    win_back_state = fields.Selection(
        [("none", "Not tried"), ("tried", "Tried"), ("won", "Won back")],
        string="Win-back",
        compute="_compute_win_back",
        store=True,
        help="Won back: the customer ordered again after the end, whether it was tried or not.",
    )
    won_back_percent = fields.Float(
        string="Won Back (%)",
        compute="_compute_win_back",
        store=True,
        aggregator="avg",
        help="100 if the customer ordered again, else 0: its average is the share won back.",
    )
    yearly_value = fields.Monetary(
        string="Yearly Order Value",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        groups=ALL_SALES,
        help="Untaxed value of the orders confirmed in the twelve months up to the last order "
        "before the end, in company currency: what is lost with the customer. Differs from the "
        "value of the last 12 months where the customer was silent before the end.",
    )
    revenue_after = fields.Monetary(
        string="Order Value After Win-back",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        groups=ALL_SALES,
        help="Untaxed value of the orders confirmed in the twelve months from the first order "
        "after the end, in company currency.",
    )

    @api.depends("won_back_on", "win_back_started_on")
    def _compute_win_back(self):
        for end in self:
            tried = "tried" if end.win_back_started_on else "none"
            end.win_back_state = "won" if end.won_back_on else tried
            end.won_back_percent = 100.0 if end.won_back_on else 0.0

    def action_win_back(self):
        self.win_back_started_on = self.win_back_started_on or fields.Date.context_today(self)
        return super().action_win_back()

    def action_plan_win_back(self):
        """Plan an activity for today to win these customers back."""
        today = fields.Date.context_today(self)
        for end in self:
            end.activity_schedule(
                WIN_BACK, date_deadline=today, user_id=end.user_id.id or self.env.uid
            )
            end.win_back_started_on = end.win_back_started_on or today

    @api.model
    def _refresh_won_back(self, partners=None):
        """The money before the end and after the win-back, set-based."""
        result = super()._refresh_won_back(partners)
        condition = SQL("TRUE")
        if partners is not None:
            condition = SQL("ended.partner_id = ANY(%s)", list(partners.ids))
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_end ended
                   SET yearly_value = fresh.yearly_value,
                       revenue_after = fresh.revenue_after,
                       win_back_state = fresh.state,
                       won_back_percent = fresh.percent
                  FROM (SELECT ended.id,
                               COALESCE(stretch.revenue_12m, 0) AS yearly_value,
                               COALESCE(again.amount, 0) AS revenue_after,
                               CASE WHEN ended.won_back_on IS NOT NULL THEN 'won'
                                    WHEN ended.win_back_started_on IS NOT NULL THEN 'tried'
                                    ELSE 'none' END AS state,
                               CASE WHEN ended.won_back_on IS NOT NULL THEN 100.0
                                    ELSE 0.0 END AS percent
                          FROM crm_customer_end ended
                          JOIN (%(zones)s) zone ON zone.company_id = ended.company_id
                     LEFT JOIN LATERAL (
                               SELECT revenue_12m FROM crm_customer_lifecycle
                                WHERE partner_id = ended.partner_id
                                  AND company_id = ended.company_id
                                  AND active_from <= ended.ended_on
                             ORDER BY active_from DESC LIMIT 1) stretch ON TRUE
                     LEFT JOIN LATERAL (
                               SELECT sum(bought.amount_untaxed_company) AS amount
                                 FROM sale_order bought
                                WHERE bought.commercial_partner_id = ended.partner_id
                                  AND bought.company_id = ended.company_id
                                  AND bought.state = 'sale'
                                  AND timezone(zone.tz, timezone('UTC', bought.confirmed_on))::date
                                      >= ended.won_back_on
                                  AND timezone(zone.tz, timezone('UTC', bought.confirmed_on))::date
                                      < ended.won_back_on + interval '12 months'
                               ) again ON TRUE
                         WHERE %(condition)s) fresh
                 WHERE fresh.id = ended.id
                   AND (ended.yearly_value, ended.revenue_after, ended.win_back_state,
                        ended.won_back_percent)
                       IS DISTINCT FROM (fresh.yearly_value, fresh.revenue_after, fresh.state,
                                         fresh.percent)
                """,
                zones=company_zones_sql(),
                condition=condition,
            )
        )
        self.invalidate_model(
            ["yearly_value", "revenue_after", "win_back_state", "won_back_percent"]
        )
        return result
