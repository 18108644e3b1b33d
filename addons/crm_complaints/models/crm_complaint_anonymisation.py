# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmComplaintAnonymisation(models.Model):
    """What the retention rule did: the proof that it is kept, without a person in it."""

    _name = "crm.complaint.anonymisation"
    _description = "Anonymisation of Complaints"
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    months = fields.Integer(
        string="Rule (Months)", readonly=True, help="Retention rule of the company on that day."
    )
    number = fields.Integer(
        string="Complaints", readonly=True, aggregator="sum", help="Complaints anonymised."
    )

    @api.model
    def _note(self, company, months, number):
        """Note that complaints were anonymised."""
        return self.create({"company_id": company.id, "months": months, "number": number})
