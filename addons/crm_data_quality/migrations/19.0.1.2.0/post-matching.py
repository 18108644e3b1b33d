# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Records are weighed differently now: the next search of each kind compares everything."""
    cr.execute("UPDATE crm_duplicate_search SET watermark = NULL WHERE run_state = 'done'")
