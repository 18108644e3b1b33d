# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools.sql import column_exists, rename_column


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Keep the sentences of findings that were stored in one language."""
    if column_exists(cr, "crm_quality_finding", "reason"):
        rename_column(cr, "crm_quality_finding", "reason", "reason_text")
