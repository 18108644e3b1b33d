# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools.sql import column_exists, rename_column


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Keep why rules were not checked, stored as sentences in one language until now."""
    if column_exists(cr, "crm_quality_result", "not_checked_reason"):
        rename_column(cr, "crm_quality_result", "not_checked_reason", "not_checked_sentence")
