# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.safe_eval import safe_eval

from ..quality.nullable import ScoreField


class CrmQualityCheck(models.Model):
    """One check of customers or leads in three steps: scope, checks, result.

    It stays, so that checks of the same scope can be compared over time. The records are read
    with the rights of the person who checks.
    """

    _name = "crm.quality.check"
    _description = "Data Quality Check"
    _inherit = ["crm.background.run", "mail.thread", "mail.activity.mixin"]
    _run_cron = "crm_data_quality.ir_cron_run_checks"
    _scope_fields = frozenset(("scope_domain", "company_id", "profile_id", "months", "subject"))
    _order = "id desc"

    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    subject = fields.Selection(
        selection=lambda self: self.env["crm.quality.rule"]._selection_subject(),
        string="Check Of",
        required=True,
        default="res.partner",
        help="Whether customers or leads are checked.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Records of this company and those without a company are checked.",
    )
    user_id = fields.Many2one(
        string="Checked By",
        index=True,
        help="Only records that this person may read are checked.",
    )
    state = fields.Selection(
        [("scope", "Scope"), ("checks", "Checks"), ("result", "Result")],
        default="scope",
        required=True,
        copy=False,
    )
    scope_domain = fields.Char(
        string="Which Records",
        required=True,
        compute="_compute_scope_domain",
        store=True,
        readonly=False,
        precompute=True,
        help="Which customers or leads are checked.",
    )
    scope_key = fields.Char(compute="_compute_scope_key", store=True, index=True)
    partner_count = fields.Integer(
        string="Will Be Checked",
        compute="_compute_partner_count",
        help="Number of customers or leads that match now.",
    )
    profile_id = fields.Many2one(
        "crm.quality.profile",
        required=True,
        compute="_compute_profile_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    months = fields.Integer(
        string="Current Within (Months)",
        compute="_compute_months",
        store=True,
        readonly=False,
        precompute=True,
        help="A customer is current when something really happened within so many months.",
    )
    is_reference = fields.Boolean(
        string="Counts for the KPIs",
        compute="_compute_is_reference",
        store=True,
        readonly=False,
        precompute=True,
        help="The latest finished check of customers with this mark is the company's data "
        "quality. Only managers may set it.",
    )
    result_ids = fields.One2many("crm.quality.result", "check_id", string="Rules")
    score_ids = fields.One2many("crm.quality.score", "check_id", string="Dimensions")
    owner_ids = fields.One2many("crm.quality.owner", "check_id", string="By Owner")
    improvement_ids = fields.One2many(
        "crm.quality.result",
        "check_id",
        string="Areas for Improvement",
        domain=[("failed", ">", 0)],
    )
    # ------------------------------------------------------------ the run
    finished_on = fields.Datetime(tracking=True)
    total_count = fields.Integer(
        string="Records To Check", readonly=True, copy=False, help="Counted at the start."
    )
    step_count = fields.Integer(related="total_count")
    done_count = fields.Integer(string="Records Checked", help="Out of the records to check.")
    last_partner_id = fields.Integer(
        readonly=True, copy=False, help="Records up to this id have been checked."
    )
    # ------------------------------------------------------------ the result
    score = ScoreField(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Weighted mean of the dimensions that could be checked, 0 to 100.",
    )
    previous_id = fields.Many2one(
        "crm.quality.check", string="Compared With", readonly=True, copy=False, ondelete="set null"
    )
    score_change = ScoreField(
        string="Change",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Points since the last check of the same scope.",
    )
    finding_count = fields.Integer(
        string="Findings", readonly=True, copy=False, help="Without those that are OK as they are."
    )
    valid_from = fields.Datetime(
        readonly=True, copy=False, help="Counts for the KPIs from here (the end of the check) …"
    )
    valid_to = fields.Datetime(
        readonly=True, copy=False, help="… until the next check that counts is finished."
    )

    _months_positive = models.Constraint("CHECK(months > 0)", "At least one month is needed.")

    # ------------------------------------------------------------ defaults and computes
    @api.model
    def _default_name(self, subject="res.partner"):
        day = format_date(self.env, fields.Date.context_today(self))
        if subject == "crm.lead":
            return self.env._("Leads, %s", day)
        return self.env._("Customers, %s", day)

    @api.model
    def _default_profile(self, subject="res.partner"):
        return self.env["crm.quality.profile"].search([("subject", "=", subject)], limit=1)

    @api.model
    def _default_scope_domain(self):
        """All customers: neither own users nor, where accounting knows them, mere suppliers."""
        domain = [("partner_share", "=", True)]
        if "supplier_rank" in self.env["res.partner"]._fields:
            domain = [
                "&", *domain, "|", ("customer_rank", ">", 0), ("supplier_rank", "=", 0),
            ]  # fmt: skip
        return domain

    @api.depends("profile_id")
    def _compute_months(self):
        for check in self:
            check.months = check.profile_id.months or 12

    @api.depends("company_id", "scope_domain", "profile_id")
    def _compute_scope_key(self):
        for check in self:
            scope = "".join((check.scope_domain or "").split())
            check.scope_key = f"{check.company_id.id}:{check.profile_id.id}:{scope}"

    @api.depends("scope_domain", "company_id", "subject")
    def _compute_partner_count(self):
        for check in self:
            check.partner_count = check._subjects().search_count(check._subject_domain())

    @api.constrains("scope_domain", "subject")
    def _check_scope_domain(self):
        for check in self:
            check._subject_domain()

    # ------------------------------------------------------------ who may write what
    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks._load_profile()
        return checks

    def write(self, vals):
        result = super().write(vals)
        if {"profile_id", "subject"} & set(vals):
            self._load_profile()
        if "is_reference" in vals:
            self._refresh_validity()
        return result

    @api.model
    def _check_writable(self, vals):
        super()._check_writable(vals)
        if self.env.su:
            return
        manager = self.env.user.has_group("crm_data_quality.group_data_quality_manager")
        if vals.get("is_reference") and not manager:
            raise AccessError(
                self.env._("Only a data quality manager may say which check counts for the KPIs.")
            )

    def unlink(self):
        companies = self.filtered("is_reference").company_id
        result = super().unlink()
        self._refresh_validity(companies)
        return result

    def _load_profile(self):
        """Set up the rules and dimensions of checks that have not run yet."""
        dimensions = [code for code, _label in self.env["crm.quality.rule"]._selection_dimension()]
        for check in self.sudo().filtered(lambda check: check.run_state == "draft"):
            check.result_ids.unlink()
            weights = check.profile_id._rule_weights()
            self.env["crm.quality.result"].sudo().create(
                [
                    {"check_id": check.id, "rule_id": rule.id, "weight": weight}
                    for rule, weight in weights.items()
                ]
            )
            missing = set(dimensions) - set(check.score_ids.mapped("dimension"))
            self.env["crm.quality.score"].sudo().create(
                [
                    {"check_id": check.id, "dimension": code}
                    for code in dimensions
                    if code in missing
                ]
            )

    # ------------------------------------------------------------ scope
    def _subjects(self):
        """Customers or leads as the person who checks sees them, in the company of the check."""
        self.ensure_one()
        user = self.user_id or self.env.user
        model = self.env[self.subject].with_user(user).sudo(False)
        return model.with_context(
            allowed_company_ids=self.company_id.ids, lang=user.lang, tz=user.tz
        )

    def _partners(self):
        """Customers as the person who checks sees them, in the company of the check."""
        return self.env["res.partner"].with_env(self._subjects().env)

    def _scope_filter(self):
        """The filter of the scope as a `Domain`, whether it is valid or not."""
        self.ensure_one()
        # whoever looks or runs the job: "my customers" are those of the person who checks
        names = {"uid": self.user_id.id or self.env.uid}
        return Domain(safe_eval(self.scope_domain or "[]", names))

    def _subject_domain(self):
        """Records of the scope, of the check's company or of none.

        :raise ValidationError: when the scope is no filter on customers or leads
        """
        self.ensure_one()
        try:
            domain = self._scope_filter()
            domain.validate(self.env[self.subject])
        except (ValueError, TypeError, KeyError, NameError, SyntaxError) as error:
            raise ValidationError(self.env._("The scope is no valid filter: %s", error)) from error
        return domain & Domain("company_id", "in", [False, *self.company_id.ids])

    def _customer_domain(self):
        """Customers of the scope of a check of customers."""
        return self._subject_domain()

    # ------------------------------------------------------------ steps
    def action_to_checks(self):
        """Step 1 → 2."""
        for check in self:
            if not check.partner_count:
                raise UserError(self.env._("No record matches this scope."))
            check.state = "checks"
        return True

    def action_to_scope(self):
        """Step 2 → 1, as long as the check was not started."""
        if any(check.run_state != "draft" for check in self):
            raise UserError(
                self.env._("A check that was started keeps its scope. Check again instead.")
            )
        self.state = "scope"
        return True

    def action_check_again(self):
        """A new check of the same scope with the same rules and weights, started at once."""
        again = self._again()
        again.action_start()
        return again.get_formview_action()

    def _again(self):
        """A new check of the same scope with the same rules and weights, not started yet."""
        self.ensure_one()
        values = {"is_reference": False}
        if self.env.user.has_group("crm_data_quality.group_data_quality_manager"):
            values["is_reference"] = self.is_reference
        again = self.copy({"name": self._default_name(self.subject), **values})
        settings = {
            result.rule_id: {"weight": result.weight, "is_selected": result.is_selected}
            for result in self.result_ids
        }
        for result in again.result_ids:
            result.write(settings.get(result.rule_id, {}))
        weights = {score.dimension: score.weight for score in self.score_ids}
        for score in again.score_ids:
            score.weight = weights.get(score.dimension, 1.0)
        self._take_schedule_to(again)
        return again

    def action_open_findings(self):
        """The findings of the check."""
        self.ensure_one()
        self._refresh_edited()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_finding"
        )
        return action | {
            "domain": [("check_id", "=", self.id)],
            "context": {"search_default_open": 1, "quality_subject": self.subject},
        }

    def action_open_owners(self):
        """The result by salesperson."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_owner"
        )
        return action | {"domain": [("check_id", "=", self.id)]}

    def action_open_partners(self):
        """The customers or leads of the scope."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._subject_choices())[self.subject],
            "res_model": self.subject,
            "view_mode": "list,kanban,form",
            "domain": list(self._subject_domain()),
        }
