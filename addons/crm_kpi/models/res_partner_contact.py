# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    """Last contacts with a customer, kept on the commercial entity."""

    _inherit = "res.partner"

    last_contact_in_on = fields.Datetime(
        "Last Message Received",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last message from this customer on a lead, an order, an invoice or the contact. "
        "Kept on the company of the contact.",
    )
    last_contact_out_on = fields.Datetime(
        "Last Contact by Us",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last message to this customer, or last call or meeting marked as done. "
        "Internal notes do not count.",
    )
    waiting_since = fields.Datetime(
        "Waiting for Answer Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="First message of this customer that nobody has answered since.",
    )
