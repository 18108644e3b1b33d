# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the pipeline looked like at the begin of each month."""

from random import Random

from dateutil.relativedelta import relativedelta

from .bulk import insert_rows
from .pipeline import CHANCE

COLUMNS = {
    "name": "varchar", "lead_id": "int4", "snapshot_date": "date", "taken_on": "timestamp",
    "company_id": "int4", "currency_id": "int4", "team_id": "int4", "user_id": "int4",
    "date_deadline": "date", "closes_in_month": "bool", "expected_revenue": "numeric", "prorated_revenue": "numeric",
    "probability": "float8",
}  # fmt: skip


def create_forecasts(env, clock, staff, deals):
    company = env.company
    rows = []
    for month in clock.months():
        moment = clock.utc(month, 6)
        for deal in deals:
            since = deal.converted if deal.kind == "lead" else deal.created
            if not since or since > moment or (deal.closed and deal.closed <= moment):
                continue
            rng = Random(f"{deal.key}-{month}")
            chance = CHANCE[deal.stage_at(moment)] + rng.randrange(-8, 9)
            value = round(deal.value * 0.95, -2)
            closing = max(clock.local(deal.expected_close).date(), month)
            rows.append(
                (
                    deal.title, deal.record.id, month, moment, company.id, company.currency_id.id,
                    staff.teams[deal.team].id, staff.users[deal.seller].id,
                    closing, closing < month + relativedelta(months=1), value,
                    value * chance / 100, float(chance),
                )
            )  # fmt: skip
    snapshots = env["crm.forecast.snapshot"]
    snapshots.flush_model()
    made = snapshots.browse(insert_rows(env, snapshots._table, COLUMNS, rows))
    made.invalidate_recordset()
    return made
