# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmQualityResult(models.Model):
    """Since when and until when the result of a rule is the one that counts."""

    _inherit = "crm.quality.result"

    is_reference = fields.Boolean(related="check_id.is_reference", store=True)
    valid_from = fields.Datetime(related="check_id.valid_from", store=True, index="btree_not_null")
    valid_to = fields.Datetime(related="check_id.valid_to", store=True)
