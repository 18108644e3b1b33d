# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmSavingCategory(models.Model):
    """What a saving was made on: purchasing, process time, travel…"""

    _name = "crm.saving.category"
    _description = "Saving Category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer(help="Colour of the category's tag.")
    description = fields.Text(
        translate=True, help="What belongs in this category and what does not."
    )

    _name_uniq = models.Constraint("UNIQUE(name)", "A category with this name exists already.")
