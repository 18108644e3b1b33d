# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class CrmQualityAcceptance(models.Model):
    """What somebody called OK: a rule, a customer and the value that was looked at."""

    _name = "crm.quality.acceptance"
    _description = "Accepted Data Quality Finding"
    _inherit = ["crm.quality.partner.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    value = fields.Char(help="Another value is asked about again.")
    user_id = fields.Many2one(
        "res.users", string="Accepted By", default=lambda self: self.env.user, ondelete="set null"
    )

    _finding_unique = models.Constraint(
        "UNIQUE(rule_id, partner_id)", "A finding is accepted only once per rule and customer."
    )

    def _remember(self, findings):
        """Store the values of findings as accepted."""
        self._forget(findings)
        latest = {(item.rule_id.id, item.partner_id.id): item for item in findings}
        self.create(
            [
                {"rule_id": rule_id, "partner_id": partner_id, "value": item.value}
                for (rule_id, partner_id), item in latest.items()
            ]
        )

    def _forget(self, findings):
        """Take back what was accepted about findings."""
        for rule, items in findings.grouped("rule_id").items():
            self.search(
                Domain("rule_id", "=", rule.id) & Domain("partner_id", "in", items.partner_id.ids)
            ).unlink()
