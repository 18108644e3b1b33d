# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.nullable import NullableFloat
from ..kpi.schema import create_columns

_SALESPERSON = "sales_team.group_sale_salesman"
_ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"

_PURCHASE_FIELDS = (
    "purchase_count",
    "first_purchase_on",
    "first_purchase_order_id",
    "last_purchase_on",
    "last_purchase_order_id",
    "purchase_rhythm_days",
    "purchase_due_on",
)


class ResPartner(models.Model):
    """What a commercial customer bought, when, and how regularly.

    Only on the commercial entity; the orders of its contacts count there.
    """

    _inherit = "res.partner"

    commercial_order_ids = fields.One2many(
        "sale.order",
        "commercial_partner_id",
        string="Orders of the Company",
        groups=_SALESPERSON,
        help="Quotations and orders of this customer and all of its contacts.",
    )
    purchase_count = fields.Integer(
        string="Purchases",
        compute="_compute_purchases",
        store=True,
        copy=False,
        groups=_SALESPERSON,
        help="Number of confirmed orders, in all companies.",
    )
    first_purchase_on = fields.Datetime(
        string="First Purchase",
        compute="_compute_purchases",
        store=True,
        copy=False,
        groups=_SALESPERSON,
        help="When the first order was confirmed.",
    )
    first_purchase_order_id = fields.Many2one(
        "sale.order",
        compute="_compute_purchases",
        store=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=_SALESPERSON,
    )
    last_purchase_on = fields.Datetime(
        string="Last Purchase",
        compute="_compute_purchases",
        store=True,
        copy=False,
        index="btree_not_null",
        groups=_SALESPERSON,
        help="When the latest order was confirmed.",
    )
    last_purchase_order_id = fields.Many2one(
        "sale.order",
        compute="_compute_purchases",
        store=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=_SALESPERSON,
    )
    last_purchase_amount = fields.Monetary(
        related="last_purchase_order_id.amount_untaxed_company",
        currency_field="last_purchase_currency_id",
        groups=_ALL_DOCUMENTS,
        help="Untaxed amount of the latest order, in the currency of the company that sold it.",
    )
    last_purchase_currency_id = fields.Many2one(
        related="last_purchase_order_id.company_currency_id",
        string="Currency of the Last Purchase",
        groups=_ALL_DOCUMENTS,
    )
    purchase_rhythm_days = NullableFloat(
        string="Purchase Rhythm (Days)",
        compute="_compute_purchases",
        store=True,
        copy=False,
        aggregator="avg",
        groups=_SALESPERSON,
        help="Median number of days between two purchases; orders of the same day are one "
        "purchase. Empty with less than three purchases.",
    )
    purchase_due_on = fields.Date(
        string="Next Purchase Expected",
        compute="_compute_purchases",
        store=True,
        copy=False,
        index="btree_not_null",
        groups=_SALESPERSON,
        help="Last purchase plus the customer's own rhythm.",
    )
    offer_win_rate = NullableFloat(
        compute="_compute_offer_win_rate",
        groups=_SALESPERSON,
        help="Offers won as a share of the offers won, lost or expired, of those that you "
        "may see. Empty where none was decided.",
    )

    def _auto_init(self):
        create_columns(self, _PURCHASE_FIELDS)
        return super()._auto_init()

    @api.depends("commercial_order_ids.state", "commercial_order_ids.confirmed_on")
    def _compute_purchases(self):
        self.env["sale.order"].flush_model(["commercial_partner_id", "confirmed_on", "state"])
        rows = self.env.execute_query_dict(purchases_sql(self._origin.ids)) if self.ids else []
        found = {row.pop("partner_id"): row for row in rows}
        nothing = dict.fromkeys(_PURCHASE_FIELDS, False) | {"purchase_count": 0}
        for partner in self:
            # Only what differs: a new quotation must not touch the customer's row.
            values = found.get(partner._origin.id, nothing)
            for name, value in values.items():
                current = partner[name]
                if (current.id if isinstance(current, models.BaseModel) else current) != (
                    False if value is None else value
                ):
                    partner[name] = value
        self.env["sale.order"]._sync_first_orders(self.filtered("purchase_count"))

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_offer_win_rate(self):
        groups = self.env["sale.order"]._read_group(
            [
                ("commercial_partner_id", "in", self.ids),
                ("is_offer", "=", True),
                ("offer_outcome", "in", ("won", "lost", "expired")),
            ],
            ["commercial_partner_id", "offer_outcome"],
            ["__count"],
        )
        decided, won = {}, {}
        for partner, outcome, count in groups:
            decided[partner.id] = decided.get(partner.id, 0) + count
            if outcome == "won":
                won[partner.id] = count
        for partner in self:
            total = decided.get(partner.id)
            partner.offer_win_rate = won.get(partner.id, 0) / total if total else None

    @api.model
    def _kpi_fill_history(self):
        """Fill the purchases made before the installation; orders come first."""
        self.env.flush_all()
        names = [SQL.identifier(name) for name in _PURCHASE_FIELDS]
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner SET (%(names)s) = ROW(%(values)s)
                     FROM (%(purchases)s) purchase
                    WHERE res_partner.id = purchase.partner_id""",
                names=SQL(", ").join(names),
                values=SQL(", ").join(
                    SQL.identifier("purchase", name) for name in _PURCHASE_FIELDS
                ),
                purchases=purchases_sql(),
            )
        )
        self.env.invalidate_all()


def purchases_sql(partner_ids=None):
    """Query of the purchases of commercial customers, one row per customer.

    Its columns are named like the fields, plus ``partner_id``."""
    condition = (
        SQL("TRUE") if partner_ids is None else SQL("commercial_partner_id = ANY(%s)", partner_ids)
    )
    return SQL(
        """
        WITH purchase AS (
            SELECT id, commercial_partner_id AS partner_id, confirmed_on
              FROM sale_order
             WHERE state = 'sale' AND confirmed_on IS NOT NULL
               AND commercial_partner_id IS NOT NULL AND %s
        ), total AS (
            SELECT partner_id,
                   count(*)::int AS purchase_count,
                   min(confirmed_on) AS first_purchase_on,
                   (array_agg(id ORDER BY confirmed_on, id))[1] AS first_purchase_order_id,
                   max(confirmed_on) AS last_purchase_on,
                   (array_agg(id ORDER BY confirmed_on DESC, id DESC))[1] AS last_purchase_order_id
              FROM purchase GROUP BY partner_id
        ), gap AS (
            SELECT partner_id, day - lag(day) OVER (PARTITION BY partner_id ORDER BY day) AS days
              FROM (SELECT DISTINCT partner_id, confirmed_on::date AS day FROM purchase) bought
        ), rhythm AS (
            SELECT partner_id,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS purchase_rhythm_days
              FROM gap WHERE days IS NOT NULL
             GROUP BY partner_id HAVING count(*) >= 2
        )
        SELECT total.*, rhythm.purchase_rhythm_days,
               last_purchase_on::date + round(purchase_rhythm_days)::int AS purchase_due_on
          FROM total LEFT JOIN rhythm USING (partner_id)
        """,
        condition,
    )
