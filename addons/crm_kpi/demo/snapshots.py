# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of the last months as they were reported."""

from ..kpi.periods import around
from .bulk import update_rows

MONTHS = 3


def take_snapshots(env, clock):
    """Record the months that are over, each dated to the morning after its end."""
    snapshots = env["crm.kpi.snapshot"]
    taken = []
    month = around(clock.today, "month")
    for _number in range(MONTHS):
        following, month = month, month.shift(-1)
        records = snapshots._take(
            env["crm.kpi"].search([]), env.company, month.key, is_automatic=True
        )
        morning = clock.utc(following.start, 5)
        taken += [(record.id, morning) for record in records]
    env.flush_all()
    update_rows(env, "crm_kpi_snapshot", {"taken_on": "timestamp"}, taken)
    snapshots.invalidate_model()
