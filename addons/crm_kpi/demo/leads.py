# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leads and opportunities with what the chatter knows about them."""

from datetime import timedelta
from random import Random

from . import names
from .bulk import update_rows
from .chatter import Change, Entry, write_entries
from .pipeline import CHANCE, LOST_REASONS, STAGES

BATCH = 500


def create_leads(env, clock, staff, deals):
    """Make a record of each deal, dated as in the story."""
    stages = _stages(env)
    reasons = _lost_reasons(env)
    mediums = {
        name: env.ref(f"utm.utm_medium_{name}").id for name in {deal.medium for deal in deals}
    }
    sources = {
        name: env.ref(f"utm.utm_source_{name}").id
        for name in {deal.source for deal in deals if deal.source}
    }
    for start in range(0, len(deals), BATCH):
        batch = deals[start : start + BATCH]
        leads = env["crm.lead"].create(
            [_values(clock, staff, stages, reasons, mediums, sources, deal) for deal in batch]
        )
        for deal, lead in zip(batch, leads, strict=True):
            deal.record = lead
    env.flush_all()
    _backdate(env, deals)
    write_entries(
        env,
        [entry for deal in deals for entry in _entries(staff, stages, reasons, deal)],
    )


def keep_scores_since(env, clock):
    """In the story scores were kept from its begin on."""
    split = env.ref("crm_kpi.dimension_lead_score")
    update_rows(
        env, split._table, {"create_date": "timestamp"}, [(split.id, clock.utc(clock.months()[0], 0))]
    )  # fmt: skip
    split.invalidate_recordset()
    env.registry.clear_cache()


def _stages(env):
    return {name: env.ref(f"crm.stage_lead{number}") for number, name in enumerate(STAGES, 1)}


def _lost_reasons(env):
    reasons = env["crm.lost.reason"].search([("name", "in", LOST_REASONS)])
    reasons += reasons.create(
        [{"name": name} for name in LOST_REASONS if name not in reasons.mapped("name")]
    )
    return {reason.name: reason for reason in reasons}


def _values(clock, staff, stages, reasons, mediums, sources, deal):
    stage = deal.stage_at(clock.now)
    values = {
        "name": deal.title,
        "type": "opportunity" if deal.converted else deal.kind,
        "company_id": staff.teams[deal.team].company_id.id,
        "team_id": staff.teams[deal.team].id,
        "user_id": staff.users[deal.seller].id,
        "stage_id": stages[stage].id,
        "probability": 0 if deal.lost else _chance(deal, stage),
        "active": not deal.lost,
        "lost_reason_id": reasons[deal.lost_reason].id if deal.lost else False,
        "expected_revenue": round(deal.value * 0.95, -2),
        "date_deadline": clock.local(_expected(clock, deal)).date(),
        "campaign_id": deal.campaign.record.id if deal.campaign else False,
        "medium_id": mediums[deal.medium],
        "source_id": sources.get(deal.source, False),
    }
    if deal.customer:
        values["partner_id"] = deal.customer.contact_partner.id
    else:
        values |= {
            "partner_name": deal.company_name,
            "contact_name": deal.contact_name,
            "email_from": deal.email,
            "phone": deal.phone,
        }
    return values


def _chance(deal, stage):
    """Probability in percent as the salesperson sees it."""
    if stage == "won":
        return 100
    return max(5, min(90, CHANCE[stage] + Random(f"{deal.key}-chance").randrange(-9, 12)))


def _expected(clock, deal):
    """When the salesperson of an open deal expects it to close."""
    if deal.closed:
        return deal.expected_close
    # a part of the dates has passed without anybody setting a new one
    floor = clock.now - timedelta(days=6)
    return max(deal.expected_close, floor + timedelta(days=Random(deal.key).randrange(30)))


def _backdate(env, deals):
    columns = {
        "create_date": "timestamp", "write_date": "timestamp", "date_open": "timestamp",
        "date_conversion": "timestamp", "date_closed": "timestamp",
        "date_last_stage_update": "timestamp", "day_open": "float8", "day_close": "float8",
        "automated_probability": "float8", "qualification_score": "float8",
        "qualification_score_band": "varchar",
    }  # fmt: skip
    rows = []
    for deal in deals:
        moments = [deal.created, deal.qualified, deal.offered, deal.won]
        last_stage = max(filter(None, moments))
        score = _score(deal)
        close_days = (deal.closed - deal.created).days if deal.closed else 0.0
        rows.append(
            (
                deal.record.id, deal.created, deal.closed or last_stage, deal.created,
                deal.converted, deal.closed, last_stage, 0.0, float(close_days),
                deal.record.probability, score,
                score and env["crm.lead"]._score_band(score),
            )
        )  # fmt: skip
    update_rows(env, "crm_lead", columns, rows)
    env["crm.lead"].invalidate_model()


def _score(deal):
    """Predictive score of a lead, in percent: a good guess of what becomes of it."""
    if deal.kind != "lead":
        return None
    good = 18 + 34 * bool(deal.converted) + 16 * bool(deal.won)
    return round(max(1.0, min(99.0, Random(f"{deal.key}-score").gauss(good, 17))), 2)


def _entries(staff, stages, reasons, deal):
    """What happened to a deal, as messages."""
    lead, author = deal.record, staff.partner_of(deal.seller)
    rng = Random(f"{deal.key}-talk")
    if deal.converted:
        change = Change("type", (None, "Lead"), (None, "Opportunity"))
        yield Entry(lead, deal.converted, author, changes=(change,))
    yield from _stage_entries(stages, deal, author)
    if deal.lost:
        reason = reasons[deal.lost_reason]
        changes = (
            Change("active", (1, None), (0, None)),
            Change("won_status", (None, "Pending"), (None, "Lost")),
            Change("lost_reason_id", (None, None), (reason.id, reason.name)),
        )
        yield Entry(lead, deal.lost, author, changes=changes)
    contact = deal.customer.contact_partner if deal.customer else None
    sender = contact.email_formatted if contact else f'"{deal.contact_name}" <{deal.email}>'
    if deal.medium in ("email", "website"):
        yield Entry(lead, deal.created, contact, sender, "email", "Bitte um ein Angebot.")
    if deal.answered:
        yield Entry(
            lead, deal.answered, author, kind="email_outgoing", body=rng.choice(names.ANSWERS)
        )
    for asked, answered in deal.questions:
        yield Entry(lead, asked, contact, sender, "email", rng.choice(names.QUESTIONS))
        if answered:
            yield Entry(
                lead, answered, author, kind="email_outgoing", body=rng.choice(names.ANSWERS)
            )


def _stage_entries(stages, deal, author):
    before = stages["new"]
    for name, moment in (
        ("qualified", deal.qualified), ("proposition", deal.offered), ("won", deal.won),
    ):  # fmt: skip
        if not moment:
            continue
        changes = [
            Change("stage_id", (before.id, before.name), (stages[name].id, stages[name].name))
        ]
        if name == "won":
            changes.append(Change("won_status", (None, "Pending"), (None, "Won")))
        yield Entry(deal.record, moment, author, changes=tuple(changes))
        before = stages[name]
