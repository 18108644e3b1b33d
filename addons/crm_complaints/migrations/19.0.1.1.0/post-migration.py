# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api

from odoo.addons.crm_complaints.hooks import fill_the_past


def migrate(cr, version):  # noqa: ARG001 - Odoo's signature
    """Cancellations and words of complaints from before this version."""
    fill_the_past(api.Environment(cr, SUPERUSER_ID, {}))
