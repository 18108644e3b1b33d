# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class CrmQualityAssignment(models.Model):
    """Findings of one rule that a person was asked to put right, with a due date."""

    _name = "crm.quality.assignment"
    _description = "Data Quality Assignment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"

    name = fields.Char(compute="_compute_name")
    result_id = fields.Many2one(
        "crm.quality.result", required=True, index=True, ondelete="cascade", readonly=True
    )
    check_id = fields.Many2one(
        related="result_id.check_id", store=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one(related="result_id.rule_id", store=True, ondelete="cascade")
    company_id = fields.Many2one(related="result_id.company_id", store=True)
    explanation = fields.Text(related="rule_id.explanation", related_sudo=True)
    user_id = fields.Many2one(
        "res.users", string="Assigned To", required=True, readonly=True, ondelete="cascade"
    )
    date_deadline = fields.Date(string="Due On", required=True)
    finding_ids = fields.One2many("crm.quality.finding", "assignment_id", string="Findings")
    finding_count = fields.Integer(
        compute="_compute_finding_count", help="Those that this user may see."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Only who sees the result of a rule hands its findings on."""
        results = self.env["crm.quality.result"]
        chosen = filter(None, (vals.get("result_id") for vals in vals_list))
        results.browse(chosen).check_access("read")
        return super().create(vals_list)

    def write(self, vals):
        if {"result_id", "user_id", "finding_ids"} & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("An assignment keeps its findings and its person. Assign again instead.")
            )
        return super().write(vals)

    @api.depends_context("lang")
    @api.depends("rule_id.name")
    def _compute_name(self):
        for assignment in self:
            assignment.name = assignment.sudo().rule_id.name

    @api.depends_context("uid")
    @api.depends("finding_ids")
    def _compute_finding_count(self):
        groups = self.env["crm.quality.finding"]._read_group(
            Domain("assignment_id", "in", self.ids), ["assignment_id"], ["__count"]
        )
        counts = {assignment.id: count for assignment, count in groups}
        for assignment in self:
            assignment.finding_count = counts.get(assignment.id, 0)

    def action_open_partners(self):
        """The customers to improve."""
        self.ensure_one()
        self.sudo().check_id._refresh_edited()
        finding = Domain("assignment_id", "=", self.id) & Domain("is_accepted", "=", False)
        return self.env["crm.quality.finding"]._partners_action(
            self.name, finding, self.sudo().rule_id.subject
        )

    def action_open_findings(self):
        """The findings with value, reason and proposal."""
        self.ensure_one()
        self.sudo().check_id._refresh_edited()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_finding"
        )
        return action | {
            "display_name": self.name,
            "domain": [("assignment_id", "=", self.id)],
            "context": {"search_default_open": 1, "quality_subject": self.sudo().rule_id.subject},
        }
