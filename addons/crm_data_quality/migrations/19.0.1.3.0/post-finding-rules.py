# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api

# What was shipped before and is now: (record, old, new). What somebody changed stays.
_RULES = [
    (
        "crm_quality_finding_rule_own",
        "['|', ('check_id.user_id', '=', user.id), ('assignment_id.user_id', '=', user.id)]",
        "[('is_mine', '=', True)]",
    ),
    (
        "crm_quality_finding_rule_salesperson",
        "['|', ('partner_id.user_id', '=', user.id), ('lead_id.user_id', '=', user.id)]",
        "[('is_mine', '=', True)]",
    ),
]


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, old, new in _RULES:
        rule = env.ref(f"crm_data_quality.{name}", raise_if_not_found=False)
        if rule and rule.domain_force == old:
            rule.domain_force = new
