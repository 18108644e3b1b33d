# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """Merging leads by Odoo's method into the one that a person has chosen."""

    _inherit = "crm.lead"

    def _sort_by_confidence_level(self, reverse=False):
        """Odoo keeps the most promising lead; a merge keeps the one it was told."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        master = leads.filtered(lambda lead: lead.id == lead.env.context.get("crm_merge_master"))
        if not master:
            return leads
        return master | leads if reverse else (leads - master) | master
