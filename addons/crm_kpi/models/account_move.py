# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.company_time import company_timezone, local_day, sql_local_day
from ..kpi.departments import fill_departments
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
                """SELECT move.id FROM account_move move
                    WHERE move.partner_id IN (
                              SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))
                      AND move.move_type IN ('out_invoice', 'out_refund')
                      AND (move.is_new_customer_revenue IS TRUE) <> %s""",
                partners.ids,
                new_customer_sql(),
            )
        )
        moves = self.browse(row[0] for row in rows)
        self.env.add_to_compute(self._fields["is_new_customer_revenue"], moves)

    @api.model
    def _kpi_fill_history(self):
        """Fill the invoices made before the installation; orders come first."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE account_move move SET is_new_customer_revenue = TRUE
                    WHERE move.move_type IN ('out_invoice', 'out_refund')
                      AND move.is_new_customer_revenue IS NOT TRUE AND %s""",
                new_customer_sql(),
            )
        )
        self.env.invalidate_all()
        fill_departments(self)


def new_customer_sql():
    """SQL expression: is ``account_move AS move`` revenue from a new customer?"""
    return SQL(
        """COALESCE((
            SELECT move.invoice_date >= first.day AND move.invoice_date < first.day + %s
              FROM (SELECT %s AS day
                      FROM sale_order
                     WHERE sale_order.commercial_partner_id = move.commercial_partner_id
                       AND sale_order.company_id = move.company_id
                       AND sale_order.is_first_order) first
        ), FALSE)""",
        SQL("make_interval(months => %s)", NEW_CUSTOMER_MONTHS),
        sql_local_day(SQL("min(sale_order.confirmed_on)"), SQL("move.company_id")),
    )
