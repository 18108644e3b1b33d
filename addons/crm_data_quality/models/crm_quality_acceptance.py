# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class CrmQualityAcceptance(models.Model):
    """What somebody called OK: a rule, a customer or lead, and the value that was looked at."""

    _name = "crm.quality.acceptance"
    _description = "Accepted Data Quality Finding"
    _inherit = ["crm.quality.partner.mixin"]
    _order = "id desc"
    _rec_name = "rule_id"
    _subject_fields = ("partner_id", "lead_id")

    rule_id = fields.Many2one("crm.quality.rule", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", index=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", string="Lead", index="btree_not_null", ondelete="cascade")
    value = fields.Char(help="Another value is asked about again.")
    note = fields.Char(help="Why the value is right.")
    user_id = fields.Many2one(
        "res.users", string="Accepted By", default=lambda self: self.env.user, ondelete="set null"
    )

    _finding_unique = models.Constraint(
        "UNIQUE(rule_id, partner_id)", "A finding is accepted only once per rule and customer."
    )

    _lead_unique = models.Constraint(
        "UNIQUE(rule_id, lead_id)", "A finding is accepted only once per rule and lead."
    )
    _one_subject = models.Constraint(
        "CHECK(num_nonnulls(partner_id, lead_id) = 1)",
        "An acceptance is about one customer or one lead.",
    )

    def action_take_back(self):
        """The values are not OK after all: the latest findings about them count again.

        :raise AccessError: unless the user accepted it, is the salesperson of the customer or
            lead, or may decide on its findings
        """
        self.check_access("read")
        model = self.env["crm.quality.finding"]
        for acceptance in self.exists():
            known = acceptance.sudo()
            findings = model.sudo().search(acceptance._finding_domain(), order="id desc")
            user = self.env.user
            salesperson = known.partner_id.user_id | known.lead_id.user_id
            manager = user.has_group("crm_data_quality.group_data_quality_manager")
            deciders = known.user_id | salesperson
            for finding in findings:
                deciders |= finding._deciders()
            if user not in deciders and not manager:
                raise AccessError(
                    self.env._("Only who accepted it, the salesperson or a manager takes it back.")
                )
            # older checks keep their figures; the latest of each scope is the state of today
            latest = {}
            for finding in findings:
                key = (finding.check_id.scope_key, finding.check_id.user_id)
                latest.setdefault(key, finding)
            model.sudo().union(*latest.values())._decide(False)
            known.unlink()
        return True

    def _finding_domain(self):
        """Accepted findings about the same rule and record."""
        self.ensure_one()
        domain = Domain("rule_id", "=", self.rule_id.id) & Domain("is_accepted", "=", True)
        name = "lead_id" if self.lead_id else "partner_id"
        return domain & Domain(name, "=", self[name].id)

    def _remember(self, findings, note=False):
        """Store the values of findings as accepted."""
        self._forget(findings)
        latest = {
            (item.rule_id, item.partner_id, item.lead_id): item for item in findings.sorted("id")
        }
        self.create(
            [
                {
                    "rule_id": rule.id,
                    "partner_id": partner.id,
                    "lead_id": lead.id,
                    "value": item.value,
                    "note": note,
                }
                for (rule, partner, lead), item in latest.items()
            ]
        )

    def _forget(self, findings):
        """Take back what was accepted about findings."""
        for rule, items in findings.grouped("rule_id").items():
            subject = Domain("partner_id", "in", items.partner_id.ids) | Domain(
                "lead_id", "in", items.lead_id.ids
            )
            self.search(Domain("rule_id", "=", rule.id) & subject).unlink()
