# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.crm_kpi.demo import story, targets
from odoo.addons.crm_kpi.demo.clock import Clock

from . import cancellations, complaints, corrective_actions, parts, win_back

TARGETS = {
    # KPI: wanted change, and whether the teams have targets of their own
    "complaints_received": (0.9, False),
    "complaints_per_100_orders": (0.9, False),
    "complaint_first_answer": (0.95, False),
    "complaint_resolution": (1.0, False),
    "complaint_cost": (0.8, False),
    "complaint_satisfaction": (1.02, False),
}


class CrmKpiDemo(models.AbstractModel):
    """Complaints, reasons of cancellations and lost customers of the demo company."""

    _inherit = "crm.kpi.demo"

    @api.model
    def _generate_complaints(self, now=None):
        """Make the demo data of complaints; does nothing where they exist.

        :param now: naive UTC datetime at which the story ends; default: this moment
        """
        firm = self._demo_company()
        if not firm or self.env["crm.complaint"].search_count(
            [("company_id", "=", firm.id)], limit=1
        ):
            return
        clock = Clock(now or fields.Datetime.now())
        env = self._demo_env(firm)
        # plants are not bought every year
        firm.write({"churn_min_days": 270, "churn_default_days": 600})
        users = env["res.users"].search([("company_id", "=", firm.id)])
        people = {user.login: user for user in users}
        orders = env["sale.order"].search(
            [("company_id", "=", firm.id), ("confirmed_on", "!=", False)], order="confirmed_on, id"
        )
        handler = people["sven.service"]
        handler.group_ids += env.ref("crm_complaints.group_complaint_manager")
        made = complaints.create_complaints(env, clock, handler, orders)
        corrective_actions.plan_actions(env, clock, handler, made)
        cancellations.explain_cancellations(env, orders)
        parts.take_back_parts(env, clock, orders)
        env["crm.cancellation"]._fill_history()
        parts.explain_credit_notes(env, firm)
        env["crm.customer.lifecycle"]._refresh()
        win_back.decide_silences(env, clock)
        ends = cancellations.end_relationships(env, clock, orders)
        ends += win_back.end_before_return(env)
        env["crm.customer.lifecycle"]._refresh()
        win_back.try_to_win_back(clock, ends)
        for code in ("complaints", "cancellations"):
            kpis = env["crm.kpi"].search([("group_id.code", "=", code)])
            kpis.user_id = people[story.KEY_FIGURE_OWNERS[code]]
        targets.create_targets(env, clock, env["crm.team"], TARGETS)
