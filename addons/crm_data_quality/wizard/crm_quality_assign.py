# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmQualityAssign(models.TransientModel):
    """Hand the findings of a rule to the people who can put them right."""

    _name = "crm.quality.assign"
    _description = "Assign Data Quality Findings"

    result_id = fields.Many2one("crm.quality.result", required=True, ondelete="cascade")
    mode = fields.Selection(
        [("owner", "Each salesperson his own customers"), ("user", "One person")],
        required=True,
        default="owner",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assign To",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        help="Also gets the customers without a salesperson.",
    )
    date_deadline = fields.Date(
        string="Due On",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=14),
    )
    finding_count = fields.Integer(compute="_compute_finding_count")

    @api.depends("result_id")
    def _compute_finding_count(self):
        for wizard in self:
            wizard.finding_count = self.env["crm.quality.finding"].search_count(wizard._domain())

    def _domain(self):
        return self.result_id._finding_domain() & Domain("is_accepted", "=", False)

    def action_assign(self):
        """Create one assignment with an activity per person."""
        self.ensure_one()
        findings = self.env["crm.quality.finding"].search(self._domain())
        if not findings:
            raise UserError(self.env._("There is nothing to improve any more."))
        if not self.user_id:
            raise UserError(self.env._("Choose a person."))
        if self.mode == "user":
            groups = {self.user_id: findings}
        else:
            groups = findings.grouped(lambda item: item.user_id or self.user_id)
        # findings are read-only for everybody; which of them are handed on was searched above
        # with the rights of the person who assigns
        assignments = self.env["crm.quality.assignment"]
        for user, items in groups.items():
            assignment = assignments.create(
                {
                    "result_id": self.result_id.id,
                    "user_id": user.id,
                    "date_deadline": self.date_deadline,
                }
            )
            items.sudo().write({"assignment_id": assignment.id})
            assignment.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_deadline,
                user_id=user.id,
                summary=self.env._(
                    "%(rule)s: %(number)s customers to improve",
                    rule=self.result_id.rule_id.name,
                    number=len(items),
                ),
            )
            assignments |= assignment
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assignments"),
            "res_model": "crm.quality.assignment",
            "view_mode": "list,form",
            "domain": [("id", "in", assignments.ids)],
        }
