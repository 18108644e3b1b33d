# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class CrmQualityRule(models.Model):
    """Which safe correction puts right what a rule finds."""

    _inherit = "crm.quality.rule"

    fix_methods = fields.Char(
        string="Corrections",
        help="Codes of safe corrections, separated by commas, tried one after the other; empty "
        "where only a person can say what is right.",
    )

    def _fix_list(self):
        """Codes of the corrections that exist on this database."""
        self.ensure_one()
        known = dict(self.env["crm.quality.fixer"]._selection_method())
        codes = [code.strip() for code in (self.fix_methods or "").split(",")]
        return [code for code in codes if code in known]

    def _watched_fields(self):
        """Customer fields that change the verdict: those read and those of the filters."""
        self.ensure_one()
        names = set(self._read_fields())
        for text in filter(None, (self.applicable_domain, self.rule_domain)):
            conditions = Domain(self._evaluate_domain(text)).iter_conditions()
            names.update(condition.field_expr.split(".")[0] for condition in conditions)
        return names
