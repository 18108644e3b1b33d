# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.learned import MIN_RECORDS, MIN_SHARE


class CrmQualityPlace(models.Model):
    """Places of postal codes as the customers of this database know them, learned once a day.

    A check learns them anew from what its person may read; this table answers for single records
    on a form, where counting a million customers would take too long. It names no customer.
    """

    _name = "crm.quality.place"
    _description = "Learned Place of a Postal Code"
    _rec_name = "place"
    _log_access = False

    country_id = fields.Many2one("res.country", readonly=True, ondelete="cascade")
    zip = fields.Char(string="Postal Code", required=True, readonly=True)
    place = fields.Char(required=True, readonly=True)
    place_key = fields.Char(
        string="For Comparison",
        required=True,
        readonly=True,
        help="First word of the place in small letters, umlauts spelled out.",
    )
    number = fields.Integer(
        string="Customers", readonly=True, help="Customers with this postal code and place."
    )
    total = fields.Integer(readonly=True, help="Customers with this postal code and any place.")

    _zip_unique = models.UniqueIndex("(zip, COALESCE(country_id, 0))")

    @api.model
    def _learn(self):
        """Count all active customers anew, set-based."""
        self.env["res.partner"].flush_model(["zip", "city", "country_id", "active"])
        groups = self.env.execute_query(
            SQL(
                "SELECT country_id, btrim(zip), btrim(city), COUNT(*) FROM res_partner"
                " WHERE active AND btrim(zip) <> '' AND btrim(city) <> '' GROUP BY 1, 2, 3"
            )
        )
        key_of = self.env["crm.quality.rule"]._place_key
        counts = defaultdict(lambda: defaultdict(int))
        spelling = {}
        for country, code, city, count in groups:
            key = key_of(city)
            counts[country, code][key] += count
            spelling[country, code, key] = max(
                spelling.get((country, code, key), (0, "")), (count, city)
            )
        rows = []
        for (country, code), by_key in counts.items():
            key, number = max(by_key.items(), key=lambda item: item[1])
            total = sum(by_key.values())
            if key and number >= MIN_RECORDS and number / total >= MIN_SHARE:
                rows.append((country, code, spelling[country, code, key][1], key, number, total))
        self.env.cr.execute(SQL("DELETE FROM crm_quality_place"))
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_quality_place"
                    " (country_id, zip, place, place_key, number, total)"
                    " SELECT * FROM unnest(%s::int[], %s::varchar[], %s::varchar[],"
                    " %s::varchar[], %s::int[], %s::int[])",
                    *columns,
                )
            )
        self.invalidate_model(flush=False)

    @api.model
    def _memo(self, rows):
        """Memo of a batch that knows the places of some customers, and only these.

        :param rows: dict id → values; those without a postal code are fine
        """
        codes = {(row["zip"] or "").strip() for row in rows.values() if row.get("zip")}
        found = self.sudo().search(Domain("zip", "in", list(codes))) if codes else self
        return {
            "places": {
                (place.country_id.id, place.zip): (
                    place.place,
                    place.place_key,
                    place.number,
                    place.total,
                )
                for place in found.sudo()
            }
        }
