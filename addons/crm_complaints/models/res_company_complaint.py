# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """What a company decides about the intake of complaints and about privacy."""

    _inherit = "res.company"

    complaint_receipt = fields.Boolean(
        string="Confirm Receipt",
        default=True,
        help="Customers who complain by e-mail or web form get an automatic receipt, once per "
        "complaint and at most twice a day per address. Machines get none.",
    )
    complaint_hide_names = fields.Boolean(
        string="Hide Names of Employees",
        help="Customers read the company's name instead of the names of your people: in the "
        "portal, in the sender and in the signature of e-mails about complaints. Names that "
        "somebody writes into a text stay.",
    )
    complaint_retention_months = fields.Integer(
        string="Anonymise After",
        help="Months after which closed complaints are anonymised. 0: never. Counts, categories, "
        "dates, durations and costs stay.",
    )
    complaint_log_access = fields.Boolean(
        string="Log Access",
        help="Note who else than the responsible person opened or exported a complaint, "
        "once a day per person and complaint.",
    )
    complaint_log_months = fields.Integer(
        string="Keep the Log",
        default=6,
        help="Months after which entries of the access log are deleted.",
    )

    _complaint_privacy_months = models.Constraint(
        "CHECK(complaint_retention_months >= 0 AND complaint_log_months > 0)",
        "Complaints can only be kept for a number of months from 0, the access log from 1.",
    )
