# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Complaints about the orders; fewer since final inspection was changed."""

from random import Random

from odoo.fields import Command

from odoo.addons.crm_kpi.demo import story
from odoo.addons.crm_kpi.demo.bulk import update_rows

SHARE_BEFORE, SHARE_SINCE = 0.26, 0.15
"""Share of the orders that somebody complains about."""
# category, weight before and since the measure, cause, what the customers say
CASES = (
    ("quality", 9, 3, "production", (
        ("Förderband läuft schief", "Das Förderband läuft schief, der Gurt schleift am Rahmen."),
        ("Rollen quietschen", "Die Rollen quietschen seit der Montage und klemmen."),
        ("Steuerschrank fehlerhaft", "Im Steuerschrank ist ein Relais defekt, die Anlage steht."),
    )),
    ("delivery", 5, 4, "carrier", (
        ("Lieferung zu spät", "Die Lieferung kam zehn Tage zu spät, unsere Montage musste warten."),
        ("Transportschaden am Hubtisch", "Der Hubtisch hat einen Transportschaden am Rahmen."),
    )),
    ("wrong_item", 3, 2, "warehouse", (
        ("Sensoren fehlen", "In der Lieferung fehlen vier Sensoren aus dem Set."),
    )),
    ("invoice", 2, 2, "master_data", (
        ("Rechnung falsch", "Auf der Rechnung fehlt der vereinbarte Rabatt."),
    )),
    ("service", 2, 2, "communication", (
        ("Kein Rückruf vom Service", "Trotz Zusage hat der Service nicht zurückgerufen."),
    )),
)  # fmt: skip
COST_KINDS = ("goodwill", "rework", "rework")


def create_complaints(env, clock, handler, orders):
    plan = []
    for order in orders.filtered(lambda order: order.state == "sale"):
        rng = Random(f"complaint-{order.name}-{order.amount_untaxed}")
        received = clock.after(rng, order.confirmed_on, 12 + rng.random() * 35)
        is_new = clock.age(received) < story.MEASURE_AGE
        if received < clock.now and rng.random() < (SHARE_SINCE if is_new else SHARE_BEFORE):
            plan.append(_case(env, clock, rng, handler, order, received, is_new))
    plan.sort(key=lambda values: values["received_on"])
    rated = [values.pop("rated_on") for values in plan]
    made = env["crm.complaint"].create(plan)
    env.flush_all()
    dates = [
        (complaint.id, complaint.received_on, complaint.received_on, moment)
        for complaint, moment in zip(made, rated, strict=True)
    ]
    columns = {"create_date": "timestamp", "write_date": "timestamp", "rated_on": "timestamp"}
    update_rows(env, made._table, columns, dates)
    made.invalidate_recordset()
    return made


def _case(env, clock, rng, handler, order, received, is_new):
    """Values of one complaint and of what came of it up to now."""
    case = rng.choices(CASES, [case[2 if is_new else 1] for case in CASES])[0]
    category, _before, _since, cause, texts = case
    subject, text = rng.choice(texts)
    pace = 0.7 if is_new else 1.2
    answered = clock.after(rng, received, pace * rng.expovariate(1.6))
    resolved = clock.after(rng, answered, pace * (1 + rng.expovariate(0.16)))
    if rng.random() < 0.1:
        # waits for a spare part
        resolved = clock.after(rng, resolved, 20)
    values = {
        "name": subject,
        "description": f"<p>{text}</p>",
        "partner_id": order.partner_id.id,
        "order_id": order.id,
        "product_id": order.order_line[:1].product_id.id,
        "company_id": order.company_id.id,
        "team_id": order.team_id.id,
        # who sold it answers for what was promised, the service for the rest
        "user_id": order.user_id.id if category in ("invoice", "service") else handler.id,
        "lang": handler.lang,
        "category_id": env.ref(f"crm_complaints.category_{category}").id,
        "received_on": received,
        "stage_id": env.ref("crm_complaints.stage_new").id,
        "rated_on": None,
    }
    if answered > clock.now:
        return values
    values |= {
        "first_answer_on": answered,
        "stage_id": env.ref("crm_complaints.stage_in_progress").id,
    }
    if resolved > clock.now:
        return values
    stage = "rejected" if rng.random() < 0.08 else "resolved"
    values |= {
        "stage_id": env.ref(f"crm_complaints.stage_{stage}").id,
        "resolved_on": resolved,
        "cause_id": env.ref(f"crm_complaints.cause_{cause}").id,
    }
    if stage == "resolved":
        values |= _outcome(clock, rng, resolved, is_new)
    return values


def _outcome(clock, rng, resolved, is_new):
    """Costs and the customer's verdict on a resolved complaint."""
    values = {}
    if rng.random() < 0.6:
        cost = {
            "kind": rng.choice(COST_KINDS),
            "date": clock.local(resolved).date(),
            "amount": round(rng.lognormvariate(6.0, 0.6), -1),
        }
        values["cost_ids"] = [Command.create(cost)]
    rated = clock.after(rng, resolved, 1 + rng.random() * 4)
    if rng.random() < 0.8 and rated <= clock.now:
        good = 0.8 if is_new else 0.6
        values["satisfaction"] = rng.choices(
            ("satisfied", "neutral", "dissatisfied"), (good, 0.15, 0.85 - good)
        )[0]
        values["rated_on"] = rated
    return values
