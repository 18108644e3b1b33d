# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval


class CrmQualityFix(models.Model):
    """A batch of corrections of one kind: proposed, looked through, applied, and undone again.

    Records are read and written with the rights of the person who corrects.
    """

    _name = "crm.quality.fix"
    _description = "Corrections of Customer Data"
    _inherit = ["crm.background.run"]
    _order = "id desc"

    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Records of this company and those without a company are corrected.",
    )
    user_id = fields.Many2one(
        string="Corrected By",
        index=True,
        help="Only records that this person may change are corrected.",
    )
    method = fields.Selection(
        selection=lambda self: self.env["crm.quality.fixer"]._selection_method(),
        string="Correction",
        required=True,
    )
    subject = fields.Selection(
        [("res.partner", "Customers"), ("crm.lead", "Leads")],
        string="Corrected Records",
        required=True,
        default="res.partner",
    )
    scope_domain = fields.Char(
        string="Filter", required=True, default="[]", help="Which records are looked at."
    )
    result_id = fields.Many2one(
        "crm.quality.result",
        string="Area for Improvement",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="Only customers with an open finding of this area are looked at.",
    )
    rule_id = fields.Many2one(related="result_id.rule_id", store=True, string="Rule")
    run_state = fields.Selection(
        [
            ("draft", "New"),
            ("preparing", "Looking for corrections"),
            ("ready", "To look through"),
            ("applying", "Being applied"),
            ("cancelled", "Cancelled"),
            ("done", "Applied"),
            ("undoing", "Being undone"),
            ("undone", "Undone"),
        ],
    )
    last_id = fields.Integer(
        readonly=True, copy=False, help="Records up to this id have been looked at."
    )
    line_ids = fields.One2many("crm.quality.fix.line", "fix_id", string="Corrections")
    line_count = fields.Integer(
        string="Proposed", readonly=True, copy=False, help="Number of proposed corrections."
    )
    selected_count = fields.Integer(
        string="Selected",
        compute="_compute_selected_count",
        help="Proposed corrections that are ticked.",
    )
    applied_count = fields.Integer(string="Applied", readonly=True, copy=False)
    left_out_count = fields.Integer(
        string="Left Out",
        readonly=True,
        copy=False,
        help="Ticked corrections that were not applied; each says why.",
    )
    undone_count = fields.Integer(string="Undone", readonly=True, copy=False)
    kept_count = fields.Integer(
        string="Not Undone",
        readonly=True,
        copy=False,
        help="Applied corrections whose value somebody has changed since, or that could not be "
        "taken back for another reason; each says why.",
    )
    done_count = fields.Integer(
        compute="_compute_work",
        help="Corrections that were written or put back, or that could not be.",
    )
    step_count = fields.Integer(
        compute="_compute_work", help="Corrections to write or to put back."
    )
    applied_on = fields.Datetime(readonly=True, copy=False)
    expires_on = fields.Date(
        string="Can Be Undone Until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="From then on the old and new values are deleted; the counts stay.",
    )
    is_expired = fields.Boolean(readonly=True, copy=False)

    @api.depends("method")
    def _compute_name(self):
        labels = dict(self.env["crm.quality.fixer"]._selection_method())
        for fix in self:
            fix.name = fix.name or labels.get(fix.method)

    @api.depends("line_ids.is_selected", "line_ids.state")
    def _compute_selected_count(self):
        groups = self.env["crm.quality.fix.line"]._read_group(
            Domain("fix_id", "in", self.ids) & Domain("is_selected", "=", True),
            ["fix_id"],
            ["__count"],
        )
        counts = {fix.id: count for fix, count in groups}
        for fix in self:
            fix.selected_count = counts.get(fix.id, 0)

    @api.depends(
        "selected_count",
        "applied_count",
        "left_out_count",
        "undone_count",
        "kept_count",
        "run_state",
    )
    def _compute_work(self):
        for fix in self:
            if fix.run_state in ("undoing", "undone"):
                fix.step_count = fix.applied_count + fix.undone_count + fix.kept_count
                fix.done_count = fix.undone_count + fix.kept_count
            else:
                fix.step_count = fix.selected_count
                fix.done_count = fix.applied_count + fix.left_out_count

    @api.constrains("scope_domain", "subject")
    def _check_scope_domain(self):
        for fix in self:
            fix._scope()

    @api.constrains("method", "subject")
    def _check_method(self):
        for fix in self:
            if not fix.env["crm.quality.fixer"]._target(fix.method, fix.subject):
                raise ValidationError(fix.env._("Leads do not have what this correction needs."))

    @api.model_create_multi
    def create(self, vals_list):
        results = self.env["crm.quality.result"]
        for vals in vals_list:
            if vals.get("result_id"):
                results.browse(vals["result_id"]).check_access("read")
        return super().create(vals_list)

    # ------------------------------------------------------------ what is looked at
    def _records(self):
        """Empty recordset of customers or leads as the person who corrects sees them."""
        self.ensure_one()
        user = self.user_id or self.env.user
        model = self.env[self.subject].with_user(user).sudo(False)
        return model.with_context(
            allowed_company_ids=self.company_id.ids,
            lang=user.lang,
            tz=user.tz,
        )

    def _scope(self):
        """Domain of the records to look at.

        :raise ValidationError: when the filter does not fit the records
        """
        self.ensure_one()
        try:
            names = {"uid": self.user_id.id or self.env.uid}
            domain = Domain(safe_eval(self.scope_domain or "[]", names))
            domain.validate(self.env[self.subject])
        except (ValueError, TypeError, KeyError, NameError, SyntaxError) as error:
            raise ValidationError(self.env._("The filter is not valid: %s", error)) from error
        domain &= Domain("company_id", "in", [False, *self.company_id.ids])
        if self.result_id:
            findings = self.env["crm.quality.finding"].with_user(self.user_id).sudo(False)
            open_ones = self.result_id.sudo()._open_finding_domain()
            own = "lead_id" if self.subject == "crm.lead" else "partner_id"
            # the rules of findings join tables that have such a column, too
            subject = SQL.identifier(findings._table, own)
            domain &= Domain("id", "in", findings._search(open_ones).subselect(subject))
        return domain

    def _methods(self):
        """Codes of the corrections to try, one after the other."""
        self.ensure_one()
        codes = self.rule_id.sudo()._fix_list() if self.rule_id else []
        return codes if self.method in codes else [self.method]

    # ------------------------------------------------------------ windows
    def action_open_lines(self):
        """The corrections one by one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_fix_line"
        )
        return action | {"display_name": self.name, "domain": [("fix_id", "=", self.id)]}

    def action_open_left_out(self):
        """The corrections that were not applied or not undone, with the reasons."""
        action = self.action_open_lines()
        return action | {
            "domain": [("fix_id", "=", self.id), ("state", "in", ("left_out", "kept"))]
        }

    # ------------------------------------------------------------ expiry
    def _start_expiry(self):
        """The journal is kept from now on for as long as the company says."""
        for fix in self:
            today = fields.Date.context_today(fix)
            fix.expires_on = today + timedelta(days=fix.company_id.quality_journal_days)

    @api.autovacuum
    def _gc_journal(self):
        """Old and new values are personal data: they go when their time is over.

        Corrections that nobody applied go after the same time.
        """
        today = fields.Date.today()
        expired = self.search(Domain("expires_on", "<=", today) & Domain("is_expired", "=", False))
        expired.line_ids.unlink()
        expired.write({"is_expired": True})
        for company in self.env["res.company"].search([]):
            limit = today - timedelta(days=company.quality_journal_days)
            stale = self.search(
                Domain("company_id", "=", company.id)
                & Domain("run_state", "in", ("draft", "ready"))
                & Domain("create_date", "<", limit)
            )
            stale.unlink()
