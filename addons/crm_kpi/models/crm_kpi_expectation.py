# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.expectation import Expectation


class CrmKpi(models.Model):
    """What is expected at the end of a period that still runs."""

    _inherit = "crm.kpi"

    outlook_measure_id = fields.Many2one(
        "crm.kpi.measure",
        string="Still to Come",
        ondelete="set null",
        help="Flow by the day on which something open is expected, e.g. the weighted pipeline by "
        "expected closing. With the figure so far it gives what is expected at the end of a "
        "period that still runs; what is overdue counts as expected.",
    )

    @api.readonly
    def get_expectation(self):
        """What is expected at the end of the period of the context.

        :return: False when nothing of the period is left after today, else dict label and
            rows; see :meth:`~odoo.addons.crm_kpi.kpi.expectation.Expectation.answer`
        :raise UserError: for a period or filter that makes no sense
        """
        self.ensure_one()
        return Expectation(self).answer()
