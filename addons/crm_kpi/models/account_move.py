# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.company_time import company_timezone, company_zones_sql, local_day
from ..kpi.departments import departments_sql, flush_departments
from ..kpi.history import temporary_table
from ..kpi.schema import create_columns

NEW_CUSTOMER_MONTHS = 12


class AccountMove(models.Model):
    """Revenue by department at the time, and revenue from new customers."""

    _name = "account.move"
    _inherit = ["account.move", "sales.department.mixin"]
    _sales_department_user = "invoice_user_id"
    _sales_department_dates = ("invoice_date", "create_date")

    is_new_customer_revenue = fields.Boolean(
        string="Revenue from a New Customer",
        compute="_compute_is_new_customer_revenue",
        store=True,
        help="Customer invoice or credit note dated within 12 months after the commercial "
        "customer's first confirmed order in the company.",
    )

    def _auto_init(self):
        create_columns(self, ["sales_department_id", "is_new_customer_revenue"])
        return super()._auto_init()

    @api.depends("move_type", "invoice_date", "commercial_partner_id", "company_id")
    def _compute_is_new_customer_revenue(self):
        dated = self.filtered(
            lambda move: move.invoice_date and move.move_type in ("out_invoice", "out_refund")
        )
        (self - dated).is_new_customer_revenue = False
        firsts = self._first_order_days(dated.commercial_partner_id)
        for move in dated:
            first = firsts.get((move.commercial_partner_id.id, move.company_id.id))
            move.is_new_customer_revenue = bool(
                first
                and first <= move.invoice_date < first + relativedelta(months=NEW_CUSTOMER_MONTHS)
            )

    @api.model
    def _first_order_days(self, partners):
        """{(customer id, company id): local date of the first confirmed order}."""
        if not partners.ids:
            return {}
        self.env["sale.order"].flush_model(
            ["commercial_partner_id", "company_id", "confirmed_on", "is_first_order"]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT commercial_partner_id, company_id, min(confirmed_on)
                     FROM sale_order
                    WHERE is_first_order AND commercial_partner_id = ANY(%s)
                    GROUP BY commercial_partner_id, company_id""",
                partners.ids,
            )
        )
        zones = {
            company.id: company_timezone(company)
            for company in self.env["res.company"].browse({row[1] for row in rows})
        }
        return {
            (partner, company): local_day(confirmed_on, zones[company])
            for partner, company, confirmed_on in rows
        }

    @api.model
    def _refresh_new_customer_revenue(self, partners):
        """Correct the invoices of customers whose first orders may have changed."""
        if not partners.ids:
            return
        self.env["sale.order"].flush_model(["is_first_order", "confirmed_on"])
        self.flush_model(["partner_id", "invoice_date", "move_type", "is_new_customer_revenue"])
        rows = self.env.execute_query(
            SQL(
                """SELECT move.id
                     FROM account_move move JOIN (%s) fresh ON fresh.id = move.id
                    WHERE (move.is_new_customer_revenue IS TRUE) <> fresh.is_new""",
                _new_customer_sql(
                    SQL(
                        """partner_id IN (
                           SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))""",
                        partners.ids,
                    )
                ),
            )
        )
        moves = self.browse(row[0] for row in rows)
        self.env.add_to_compute(self._fields["is_new_customer_revenue"], moves)

    @api.model
    def _kpi_fill_history(self):
        """Fill the invoices made before the installation; orders come first."""
        self.env.flush_all()
        flush_departments(self.env)
        revenue = _new_customer_sql(SQL("TRUE"))
        temporary_table(self.env, "kpi_revenue", revenue, key="id")
        temporary_table(self.env, "kpi_department", departments_sql(self), key="id")
        # Both at once: each further pass over the table costs its indexes.
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move move
                   SET is_new_customer_revenue = fresh.is_new, sales_department_id = fresh.department
                  FROM (SELECT record.id,
                               CASE WHEN revenue.is_new THEN TRUE
                                    ELSE record.is_new_customer_revenue END AS is_new,
                               CASE WHEN known.id IS NOT NULL THEN known.department_id
                                    ELSE record.sales_department_id END AS department
                          FROM account_move record
                     LEFT JOIN kpi_revenue revenue ON revenue.id = record.id
                     LEFT JOIN kpi_department known ON known.id = record.id) fresh
                 WHERE fresh.id = move.id
                   AND (move.is_new_customer_revenue, move.sales_department_id)
                       IS DISTINCT FROM (fresh.is_new, fresh.department)
                """
            )
        )
        self.env.invalidate_all()


def _new_customer_sql(condition):
    """Query of ``(id, is_new)``: which invoices and credit notes are revenue from a new customer?

    The first orders are read once: an index on the moment of confirmation must not tempt
    the database to walk through all orders for each invoice.

    :param condition: SQL about columns of ``account_move``
    """
    return SQL(
        """
        WITH chosen AS MATERIALIZED (
            SELECT id, commercial_partner_id, company_id, invoice_date
              FROM account_move
             WHERE move_type IN ('out_invoice', 'out_refund') AND %(condition)s
        ), first AS MATERIALIZED (
            SELECT bought.commercial_partner_id, bought.company_id,
                   timezone(zone.tz, timezone('UTC', min(bought.confirmed_on)))::date AS day
              FROM sale_order bought
              JOIN (%(zones)s) zone ON zone.company_id = bought.company_id
             WHERE bought.is_first_order
               AND bought.commercial_partner_id IN (SELECT commercial_partner_id FROM chosen)
          GROUP BY bought.commercial_partner_id, bought.company_id, zone.tz
        )
        SELECT chosen.id,
               COALESCE(chosen.invoice_date >= first.day
                        AND chosen.invoice_date < first.day + make_interval(months => %(months)s),
                        FALSE) AS is_new
          FROM chosen
     LEFT JOIN first ON first.commercial_partner_id = chosen.commercial_partner_id
                    AND first.company_id = chosen.company_id
        """,
        condition=condition,
        zones=company_zones_sql(),
        months=NEW_CUSTOMER_MONTHS,
    )
