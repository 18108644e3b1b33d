# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Churn by cohort: what became of the customers who ordered first in the same period."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.crm_kpi.kpi.company_time import company_timezone
from odoo.addons.crm_kpi.kpi.currency import join_rates, rate_table

# unit: months it lasts, cohorts shown, how its name is written
UNITS = {
    "month": (1, 13, "MMM yyyy"),
    "quarter": (3, 12, "QQQ yyyy"),
    "year": (12, 8, "yyyy"),
}
MEASURES = ("customers", "revenue")
SIDES = ("all", "active", "lost", "orders")


def local_day_sql(env, table):
    """SQL of the day on which an order was confirmed, on the clock of its company.

    :param table: name or alias of ``sale_order``
    """
    zones = SQL(" ").join(
        SQL("WHEN %s THEN %s", company.id, str(company_timezone(company)))
        for company in env.companies
    )
    zone = SQL("CASE %s %s ELSE 'UTC' END", SQL.identifier(table, "company_id"), zones)
    moment = SQL.identifier(table, "confirmed_on")
    return SQL("timezone(%s, timezone('UTC', %s))::date", zone, moment)


class CrmCustomerLifecycle(models.Model):
    """Customers are grouped by the period of their first order in a company, the cohort.

    A customer is active in a period if it is so at the period's end, else lost: see
    ``lost_on``. All figures come from rows and orders that the viewer may see.
    """

    _inherit = "crm.customer.lifecycle"

    @api.model
    @api.readonly
    def load_cohorts(self, domain=(), unit="quarter", measure="customers"):
        """The cohort table.

        :param domain: of the customers' first rows, as the search view gives it
        :param unit: month, quarter or year
        :param measure: customers (active ones at the end of each period) or revenue (untaxed
            value of the orders confirmed in each period, in the viewer's company currency)
        :return: dict unit, measure, currency, columns (numbers of periods since the first),
            rows (label, start, size, cells) and total (cells). A cell has value, percent of the
            size, lost (customers only) and is_running; it is None where the time has not come.
            The total compares only cohorts whose period is over.
        :raise UserError: for an unknown unit or measure
        """
        self._check_cohort(unit, measure)
        domain = self._cohort_domain(domain)
        table = {"unit": unit, "measure": measure, "columns": [], "rows": [], "total": []}
        table["currency"] = self.env.company.currency_id.id
        table["orders_hidden"] = not self.env["sale.order"].has_access("read")
        if measure == "revenue" and table["orders_hidden"]:
            return table
        months, shown, pattern = UNITS[unit]
        today = fields.Date.context_today(self)
        current = self._cohort_start(today, unit)
        starts = [current - relativedelta(months=months * back) for back in range(shown)][::-1]
        counts = self._cohort_counts(domain, unit, starts)
        amounts = self._cohort_revenue(domain, unit, starts) if measure == "revenue" else {}
        for position, start in enumerate(starts):
            size = counts.get(start, {}).get("size", 0)
            if not size:
                continue
            cells = []
            base = size if measure == "customers" else amounts.get((start, start), 0.0)
            for step in range(shown - position):
                period = starts[position + step]
                cell = {"is_running": period == current}
                if measure == "customers":
                    cell["value"] = counts[start]["active"](period)
                    cell["lost"] = size - cell["value"]
                else:
                    cell["value"] = amounts.get((start, period), 0.0)
                cell["percent"] = 100 * cell["value"] / base if base else None
                cells.append(cell)
            table["rows"].append(
                {
                    "label": format_date(self.env, start, date_format=pattern),
                    "start": fields.Date.to_string(start),
                    "size": size,
                    "base": base,
                    "cells": cells + [None] * position,
                }
            )
        if table["rows"]:
            table["columns"] = list(range(max(self._filled(row) for row in table["rows"])))
            for row in table["rows"]:
                del row["cells"][len(table["columns"]) :]
            table["total"] = [self._cohort_total(table["rows"], step) for step in table["columns"]]
        return table

    def _filled(self, row):
        return sum(cell is not None for cell in row["cells"])

    def _cohort_total(self, rows, step):
        """All cohorts that have finished the period together: Σ values of Σ sizes."""
        done = [
            (row["base"], row["cells"][step])
            for row in rows
            if row["cells"][step] and not row["cells"][step]["is_running"]
        ]
        base = sum(size for size, _cell in done)
        if not base:
            return None
        value = sum(cell["value"] for _size, cell in done)
        return {"value": value, "base": base, "percent": 100 * value / base, "cohorts": len(done)}

    @api.model
    def _check_cohort(self, unit, measure):
        if unit not in UNITS or measure not in MEASURES:
            raise UserError(self.env._("There is no such cohort table: %s", f"{unit}, {measure}"))

    @api.model
    def _cohort_domain(self, domain):
        """First rows of the customers that the cohorts are made of."""
        try:
            domain = Domain(domain or [])
        except (ValueError, TypeError) as error:
            raise UserError(self.env._("The filter of the cohorts cannot be read.")) from error
        return domain & Domain("is_won_back", "=", False) & Domain("first_order_on", "!=", False)

    @api.model
    def _cohort_start(self, day, unit):
        """First day of the month, quarter or year of ``day``."""
        months = UNITS[unit][0]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def _members_sql(self, domain):
        """Query of the members of all cohorts: company, customer, first order."""
        query = self._search(domain)
        return query.select(
            *(
                SQL.identifier(query.table, name)
                for name in ("company_id", "partner_id", "first_order_on")
            )
        )

    def _cohort_counts(self, domain, unit, starts):
        """{cohort: {"size": customers, "active": period → customers active at its end}}."""
        stretches = self._search([])
        row = stretches.table

        def period(column):
            return SQL("date_trunc(%s, %s)::date", unit, column)

        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(cohort)s, %(start)s, %(stop)s, count(*),
                       count(*) FILTER (WHERE NOT stretch.is_won_back)
                  FROM (%(members)s) member
                  JOIN (%(stretches)s) stretch USING (company_id, partner_id)
                 WHERE member.first_order_on >= %(oldest)s
              GROUP BY 1, 2, 3
                """,
                cohort=period(SQL("member.first_order_on")),
                start=period(SQL("stretch.active_from")),
                stop=period(SQL("stretch.lost_on")),
                members=self._members_sql(domain),
                stretches=stretches.select(
                    *(
                        SQL.identifier(row, name)
                        for name in (
                            "company_id",
                            "partner_id",
                            "active_from",
                            "lost_on",
                            "is_won_back",
                        )
                    )
                ),
                oldest=starts[0],
            )
        )
        cohorts = {}
        for cohort, start, stop, count, firsts in rows:
            found = cohorts.setdefault(cohort, {"size": 0, "spans": []})
            found["size"] += firsts
            found["spans"].append((start, stop, count))
        for found in cohorts.values():
            found["active"] = _active_in(found["spans"])
        return cohorts

    def _cohort_revenue(self, domain, unit, starts):
        """{(cohort, period): untaxed value of the orders, in the viewer's company currency}."""
        orders = self._cohort_orders()
        table = orders.table
        day = local_day_sql(self.env, table)
        amount = SQL.identifier(table, "amount_untaxed_company")
        rates = rate_table(self.env, by_company=True)
        if rates:
            factor = join_rates(orders, rates, SQL.identifier(table, "company_id"), day)
            amount = SQL("%s * %s", amount, factor)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date_trunc(%(unit)s, member.first_order_on)::date,
                       date_trunc(%(unit)s, bought.day)::date, sum(bought.amount)
                  FROM (%(members)s) member
                  JOIN (%(orders)s) bought USING (company_id, partner_id)
                 WHERE member.first_order_on >= %(oldest)s
              GROUP BY 1, 2
                """,
                unit=unit,
                members=self._members_sql(domain),
                orders=orders.select(
                    SQL("%s AS company_id", SQL.identifier(table, "company_id")),
                    SQL("%s AS partner_id", SQL.identifier(table, "commercial_partner_id")),
                    SQL("%s AS day", day),
                    SQL("%s AS amount", amount),
                ),
                oldest=starts[0],
            )
        )
        return {(cohort, period): float(amount or 0.0) for cohort, period, amount in rows}

    def _cohort_orders(self):
        self.env["sale.order"].flush_model()
        return self.env["sale.order"]._search(
            [
                ("state", "=", "sale"),
                ("confirmed_on", "!=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------
    @api.model
    def action_open_cohort(self, domain, unit, start, step, side):
        """Open exactly the customers, or the orders, behind a cell.

        :param domain: as for :meth:`load_cohorts`
        :param start: first day of the cohort, as a string
        :param step: number of periods since
        :param side: "all" members, those "active" at the end of the period, those "lost" by
            then, or the "orders" of the period
        :raise UserError: for what is no cell of the table
        """
        self._check_cohort(unit, "customers")
        first = self._read_cohort_day(start, unit)
        if type(step) is not int or not 0 <= step < UNITS[unit][1] or side not in SIDES:
            raise UserError(self.env._("There is no such cell in the cohort table."))
        months = relativedelta(months=UNITS[unit][0])
        last = first + months - relativedelta(days=1)
        opened = first + relativedelta(months=UNITS[unit][0] * step)
        closed = opened + months - relativedelta(days=1)
        members = (
            self._cohort_domain(domain)
            & Domain("first_order_on", ">=", first)
            & Domain("first_order_on", "<=", last)
        )
        label = format_date(self.env, first, date_format=UNITS[unit][2])
        if side == "orders":
            return self._action_cohort_orders(members, opened, closed, label)
        rows = self.search(members)
        if side != "all":
            rows = self._rows_at(rows, closed, side)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_complaints.action_customer_lifecycle"
        )
        names = {
            "all": self.env._("Customers Since %s", label),
            "active": self.env._("Active Customers Since %s", label),
            "lost": self.env._("Lost Customers Since %s", label),
        }
        return action | {
            "name": names[side],
            "display_name": names[side],
            "domain": [("id", "in", rows.ids)],
            "context": {},
        }

    def _read_cohort_day(self, start, unit):
        try:
            day = fields.Date.to_date(start)
        except (ValueError, TypeError):
            day = None
        if not day or self._cohort_start(day, unit) != day:
            raise UserError(self.env._("There is no such cell in the cohort table."))
        return day

    def _rows_at(self, firsts, day, side):
        """One row for each customer of ``firsts``: the stretch active, or lost, on a day."""
        latest = {}
        wanted = {(row.company_id, row.partner_id) for row in firsts}
        stretches = self.search(
            [
                ("partner_id", "in", firsts.partner_id.ids),
                ("active_from", "<=", day),
            ],
            order="active_from",
        )
        for row in stretches:
            if (row.company_id, row.partner_id) in wanted:
                latest[row.company_id, row.partner_id] = row.id
        rows = self.browse(latest.values())
        active = rows.filtered(lambda row: not row.lost_on or row.lost_on > day)
        return active if side == "active" else rows - active

    def _action_cohort_orders(self, members, opened, closed, label):
        orders = self._cohort_orders()
        table = orders.table
        day = local_day_sql(self.env, table)
        orders.add_where(SQL("%s BETWEEN %s AND %s", day, opened, closed))
        orders.add_where(
            SQL(
                "(%s, %s) IN (SELECT company_id, partner_id FROM (%s) member)",
                SQL.identifier(table, "company_id"),
                SQL.identifier(table, "commercial_partner_id"),
                self._members_sql(members),
            )
        )
        found = self.env.execute_query(orders.select(SQL.identifier(table, "id")))
        name = self.env._("Orders of the Customers Since %s", label)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sale.order",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", [row[0] for row in found])],
            "context": {"create": False},
        }


def _active_in(spans):
    """Function: period → number of customers active at its end.

    :param spans: (period of the start, period of the loss or None, number of customers)
    """

    def active(period):
        return sum(
            count
            for start, stop, count in spans
            if start <= period and not (stop and stop <= period)
        )

    return active
