# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Savings in every state, with their evidence."""

import base64
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from odoo.fields import Command


@dataclass
class Plan:
    """A saving; ages are months before today, costs are per month unless one-off."""

    name: str
    category: str
    owner: str
    state: str
    age: int
    baseline: int
    planned: int
    actual: int = 0
    kind: str = "recurring"
    note: str = ""


PLANS = (
    Plan("Zweiter Paketdienst", "purchasing", "ines.einkauf", "verified", 20, 4200, 3300, 3150),
    Plan("Rahmenvertrag Sensorik", "purchasing", "ines.einkauf", "verified", 15, 9800, 8600, 8750),
    Plan("Angebotsvorlagen im System", "process_time", "sabine.sued", "verified", 9, 3600, 2100, 1800),
    Plan("CAD-Lizenzen zusammengelegt", "software", "lena.leitung", "verified", 12, 2900, 2000, 2000),
    Plan("Video statt Reise beim Erstgespräch", "travel", "elena.export", "verified", 8, 3100, 1900, 2250),
    Plan("Endprüfung vor Versand", "quality", "sven.service", "verified", 7, 5400, 3400, 3050),
    Plan("Alte Förderstrecke verkauft", "other", "ines.einkauf", "verified", 5, 18000, 6000, 7500, "once"),
    Plan("Druckluft nachts abgeschaltet", "other", "sven.service", "verified", 1, 1900, 1300, 1250),
    Plan("Suchanzeigen gebündelt", "marketing", "ines.einkauf", "approved", 2, 2600, 1900),
    Plan("Sammelrechnung Kleinteile", "process_time", "bernd.nord", "approved", 1, 1500, 900),
    Plan("Ökostromtarif Werk 2", "purchasing", "ines.einkauf", "proposed", 1, 6100, 5500),
    Plan("Leasing Messestand", "marketing", "lena.leitung", "proposed", 0, 14500, 9000, 0, "once"),
    Plan(
        "Spedition auf Zuruf", "purchasing", "ines.einkauf", "rejected", 6, 5200, 4100,
        note="Liefertreue fiel im Test unter 90 %.",
    ),
    Plan(
        "Druckkosten halbiert", "software", "anna.nord", "reversed", 10, 1300, 650, 700,
        note="Die Drucker wurden nach vier Monaten wieder gebraucht.",
    ),
)  # fmt: skip


def create_savings(env, clock, staff):
    savings = env["crm.saving"].create([_values(env, clock, staff, plan) for plan in PLANS])
    for plan, saving in zip(PLANS, savings, strict=True):
        if plan.actual:
            saving.evidence_ids = _evidence(env, plan, saving)
    return savings


def _values(env, clock, staff, plan):
    # the flow is told afterwards: who decided, and when
    begin = clock.month - relativedelta(months=plan.age)
    proposed = min(clock.utc(begin - relativedelta(days=20), 9), clock.now)
    approved = clock.utc(begin - relativedelta(days=6), 10)
    decided = min(clock.utc(begin + relativedelta(days=27), 11), clock.now)
    owner, manager = staff.users[plan.owner], staff.users["lena.leitung"]
    decider = manager if owner != manager else env.ref("base.user_admin")
    values = {
        "name": plan.name,
        "category_id": env.ref(f"crm_kpi.saving_category_{plan.category}").id,
        "user_id": owner.id,
        "company_id": env.company.id,
        "currency_id": env.company.currency_id.id,
        "effect_kind": plan.kind,
        "date_from": begin,
        "baseline_cost": plan.baseline,
        "baseline_source": "Mittel der Rechnungen der sechs Monate davor",
        "planned_cost": plan.planned,
        "state": plan.state,
        "proposed_by_id": owner.id,
        "proposed_on": proposed,
        "decision_note": plan.note,
    }
    if plan.actual:
        values |= {"actual_cost": plan.actual, "actual_source": "Rechnungen seit der Umstellung"}
    if plan.state in ("approved", "verified", "reversed"):
        values |= {"approved_by_id": decider.id, "approved_on": approved}
    if plan.state in ("verified", "reversed"):
        values |= {
            "verified_by_id": decider.id,
            "verified_on": decided,
            "pipeline_left_on": decided,
        }
    if plan.state == "rejected":
        values |= {
            "rejected_by_id": decider.id,
            "rejected_on": decided,
            "pipeline_left_on": decided,
        }
    if plan.state == "reversed":
        taken_back = clock.utc(begin + relativedelta(months=4), 11)
        values |= {
            "reversed_by_id": decider.id,
            "reversed_on": taken_back,
            "date_to": begin + relativedelta(months=4, days=-1),
        }
    return values


def _evidence(env, plan, saving):
    text = f"{plan.name}\nvorher: {plan.baseline} EUR\nnachher: {plan.actual} EUR\n"
    file = env["ir.attachment"].create(
        {
            "name": f"Nachweis {plan.name}.txt",
            "datas": base64.b64encode(text.encode()),
            "mimetype": "text/plain",
            "res_model": saving._name,
            "res_id": saving.id,
        }
    )
    return [Command.set(file.ids)]
