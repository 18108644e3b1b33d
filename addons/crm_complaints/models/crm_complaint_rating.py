# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmComplaint(models.Model):
    """The customer is asked once for each resolution how content he is with it."""

    _inherit = "crm.complaint"

    rating_requested_on = fields.Datetime(
        string="Asked for a Rating On",
        copy=False,
        readonly=True,
        help="When the customer was asked about this resolution; empty again after reopening.",
    )

    def _send_rating_request(self):
        return super(CrmComplaint, self._not_asked_yet())._send_rating_request()

    def action_ask_for_rating(self):
        return super(CrmComplaint, self._not_asked_yet()).action_ask_for_rating()

    def rating_send_request(self, template, **kwargs):
        """Whatever sends the request, it is noted."""
        result = super().rating_send_request(template, **kwargs)
        self.sudo().rating_requested_on = fields.Datetime.now()
        return result

    def _not_asked_yet(self):
        return self.filtered(lambda complaint: not complaint.rating_requested_on)
