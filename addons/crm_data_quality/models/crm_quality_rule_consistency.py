# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..quality import vat
from ..quality.batch import Outcome


class CrmQualityRule(models.Model):
    """Built-in checks of fields that contradict each other."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("state_country", self.env._("State lies in the country")),
            ("vat_country", self.env._("VAT number belongs to the country")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "state_country": ["country_id", "state_id"],
            "vat_country": ["vat", "country_id"],
        }

    @api.model
    def _lead_check_fields(self):
        return super()._lead_check_fields() | {
            "state_country": ["country_id", "state_id"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("state_country", self.env._("the state lies in another country")),
            ("vat_country", self.env._("is a number of another country")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "state_country": self.env._("%(state)s lies in %(country)s"),
            "vat_country": self.env._(
                "is a number of %(prefix)s, the address is in %(country_code)s"
            ),
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
