# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..quality.learned import Census, whole_place_key

# Rows inserted at a time.
CHUNK = 5000


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
        census = Census()
        for country, code, city, count in groups:
            census.add(country or False, code, city, count)
        self._replace(
            [(country or None, code, *row) for (country, code), row in census.places().items()],
            ["country_id", "zip", "place", "place_key", "number", "total"],
        )
        self.env["crm.quality.place.code"]._replace(
            [(country or None, key, *row) for (country, key), row in census.codes().items()],
            ["country_id", "place_key", "zip", "place", "number", "total"],
        )

    @api.model
    def _replace(self, rows, columns):
        """Take over what was learned anew in place of what was known.

        :param rows: list of tuples, the id of the country first
        """
        self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(self._table)))
        for chunk in split_every(CHUNK, rows):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s) VALUES %s",
                    SQL.identifier(self._table),
                    SQL(", ").join(map(SQL.identifier, columns)),
                    SQL(", ").join(chunk),
                )
            )
        self.invalidate_model(flush=False)

    @api.model
    def _memo(self, rows):
        """Memo of a batch that knows postal codes and places of some customers, and only these.

        :param rows: dict id → values
        """
        codes = {(row["zip"] or "").strip() for row in rows.values() if row.get("zip")}
        keys = {whole_place_key(row["city"]) for row in rows.values() if row.get("city")}
        places = self.sudo().search(Domain("zip", "in", list(codes))) if codes else self.sudo()
        known = self.env["crm.quality.place.code"].sudo()
        if keys:
            known = known.search(Domain("place_key", "in", list(keys)))
        return {
            "places": {
                (place.country_id.id, place.zip): (
                    place.place,
                    place.place_key,
                    place.number,
                    place.total,
                )
                for place in places
            },
            "codes": {
                (code.country_id.id, code.place_key): (
                    code.zip,
                    code.place,
                    code.number,
                    code.total,
                )
                for code in known
            },
        }
