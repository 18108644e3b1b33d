# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

CHURN_RULE = ("churn_silence_factor", "churn_min_days", "churn_default_days")


class ResCompany(models.Model):
    _inherit = "res.company"

    cancellation_ask_quotations = fields.Boolean(
        string="Ask for a Reason on Quotations",
        help="Ask for the reason of a cancellation for quotations as well, not for orders only.",
    )
    churn_silence_factor = fields.Float(
        string="Silence Factor",
        default=3.0,
        help="A customer counts as lost when silent for longer than this many times the usual "
        "distance between two orders (the median of the distances up to then).",
    )
    churn_min_days = fields.Integer(
        string="Shortest Silence",
        default=90,
        help="No customer counts as lost after fewer days without an order.",
    )
    churn_default_days = fields.Integer(
        string="Silence Without Rhythm",
        default=365,
        help="Days without an order after which a customer with fewer than three orders "
        "counts as lost.",
    )

    _churn_rule_positive = models.Constraint(
        "CHECK(churn_silence_factor > 0 AND churn_min_days > 0 AND churn_default_days > 0)",
        "The rule for lost customers needs numbers greater than zero.",
    )

    def write(self, vals):
        before = [company[name] for company in self for name in CHURN_RULE]
        result = super().write(vals)
        if before != [company[name] for company in self for name in CHURN_RULE]:
            cron = self.env.ref("crm_complaints.cron_refresh_lifecycle", raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()
        return result
