# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmQualityPlaceCode(models.Model):
    """Postal codes of places that have only one, learned together with those of codes."""

    _name = "crm.quality.place.code"
    _inherit = "crm.quality.place"
    _description = "Learned Postal Code of a Place"

    zip = fields.Char(help="The code that nearly all records of the place have.")
    place_key = fields.Char(help="All words of the place in small letters, umlauts spelled out.")
    number = fields.Integer(help="Customers with this place and postal code.")
    total = fields.Integer(help="Customers with this place and any postal code.")

    _zip_unique = models.UniqueIndex("(place_key, COALESCE(country_id, 0))")
