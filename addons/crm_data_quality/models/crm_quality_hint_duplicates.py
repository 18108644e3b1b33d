# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize


class CrmQualityHint(models.AbstractModel):
    """Likely duplicates of what somebody types, from the search for duplicates."""

    _inherit = "crm.quality.hint"

    @api.model
    def _likely_duplicates(self, model_name, values):
        done = Domain("run_state", "=", "done") & Domain("company_id", "=", self.env.company.id)
        # users may use the result of a search without being allowed to look at searches
        if not self.env["crm.duplicate.search"].sudo().search_count(done, limit=1):
            return None
        if model_name == "res.partner":
            found = [*self.env["res.partner"]._likely_duplicates(values)]
        else:
            leads, customers = self.env["crm.lead"]._likely_duplicates(
                values | {"contact_name": values.get("name"), "email_from": values.get("email")}
            )
            found = [*leads, *customers]
        return [
            {
                "id": record.id,
                "model": record._name,
                "name": record.display_name,
                "reason": self._why_duplicate(record, values),
            }
            for record in found
        ]

    @api.model
    def _why_duplicate(self, record, values):
        """What a stored record has in common with typed values, in words."""
        email = email_normalize(values.get("email") or "")
        if email and email == record.email_normalized:
            return self.env._("Same e-mail address")
        phone = values.get("phone")
        phone = phone and record._phone_format(number=phone, fname="phone")
        if phone and phone == record.phone_sanitized:
            return self.env._("Same phone number")
        return self.env._("Similar name or address")
