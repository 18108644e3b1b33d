# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL

from odoo.addons.crm_kpi.kpi.uninstall import forget_names_in_other_modules


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
    fill_the_past(env)


def fill_the_past(env):
    """Bring what is kept beside orders and complaints up to date with what is there already."""
    env["crm.cancellation"]._fill_history()
    env["crm.customer.lifecycle"]._refresh()
    texts = env["crm.complaint.text"]
    texts._refresh(texts._unread())


def uninstall_hook(env):
    """Take away what would hold the addon's records back or outlive them."""
    forget_names_in_other_modules(env)
    teams = env["crm.team"].with_context(active_test=False)
    teams.search([("complaint_alias_id", "!=", False)]).complaint_alias_id = False
    # Planned follow-ups stay as plain to-dos.
    for name in ("win_back", "win_back_customer"):
        win_back = env.ref(f"crm_complaints.mail_activity_type_{name}", raise_if_not_found=False)
        if win_back:
            activities = env["mail.activity"].with_context(active_test=False)
            activities.search([("activity_type_id", "=", win_back.id)]).activity_type_id = env.ref(
                "mail.mail_activity_data_todo"
            )
    # Those of complaints go with them, and their types are no longer held back.
    models = ("crm.complaint", "crm.complaint.action")
    env["mail.activity"].with_context(active_test=False).search(
        [("res_model", "in", models)]
    ).unlink()
    # Aliases would go on to take e-mails for a model that is gone.
    env["mail.alias"].search([("alias_model_id.model", "=", "crm.complaint")]).unlink()
    # What an import noted of old records
    env["ir.model.data"].search([("module", "=", "__complaint_import__")]).unlink()
    env.flush_all()
    for query in (
        SQL(
            "UPDATE sale_order SET cancellation_reason_id = NULL"
            " WHERE cancellation_reason_id IS NOT NULL"
        ),
        SQL("DELETE FROM crm_cancellation"),
        SQL("DELETE FROM crm_customer_end"),
        SQL("DELETE FROM crm_complaint_action"),
        SQL("DELETE FROM crm_complaint"),
    ):
        env.cr.execute(query)
    env.invalidate_all()
