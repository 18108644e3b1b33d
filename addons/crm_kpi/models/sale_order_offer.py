# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..kpi.company_time import company_timezone, end_of_day
from ..kpi.offers import Quotation, decide_offer

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
        related = self | self.opportunity_id.order_ids
        for opportunity, orders in self.grouped("opportunity_id").items():
            lost_on = opportunity.lost_on if opportunity.won_status == "lost" else False
            groups = [orders | opportunity.order_ids] if opportunity else orders
            answers = {}
            for group in groups:
                quotations = [
                    order._as_quotation(lost_on) for order in group.with_prefetch(related._ids)
                ]
                answers.update(decide_offer(quotations, now))
            for order in orders:
                answer = answers[order._offer_key()]
                order.is_offer = answer.is_offer
                order.offer_sent_on = answer.sent_on
                order.offer_decided_on = answer.decided_on
                order.offer_outcome = answer.outcome

    def _offer_key(self):
        """Sorting key of a quotation within its offer; unsaved ones come last."""
        return (not self._origin.id, self._origin.id or 0)

    def _as_quotation(self, lost_on):
        """The facts about this quotation, see :class:`~.kpi.offers.Quotation`.

        :param lost_on: when its opportunity was lost, or empty
        """
        self.ensure_one()
        expires_on = None
        if self.quotation_sent_on and not self.confirmed_on and self.validity_date:
            expires_on = end_of_day(self.validity_date, company_timezone(self.company_id))
        return Quotation(
            self._offer_key(),
            self.quotation_sent_on or None,
            self.confirmed_on or None,
            self.cancelled_on or None,
            expires_on,
            lost_on or None,
        )

    @api.model
    def _cron_expire_offers(self):
        """Decide the open offers whose validity has ended (scheduled action)."""
        # No zone is more than a day ahead of UTC; the rule itself looks at the exact end.
        tomorrow = fields.Date.today() + timedelta(days=1)
        orders = self.search([("offer_outcome", "=", "open"), ("validity_date", "<=", tomorrow)])
        # Time passing is like a change of the validity: for the whole offer, where another
        # quotation may take the place, and for everything that follows from it.
        orders.modified(["validity_date"])
        self.env.flush_all()
