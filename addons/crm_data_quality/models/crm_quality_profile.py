# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmQualityProfile(models.Model):
    """What the data must be good for: a set of rules with weights."""

    _name = "crm.quality.profile"
    _description = "Data Quality Profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    subject = fields.Selection(
        selection=lambda self: self.env["crm.quality.rule"]._selection_subject(),
        string="Profile For",
        required=True,
        default="res.partner",
        help="Whether customers or leads are checked with it.",
    )
    months = fields.Integer(
        string="Current Within (Months)",
        default=12,
        help="A customer is current when something really happened within so many months.",
    )
    all_rules = fields.Boolean(
        help="Takes every active rule with its own weight; new rules join by themselves."
    )
    line_ids = fields.One2many("crm.quality.profile.line", "profile_id", copy=True)

    _months_positive = models.Constraint("CHECK(months > 0)", "At least one month is needed.")

    def _rule_weights(self):
        """Weights of the rules that the profile takes: dict rule → weight."""
        self.ensure_one()
        if self.all_rules:
            weights = {
                rule: rule.weight
                for rule in self.env["crm.quality.rule"].search([("subject", "=", self.subject)])
            }
            return weights | {line.rule_id: line.weight for line in self.line_ids}
        return {line.rule_id: line.weight for line in self.line_ids if line.rule_id.active}


class CrmQualityProfileLine(models.Model):
    """A rule of a profile and its weight there."""

    _name = "crm.quality.profile.line"
    _description = "Rule of a Data Quality Profile"
    _order = "profile_id, dimension_sequence, id"

    profile_id = fields.Many2one(
        "crm.quality.profile", required=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade")
    dimension = fields.Selection(related="rule_id.dimension")
    dimension_sequence = fields.Integer(related="rule_id.dimension_sequence", store=True)
    weight = fields.Float(default=1.0, help="Replaces the rule's own weight in this profile.")

    _rule_unique = models.Constraint(
        "UNIQUE(profile_id, rule_id)", "A profile has each rule only once."
    )
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "Weights cannot be negative.")

    @api.constrains("rule_id", "profile_id")
    def _check_subject(self):
        for line in self:
            if line.rule_id.subject != line.profile_id.subject:
                raise ValidationError(
                    self.env._(
                        "The profile “%(profile)s” cannot take the rule “%(rule)s”:"
                        " one is for customers, the other for leads.",
                        profile=line.profile_id.name,
                        rule=line.rule_id.name,
                    )
                )
