# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.crm_kpi.kpi.nullable import NullableFloat


class CrmComplaintWait(models.Model):
    """A time in which a complaint waited for the customer."""

    _name = "crm.complaint.wait"
    _description = "Waiting Time of a Complaint"
    _order = "started_on, id"
    _rec_name = "started_on"

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade", readonly=True
    )
    started_on = fields.Datetime(required=True, readonly=True)
    ended_on = fields.Datetime(readonly=True, help="Empty while the customer has not answered.")
    hours = NullableFloat(
        string="Working Hours", readonly=True, help="Working hours waited; empty while waiting."
    )

    _order_of_dates = models.Constraint(
        "CHECK(ended_on IS NULL OR ended_on >= started_on)", "Waiting cannot end before it starts."
    )
