# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_anonymise,
    crm_disclosure,
    crm_quality_accept,
    crm_quality_assign,
    crm_quality_rule_preview,
)
