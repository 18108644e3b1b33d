# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmComplaintCause(models.Model):
    """Why something went wrong, as found out when handling a complaint."""

    _name = "crm.complaint.cause"
    _description = "Complaint Root Cause"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    _name_unique = models.Constraint("UNIQUE(name)", "This root cause exists already.")
