# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .sale_order import CANCELLED_BY


class SaleReport(models.Model):
    """Why and by whom orders were cancelled, in the sales analysis of stock."""

    _inherit = "sale.report"

    cancellation_reason_id = fields.Many2one("crm.cancellation.reason", readonly=True)
    cancelled_by = fields.Selection(CANCELLED_BY, readonly=True)
    cancelled_on = fields.Datetime(readonly=True)

    def _select_additional_fields(self):
        return super()._select_additional_fields() | {
            "cancellation_reason_id": "s.cancellation_reason_id",
            "cancelled_by": "s.cancelled_by",
            "cancelled_on": "s.cancelled_on",
        }

    def _group_by_sale(self):
        return (
            super()._group_by_sale()
            + """,
            s.cancellation_reason_id,
            s.cancelled_by,
            s.cancelled_on"""
        )
