# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.company_time import company_timezone, same_clock_time
from ..kpi.durations import Stopwatch
from ..kpi.nullable import NullableFloat


def _days(string, meaning):
    return NullableFloat(
        string=string,
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help=f"Calendar days {meaning}. Empty while it is open.",
    )


def _work_hours(string, meaning):
    return NullableFloat(
        string=string,
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help=f"Working hours {meaning}, by the company's working hours. Empty while it is open.",
    )


_DRAFT_TO_SENT = "from the creation of this quotation until it was first sent"
_SENT_TO_DECISION = "from the first sending of the offer until it was won, lost or expired"
_DECISION_TO_INVOICE = (
    "from the confirmation of the order until the date of its first posted invoice "
    "(taken at the clock time of the confirmation, as an invoice date has none)"
)
_REQUEST_TO_OFFER = "from the creation of the opportunity until the offer was first sent"


class SaleOrder(models.Model):
    """How long the steps from request to invoice took."""

    _inherit = "sale.order"

    first_invoiced_on = fields.Date(
        compute="_compute_first_invoiced_on",
        store=True,
        index="btree_not_null",
        help="Date of the first posted customer invoice of this order.",
    )
    days_draft_to_sent = _days("Days Draft → Sent", _DRAFT_TO_SENT)
    work_hours_draft_to_sent = _work_hours("Working Hours Draft → Sent", _DRAFT_TO_SENT)
    days_sent_to_decision = _days("Days Sent → Decision", _SENT_TO_DECISION)
    work_hours_sent_to_decision = _work_hours("Working Hours Sent → Decision", _SENT_TO_DECISION)
    days_decision_to_invoice = _days("Days Order → Invoice", _DECISION_TO_INVOICE)
    work_hours_decision_to_invoice = _work_hours(
        "Working Hours Order → Invoice", _DECISION_TO_INVOICE
    )
    days_request_to_offer = _days("Days Request → Offer", _REQUEST_TO_OFFER)
    work_hours_request_to_offer = _work_hours("Working Hours Request → Offer", _REQUEST_TO_OFFER)

    @api.model
    def _kpi_duration_fields(self):
        """[(calendar days, working hours)] in the order of :meth:`_duration_spans`."""
        return [
            (f"days_{step}", f"work_hours_{step}")
            for step in (
                "draft_to_sent",
                "sent_to_decision",
                "decision_to_invoice",
                "request_to_offer",
            )
        ]

    @api.model
    def _kpi_filled_fields(self):
        pairs = self._kpi_duration_fields()
        names = [name for pair in pairs for name in pair]
        return [*super()._kpi_filled_fields(), "first_invoiced_on", *names]

    @api.depends(
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.move_type",
        "order_line.invoice_lines.move_id.invoice_date",
    )
    def _compute_first_invoiced_on(self):
        for order in self:
            order.first_invoiced_on = min(
                (
                    move.invoice_date
                    for move in order.order_line.invoice_lines.move_id
                    if move.state == "posted"
                    and move.move_type == "out_invoice"
                    and move.invoice_date
                ),
                default=False,
            )

    @api.depends(
        "create_date",
        "quotation_sent_on",
        "confirmed_on",
        "first_invoiced_on",
        "offer_sent_on",
        "offer_decided_on",
        "opportunity_id.create_date",
        "company_id",
    )
    def _compute_durations(self):
        spans = {order: order._duration_spans() for order in self}
        stopwatch = Stopwatch(
            (order.company_id, *span) for order, parts in spans.items() for span in parts
        )
        fields_by_step = self._kpi_duration_fields()
        for order, parts in spans.items():
            for (days_field, hours_field), span in zip(fields_by_step, parts, strict=True):
                days, hours = stopwatch.measure(order.company_id, *span)
                order[days_field] = days
                order[hours_field] = hours

    def _duration_spans(self):
        """(start, end) of each measured step as naive UTC datetimes, or empty."""
        self.ensure_one()
        return duration_spans(
            company_timezone(self.company_id) if self.first_invoiced_on else None,
            self.create_date,
            self.quotation_sent_on,
            self.confirmed_on,
            self.first_invoiced_on,
            self.offer_sent_on,
            self.offer_decided_on,
            self.opportunity_id.create_date,
        )


def duration_spans(
    zone, created_on, sent_on, confirmed_on, invoiced_on, offer_sent_on, decided_on, requested_on
):
    """(start, end) of draft → sent, sent → decision, order → invoice, request → offer.

    ``zone`` is the company's time zone, needed where there is an invoice."""
    invoiced_at = None
    if invoiced_on and confirmed_on:
        # Invoiced on the day of the order, or even dated back: no time was lost.
        invoiced_at = max(same_clock_time(confirmed_on, invoiced_on, zone), confirmed_on)
    return (
        (created_on, sent_on),
        (offer_sent_on, decided_on),
        (confirmed_on, invoiced_at),
        (requested_on, offer_sent_on),
    )
