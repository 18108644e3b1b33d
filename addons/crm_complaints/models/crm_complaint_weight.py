# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmComplaintDeadline(models.Model):
    """How much a complaint of a severity counts when work is shared out."""

    _inherit = "crm.complaint.deadline"

    weight = fields.Float(
        default=1.0,
        required=True,
        help="How much an open complaint of this severity counts towards the load of its "
        "responsible person when complaints are assigned automatically.",
    )

    _weight_positive = models.Constraint("CHECK(weight > 0)", "The weight must be above zero.")

    @api.model
    def _get_weight(self, company, severity):
        """Weight of a complaint of this severity in a company; 1 without a rule."""
        rules = self.sudo().search(
            [("severity", "=", severity), ("company_id", "in", [False, company.id])]
        )
        return (rules.filtered("company_id") or rules)[:1].weight or 1.0
