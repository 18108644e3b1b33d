# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kpi import savings

STATES = [
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("verified", "Verified"),
    ("rejected", "Rejected"),
    ("reversed", "Reversed"),
]


class CrmSaving(models.Model):
    """A measure that lowers cost, from the proposal to the proven effect.

    The saving is baseline cost − cost after the measure: a single amount, or an
    amount per month while it recurs. See ``crm_saving_flow`` for who may do what.
    """

    _name = "crm.saving"
    _description = "Saving"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        "Measure Taken",
        required=True,
        tracking=True,
        help="What was done, e.g. «Second parcel carrier».",
    )
    category_id = fields.Many2one("crm.saving.category", required=True, tracking=True, index=True)
    description = fields.Html(help="How the saving comes about and what was assumed.")
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who answers for the saving. The owner cannot approve or verify it.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        index=True,
        check_company=True,
        tracking=True,
        help="Department whose cost goes down; proposed from the owner.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the costs entered here.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    state = fields.Selection(
        STATES, default="proposed", required=True, readonly=True, copy=False, tracking=True,
        index=True, group_expand=True,
    )  # fmt: skip
    effect_kind = fields.Selection(
        [("once", "One-off"), ("recurring", "Every month")],
        "Effect",
        default="recurring",
        required=True,
        tracking=True,
        help="One-off: the costs are single amounts and the effect falls on the first day. "
        "Every month: the costs are amounts per month.",
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True,
        help="First day on which the saving has an effect.",
    )  # fmt: skip
    date_to = fields.Date(
        "Until", tracking=True,
        help="Last day of a monthly effect. Empty: goes on; its effects are laid out for the "
        "next 12 months and extended every month.",
    )  # fmt: skip
    baseline_cost = fields.Monetary(
        required=True, tracking=True,
        help="Cost before the measure, in total (one-off) or per month.",
    )  # fmt: skip
    baseline_source = fields.Char(
        tracking=True, help="Where the baseline comes from, e.g. «Bills Jan–Jun, account 4910»."
    )
    baseline_reference = fields.Reference(
        selection="_selection_reference", help="Record that shows the baseline."
    )
    planned_cost = fields.Monetary(
        tracking=True, help="Cost expected after the measure, in total (one-off) or per month."
    )
    actual_cost = fields.Monetary(
        tracking=True,
        help="Cost measured after the measure, in total (one-off) or per month. Counts once its "
        "source is given and the saving is verified.",
    )
    actual_source = fields.Char(
        tracking=True, help="Where the actual cost comes from. Needed to verify the saving."
    )
    actual_reference = fields.Reference(
        selection="_selection_reference", help="Record that shows the actual cost."
    )
    planned_saving = fields.Monetary(
        compute="_compute_amounts", store=True,
        help="Baseline − expected cost: in total (one-off) or per month.",
    )  # fmt: skip
    actual_saving = fields.Monetary(
        compute="_compute_amounts", store=True,
        help="Baseline − actual cost: in total (one-off) or per month; 0 while the actual cost "
        "has no source.",
    )  # fmt: skip
    yearly_effect = fields.Monetary(
        compute="_compute_yearly_effect", store=True, currency_field="company_currency_id",
        help="Expected saving of the first twelve months in company currency, at the rate of the "
        "first day.",
    )  # fmt: skip
    evidence_ids = fields.Many2many(
        "ir.attachment", "crm_saving_evidence_rel", "saving_id", "attachment_id",
        string="Evidence", ondelete="restrict", copy=False,
        help="Documents that prove the saving. Needed to verify it; they cannot be deleted while "
        "they are evidence.",
    )  # fmt: skip
    has_evidence = fields.Boolean(compute="_compute_has_evidence", store=True)
    effect_ids = fields.One2many("crm.saving.effect", "saving_id", "Effects", readonly=True)

    _cost_not_negative = models.Constraint(
        "CHECK(baseline_cost >= 0 AND COALESCE(planned_cost, 0) >= 0"
        " AND COALESCE(actual_cost, 0) >= 0)",
        "Costs cannot be negative.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day lies before the first day.",
    )

    @api.model
    def _selection_reference(self):
        """Kinds of records that can show a cost."""
        models_ = ("account.move", "sale.order", "crm.lead", "utm.campaign")
        return [(name, self.env["ir.model"]._get(name).name) for name in models_]

    @api.depends("user_id")
    def _compute_department_id(self):
        for saving in self:
            # an employee record is not readable for every owner, its department is
            employee = saving.user_id.sudo().with_company(saving.company_id).employee_id
            if employee.department_id or not saving.department_id:
                saving.department_id = employee.department_id.id

    @api.depends("baseline_cost", "planned_cost", "actual_cost", "actual_source")
    def _compute_amounts(self):
        for saving in self:
            saving.planned_saving = saving.baseline_cost - saving.planned_cost
            saving.actual_saving = (
                saving.baseline_cost - saving.actual_cost if saving.actual_source else 0.0
            )

    @api.depends(
        "planned_saving", "effect_kind", "date_from", "date_to", "currency_id", "company_id"
    )
    def _compute_yearly_effect(self):
        for saving in self:
            amount = saving.planned_saving
            if saving.effect_kind == "recurring" and saving.date_from:
                last = saving.date_from + relativedelta(years=1, days=-1)
                last = min(saving.date_to or last, last)
                amount *= sum(
                    share for _day, share in savings.monthly_shares(saving.date_from, last)
                )
            saving.yearly_effect = saving._to_company_currency(amount, saving.date_from)

    @api.depends("evidence_ids")
    def _compute_has_evidence(self):
        for saving in self:
            saving.has_evidence = bool(saving.evidence_ids)

    @api.constrains("date_from")
    def _check_date_from(self):
        for saving in self:
            if not 2000 <= saving.date_from.year <= 2100:
                raise ValidationError(
                    self.env._("%s is no plausible first day of a saving.", saving.date_from)
                )

    @api.model_create_multi
    def create(self, vals_list):
        new = super().create(vals_list)
        new._own_evidence()
        new._sync_effects()
        return new

    def write(self, vals):
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._own_evidence()
        if self._effect_fields() & vals.keys():
            self._sync_effects()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_proposals(self):
        if any(saving.state != "proposed" for saving in self):
            raise UserError(
                self.env._("Only a proposal can be deleted. Reject or reverse the saving instead.")
            )

    def _own_evidence(self):
        """Tie uploads to their saving, so that whoever reads the saving reads its evidence."""
        for saving in self:
            loose = saving.evidence_ids.filtered(
                lambda file: file.res_model == self._name and not file.res_id
            )
            loose.write({"res_id": saving.id})

    def _to_company_currency(self, amount, date):
        """Convert an amount of this saving at the rate of ``date`` (today's if empty)."""
        self.ensure_one()
        if not self.currency_id or not self.company_id:
            return amount
        return self.currency_id._convert(
            amount,
            self.company_id.currency_id,
            self.company_id,
            date or fields.Date.context_today(self),
        )

    # Effects per month

    @api.model
    def _effect_fields(self):
        """Fields that change the amounts or months of the effects."""
        return {
            "baseline_cost", "planned_cost", "actual_cost", "actual_source", "effect_kind",
            "date_from", "date_to", "currency_id", "company_id", "state",
        }  # fmt: skip

    def _effect_values(self):
        """What the effects of this saving must be: {date: {planned_amount, actual_amount}}."""
        self.ensure_one()
        if self.effect_kind == "once":
            shares = [(self.date_from, 1.0)]
        else:
            today = fields.Date.context_today(self)
            last = self.date_to or savings.horizon(max(today, self.date_from))
            shares = savings.monthly_shares(self.date_from, last)
        # a reversed saving keeps what it was verified with, marked by its state
        proven = self.state in ("verified", "reversed")
        return {
            day: {
                "planned_amount": self._to_company_currency(self.planned_saving * share, day),
                "actual_amount": (
                    self._to_company_currency(self.actual_saving * share, day) if proven else 0.0
                ),
            }
            for day, share in shares
        }

    def _sync_effects(self):
        """Make the stored effects equal to what follows from the savings; idempotent."""
        # effects are nobody's to edit, so they are kept by the system
        to_create = []
        for saving in self.sudo():
            wanted = saving._effect_values()
            for effect in saving.effect_ids:
                values = wanted.pop(effect.date, None)
                if values is None:
                    effect.unlink()
                    continue
                currency = saving.company_id.currency_id
                changed = {
                    name: amount
                    for name, amount in values.items()
                    if currency.compare_amounts(effect[name], amount)
                }
                if changed:
                    effect.write(changed)
            to_create += [
                {"saving_id": saving.id, "date": day, **values} for day, values in wanted.items()
            ]
        self.env["crm.saving.effect"].sudo().create(to_create)

    @api.model
    def _cron_extend_effects(self):
        """Lay out the coming months of open recurring savings and apply new currency rates."""
        self.search([
            ("effect_kind", "=", "recurring"), ("date_to", "=", False),
            ("state", "in", ("proposed", "approved", "verified")),
        ])._sync_effects()  # fmt: skip

    def action_view_effects(self):
        """Open the monthly effects of these savings."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_kpi.action_crm_saving_effect")
        return {**action, "domain": [("saving_id", "in", self.ids)], "context": {}}
