# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL


def post_init_hook(env):
    """Give what happened before the installation a place in the figures."""
    not_given = env.ref("crm_complaints.cancellation_reason_not_given")
    env["sale.order"].flush_model()
    env.cr.execute(
        SQL(
            """
            UPDATE sale_order
               SET cancellation_reason_id = %s, cancelled_by = 'not_given'
             WHERE state = 'cancel' AND confirmed_on IS NOT NULL
               AND cancellation_reason_id IS NULL
            """,
            not_given.id,
        )
    )
    env["sale.order"].invalidate_model()
    env["crm.customer.lifecycle"]._refresh()


def uninstall_hook(env):
    """Aliases would go on to take e-mails for a model that is gone."""
    env["mail.alias"].search([("alias_model_id.model", "=", "crm.complaint")]).unlink()
