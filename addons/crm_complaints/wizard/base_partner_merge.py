# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    """Merged customers keep their complaints and the ends of their relationships."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Stock moves rows in SQL, past every dependency, and gives up those of a table as a
        whole where two collide."""
        self.env["crm.customer.end"].sudo()._drop_doubles(src_partners, dst_partner)
        complaints = self.env["crm.complaint"].sudo().with_context(active_test=False)
        moved = complaints.search([("commercial_partner_id", "in", src_partners.ids)])
        moved |= complaints.search([("partner_id", "in", src_partners.ids)])
        result = super()._update_foreign_keys(src_partners, dst_partner)
        moved.modified(["partner_id"])
        return result
