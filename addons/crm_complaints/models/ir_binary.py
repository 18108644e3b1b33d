# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrBinary(models.AbstractModel):
    """Where the company stands for its people, its picture stands for theirs."""

    _inherit = "ir.binary"

    def _get_image_stream_from(self, record, field_name="raw", **kwargs):
        if record._name == "mail.message" and record and field_name == "author_avatar":
            company = record._company_instead_of_author()
            if company:
                record, field_name = company.partner_id, "avatar_128"
        return super()._get_image_stream_from(record, field_name, **kwargs)
