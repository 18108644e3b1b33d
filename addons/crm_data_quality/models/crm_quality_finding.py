# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmQualityFinding(models.Model):
    """A customer that a rule found something about: the value, why, and a proposal."""

    _name = "crm.quality.finding"
    _description = "Data Quality Finding"
    _inherit = ["crm.quality.partner.mixin"]
    _order = "check_id desc, rule_id, id"
    _rec_name = "reason"
    # hundreds of thousands of rows per check: every column and every index is paid for that often
    _log_access = False

    check_id = fields.Many2one(
        "crm.quality.check", required=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade", readonly=True)
    dimension = fields.Selection(related="rule_id.dimension")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        help="The customer's salesperson at the time of the check.",
    )
    field_name = fields.Char(readonly=True, help="Technical name of the customer's field.")
    field_label = fields.Char(
        string="Field", compute="_compute_field_label", help="Name of the field as on the form."
    )
    value = fields.Char(readonly=True, help="The value found; empty where one is missing.")
    reason = fields.Char(readonly=True, help="What is wrong with it.")
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

    _check_rule_index = models.Index("(check_id, rule_id)")

    @api.depends_context("lang")
    @api.depends("field_name")
    def _compute_field_label(self):
        labels = self.env["res.partner"].fields_get(attributes=["string"])
        for finding in self:
            finding.field_label = labels.get(finding.field_name, {}).get("string")

    @api.model
    def _partners_action(self, name, finding_domain):
        """Window with the customers of some findings."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("quality_finding_ids", "any", list(finding_domain))],
            "context": {"active_test": False},
        }

    def action_open_partner(self):
        """The customer's form."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_accept(self):
        """Call findings OK as they are, in this check and in later ones."""
        self._decide(True)
        return True

    def action_reopen(self):
        """Take back that findings are OK as they are."""
        self._decide(False)
        return True

    def _decide(self, accepted):
        self.check_access("read")
        findings = self.sudo().filtered(lambda finding: finding.is_accepted != accepted)
        if any(finding.check_id.run_state in ("waiting", "running") for finding in findings):
            raise UserError(self.env._("Wait until the check is finished."))
        acceptances = self.env["crm.quality.acceptance"].sudo()
        if accepted:
            acceptances._remember(findings)
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

    @api.autovacuum
    def _gc_findings(self):
        """Findings are personal data: only the two latest checks of each scope keep theirs."""
        checks = self.env["crm.quality.check"].search(
            Domain("run_state", "=", "done"), order="finished_on desc, id desc"
        )
        for items in checks.grouped(lambda check: (check.scope_key, check.user_id)).values():
            outdated = self.search(Domain("check_id", "in", items[2:].ids))
            outdated.unlink()
