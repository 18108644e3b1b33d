# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why orders were cancelled, and customers that left."""

from datetime import timedelta
from random import Random

REASONS = ("late", "late", "price", "competitor", "no_need", "no_need", "unavailable", "mistake")
US = ("unavailable", "mistake")
ENDS = ("competitor", "dissatisfied", "no_need", "closed", "price", "us")


def explain_cancellations(env, orders):
    """Give the cancelled orders a reason; some never got one."""
    for order in orders.filtered(lambda order: order.state == "cancel"):
        rng = Random(f"cancel-{order.name}")
        code, who = "not_given", "not_given"
        if rng.random() < 0.9:
            code = rng.choice(REASONS)
            who = "us" if code in US else "customer"
        order.write(
            {
                "cancellation_reason_id": env.ref(f"crm_complaints.cancellation_reason_{code}").id,
                "cancelled_by": who,
                "cancellation_recoverable": code in ("late", "price") and rng.random() < 0.6,
            }
        )


def end_relationships(env, clock, orders):
    """Record the end for some customers that have not bought for long."""
    last = {}
    for order in orders:
        last[order.commercial_partner_id] = order
    quiet = sorted(
        (order.confirmed_on, customer.id)
        for customer, order in last.items()
        if clock.age(order.confirmed_on) > 5
    )
    step = max(1, len(quiet) // 12)
    rows = []
    for number, (moment, customer_id) in enumerate(quiet[::step]):
        rng = Random(f"end-{customer_id}")
        ended = clock.local(moment).date() + timedelta(days=60 + rng.randrange(80))
        if ended > clock.today:
            continue
        code = ENDS[number % len(ENDS)]
        rows.append(
            {
                "partner_id": customer_id,
                "company_id": env.company.id,
                "ended_on": ended,
                "reason_id": env.ref(f"crm_complaints.end_reason_{code}").id,
                "ended_by": "us" if code == "us" else "customer",
                "user_id": last[env["res.partner"].browse(customer_id)].user_id.id,
            }
        )
    return env["crm.customer.end"].create(rows)
