# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The KPIs on complaints and lost customers in plain Python over what ``search`` returns."""

from odoo.addons.crm_kpi.tests.naive_catalogue import CATALOGUE as CRM_KPI
from odoo.addons.crm_kpi.tests.naive_catalogue import half, ratio, tenth
from odoo.addons.crm_kpi.tests.naive_world import World


class ComplaintWorld(World):
    """What one user sees of complaints, their costs and customers' active times."""

    def complaints(self):
        """Without duplicates and archived ones."""
        return self.env["crm.complaint"].search([("duplicate_of_id", "=", False)])

    def received(self, test=bool):
        return self.flow(self.complaints(), "received_on", test)

    def resolved(self):
        return self.flow(self.complaints(), "resolved_on", lambda c: not c.is_rejected)

    def rated(self, test=bool):
        return self.flow(self.complaints(), "rated_on", lambda c: c.satisfaction and test(c))

    def lifecycles(self):
        return self.env["crm.customer.lifecycle"].search([])

    def lost(self):
        return self.flow(self.lifecycles(), "lost_on")

    def active(self):
        return self.stock_by_day(self.lifecycles(), "active_from", "lost_on")

    def active_at_start(self):
        """Active when the period began: counted directly, not by what came and went."""
        return [
            row
            for row in self.lifecycles()
            if row.active_from < self.first and (not row.lost_on or row.lost_on >= self.first)
        ]

    def yearly_value(self, rows, moment):
        return self.money(rows, "revenue_12m", moment)

    def value_at_start(self):
        """Yearly value of the customers active when the period began."""
        return self.yearly_value(self.active_at_start(), "active_from")

    def cancelled(self, *initiators):
        """Confirmed orders cancelled in the period."""
        return self.flow(
            self.all("sale.order"),
            "cancelled_on",
            lambda order: (
                order.confirmed_on
                and order.state == "cancel"
                and (not initiators or order.cancelled_by in initiators)
            ),
        )

    def cancellations(self):
        """Everything cancelled in the period."""
        return self.flow(self.all("crm.cancellation"), "cancelled_on")

    def ends(self, test=bool):
        """Relationships ended in the period."""
        return self.flow(self.all("crm.customer.end"), "ended_on", test)


FROM_CRM_KPI = ("cancelled_orders", "cancelled_value", "cancellation_rate", "value_credited")
CATALOGUE = {code: CRM_KPI[code] for code in FROM_CRM_KPI} | {
    "complaints_received": lambda w: len(w.received()),
    "complaints_per_100_orders": lambda w: ratio(len(w.received()), len(w.orders())),
    "complaint_first_answer": lambda w: half(
        w.flow(w.complaints(), "first_answer_on"), "work_hours_to_first_answer"
    ),
    "complaint_resolution": lambda w: half(w.resolved(), "work_days_to_resolution"),
    "complaint_resolution_p90": lambda w: tenth(w.resolved(), "work_days_to_resolution"),
    "complaints_open": lambda w: len(w.stock(w.complaints(), "received_on", "resolved_on")),
    "complaints_overdue": lambda w: len(w.stock(w.complaints(), "due_on", "resolved_on")),
    "complaints_repeat": lambda w: ratio(len(w.received(lambda c: c.is_repeat)), len(w.received())),
    "complaint_cost": lambda w: w.money(
        w.flow(w.all("crm.complaint.cost"), "date"), "amount_company", "date"
    ),
    "complaint_satisfaction": lambda w: ratio(
        len(w.rated(lambda c: c.satisfaction == "satisfied")), len(w.rated())
    ),
    "orders_cancelled_by_customer": lambda w: len(w.cancelled("customer")),
    "cancellations_explained": lambda w: ratio(
        len(w.cancelled("customer", "us")), len(w.cancelled())
    ),
    "value_lost": lambda w: w.money(w.cancellations(), "value_counted", "cancelled_on"),
    "win_back_rate": lambda w: ratio(len(w.ends(lambda end: end.won_back_on)), len(w.ends())),
    "customers_lost": lambda w: len(w.lost()),
    "customers_won_back": lambda w: len(
        w.flow(w.lifecycles(), "active_from", lambda row: row.is_won_back)
    ),
    "customers_active": lambda w: len(w.active()),
    "customer_churn": lambda w: ratio(len(w.lost()), len(w.active_at_start())),
    "revenue_churn": lambda w: ratio(w.yearly_value(w.lost(), "lost_on"), w.value_at_start()),
}
