# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSavingTime(models.TransientModel):
    """Turn a shorter process into the proposal of a saving.

    Time saved = (duration before − duration now) × cases now × share of the time in
    which somebody works on the case × cost per hour. A person checks and proposes it.
    """

    _name = "crm.saving.time"
    _description = "Propose a Saving of Time"

    kpi_id = fields.Many2one(
        "crm.kpi",
        "Duration",
        required=True,
        domain="[('unit', 'in', ('days', 'hours')), ('kind', '=', 'simple')]",
        help="The process that became shorter.",
    )
    before_from = fields.Date(required=True, default=lambda self: self._month(-13))
    before_to = fields.Date(required=True, default=lambda self: self._month(-12, days=-1))
    now_from = fields.Date(required=True, default=lambda self: self._month(-1))
    now_to = fields.Date(required=True, default=lambda self: self._month(0, days=-1))
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_per_hour = fields.Monetary(required=True, help="Full cost of a working hour.")
    effort = fields.Float(
        "Worked On (%)",
        default=10.0,
        required=True,
        help="Share of the duration in which somebody really works on the case; most of the "
        "time a case waits.",
    )
    hours_per_day = fields.Float(
        compute="_compute_hours_per_day",
        store=True,
        readonly=False,
        help="Working hours of a day, to convert a duration in days.",
    )
    before_value = fields.Float(
        compute="_compute_figures", digits=(16, 2), help="Duration in the period before."
    )
    now_value = fields.Float(
        compute="_compute_figures", digits=(16, 2), help="Duration in the period now."
    )
    cases = fields.Integer(compute="_compute_figures", help="Cases in the period now.")
    is_known = fields.Boolean(compute="_compute_figures")
    hours_saved = fields.Float(compute="_compute_figures", help="Working hours set free.")
    amount = fields.Monetary(compute="_compute_figures", help="Hours × cost per hour.")

    _effort_is_percent = models.Constraint(
        "CHECK(effort > 0 AND effort <= 100)", "The share worked on is a percentage, up to 100."
    )

    @api.model
    def _month(self, months, days=0):
        first = fields.Date.context_today(self).replace(day=1)
        return first + relativedelta(months=months, days=days)

    @api.depends("company_id")
    def _compute_hours_per_day(self):
        for wizard in self:
            wizard.hours_per_day = wizard.company_id.resource_calendar_id.hours_per_day or 8.0

    @api.depends(
        "kpi_id", "before_from", "before_to", "now_from", "now_to", "cost_per_hour", "effort",
        "hours_per_day", "company_id",
    )  # fmt: skip
    def _compute_figures(self):
        for wizard in self:
            before = wizard._card(wizard.before_from, wizard.before_to)
            now = wizard._card(wizard.now_from, wizard.now_to)
            known = None not in (before.get("value"), now.get("value"))
            wizard.is_known = known
            wizard.before_value = before.get("value") or 0.0
            wizard.now_value = now.get("value") or 0.0
            wizard.cases = now.get("count") or 0
            wizard.hours_saved = (
                wizard._hours(wizard.before_value - wizard.now_value) if known else 0.0
            )
            wizard.amount = wizard.hours_saved * wizard.cost_per_hour

    def _card(self, first, last):
        """The KPI's figure of a span as the viewer sees it, for the wizard's company."""
        self.ensure_one()
        if not self.kpi_id or not first or not last or first > last:
            return {}
        return self.kpi_id.with_context(
            kpi_period=f"custom:{first}:{last}",
            kpi_filters="{}",
            allowed_company_ids=self.company_id.ids,
        ).card

    def _hours(self, duration):
        """Working hours of all cases for a duration of one case in the unit of the KPI."""
        self.ensure_one()
        hours = duration * self.hours_per_day if self.kpi_id.unit == "days" else duration
        return hours * self.cases * self.effort / 100

    def action_propose(self):
        """Create the proposal and open it.

        :raise UserError: when there is nothing to compare or the process is not shorter
        """
        self.ensure_one()
        if not self.is_known:
            raise UserError(self.env._("One of the two periods has no figure to compare."))
        if self.amount <= 0:
            raise UserError(self.env._("Nothing was saved: the process has not become shorter."))
        source = self.env._(
            "%(kpi)s, %(first)s to %(last)s: %(value).2f",
            kpi=self.kpi_id.name,
            first=self.before_from,
            last=self.before_to,
            value=self.before_value,
        )
        category = self.env.ref(
            "crm_kpi.saving_category_process_time", raise_if_not_found=False
        ) or self.env["crm.saving.category"].search([], limit=1)
        saving = self.env["crm.saving"].create(
            {
                "name": self.env._("Time saved: %s", self.kpi_id.name),
                "category_id": category.id,
                "effect_kind": "once",
                "date_from": self.now_from,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "baseline_cost": self._hours(self.before_value) * self.cost_per_hour,
                "planned_cost": self._hours(self.now_value) * self.cost_per_hour,
                "baseline_source": source,
                "description": self.env._(
                    "%(now).2f instead of %(before).2f in %(cases)s cases, %(effort).0f %% of the "
                    "time worked on, %(cost).2f per hour.",
                    now=self.now_value,
                    before=self.before_value,
                    cases=self.cases,
                    effort=self.effort,
                    cost=self.cost_per_hour,
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.saving",
            "res_id": saving.id,
            "views": [(False, "form")],
        }
