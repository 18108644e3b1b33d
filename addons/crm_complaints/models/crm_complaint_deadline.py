# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .crm_complaint import SEVERITIES


class CrmComplaintDeadline(models.Model):
    """How fast complaints of a severity are to be answered and resolved."""

    _name = "crm.complaint.deadline"
    _description = "Complaint Deadline"
    _order = "company_id, sequence, id"
    _rec_name = "severity"

    severity = fields.Selection(SEVERITIES, required=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies without an own rule.",
    )
    answer_hours = fields.Float(
        string="Answer Within",
        required=True,
        help="Working hours from the reception to the first answer.",
    )
    resolution_hours = fields.Float(
        string="Resolve Within",
        required=True,
        help="Working hours from the reception to the resolution, without waiting for the customer.",
    )

    _severity_unique = models.UniqueIndex(
        "(severity, COALESCE(company_id, 0))",
        "There is already a deadline for this severity in this company.",
    )
    _hours_positive = models.Constraint(
        "CHECK(answer_hours > 0 AND resolution_hours > 0)", "Deadlines must be longer than zero."
    )

    @api.model
    def _get_hours(self, company, severity):
        """Hours of the rule for a severity in a company.

        :return: (hours to the answer, hours to the resolution), or (None, None) without a rule
        """
        rules = self.sudo().search(
            [("severity", "=", severity), ("company_id", "in", [False, company.id])]
        )
        rule = rules.filtered("company_id") or rules
        return (rule[0].answer_hours, rule[0].resolution_hours) if rule else (None, None)
