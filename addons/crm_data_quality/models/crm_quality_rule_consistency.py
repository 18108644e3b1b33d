# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..quality import vat
from ..quality.batch import Outcome
from ..quality.learned import MIN_RECORDS, MIN_SHARE


class CrmQualityRule(models.Model):
    """Built-in checks of fields that contradict each other or the rest of the database."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("state_country", self.env._("State lies in the country")),
            ("vat_country", self.env._("VAT number belongs to the country")),
            ("zip_place", self.env._("Postal code and place as in the other records")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "state_country": ["country_id", "state_id"],
            "vat_country": ["vat", "country_id"],
            "zip_place": ["city", "zip", "country_id"],
        }

    @api.model
    def _lead_check_fields(self):
        return super()._lead_check_fields() | {
            "state_country": ["country_id", "state_id"],
            "zip_place": ["city", "zip", "country_id"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("state_country", self.env._("the state lies in another country")),
            ("vat_country", self.env._("is a number of another country")),
            ("zip_place", self.env._("is another place than in the other records")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "state_country": self.env._("%(state)s lies in %(country)s"),
            "vat_country": self.env._(
                "is a number of %(prefix)s, the address is in %(country_code)s"
            ),
            "zip_place": self.env._("%(code)s is %(place)s in %(number)s of %(total)s records"),
        }

    def _check_state_country(self, batch, rows):
        states = batch.memo.setdefault("states", {})
        missing = {row["state_id"] for row in rows.values() if row["state_id"]} - states.keys()
        for item in batch.env["res.country.state"].browse(missing):
            states[item.id] = item.name, item.country_id
        outcome = Outcome()
        for key, row in rows.items():
            if not row["state_id"] or not row["country_id"]:
                outcome.skipped.add(key)
                continue
            name, country = states[row["state_id"]]
            if country.id != row["country_id"]:
                value = self._country_code(batch, row["country_id"])
                reason = "state_country", {"state": name, "country": country.id}
                outcome.failed[key] = (value, reason, country.code)
        return outcome

    def _check_vat_country(self, batch, rows):
        outcome = Outcome()
        for key, row in rows.items():
            country = self._country_code(batch, row["country_id"])
            value = row["vat"] or ""
            prefix = vat.prefix_country(value)
            if not country or not prefix:
                outcome.skipped.add(key)
            elif prefix != country and (prefix, country) != ("FR", "MC"):
                reason = "vat_country", {"prefix": prefix, "country_code": country}
                outcome.failed[key] = (value, reason, "")
        return outcome

    # ------------------------------------------------------------ postal code and place
    @api.model
    def _learned_places(self, batch):
        """What the database itself says about postal codes.

        :return: dict (country id, postal code) → (place, its key, its records, all records)
        """
        if "places" not in batch.memo:
            domain = Domain("zip", "!=", False) & Domain("city", "!=", False)
            groups = batch.env["res.partner"]._read_group(
                domain, ["country_id", "zip", "city"], ["__count"]
            )
            counts = defaultdict(lambda: defaultdict(int))
            spelling = {}
            for country, code, city, count in groups:
                place = self._place_key(city)
                if not place:
                    continue
                code_key = (country.id, code.strip())
                counts[code_key][place] += count
                best = spelling.get((code_key, place), ("", 0))
                if count > best[1]:
                    spelling[code_key, place] = (city.strip(), count)
            batch.memo["places"] = places = {}
            for code_key, by_place in counts.items():
                place, number = max(by_place.items(), key=lambda item: item[1])
                total = sum(by_place.values())
                if number >= MIN_RECORDS and number / total >= MIN_SHARE:
                    places[code_key] = (spelling[code_key, place][0], place, number, total)
        return batch.memo["places"]

    @api.model
    def _place_key(self, city):
        """A place for comparison: first word, umlauts spelled out, so that "Halle (Saale)" is Halle."""
        text = city.casefold()
        for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
            text = text.replace(umlaut, letters)
        words = "".join(char if char.isalnum() else " " for char in text).split()
        return words[0] if words else ""

    def _check_zip_place(self, batch, rows):
        places = self._learned_places(batch)
        outcome = Outcome()
        for key, row in rows.items():
            code, city = (row["zip"] or "").strip(), row["city"] or ""
            learned = places.get((row["country_id"] or False, code))
            place = self._place_key(city)
            if not learned or not place:
                outcome.skipped.add(key)
                continue
            name, learned_key, number, total = learned
            if place != learned_key:
                details = {"code": code, "place": name, "number": number, "total": total}
                reason = "zip_place", details
                outcome.failed[key] = (city, reason, name)
        return outcome
