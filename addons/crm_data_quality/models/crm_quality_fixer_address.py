# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality.fixes import places


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
        ]

    @api.model
    def _fix_fields(self):
        return super()._fix_fields() | {
            "zip": ("zip", ["country_id"]),
            "city_missing": ("city", ["zip", "country_id"]),
            "city_wrong": ("city", ["zip", "country_id"]),
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
        """Place and its key for comparison that the other records give a postal code, or None."""
        learned = self.env["crm.quality.rule"]._learned_places(batch)
        return learned.get((row["country_id"] or False, (row["zip"] or "").strip()))

    @api.model
    def _fix_city_missing(self, batch, rows):
        found = {}
        for key, row in rows.items():
            place = not (row["city"] or "").strip() and row["zip"] and self._place_of(batch, row)
            if place:
                found[key] = place[0], True
        return found

    @api.model
    def _fix_city_wrong(self, batch, rows):
        """Another spelling is certain; of two different places nobody knows which is right."""
        rules = self.env["crm.quality.rule"]
        found = {}
        for key, row in rows.items():
            city = row["city"] or ""
            place = rules._place_key(city) and row["zip"] and self._place_of(batch, row)
            if place and rules._place_key(city) != place[1]:
                found[key] = place[0], places.is_misspelt(city, place[0])
        return found
