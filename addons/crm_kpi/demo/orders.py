# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quotations and orders of the deals."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tools import SQL

from . import names
from .bulk import update_rows
from .chatter import Change, Entry, write_entries

BATCH = 250


def create_orders(env, clock, staff, house, deals):
    """Make a record of each quotation, in the order in which they were drafted."""
    pairs = sorted(
        ((deal, quote) for deal in deals for quote in deal.quotes), key=lambda pair: pair[1].drafted
    )
    Order = env["sale.order"].with_context(sale_no_log_for_new_lines=True)
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        orders = Order.create([_values(clock, staff, house, deal, quote) for deal, quote in batch])
        for (_deal, quote), order in zip(batch, orders, strict=True):
            quote.record = order
    env.flush_all()
    _backdate(env, pairs)
    write_entries(env, [entry for pair in pairs for entry in _entries(env, staff, *pair)])
    return pairs


def _state(quote):
    if quote.cancelled:
        return "cancel"
    if quote.confirmed:
        return "sale"
    return "sent" if quote.sent else "draft"


def _values(clock, staff, house, deal, quote):
    campaign = deal.campaign
    lead = deal.record
    return {
        "partner_id": deal.customer.partner.id,
        "company_id": house.company.id,
        "opportunity_id": lead.id if lead else False,
        "user_id": staff.users[deal.seller].id,
        "team_id": staff.teams[deal.team].id,
        "campaign_id": campaign.record.id if campaign else False,
        "medium_id": lead.medium_id.id if lead else False,
        "source_id": lead.source_id.id if lead else False,
        "date_order": quote.confirmed or quote.drafted,
        "validity_date": clock.local(
            (quote.sent or quote.drafted) + timedelta(days=quote.valid_days)
        ).date(),
        "state": _state(quote),
        "order_line": [
            Command.create(
                {
                    "product_id": house.products[number].id,
                    "product_uom_qty": quantity,
                    "price_unit": names.PRODUCTS[number][1],
                    "discount": quote.discount,
                    "tax_ids": [Command.set(house.tax.ids)],
                    "analytic_distribution": False,
                }
            )
            for number, quantity in deal.lines
        ],
    }


def _backdate(env, pairs):
    rows = []
    for _deal, quote in pairs:
        last = max(filter(None, (quote.drafted, quote.sent, quote.confirmed, quote.cancelled)))
        rows.append((quote.record.id, quote.drafted, last, quote.confirmed or quote.drafted))
    columns = {"create_date": "timestamp", "write_date": "timestamp", "date_order": "timestamp"}
    update_rows(env, "sale_order", columns, rows)
    env.execute_query(
        SQL(
            "UPDATE sale_order_line line SET create_date = o.create_date FROM sale_order o"
            " WHERE o.id = line.order_id AND o.id = ANY(%s) RETURNING line.id",
            [row[0] for row in rows],
        )
    )
    env["sale.order"].invalidate_model()
    env["sale.order.line"].invalidate_model()


def _entries(env, staff, deal, quote):
    """Sending, confirming and cancelling, as the chatter stores them: by their labels."""
    labels = dict(env["sale.order"]._fields["state"].selection)
    author = staff.partner_of(deal.seller)
    before = "draft"
    for state, moment in (
        ("sent", quote.sent),
        ("sale", quote.confirmed),
        ("cancel", quote.cancelled),
    ):
        if moment:
            change = Change("state", (None, labels[before]), (None, labels[state]))
            yield Entry(quote.record, moment, author, changes=(change,))
            before = state
