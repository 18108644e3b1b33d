# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_quality_partner_mixin  # isort: split

from . import (
    crm_quality_acceptance,
    crm_quality_assignment,
    crm_quality_check,
    crm_quality_check_run,
    crm_quality_check_score,
    crm_quality_finding,
    crm_quality_owner,
    crm_quality_profile,
    crm_quality_result,
    crm_quality_rule,
    crm_quality_rule_checks,
    crm_quality_rule_consistency,
    crm_quality_rule_currentness,
    crm_quality_score,
    crm_quality_tally,
    res_partner,
    res_users,
)
