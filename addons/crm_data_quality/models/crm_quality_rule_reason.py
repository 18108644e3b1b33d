# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date


class CrmQualityRule(models.Model):
    """Reasons of findings: stored as a code with values, written out for each reader."""

    _inherit = "crm.quality.rule"

    @api.model
    def _reason_writer(self):
        """Function (code, values) → sentence in the language of the reader.

        The value "country" is the id of a country, "date" a date as ISO text; all other values
        are taken as they are.
        """
        labels = dict(self._selection_reason())
        sentences = self._reason_sentences()
        countries = {}

        def written(name, value):
            if name == "date":
                return format_date(self.env, fields.Date.to_date(value))
            if name == "country":
                if value not in countries:
                    # countries may be deleted; their names are no secret
                    country = self.env["res.country"].sudo().browse(value).exists()
                    countries[value] = country.with_env(self.env).name or str(value)
                return countries[value]
            return value

        def write(code, values=None):
            if not code:
                return False
            sentence = sentences.get(code)
            if not sentence or not values:
                return labels.get(code, code)
            return sentence % {name: written(name, value) for name, value in values.items()}

        return write
