# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality import email, names, phone, postal, vat
from ..quality.batch import Outcome
from ..quality.fixes import capitals


class CrmQualityRule(models.Model):
    """Built-in checks of single values: e-mail, phone, VAT number, postal code, name."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("email", self.env._("Form of the e-mail address")),
            ("phone", self.env._("Phone number exists in its country's numbering plan")),
            ("vat", self.env._("Checksum of the VAT number")),
            ("zip", self.env._("Form of the postal code")),
            ("name", self.env._("Name is no placeholder")),
            ("capitals", self.env._("Name is not in capitals")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "email": ["email"],
            "phone": ["phone", "phone_sanitized", "country_id"],
            "vat": ["vat", "country_id"],
            "zip": ["zip", "country_id"],
            "name": ["name"],
            "capitals": ["name", "is_company"],
        }

    @api.model
    def _lead_check_fields(self):
        # the e-mail address of a lead is read under the customer's name, see _next_batch
        return super()._lead_check_fields() | {
            "email": ["email_from"],
            "phone": ["phone", "phone_sanitized", "country_id"],
            "zip": ["zip", "country_id"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("email_syntax", self.env._("is no e-mail address")),
            ("email_several", self.env._("holds several addresses")),
            ("email_placeholder", self.env._("is a placeholder")),
            ("phone_number", self.env._("is no valid phone number")),
            ("phone_country", self.env._("has no country prefix, and no country is known")),
            ("vat_checksum", self.env._("has a wrong form or checksum")),
            ("zip_form", self.env._("does not have the form of the country's postal codes")),
            ("name_letters", self.env._("has no letters")),
            ("name_short", self.env._("is a single letter")),
            ("name_long", self.env._("is longer than %s characters", names.MAX_LENGTH)),
            ("name_placeholder", self.env._("is a placeholder or a test")),
            ("name_capitals", self.env._("is in capitals")),
        ]

    @api.model
    def _country_code(self, batch, country_id):
        """Two-letter code of a country, or None."""
        codes = batch.memo.get("country_codes")
        if codes is None:
            countries = batch.env["res.country"].search_fetch([], ["code"])
            codes = batch.memo["country_codes"] = {item.id: item.code for item in countries}
        return codes.get(country_id)

    def _check_email(self, _batch, rows):
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["email"] or "").strip()
            if not value:
                outcome.skipped.add(key)
                continue
            problem = email.problem(value)
            if problem:
                outcome.failed[key] = (value, f"email_{problem[0]}", problem[1])
        return outcome

    def _check_phone(self, batch, rows):
        if not phone.is_available():
            return Outcome(not_checked=("library", {"library": "phonenumbers"}))
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["phone"] or "").strip()
            if not value:
                outcome.skipped.add(key)
                continue
            if phone.is_sanitized(row["phone_sanitized"], value):
                continue
            problem = phone.problem(value, self._country_code(batch, row["country_id"]))
            if problem:
                outcome.failed[key] = (value, f"phone_{problem[0]}", problem[1])
        return outcome

    def _check_vat(self, batch, rows):
        if not vat.is_available():
            return Outcome(not_checked=("library", {"library": "python-stdnum"}))
        outcome = Outcome()
        for key, row in rows.items():
            value = row["vat"] or ""
            valid = None
            if not vat.is_empty(value):
                valid = vat.is_valid(value, self._country_code(batch, row["country_id"]))
            if valid is None:
                outcome.skipped.add(key)
            elif not valid:
                outcome.failed[key] = (value, "vat_checksum", "")
        return outcome

    def _check_zip(self, batch, rows):
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["zip"] or "").strip()
            country = self._country_code(batch, row["country_id"])
            if not value or not postal.is_known(country):
                outcome.skipped.add(key)
                continue
            problem = postal.problem(value, country)
            if problem:
                outcome.failed[key] = (value, "zip_form", problem[1])
        return outcome

    def _check_name(self, _batch, rows):
        outcome = Outcome()
        for key, row in rows.items():
            value = row["name"] or ""
            if not value.strip():
                outcome.skipped.add(key)
                continue
            problem = names.problem(value)
            if problem:
                outcome.failed[key] = (value, f"name_{problem}", "")
        return outcome

    def _check_capitals(self, _batch, rows):
        outcome = Outcome()
        for key, row in rows.items():
            value = row["name"] or ""
            if not value.strip():
                outcome.skipped.add(key)
            elif names.is_shouted(value, row["is_company"]):
                calm = capitals.calmed(value, row["is_company"]) or ""
                outcome.failed[key] = (value, "name_capitals", calm)
        return outcome
