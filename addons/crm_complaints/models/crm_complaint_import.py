# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmComplaint(models.Model):
    """Complaints from a spreadsheet."""

    _inherit = "crm.complaint"

    @api.model
    def get_import_templates(self):
        """File with the columns that an import usually has."""
        return [
            {
                "label": self.env._("Import Template for Complaints"),
                "template": "/crm_complaints/static/import/complaints.csv",
            }
        ]
