# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Noted by the system as it happens; an administrator may import the past.
MEASURED_FIELDS = frozenset(["first_answer_on", "acknowledged_on", "reopen_count"])
# Set by the merge and by the request of a rating.
KEPT_FIELDS = frozenset(["merged_on", "rating_requested_on"])


class CrmComplaint(models.Model):
    """What the system measures is nobody's to write: the figures about people rest on it."""

    _inherit = "crm.complaint"

    @api.model
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if operation == "read" or self.env.su:
            return True
        if field.name in MEASURED_FIELDS:
            return self.env.user.has_group("crm_complaints.group_complaint_manager")
        if field.name in KEPT_FIELDS:
            return False
        return not (field.store and field.compute and field.readonly)
