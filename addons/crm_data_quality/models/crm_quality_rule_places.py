# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..quality.batch import Outcome
from ..quality.learned import Census, place_key, whole_place_key


class CrmQualityRule(models.Model):
    """Built-in check of postal code and place, learned from the database in both directions."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("zip_place", self.env._("Postal code and place as in the other records")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {"zip_place": ["city", "zip", "country_id"]}

    @api.model
    def _lead_check_fields(self):
        return super()._lead_check_fields() | {"zip_place": ["city", "zip", "country_id"]}

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("zip_place", self.env._("is another place than in the other records")),
            ("zip_place_both", self.env._("postal code and place do not belong together")),
            ("place_zip", self.env._("has another postal code in the other records")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "zip_place": self.env._("%(code)s is %(place)s in %(number)s of %(total)s records"),
            "zip_place_both": self.env._(
                "%(code)s is %(place)s in %(number)s of %(total)s records, "
                "%(city)s has %(other_code)s in %(other_number)s of %(other_total)s"
            ),
            "place_zip": self.env._("%(place)s has %(code)s in %(number)s of %(total)s records"),
        }

    # ------------------------------------------------------------ learning
    @api.model
    def _learn_places(self, batch):
        """Count once for a run what the records that its person may read say."""
        if "places" in batch.memo:
            return
        domain = Domain("zip", "!=", False) & Domain("city", "!=", False)
        groups = batch.env["res.partner"]._read_group(
            domain, ["country_id", "zip", "city"], ["__count"]
        )
        census = Census()
        for country, code, city, count in groups:
            census.add(country.id, code, city, count)
        batch.memo |= {"places": census.places(), "codes": census.codes()}

    @api.model
    def _learned_places(self, batch):
        """What the database itself says about postal codes, see :class:`Census`."""
        self._learn_places(batch)
        return batch.memo["places"]

    @api.model
    def _learned_codes(self, batch):
        """What the database itself says about the postal codes of places."""
        self._learn_places(batch)
        return batch.memo["codes"]

    # ------------------------------------------------------------ judging
    def _check_zip_place(self, batch, rows):
        places, codes = self._learned_places(batch), self._learned_codes(batch)
        outcome = Outcome()
        for key, row in rows.items():
            code, city = (row["zip"] or "").strip(), (row["city"] or "").strip()
            country = row["country_id"] or False
            place, whole = place_key(city), whole_place_key(city)
            learned, other = places.get((country, code)), codes.get((country, whole))
            if not place or not code or not (learned or other):
                outcome.skipped.add(key)
            elif learned and place == learned[1]:
                continue
            elif learned or other[0] != code:
                outcome.failed[key] = self._place_finding(code, city, learned, other)
        return outcome

    @api.model
    def _place_finding(self, code, city, learned, other):
        """Value, reason and proposal where postal code and place do not fit.

        :param learned: what the postal code is elsewhere, or None
        :param other: what the place has elsewhere, or None
        """
        details = {}
        if learned:
            name, _key, number, total = learned
            details = {"code": code, "place": name, "number": number, "total": total}
        if learned and other:
            other_code, _place, other_number, other_total = other
            details |= {
                "city": city,
                "other_code": other_code,
                "other_number": other_number,
                "other_total": other_total,
            }
            proposal = f"{code} {details['place']} / {other_code} {city}"
            return city, ("zip_place_both", details), proposal
        if learned:
            return city, ("zip_place", details), details["place"]
        other_code, place, number, total = other
        details = {"place": place, "code": other_code, "number": number, "total": total}
        return f"{code} {city}", ("place_zip", details), f"{other_code} {city}"
