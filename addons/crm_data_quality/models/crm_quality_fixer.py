# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality import phone
from ..quality.fixes import blanks, capitals, countries, emails, phones, websites

# How a customer's values are called on a lead. What is not named is called the same.
LEAD_FIELDS = {"name": "contact_name", "email": "email_from", "lang": "lang_id"}
# What a lead does not have.
NOT_ON_LEADS = frozenset(("vat", "is_company"))


class CrmQualityFixer(models.AbstractModel):
    """The registry of safe corrections: what the values of a customer or lead should become.

    A correction has a code, a method `_fix_<code>(batch, rows)` that returns a dict
    id → (better value, whether it is certain), and its entry in `_selection_method` and
    `_fix_fields`. Rows hold the values under the customer's names, many2one as id.
    """

    _name = "crm.quality.fixer"
    _description = "Safe Corrections"

    @api.model
    def _selection_method(self):
        return [
            ("name_blanks", self.env._("Needless blanks and invisible signs in names")),
            ("name_capitals", self.env._("Names in capitals")),
            ("email", self.env._("E-mail addresses that are clearly misspelt")),
            ("phone", self.env._("Phone numbers in international form")),
            ("website", self.env._("Addresses of websites")),
            ("country_phone", self.env._("Missing country from the phone prefix")),
            ("country_vat", self.env._("Missing country from the VAT number")),
            ("lang", self.env._("Missing language from the country")),
        ]

    @api.model
    def _fix_fields(self):
        """What a correction changes and what it reads besides: dict code → (field, list)."""
        return {
            "name_blanks": ("name", []),
            "name_capitals": ("name", ["is_company"]),
            "email": ("email", []),
            "phone": ("phone", ["country_id"]),
            "website": ("website", []),
            "country_phone": ("country_id", ["phone"]),
            "country_vat": ("country_id", ["vat"]),
            "lang": ("lang", ["country_id"]),
        }

    @api.model
    def _field_on(self, model_name, name):
        """The field's name on customers or leads; False where leads have none."""
        if model_name != "crm.lead":
            return name
        return name not in NOT_ON_LEADS and LEAD_FIELDS.get(name, name)

    @api.model
    def _target(self, method, model_name):
        """Name of the field that a correction changes; False where it does not fit the model."""
        field, others = self._fix_fields()[method]
        if method in ("name_blanks", "name_capitals") or not others:
            return self._field_on(model_name, field)
        needed = [self._field_on(model_name, name) for name in others]
        return all(needed) and self._field_on(model_name, field)

    @api.model
    def _unavailable_reason(self, method):
        """Why a correction cannot be tried here, as a sentence; False if it can."""
        if method in ("phone", "country_phone") and not phone.is_available():
            return self.env._("The Python library “phonenumbers” is not installed.")
        return False

    @api.model
    def _read_rows(self, method, records):
        """Values of customers or leads under the customer's names: dict id → dict."""
        field, others = self._fix_fields()[method]
        names = {name: self._field_on(records._name, name) for name in (field, *others)}
        read = records.read([name for name in names.values() if name], load=None)
        rows = {}
        for row in read:
            values = {name: name_on and row[name_on] for name, name_on in names.items()}
            rows[row["id"]] = values | {"id": row["id"]}
        return rows

    @api.model
    def _propose(self, method, batch, rows):
        """Better values: dict id → (value, is certain); what is right already is not named."""
        return getattr(self, f"_fix_{method}")(batch, rows)

    @api.model
    def _country_code(self, batch, country_id):
        return self.env["crm.quality.rule"]._country_code(batch, country_id)

    @api.model
    def _country_id(self, batch, code):
        ids = batch.memo.get("country_ids")
        if ids is None:
            countries_found = batch.env["res.country"].search_fetch([], ["code"])
            ids = batch.memo["country_ids"] = {item.code: item.id for item in countries_found}
        return ids.get(code)

    # ------------------------------------------------------------ the corrections
    @api.model
    def _fix_name_blanks(self, _batch, rows):
        found = {}
        for key, row in rows.items():
            better = blanks.tidy(row["name"] or "")
            if better and better != row["name"]:
                found[key] = better, True
        return found

    @api.model
    def _fix_name_capitals(self, _batch, rows):
        found = {}
        for key, row in rows.items():
            better = row["name"] and capitals.calmed(row["name"], row["is_company"])
            if better:
                found[key] = better, True
        return found

    @api.model
    def _fix_email(self, _batch, rows):
        repaired = {key: emails.repaired(row["email"]) for key, row in rows.items() if row["email"]}
        return {key: (better, True) for key, better in repaired.items() if better}

    @api.model
    def _fix_phone(self, batch, rows):
        found = {}
        for key, row in rows.items():
            country = self._country_code(batch, row["country_id"])
            better = row["phone"] and phones.international(row["phone"], country)
            if better:
                found[key] = better, True
        return found

    @api.model
    def _fix_website(self, _batch, rows):
        repaired = {
            key: websites.repaired(row["website"]) for key, row in rows.items() if row["website"]
        }
        return {key: (better, True) for key, better in repaired.items() if better}

    @api.model
    def _fix_country_phone(self, batch, rows):
        return self._countries(batch, rows, "phone", phones.country_of)

    @api.model
    def _fix_country_vat(self, batch, rows):
        return self._countries(batch, rows, "vat", countries.of_vat)

    @api.model
    def _countries(self, batch, rows, name, country_of):
        found = {}
        for key, row in rows.items():
            code = not row["country_id"] and row[name] and country_of(row[name])
            country = code and self._country_id(batch, code)
            if country:
                found[key] = country, True
        return found

    @api.model
    def _fix_lang(self, batch, rows):
        if "languages" not in batch.memo:
            languages = batch.env["res.lang"].search_fetch([], ["code"])
            batch.memo["languages"] = {item.code: item.id for item in languages}
        installed = batch.memo["languages"]
        on_leads = batch.memo.get("subject") == "crm.lead"
        found = {}
        for key, row in rows.items():
            country = not row["lang"] and self._country_code(batch, row["country_id"])
            code = country and countries.language(country, list(installed))
            if code:
                found[key] = (installed[code] if on_leads else code), True
        return found
