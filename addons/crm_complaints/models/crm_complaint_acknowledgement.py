# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmComplaint(models.Model):
    """The customer is told that the complaint has arrived (ISO 10002:2018, 7.4)."""

    _inherit = "crm.complaint"

    acknowledged_on = fields.Datetime(
        compute="_compute_acknowledged_on",
        store=True,
        readonly=False,
        copy=False,
        help="When the customer learned that the complaint has arrived: by the automatic reply "
        "or, if that came earlier, by the first answer. Empty while the customer does not know.",
    )

    @api.depends("first_answer_on")
    def _compute_acknowledged_on(self):
        """Whoever got an answer knows that the complaint has arrived."""
        for complaint in self:
            moments = [complaint.acknowledged_on, complaint.first_answer_on]
            complaint.acknowledged_on = min(filter(None, moments), default=False)

    def _mark_acknowledged(self, moment=None):
        """Note that the customer was told of the arrival; the earliest time counts.

        :param moment: naive UTC datetime; default: now
        """
        moment = moment or fields.Datetime.now()
        for complaint in self.sudo():
            known = complaint.acknowledged_on
            if not known or moment < known:
                complaint.acknowledged_on = moment
