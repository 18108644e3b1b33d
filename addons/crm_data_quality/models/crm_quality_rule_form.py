# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality import phone
from ..quality.batch import Outcome
from ..quality.fixes import blanks, phones


class CrmQualityRule(models.Model):
    """Built-in checks of values that are right but not in the form that others need."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("phone_international", self.env._("Phone number has international form")),
            ("blanks", self.env._("Name without needless blanks and invisible signs")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "phone_international": ["phone", "phone_sanitized", "country_id"],
            "blanks": ["name"],
        }

    @api.model
    def _lead_check_fields(self):
        return super()._lead_check_fields() | {
            "phone_international": ["phone", "phone_sanitized", "country_id"],
            "blanks": ["contact_name"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("phone_national", self.env._("has no country prefix")),
            ("name_blanks", self.env._("has needless blanks or invisible signs")),
        ]

    def _check_phone_international(self, batch, rows):
        """Valid numbers begin with + and the prefix of the country; wrong ones are not judged."""
        if not phone.is_available():
            return Outcome(not_checked=("library", {"library": "phonenumbers"}))
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["phone"] or "").strip()
            known = phone.is_sanitized(row["phone_sanitized"], value)
            if known and value.startswith("+"):
                continue
            number = row["phone_sanitized"] if known else value
            country = self._country_code(batch, row["country_id"])
            if not value or not (known or phone.parse(number, country)):
                outcome.skipped.add(key)
            elif not value.startswith("+"):
                better = phones.international(number, country) or ""
                outcome.failed[key] = (value, "phone_national", better)
        return outcome

    def _check_blanks(self, _batch, rows):
        name = self._finding_field()
        outcome = Outcome()
        for key, row in rows.items():
            value = row[name] or ""
            better = blanks.tidy(value)
            if not better:
                outcome.skipped.add(key)
            elif better != value:
                outcome.failed[key] = (value, "name_blanks", better)
        return outcome
