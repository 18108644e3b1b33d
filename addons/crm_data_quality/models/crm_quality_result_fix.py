# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmQualityResult(models.Model):
    """What to do about an area: correct what is safe, edit the rest in a list."""

    _inherit = "crm.quality.result"

    has_fix = fields.Boolean(
        compute="_compute_has_fix", help="Whether a safe correction exists for this rule."
    )
    fixed_count = fields.Integer(
        string="Fixed Since",
        compute="_compute_fixed_count",
        help="Of the findings, those that were put right since the check. The figures of the "
        "check stay as measured.",
    )

    @api.depends("rule_id.fix_methods")
    def _compute_has_fix(self):
        for result in self:
            result.has_fix = bool(result.rule_id._fix_list())

    @api.depends_context("uid")
    @api.depends("failed")
    def _compute_fixed_count(self):
        groups = self.env["crm.quality.finding"]._read_group(
            Domain("check_id", "in", self.check_id.ids)
            & Domain("fixed_on", "!=", False)
            & Domain("is_accepted", "=", False),
            ["check_id", "rule_id"],
            ["__count"],
        )
        counts = {(check.id, rule.id): count for check, rule, count in groups}
        for result in self:
            result.fixed_count = counts.get((result.check_id.id, result.rule_id.id), 0)

    def _open_finding_domain(self):
        """Findings that somebody still has to look at."""
        return (
            self._finding_domain()
            & Domain("is_accepted", "=", False)
            & Domain("fixed_on", "=", False)
        )

    def action_open_list(self):
        """The customers still to improve, with the fields concerned to be edited in place."""
        self.ensure_one()
        self.check_id._refresh_edited()
        if self.rule_id.subject != "res.partner":
            return super().action_open_list()
        finding = self._open_finding_domain()
        action = self.env["crm.quality.finding"]._partners_action(self.rule_id.name, finding)
        view = self.env.ref("crm_data_quality.view_partner_quality_list")
        return action | {
            "views": [(view.id, "list"), (False, "kanban"), (False, "form")],
            "context": action["context"]
            | {
                "quality_result_id": self.id,
                "quality_fields": sorted(self.rule_id._read_fields()),
            },
        }

    def action_fix(self):
        """Look for safe corrections of this area's records."""
        self.ensure_one()
        methods = self.rule_id._fix_list()
        if not methods:
            raise UserError(self.env._("There is no safe correction: open the list instead."))
        fix = self.env["crm.quality.fix"].create(
            {
                "name": self.rule_id.name,
                "method": methods[0],
                "subject": self.rule_id.subject,
                "result_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        fix.action_prepare()
        return fix.get_formview_action()
