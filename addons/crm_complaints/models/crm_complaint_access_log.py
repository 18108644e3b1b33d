# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmComplaintAccessLog(models.Model):
    """Who opened or exported a complaint without being responsible for it, day by day.

    Only where the company says so: such a log is itself data about employees. It knows what was
    opened on a screen or exported, not what a report or a script has added up.
    """

    _name = "crm.complaint.access.log"
    _description = "Access to Complaints"
    _order = "day desc, id desc"
    _rec_name = "day"
    _log_access = False

    day = fields.Date(required=True, readonly=True, index=True, help="Day in UTC.")
    kind = fields.Selection(
        [("open", "Opened"), ("export", "Exported")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="User", required=True, readonly=True, index=True, ondelete="cascade"
    )
    complaint_id = fields.Many2one(
        "crm.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )

    _once_a_day = models.Constraint(
        "UNIQUE(complaint_id, user_id, kind, day)", "One entry per day is enough."
    )

    @api.model
    def _note(self, complaints, kind):
        """Note that the user has opened or exported complaints of others.

        Plain SQL, because two tabs may write the same entry at once.

        :param complaints: ``crm.complaint`` the user was allowed to read
        """
        user = self.env.user
        if user.share or user._is_superuser():
            return
        rows = [
            (fields.Date.today(), kind, user.id, complaint.id, complaint.company_id.id)
            for complaint in complaints.sudo()
            if complaint.company_id.complaint_log_access and complaint.user_id != user
        ]
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_complaint_access_log
                                (day, kind, user_id, complaint_id, company_id)
                         VALUES %s
                             ON CONFLICT DO NOTHING
                    """,
                    SQL(", ").join(rows),
                )
            )

    @api.autovacuum
    def _gc_log(self):
        """Delete what is older than the company keeps it."""
        for company in self.env["res.company"].sudo().search([]):
            limit = fields.Date.today() - relativedelta(months=company.complaint_log_months)
            self.sudo().search([("company_id", "=", company.id), ("day", "<", limit)]).unlink()


class CrmComplaint(models.Model):
    """Opening and exporting leave a trace where the company keeps the log."""

    _inherit = "crm.complaint"

    def web_read(self, specification):
        """A form asks for the customer's text; a list does not."""
        result = super().web_read(specification)
        if len(self) == 1 and self.id and "description" in specification:
            self.env["crm.complaint.access.log"]._note(self, "open")
        return result

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["crm.complaint.access.log"]._note(self, "export")
        return result
