# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmQualitySubjectMixin(models.AbstractModel):
    """Records about a customer (`partner_id`) or a lead (`lead_id`), visible like these."""

    _name = "crm.quality.subject.mixin"
    _inherit = ["crm.quality.partner.mixin"]
    _description = "Visible Like the Customer or Lead"
    _subject_fields = ("partner_id", "lead_id")

    def _subject(self):
        """The customer or lead itself, archived ones included."""
        self.ensure_one()
        return self.partner_id or self.lead_id
