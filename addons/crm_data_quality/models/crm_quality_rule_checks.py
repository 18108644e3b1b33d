# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality import email, names, phone, postal, vat
from ..quality.batch import Outcome


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
    def _country_code(self, batch, country_id):
        """Two-letter code of a country, or None."""
        codes = batch.memo.get("country_codes")
        if codes is None:
            countries = batch.env["res.country"].search_fetch([], ["code"])
            codes = batch.memo["country_codes"] = {item.id: item.code for item in countries}
        return codes.get(country_id)

    def _check_email(self, _batch, rows):
        reasons = {
            "syntax": self.env._("is no e-mail address"),
            "several": self.env._("holds several addresses"),
            "placeholder": self.env._("is a placeholder"),
        }
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["email"] or "").strip()
            if not value:
                outcome.skipped.add(key)
                continue
            problem = email.problem(value)
            if problem:
                outcome.failed[key] = (value, reasons[problem[0]], problem[1])
        return outcome

    def _check_phone(self, batch, rows):
        if not phone.is_available():
            return Outcome(
                not_checked=self.env._("The Python library “phonenumbers” is not installed.")
            )
        reasons = {
            "number": self.env._("is no valid phone number"),
            "country": self.env._("has no country prefix, and the customer no country"),
        }
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
                outcome.failed[key] = (value, reasons[problem[0]], problem[1])
        return outcome

    def _check_vat(self, batch, rows):
        if not vat.is_available():
            return Outcome(
                not_checked=self.env._("The Python library “python-stdnum” is not installed.")
            )
        reason = self.env._("has a wrong form or checksum")
        outcome = Outcome()
        for key, row in rows.items():
            value = row["vat"] or ""
            valid = None
            if not vat.is_empty(value):
                valid = vat.is_valid(value, self._country_code(batch, row["country_id"]))
            if valid is None:
                outcome.skipped.add(key)
            elif not valid:
                outcome.failed[key] = (value, reason, "")
        return outcome

    def _check_zip(self, batch, rows):
        reason = self.env._("does not have the form of the country's postal codes")
        outcome = Outcome()
        for key, row in rows.items():
            value = (row["zip"] or "").strip()
            country = self._country_code(batch, row["country_id"])
            if not value or not postal.is_known(country):
                outcome.skipped.add(key)
                continue
            problem = postal.problem(value, country)
            if problem:
                outcome.failed[key] = (value, reason, problem[1])
        return outcome

    def _check_name(self, _batch, rows):
        reasons = {
            "letters": self.env._("has no letters"),
            "short": self.env._("is a single letter"),
            "long": self.env._("is longer than %s characters", names.MAX_LENGTH),
            "placeholder": self.env._("is a placeholder"),
        }
        outcome = Outcome()
        for key, row in rows.items():
            value = row["name"] or ""
            if not value.strip():
                outcome.skipped.add(key)
                continue
            problem = names.problem(value)
            if problem:
                outcome.failed[key] = (value, reasons[problem], "")
        return outcome

    def _check_capitals(self, _batch, rows):
        reason = self.env._("is in capitals")
        outcome = Outcome()
        for key, row in rows.items():
            value = row["name"] or ""
            if not value.strip():
                outcome.skipped.add(key)
            elif names.is_shouted(value, row["is_company"]):
                calm = names.calmed(value, row["is_company"])
                outcome.failed[key] = (value, reason, calm)
        return outcome
