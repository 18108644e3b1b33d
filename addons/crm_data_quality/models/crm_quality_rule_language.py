# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..quality.batch import Outcome

# A language is taken as that of a country when at least so many customers there have it …
MIN_RECORDS = 10
# … and they are at least this share of the customers there.
MIN_SHARE = 0.9


class CrmQualityRule(models.Model):
    """Built-in check of the language, learned from the customers of the same country."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("lang_country", self.env._("Language as of the other customers of the country")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {"lang_country": ["lang", "country_id"]}

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("lang_country", self.env._("is another language than of the others there")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "lang_country": self.env._(
                "%(number)s of %(total)s customers in %(country)s have another language"
            ),
        }

    @api.model
    def _learned_languages(self, batch):
        """Language of most customers per country: dict id → (language, customers, of all)."""
        if "languages" not in batch.memo:
            domain = Domain("country_id", "!=", False) & Domain("lang", "!=", False)
            groups = batch.env["res.partner"]._read_group(
                domain, ["country_id", "lang"], ["__count"]
            )
            counts = defaultdict(dict)
            for country, lang, count in groups:
                counts[country.id][lang] = count
            batch.memo["languages"] = languages = {}
            for country_id, by_lang in counts.items():
                lang, number = max(by_lang.items(), key=lambda item: item[1])
                total = sum(by_lang.values())
                if number >= MIN_RECORDS and number / total >= MIN_SHARE:
                    languages[country_id] = (lang, number, total)
        return batch.memo["languages"]

    def _check_lang_country(self, batch, rows):
        languages = self._learned_languages(batch)
        outcome = Outcome()
        for key, row in rows.items():
            learned = languages.get(row["country_id"])
            if not learned or not row["lang"]:
                outcome.skipped.add(key)
                continue
            lang, number, total = learned
            if row["lang"] != lang:
                details = {"number": number, "total": total, "country": row["country_id"]}
                outcome.failed[key] = (row["lang"], ("lang_country", details), lang)
        return outcome
