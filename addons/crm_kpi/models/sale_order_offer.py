# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..kpi.company_time import company_timezone, end_of_day
from ..kpi.offers import NEVER_SENT, Quotation, decide_offer

OFFER_OUTCOMES = [
    ("open", "Open"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("expired", "Expired"),
    ("revised", "Revised"),
]


class SaleOrder(models.Model):
    """An offer: what was sent to the customer, and what became of it.

    The quotations of one opportunity are ONE offer. These fields follow from the
    stamped moments of all of them, so resetting, reopening, duplicating, deleting,
    merging opportunities or moving a quotation keeps them true.
    """

    _inherit = "sale.order"

    is_offer = fields.Boolean(
        compute="_compute_offer",
        store=True,
        help="This quotation represents an offer that was sent to the customer. Of several "
        "quotations of one opportunity only one does: the won one, else the latest open "
        "one, else the one decided last.",
    )
    offer_sent_on = fields.Datetime(
        compute="_compute_offer",
        store=True,
        index="btree_not_null",
        help="When the offer was sent for the first time, in whatever revision. "
        "Only on the quotation that represents the offer.",
    )
    offer_decided_on = fields.Datetime(
        compute="_compute_offer",
        store=True,
        index="btree_not_null",
        help="When the offer was won, lost or expired; empty while it is open.",
    )
    offer_outcome = fields.Selection(
        OFFER_OUTCOMES,
        compute="_compute_offer",
        store=True,
        index="btree_not_null",
        help="Open: sent and not decided. Won: confirmed. Lost: cancelled without having been "
        "confirmed, or the opportunity was lost. Expired: the validity ended without a "
        "decision. Revised: another quotation of the opportunity represents the offer. "
        "Empty: never sent.",
    )

    @api.model
    def _kpi_filled_fields(self):
        return [
            *super()._kpi_filled_fields(),
            "is_offer",
            "offer_sent_on",
            "offer_decided_on",
            "offer_outcome",
        ]

    @api.depends(
        "quotation_sent_on",
        "confirmed_on",
        "cancelled_on",
        "validity_date",
        "opportunity_id.won_status",
        "opportunity_id.lost_on",
        "opportunity_id.order_ids.quotation_sent_on",
        "opportunity_id.order_ids.confirmed_on",
        "opportunity_id.order_ids.cancelled_on",
        "opportunity_id.order_ids.validity_date",
    )
    def _compute_offer(self):
        now = fields.Datetime.now()
        for opportunity, orders in self.grouped("opportunity_id").items():
            if opportunity:
                groups = [orders | opportunity.order_ids]
            else:
                groups = list(orders)
            answers = {}
            for group in groups:
                answers.update(decide_offer([order._as_quotation() for order in group], now))
            for order in orders:
                answer = answers.get(order._offer_key(), NEVER_SENT)
                order.is_offer = answer.is_offer
                order.offer_sent_on = answer.sent_on
                order.offer_decided_on = answer.decided_on
                order.offer_outcome = answer.outcome

    def _offer_key(self):
        """Sorting key of a quotation within its offer; unsaved ones come last."""
        return (not self._origin.id, self._origin.id or 0)

    def _as_quotation(self):
        """The facts about this quotation, see :class:`~.kpi.offers.Quotation`."""
        self.ensure_one()
        opportunity = self.opportunity_id
        expires_on = lost_on = None
        if self.quotation_sent_on and not self.confirmed_on:
            if self.validity_date:
                expires_on = end_of_day(self.validity_date, company_timezone(self.company_id))
            if opportunity.won_status == "lost":
                lost_on = opportunity.lost_on or None
        return Quotation(
            self._offer_key(),
            self.quotation_sent_on or None,
            self.confirmed_on or None,
            self.cancelled_on or None,
            expires_on,
            lost_on,
        )

    @api.model
    def _cron_expire_offers(self):
        """Decide the open offers whose validity has ended (scheduled action)."""
        # No zone is more than a day ahead of UTC; the rule itself looks at the exact end.
        tomorrow = fields.Date.today() + timedelta(days=1)
        orders = self.search([("offer_outcome", "=", "open"), ("validity_date", "<=", tomorrow)])
        # Where the representative runs out, another quotation may take its place.
        orders |= orders.opportunity_id.order_ids
        self.env.add_to_compute(self._fields["offer_outcome"], orders)
        self.env.flush_all()
