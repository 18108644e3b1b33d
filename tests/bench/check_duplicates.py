# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: one search for duplicates, then one of a few changes; cost as JSON."""

import json
import resource
import sys
import time

from meter import Meter

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

CHANGED = 1000
HINTS = 50


def peak():
    """Megabytes of memory of this process at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def search(cr, env, meter, label):
    """Run a search step by step, as the background job does."""
    record = env["crm.duplicate.search"].create({})
    with meter.measure(label):
        now = fields.Datetime.now()
        record.write(
            {"run_state": "waiting", "phase": "read_customers", "started_on": now,
             "step_count": record._count_to_read()}
        )  # fmt: skip
        memo = {}
        while record.run_state in ("waiting", "running"):
            record._step(memo)
            cr.commit()
            env.invalidate_all()
    return record


def hint_times(env):
    """Milliseconds that the hint on a new customer takes, for some customers."""
    partners = env["res.partner"].search([("is_company", "=", True)], limit=HINTS, order="id desc")
    names = ("name", "is_company", "email", "phone", "vat", "street", "zip", "city")
    times = []
    for values in partners.read(names):
        values.pop("id")
        env.cr.flush()
        begin = time.perf_counter()
        env["res.partner"]._likely_duplicates(values)
        times.append(1000 * (time.perf_counter() - begin))
    return sorted(times)


def main(database):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        before = peak()
        whole = search(cr, env, meter, "whole")
        answer = {"before": before, "peak": peak(), "whole": list(meter.readings["whole"]),
                  "compared": whole.compared_count, "records": whole.total_count}  # fmt: skip
        time.sleep(12)  # what changed in the last seconds of a search is compared again
        changed = env["res.partner"].search([("vat", "!=", False)], limit=CHANGED)
        cr.execute(
            "UPDATE res_partner SET phone = '+49 30 ' || (7000000 + id),"
            " write_date = clock_timestamp() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
            (changed.ids,),
        )
        cr.commit()
        search(cr, env, meter, "again")
        answer["again"] = list(meter.readings["again"])
        times = hint_times(env)
        answer["hint"] = [times[len(times) // 2], times[-1]]
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
