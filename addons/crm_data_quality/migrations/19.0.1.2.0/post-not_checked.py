# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Old sentences become the details of a code that shows them as they are."""
    if not column_exists(cr, "crm_quality_result", "not_checked_sentence"):
        return
    cr.execute(
        SQL(
            "UPDATE crm_quality_result SET not_checked_code = 'stated',"
            " not_checked_values = jsonb_build_object('text', not_checked_sentence)"
            " WHERE not_checked_sentence IS NOT NULL"
        )
    )
    cr.execute(SQL("ALTER TABLE crm_quality_result DROP COLUMN not_checked_sentence"))
