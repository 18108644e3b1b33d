# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmQualityRule(models.Model):
    """Orders and quotations are real activity, too."""

    _inherit = "crm.quality.rule"

    @api.model
    def _activity_models(self):
        return [*super()._activity_models(), "sale.order"]

    @api.model
    def _activity_queries(self, batch):
        orders = batch.env["sale.order"]._search(Domain("state", "!=", "cancel"))
        return [
            *super()._activity_queries(batch),
            SQL(
                "SELECT f.commercial_id, o.date_order AS moment FROM sale_order o"
                " JOIN family f ON f.id = o.partner_id WHERE o.id IN %s",
                orders.subselect(),
            ),
        ]
