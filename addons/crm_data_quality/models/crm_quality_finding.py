# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CrmQualityFinding(models.Model):
    """A customer or lead that a rule found something about: the value, why, and a proposal."""

    _name = "crm.quality.finding"
    _description = "Data Quality Finding"
    _inherit = ["crm.quality.partner.mixin"]
    # by ids: joining and sorting by the order of rules takes seconds for millions
    _order = "check_id.id desc, rule_id.id, id"
    _rec_name = "value"
    _subject_fields = ("partner_id", "lead_id")
    # hundreds of thousands of rows per check: every column and every index is paid for that often
    _log_access = False
    # found at this very record, whatever it is merged into
    _stays_when_merged = True

    check_id = fields.Many2one(
        "crm.quality.check", required=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade", readonly=True)
    dimension = fields.Selection(related="rule_id.dimension")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="cascade",
        readonly=True,
        help="The customer; empty where the finding is about a lead.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="The lead or opportunity; empty where the finding is about a customer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        help="The salesperson of the customer or lead at the time of the check.",
    )
    field_name = fields.Char(readonly=True, help="Technical name of the field.")
    field_label = fields.Char(
        string="Field", compute="_compute_field_label", help="Name of the field as on the form."
    )
    value = fields.Char(readonly=True, help="The value found; empty where one is missing.")
    reason_code = fields.Selection(
        selection=lambda self: self.env["crm.quality.rule"]._selection_reason(),
        string="Kind of Reason",
        readonly=True,
        help="What is wrong, without the details: findings can be grouped by it.",
    )
    reason_values = fields.Json(readonly=True, help="The details of the reason.")
    reason_text = fields.Char(
        readonly=True, help="The sentence as findings of earlier versions stored it."
    )
    reason = fields.Char(
        compute="_compute_reason",
        help="What is wrong with it, in the language of the reader.",
    )
    proposal = fields.Char(readonly=True, help="A better value, where one can be derived safely.")
    is_accepted = fields.Boolean(
        string="OK as It Is",
        readonly=True,
        help="Somebody looked at it and it is right. It stays so in later checks, "
        "until the value changes.",
    )
    assignment_id = fields.Many2one(
        "crm.quality.assignment", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _check_rule_index = models.Index("(check_id, rule_id, id)")

    _one_subject = models.Constraint(
        "CHECK(num_nonnulls(partner_id, lead_id) = 1)",
        "A finding is about one customer or one lead.",
    )

    @api.depends("reason")
    def _compute_display_name(self):
        for finding in self:
            finding.display_name = finding.reason

    @api.depends_context("lang", "tz")
    @api.depends("reason_code", "reason_values", "reason_text", "rule_id.finding_text")
    def _compute_reason(self):
        sentence = self.env["crm.quality.rule"]._reason_writer()
        for finding in self:
            general = finding.reason_code in ("empty", "pattern", "filter")
            finding.reason = (
                finding.reason_text
                or (general and finding.rule_id.finding_text)
                or sentence(finding.reason_code, finding.reason_values)
            )

    @api.depends_context("lang")
    @api.depends("field_name", "lead_id")
    def _compute_field_label(self):
        for is_lead, findings in self.grouped(lambda finding: bool(finding.lead_id)).items():
            model = self.env["crm.lead" if is_lead else "res.partner"]
            names = [name for name in set(findings.mapped("field_name")) if name in model._fields]
            labels = {name: model._fields[name]._description_string(self.env) for name in names}
            for finding in findings:
                finding.field_label = labels.get(finding.field_name)

    @api.model
    def _partners_action(self, name, finding_domain, subject="res.partner"):
        """Window with the customers or leads of some findings.

        :param subject: name of the model
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": subject,
            "view_mode": "list,kanban,form",
            "domain": [("quality_finding_ids", "any", list(finding_domain))],
            "context": {"active_test": False},
        }

    def action_open_partner(self):
        """The form of the customer or lead."""
        self.ensure_one()
        return (self.partner_id or self.lead_id).get_formview_action()

    def action_accept(self, note=False):
        """Call findings OK as they are, in this check and in later ones.

        :param note: why the values are right
        :raise AccessError: unless the user is the person of the check, the one the findings were
            handed to, the salesperson of the customer or lead, or a data quality manager
        """
        self._decide(True, note)
        return True

    def action_accept_with_note(self):
        """Ask why the findings are OK as they are."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("OK as It Is"),
            "res_model": "crm.quality.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_ids": self.ids},
        }

    def action_reopen(self):
        """Take back that findings are OK as they are."""
        self._decide(False)
        return True

    def _undecidable(self):
        """Those of the findings that the user must not accept or reopen."""
        user = self.env.user
        if self.env.su or user.has_group("crm_data_quality.group_data_quality_manager"):
            return self.browse()
        return self.filtered(lambda finding: user not in finding.sudo()._deciders())

    def _deciders(self):
        """Who may say that a finding is OK, besides managers."""
        self.ensure_one()
        people = self.check_id.user_id | self.assignment_id.user_id
        return people | self.partner_id.user_id | self.lead_id.user_id

    def _decide(self, accepted, note=False):
        self.check_access("read")
        if self._undecidable():
            raise AccessError(
                self.env._(
                    "Only the person of the check, the one it was assigned to, the salesperson "
                    "or a data quality manager may decide on a finding."
                )
            )
        findings = self.sudo().filtered(lambda finding: finding.is_accepted != accepted)
        if any(finding.check_id.run_state in ("waiting", "running") for finding in findings):
            raise UserError(self.env._("Wait until the check is finished."))
        acceptances = self.env["crm.quality.acceptance"].sudo()
        if accepted:
            acceptances._remember(findings, note)
        else:
            acceptances._forget(findings)
        findings.write({"is_accepted": accepted})
        tallies = self.env["crm.quality.tally"].sudo()
        groups = findings.grouped(lambda item: (item.check_id, item.rule_id, item.user_id))
        for (check, rule, user), items in groups.items():
            tally = tallies.search(
                Domain("check_id", "=", check.id)
                & Domain("rule_id", "=", rule.id)
                & Domain("user_id", "=", user.id)
            )
            moved = len(items) if accepted else -len(items)
            tally.failed -= moved
            tally.accepted += moved
        for check in findings.check_id.filtered(lambda check: check.run_state == "done"):
            check._refresh_figures()
