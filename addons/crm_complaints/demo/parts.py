# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Goods taken back from confirmed orders, and why invoices were credited."""

from random import Random

SHARE = 0.06
"""Share of the orders of which less was taken in the end."""
REASONS = ("no_need", "no_need", "late", "unavailable", "price")
US = ("unavailable",)
EXPLAINED = 0.8


def take_back_parts(env, clock, orders):
    """Some customers took one piece less than they had ordered, before it was invoiced.

    The orders of the story have the quantities that were left in the end."""
    entries = []
    for order in orders.filtered(lambda order: order.state == "sale"):
        rng = Random(f"part-{order.name}-{order.amount_untaxed}")
        moment = clock.after(rng, order.confirmed_on, 3 + rng.random() * 10)
        lines = order.order_line.filtered(lambda line: line.product_uom_qty >= 1)
        if not lines or moment > clock.now or rng.random() > SHARE:
            continue
        line = lines[0]
        entries.append(
            line._taken_back(1, line.product_uom_id, line.product_uom_qty, line.price_subtotal)
            | {"cancelled_on": moment, "recorded_by_id": order.user_id.id}
            | _explanation(env, rng)
        )
    env["crm.cancellation"]._record(entries)


def explain_credit_notes(env, firm):
    """Most credit notes have a reason; it is the same for all lines of one."""
    credits = env["crm.cancellation"].search(
        [("company_id", "=", firm.id), ("kind", "=", "credit")]
    )
    for order, entries in credits.grouped("order_id").items():
        said = _explanation(env, Random(f"credit-{order.name}"))
        if said:
            entries.write(said)


def _explanation(env, rng):
    """Reason and initiator, or nothing."""
    if rng.random() >= EXPLAINED:
        return {}
    code = rng.choice(REASONS)
    return {
        "reason_id": env.ref(f"crm_complaints.cancellation_reason_{code}").id,
        "cancelled_by": "us" if code in US else "customer",
    }
