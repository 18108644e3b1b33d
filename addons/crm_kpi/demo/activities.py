# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls, meetings and other follow-ups on the deals, done and overdue."""

from datetime import timedelta
from random import Random

from .bulk import insert_rows

COLUMNS = {
    "res_model": "varchar", "res_model_id": "int4", "res_id": "int4", "res_name": "varchar",
    "activity_type_id": "int4", "summary": "varchar", "date_deadline": "date", "date_done": "date",
    "active": "bool", "automated": "bool", "user_id": "int4", "create_uid": "int4",
    "create_date": "timestamp", "write_uid": "int4", "write_date": "timestamp",
}  # fmt: skip
SUMMARIES = {
    "mail_activity_data_call": "Rückfrage klären",
    "mail_activity_data_meeting": "Besichtigung vor Ort",
    "mail_activity_data_todo": "Unterlagen zusammenstellen",
    "mail_activity_data_email": "Nachfassen",
}
LATE = {"nord": 0.08, "sued": 0.07, "export": 0.2}
"""Share of the follow-ups that are done late."""


def create_activities(env, clock, staff, deals):
    types = {name: env.ref(f"mail.{name}") for name in SUMMARIES}
    model = env["ir.model"]._get_id("crm.lead")
    rows = []
    for deal in deals:
        user = staff.users[deal.seller]
        for created, deadline, done, kind in _follow_ups(clock, deal):
            rows.append(
                (
                    "crm.lead", model, deal.record.id, deal.title, types[kind].id, SUMMARIES[kind],
                    deadline, done, done is None, False, user.id, user.id, created, user.id,
                    created if done is None else clock.utc(done, 15),
                )
            )  # fmt: skip
    env["mail.activity"].flush_model()
    insert_rows(env, "mail_activity", COLUMNS, rows)
    env["mail.activity"].invalidate_model()


def _follow_ups(clock, deal):
    """(created, due day, day done or None, type) of the follow-ups on a deal."""
    rng = Random(f"{deal.key}-activities")
    kinds = list(SUMMARIES)
    moment = deal.answered or deal.created
    end = deal.closed or clock.now
    while moment < end:
        deadline = clock.after(rng, moment, 2 + rng.random() * 9)
        if deadline > end:
            break
        late = 1 + rng.expovariate(0.3) if rng.random() < LATE[deal.team] else 0
        done = min(clock.after(rng, deadline, late), end)
        yield moment, clock.local(deadline).date(), clock.local(done).date(), rng.choice(kinds)
        moment = clock.after(rng, done, 3 + rng.random() * 12)
    if not deal.closed and rng.random() < 0.8:
        offset = (
            -rng.randrange(1, 12) if rng.random() < LATE[deal.team] / 2 else rng.randrange(0, 15)
        )
        deadline = clock.today + timedelta(days=offset)
        created = max(deal.created, clock.now - timedelta(days=14))
        yield created, max(deadline, clock.local(created).date()), None, rng.choice(kinds)
