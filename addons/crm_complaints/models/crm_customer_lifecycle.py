# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, groupby

from odoo.addons.crm_kpi.kpi.company_time import company_timezone, local_day
from odoo.addons.crm_kpi.kpi.nullable import NullableFloat

from ..tools.lifecycle import SilenceRule, customer_spans, year_before
from ..tools.risk import warning_day

ALL_SALES = "sales_team.group_sale_salesman_all_leads"
COLUMNS = (
    ("company_id", "int4"),
    ("partner_id", "int4"),
    ("active_from", "date"),
    ("is_won_back", "bool"),
    ("last_purchase_on", "date"),
    ("purchase_count", "int4"),
    ("lost_on", "date"),
    ("lost_kind", "varchar"),
    ("won_back_on", "date"),
    ("revenue_12m", "numeric"),
    ("user_id", "int4"),
    ("team_id", "int4"),
    ("sales_department_id", "int4"),
    ("first_order_on", "date"),
    ("rhythm_days", "float8"),
    ("rhythm_gaps", "int4"),
    ("silence_limit", "int4"),
    ("silent_on", "date"),
    ("silence_warning_on", "date"),
    ("silence_state", "varchar"),
)
KEY = ("company_id", "partner_id", "active_from")


class CrmCustomerLifecycle(models.Model):
    """Stretches of time in which a customer was active, kept by the system.

    A customer who was lost and ordered again has one row per stretch.
    """

    _name = "crm.customer.lifecycle"
    _description = "Customer Lifecycle"
    _order = "active_from desc, id desc"
    _rec_name = "partner_id"
    _log_access = False
    # derived from the orders: computed anew after customers were merged, not moved
    _stays_when_merged = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Commercial customer.",
    )
    active_from = fields.Date(
        required=True, readonly=True, help="First confirmed order of the stretch."
    )
    is_won_back = fields.Boolean(
        string="Won Back", readonly=True, help="The customer had been lost before this stretch."
    )
    last_purchase_on = fields.Date(
        string="Last Order", readonly=True, help="Last confirmed order of the stretch."
    )
    purchase_count = fields.Integer(
        string="Days With Orders", readonly=True, help="Days with confirmed orders in the stretch."
    )
    lost_on = fields.Date(
        readonly=True,
        help="Day on which the relationship ended, or on which the silence had lasted longer "
        "than the customer's usual rhythm allows. Empty while active.",
    )
    lost_kind = fields.Selection(
        [("ended", "Relationship ended"), ("silent", "Silent for too long")],
        string="Lost By",
        readonly=True,
    )
    won_back_on = fields.Date(
        string="Ordered Again On", readonly=True, help="First order after the loss."
    )
    revenue_12m = fields.Monetary(
        string="Yearly Order Value",
        currency_field="company_currency_id",
        readonly=True,
        groups=ALL_SALES,
        help="Untaxed value of the orders confirmed in the twelve months up to the last order "
        "of the stretch, in company currency: what is lost with the customer.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, help="Of the last order of the stretch."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    sales_department_id = fields.Many2one("hr.department", string="Department", readonly=True)

    first_order_on = fields.Date(
        readonly=True,
        index=True,
        help="First confirmed order of the customer in this company: the cohort it belongs to.",
    )
    rhythm_days = NullableFloat(
        string="Usual Distance (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the days between two orders up to the last one; empty with fewer than "
        "three days with orders.",
    )
    rhythm_gaps = fields.Integer(
        string="Known Distances",
        readonly=True,
        help="Number of distances between two orders that the usual one is the median of.",
    )
    silence_limit = fields.Integer(
        string="Silence Allowed (Days)",
        readonly=True,
        aggregator=None,
        help="Days without an order, after the last one, that the rule of the company allows.",
    )
    silent_on = fields.Date(
        string="Silent Too Long From",
        readonly=True,
        help="Day from which the silence is longer than the rule allows.",
    )
    silence_warning_on = fields.Date(
        string="Silence Near Its Limit From",
        readonly=True,
        help="Day on which two thirds of the silence that the rule allows are over.",
    )
    silence_state = fields.Selection(
        [("open", "To decide"), ("confirmed", "Confirmed"), ("dismissed", "Not lost")],
        string="Decision",
        readonly=True,
        index="btree_not_null",
        help="What was decided about a silence that is too long and still lasts: lost and "
        "confirmed with a reason, not lost until a day, or nothing yet.",
    )

    _stretch_unique = models.Constraint(
        "UNIQUE(company_id, partner_id, active_from)",
        "A stretch of a customer's life is recorded once.",
    )
    _active_idx = models.Index("(company_id, active_from, lost_on)")

    # ------------------------------------------------------------------
    # Keeping the rows true
    # ------------------------------------------------------------------
    @api.model
    def _cron_refresh(self):
        """Silence turns into loss by the mere passing of days: look at all customers."""
        self._refresh()

    @api.model
    def _search(self, domain, *args, **kwargs):
        """The rows follow from the customers' purchases: bring those up to date first."""
        self.env["res.partner"].flush_model(["purchase_count"])
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _refresh(self, partners=None):
        """Bring the rows in line with orders and ended relationships, set-based.

        :param partners: commercial customers to look at (default: all)
        """
        if partners is not None and not partners.ids:
            return
        self.env["sale.order"].flush_model()
        self.env["crm.customer.end"].flush_model()
        self.env["crm.customer.silence"].flush_model()
        self.flush_model()
        companies = self._companies_with_customers(partners)
        for company in companies:
            self._refresh_company(company, partners)
        if companies:
            self.invalidate_model()
            self.env["crm.customer.end"].sudo()._refresh_won_back(partners)

    def _companies_with_customers(self, partners):
        """Companies with something to bring in line, archived ones included."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id FROM sale_order WHERE state = 'sale' AND %(ordering)s
                UNION SELECT company_id FROM crm_customer_end WHERE %(known)s
                UNION SELECT company_id FROM crm_customer_lifecycle WHERE %(known)s
                """,
                ordering=self._only(partners, "commercial_partner_id"),
                known=self._only(partners, "partner_id"),
            )
        )
        return self.env["res.company"].browse(row[0] for row in rows)

    def _refresh_company(self, company, partners):
        zone = company_timezone(company)
        today = local_day(fields.Datetime.now(), zone)
        rule = SilenceRule(
            company.churn_silence_factor, company.churn_min_days, company.churn_default_days
        )
        ends = self._read_ends(company, partners)
        pardons = self._read_pardons(company, partners)
        rows = []
        purchases = self._read_purchases(company, str(zone), partners)
        for partner_id, orders in groupby(purchases, key=lambda row: row[0]):
            rows += self._stretches(
                company.id,
                partner_id,
                list(orders),
                ends.get(partner_id, ()),
                rule,
                today,
                pardons.get(partner_id, ()),
            )
        self._store_rows(company, partners, rows)

    def _read_purchases(self, company, zone, partners):
        """Days with confirmed orders: (partner, day, value, salesperson, team, department)."""
        query = SQL(
            """
            SELECT commercial_partner_id, day, SUM(amount),
                   (array_agg(user_id ORDER BY confirmed_on, id))[COUNT(*)],
                   (array_agg(team_id ORDER BY confirmed_on, id))[COUNT(*)],
                   (array_agg(sales_department_id ORDER BY confirmed_on, id))[COUNT(*)]
              FROM (SELECT id, commercial_partner_id, user_id, team_id, sales_department_id,
                           confirmed_on, COALESCE(amount_untaxed_company, 0) AS amount,
                           (timezone(%s, timezone('UTC', confirmed_on)))::date AS day
                      FROM sale_order
                     WHERE company_id = %s AND state = 'sale' AND confirmed_on IS NOT NULL
                       AND commercial_partner_id IS NOT NULL AND %s) bought
             GROUP BY commercial_partner_id, day
             ORDER BY commercial_partner_id, day
            """,
            zone,
            company.id,
            self._only(partners, "commercial_partner_id"),
        )
        return self.env.execute_query(query)

    def _read_pardons(self, company, partners):
        """Decisions that a silence is no loss: pairs (decided on, until), by customer."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, decided_on, until FROM crm_customer_silence"
                " WHERE company_id = %s AND %s ORDER BY partner_id",
                company.id,
                self._only(partners, "partner_id"),
            )
        )
        return {
            partner_id: [row[1:] for row in decisions]
            for partner_id, decisions in groupby(rows, key=lambda row: row[0])
        }

    def _read_ends(self, company, partners):
        """Days on which relationships were ended, by customer."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, array_agg(ended_on) FROM crm_customer_end"
                " WHERE company_id = %s AND %s GROUP BY partner_id",
                company.id,
                self._only(partners, "partner_id"),
            )
        )
        return dict(rows)

    def _only(self, partners, column):
        if partners is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL.identifier(column), list(partners.ids))

    def _stretches(self, company_id, partner_id, orders, ends, rule, today, pardons):
        """Rows (tuples in the order of COLUMNS) of one customer in one company."""
        by_day = {row[1]: row for row in orders}
        rows = []
        spans = customer_spans(list(by_day), ends, rule, today, pardons)
        for span in spans:
            since = year_before(span.last_purchase)
            revenue = sum(
                row[2] for day, row in by_day.items() if since <= day <= span.last_purchase
            )
            last = by_day[span.last_purchase]
            rows.append(
                (
                    company_id,
                    partner_id,
                    span.active_from,
                    span.won_back,
                    span.last_purchase,
                    len(span.purchases),
                    span.lost_on,
                    span.lost_kind,
                    span.won_back_on,
                    revenue,
                    *last[3:6],
                    spans[0].active_from,
                    span.rhythm,
                    span.gap_count,
                    span.limit,
                    span.silent_on,
                    warning_day(span.last_purchase, span.limit),
                    self._silence_state(span, ends, today),
                )
            )
        return rows

    def _silence_state(self, span, ends, today):
        """What became of a silence that is too long and still lasts; None if there is none."""
        if span.won_back_on or span.silent_on > today or span.lost_kind == "ended":
            return None
        if not span.lost_on:
            return "dismissed"
        return "confirmed" if any(end > span.lost_on for end in ends) else "open"

    def _store_rows(self, company, partners, rows):
        """Insert, update and delete so that exactly ``rows`` remain; untouched rows keep their id."""
        names = [name for name, _type in COLUMNS]
        values = [name for name in names if name not in KEY]
        wanted = SQL(
            "SELECT * FROM unnest(%s) AS wanted(%s)",
            SQL(", ").join(
                SQL("%s::%s[]", [row[index] for row in rows], SQL(column_type))
                for index, (_name, column_type) in enumerate(COLUMNS)
            ),
            SQL(", ").join(map(SQL.identifier, names)),
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_customer_lifecycle old
                 WHERE company_id = %s AND %s
                   AND NOT EXISTS (SELECT FROM (%s) wanted
                                    WHERE wanted.partner_id = old.partner_id
                                      AND wanted.active_from = old.active_from)
                """,
                company.id,
                self._only(partners, "partner_id"),
                wanted,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_lifecycle AS old (%(names)s) %(wanted)s
                ON CONFLICT (company_id, partner_id, active_from) DO UPDATE
                   SET (%(values)s) = ROW(%(new)s)
                 WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                wanted=wanted,
                values=SQL(", ").join(map(SQL.identifier, values)),
                new=SQL(", ").join(SQL.identifier("excluded", name) for name in values),
                old=SQL(", ").join(SQL.identifier("old", name) for name in values),
            )
        )
