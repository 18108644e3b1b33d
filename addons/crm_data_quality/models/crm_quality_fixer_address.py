# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality.fixes import places
from ..quality.learned import MIN_FIX_SHARE, place_key, whole_place_key


class CrmQualityFixer(models.AbstractModel):
    """Corrections of postal codes and places, from what the database itself says."""

    _inherit = "crm.quality.fixer"

    @api.model
    def _selection_method(self):
        return [
            *super()._selection_method(),
            ("zip", self.env._("Postal codes in the form of their country")),
            ("city_missing", self.env._("Missing place from the postal code")),
            ("city_wrong", self.env._("Places that contradict their postal code")),
            ("zip_missing", self.env._("Missing postal code from the place")),
            ("zip_wrong", self.env._("Postal codes that contradict their place")),
        ]

    @api.model
    def _fix_fields(self):
        return super()._fix_fields() | {
            "zip": ("zip", ["country_id"]),
            "city_missing": ("city", ["zip", "country_id"]),
            "city_wrong": ("city", ["zip", "country_id"]),
            "zip_missing": ("zip", ["city", "country_id"]),
            "zip_wrong": ("zip", ["city", "country_id"]),
        }

    @api.model
    def _fix_zip(self, batch, rows):
        """A code whose zero was lost is a proposal to look at, all else is certain."""
        found = {}
        for key, row in rows.items():
            country = self._country_code(batch, row["country_id"])
            better = row["zip"] and country and places.code(row["zip"], country)
            if better:
                found[key] = better
        return found

    @api.model
    def _place_of(self, batch, row):
        """Place, its key, records and all records that a postal code has elsewhere, or None."""
        learned = self.env["crm.quality.rule"]._learned_places(batch)
        return learned.get((row["country_id"] or False, (row["zip"] or "").strip()))

    @api.model
    def _code_of(self, batch, row):
        """Postal code, place, records and all records that a place has elsewhere, or None."""
        learned = self.env["crm.quality.rule"]._learned_codes(batch)
        return learned.get((row["country_id"] or False, whole_place_key(row["city"] or "")))

    @api.model
    def _fix_city_missing(self, batch, rows):
        found = {}
        for key, row in rows.items():
            place = not (row["city"] or "").strip() and row["zip"] and self._place_of(batch, row)
            if place:
                _name, _key, number, total = place
                found[key] = place[0], number / total >= MIN_FIX_SHARE
        return found

    @api.model
    def _fix_zip_missing(self, batch, rows):
        """Only for places that have one code: the others stay for a person."""
        found = {}
        for key, row in rows.items():
            code = not (row["zip"] or "").strip() and row["city"] and self._code_of(batch, row)
            if code and code[2] / code[3] >= MIN_FIX_SHARE:
                found[key] = code[0], True
        return found

    @api.model
    def _fix_city_wrong(self, batch, rows):
        """Another spelling is certain; of two different places nobody knows which is right."""
        found = {}
        for key, row in rows.items():
            city = row["city"] or ""
            place = place_key(city) and row["zip"] and self._place_of(batch, row)
            if place and place_key(city) != place[1]:
                found[key] = place[0], places.is_misspelt(city, place[0])
        return found

    @api.model
    def _fix_zip_wrong(self, batch, rows):
        """A slip of the keyboard is certain; of two different codes nobody knows which is right."""
        found = {}
        for key, row in rows.items():
            text = (row["zip"] or "").strip()
            code = text and row["city"] and self._code_of(batch, row)
            place = code and self._place_of(batch, row)
            if not code or code[0] == text or (place and place[1] == place_key(row["city"])):
                continue
            # neighbouring places have similar codes: one that is known is hardly a slip
            found[key] = code[0], not place and places.is_slip(text, code[0])
        return found
