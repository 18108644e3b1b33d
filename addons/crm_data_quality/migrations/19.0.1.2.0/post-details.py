# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Checks whose findings were cleaned up already say so."""
    cr.execute(
        SQL(
            """
            UPDATE crm_quality_check c SET details_deleted_on = now() AT TIME ZONE 'UTC'
             WHERE c.run_state = 'done' AND c.finding_count > 0 AND NOT EXISTS (
                   SELECT FROM crm_quality_finding f WHERE f.check_id = c.id)
            """
        )
    )
