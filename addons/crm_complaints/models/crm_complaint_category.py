# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .crm_complaint import SEVERITIES


class CrmComplaintCategory(models.Model):
    """What a complaint is about, e.g. delivery or quality."""

    _name = "crm.complaint.category"
    _description = "Complaint Category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer(string="Color Index")
    default_severity = fields.Selection(
        SEVERITIES, help="Severity proposed for new complaints of this category."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        help="Person proposed for new complaints of this category.",
    )
    require_cause = fields.Boolean(
        string="Root Cause Needed",
        help="Complaints of this category can only be resolved with a root cause.",
    )

    _name_unique = models.Constraint("UNIQUE(name)", "This complaint category exists already.")
