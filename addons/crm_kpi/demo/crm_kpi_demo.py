# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.departments import fill_departments
from . import (
    activities,
    campaigns,
    company,
    customers,
    forecast,
    invoices,
    leads,
    orders,
    people,
    pipeline,
    savings,
    snapshots,
    story,
    targets,
)  # fmt: skip
from .clock import Clock

SEED = "anlagentechnik"
CUSTOMERS, OLD_CUSTOMERS = 420, 130
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
}
XMLID = "demo_company"


class CrmKpiDemo(models.AbstractModel):
    """Demo data: a company with 24 months of sales, ending now.

    Everything belongs to a company of its own, so that other companies of the
    database stay as they are. The same seed and moment give the same figures.
    """

    _name = "crm.kpi.demo"
    _description = "KPI Demo Data"

    @api.model
    def _generate(self, scale=1.0, now=None):
        """Make the demo data; does nothing where they exist.

        :param float scale: share of the full size, for tests
        :param now: naive UTC datetime at which the story ends; default: this moment
        :returns: the demo company
        """
        existing = self._demo_company()
        if existing:
            return existing
        clock = Clock(now or fields.Datetime.now())
        firm = company.create_company(self.env)
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"crm_kpi.{XMLID}", "record": firm, "noupdate": True}]
        )
        env = self._demo_env(firm)
        house = company.create_house(env)
        staff = people.create_staff(env, clock)
        self._sell(env, clock, staff, house, scale)
        savings.create_savings(env, clock, staff)
        for code, login in story.KEY_FIGURE_OWNERS.items():
            kpis = env["crm.kpi"].search([("group_id.code", "=", code)])
            kpis.user_id = staff.users[login]
        targets.create_targets(env, clock, staff.teams.values())
        snapshots.take_snapshots(env, clock)
        return firm

    @api.model
    def _demo_company(self):
        """The company of the demo data; empty where there is none."""
        return self.env.ref(f"crm_kpi.{XMLID}", raise_if_not_found=False) or self.env["res.company"]

    @api.model
    def _demo_env(self, firm):
        """Environment that works quietly in the company ``firm`` only."""
        context = {**self.env.context, **QUIET, "lang": "en_US", "allowed_company_ids": firm.ids}
        return self.env(context=context)

    @api.model
    def _sell(self, env, clock, staff, house, scale):
        """Everything from the campaign to the invoice."""
        known = customers.invent_customers(SEED, max(20, round(CUSTOMERS * scale)))
        legacy = max(8, round(OLD_CUSTOMERS * scale))
        plan = campaigns.create_campaigns(env, clock, staff, SEED, scale)
        deals = pipeline.invent_deals(clock, SEED, known, legacy, plan, scale)
        old = pipeline.invent_old_orders(clock, SEED, known[:legacy])
        customers.create_customers(env, staff, SEED, known)
        leads.create_leads(env, clock, staff, deals)
        leads.keep_scores_since(env, clock)
        pairs = orders.create_orders(env, clock, staff, house, old + deals)
        invoices.create_invoices(env, clock, house, pairs)
        activities.create_activities(env, clock, staff, deals)
        forecast.create_forecasts(env, clock, staff, deals)
        self._tell_history(env, deals, pairs)

    @api.model
    def _tell_history(self, env, deals, pairs):
        """Have the moments and durations read from the chatter, as at an installation."""
        orders_made = env["sale.order"].browse(quote.record.id for _deal, quote in pairs)
        env.flush_all()
        # Orders without the company's currency count as not seen yet by the history fill.
        env.execute_query(
            SQL(
                "UPDATE sale_order SET company_currency_id = NULL WHERE id = ANY(%s) RETURNING id",
                orders_made.ids,
            )
        )
        env.execute_query(
            SQL(
                "UPDATE account_move SET is_new_customer_revenue = FALSE"
                " WHERE company_id = %s RETURNING id",
                env.company.id,
            )
        )
        env.invalidate_all()
        env["sale.order"]._kpi_fill_facts()
        # leads need the moments of the orders, offers need those of the leads
        env["crm.lead"].browse(deal.record.id for deal in deals)._kpi_fill_history()
        env["sale.order"]._kpi_fill_history()
        env["account.move"]._kpi_fill_history()
        env["res.partner"]._kpi_fill_history()
        for name in sorted(env.registry["sales.department.mixin"]._inherit_children):
            fill_departments(env[name])
