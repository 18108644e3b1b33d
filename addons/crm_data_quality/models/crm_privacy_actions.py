# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_quality_anonymise(self):
        """Open the preview of what would be anonymised of these customers."""
        return self.env["crm.anonymise"]._open(self, self.env["crm.lead"])

    def action_quality_disclosure(self):
        """Open the report on what the database holds about this customer."""
        return self.env["crm.disclosure"]._open(self)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_quality_anonymise(self):
        """Open the preview of what would be anonymised of these leads."""
        return self.env["crm.anonymise"]._open(self.env["res.partner"], self)
