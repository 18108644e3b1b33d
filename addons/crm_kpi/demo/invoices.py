# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Posted invoices and credit notes of the orders."""

from odoo.fields import Command

from .bulk import update_rows

BATCH = 150


def create_invoices(env, clock, house, pairs):
    """Invoice the orders in the story's shares, then credit what was credited.

    :param pairs: (deal, quote) with their records
    """
    plan = []
    for _deal, quote in pairs:
        for moment in quote.invoiced:
            plan.append((moment, "out_invoice", quote, 1 / len(quote.invoiced)))
        if quote.credited:
            plan.append((quote.credited, "out_refund", quote, quote.credited_share))
    plan.sort(key=lambda row: row[0])
    dates = []
    for start in range(0, len(plan), BATCH):
        batch = plan[start : start + BATCH]
        moves = env["account.move"].create([_values(clock, house, *row) for row in batch])
        moves._post(soft=False)
        dates += [(move.id, row[0]) for move, row in zip(moves, batch, strict=True)]
    env.flush_all()
    update_rows(env, "account_move", {"create_date": "timestamp"}, dates)
    env["account.move"].invalidate_model()


def _values(clock, house, moment, move_type, quote, share):
    order = quote.record
    day = clock.local(moment).date()
    return {
        "move_type": move_type,
        "journal_id": house.journal.id,
        "partner_id": order.partner_id.id,
        "invoice_date": day,
        "invoice_date_due": day,
        "invoice_user_id": order.user_id.id,
        "team_id": order.team_id.id,
        "campaign_id": order.campaign_id.id,
        "medium_id": order.medium_id.id,
        "source_id": order.source_id.id,
        "invoice_origin": order.name,
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "quantity": line.product_uom_qty * share,
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                    "tax_ids": [Command.set(line.tax_ids.ids)],
                    "analytic_distribution": False,
                    "sale_line_ids": [Command.set(line.ids)],
                }
            )
            for line in order.order_line
        ],
    }
