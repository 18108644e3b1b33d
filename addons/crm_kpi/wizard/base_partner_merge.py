# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Stock moves the orders in SQL, past every dependency: look again."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        partners = dst_partner | dst_partner.commercial_partner_id
        self.env.add_to_compute(partners._fields["purchase_count"], partners)
        return result
