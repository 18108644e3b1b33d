# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Names are taken apart differently now: the next search reads and compares everything."""
    cr.execute("UPDATE crm_duplicate_profile SET read_on = NULL")
    cr.execute("UPDATE crm_duplicate_search SET watermark = NULL WHERE run_state = 'done'")
