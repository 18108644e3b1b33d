# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: one search for duplicates, then one of a few changes; cost as JSON."""

import json
import sys
import time
from pathlib import Path

import psutil
from meter import Meter

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

CHANGED = 1000
HINTS = 50


def peak(process_id="self"):
    """Megabytes of memory of a process at its peak.

    The kernel's own file: what getrusage says begins with the peak of the process that started it.
    """
    text = Path(f"/proc/{process_id}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


def helpers_peak():
    """Megabytes of memory of all helper processes, each at its peak."""
    return sum(peak(process.pid) for process in psutil.Process().children())


def search(cr, env, meter, label):
    """Run a search as a person and the background job do: few records at once, else by steps.

    :return: tuple (search, megabytes of its helper processes at their peak)
    """
    record = env["crm.duplicate.search"].create({})
    cr.commit()
    with meter.measure(label):
        with meter.measure(f"{label} start"):
            record.action_start()
            cr.commit()
        memo, helpers = {}, 0.0
        while record.run_state in ("waiting", "running"):
            with meter.measure(f"{label} {record.phase}"):
                record._step(memo)
                cr.commit()
            helpers = max(helpers, helpers_peak())
            env.invalidate_all()
    return record, helpers


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
    config["test_enable"] = False
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        before = peak()
        whole, helpers = search(cr, env, meter, "whole")
        answer = {"before": before, "peak": peak(), "helpers": helpers, "compared": whole.compared_count,
                  "records": whole.total_count}  # fmt: skip
        answer["whole"] = list(meter.readings.pop("whole"))
        answer["phases"] = [(label, list(one)) for label, one in meter.readings.items()]
        cr.execute(
            """
            UPDATE res_partner SET phone = '+49 30 ' || (7000000 + id),
                   write_date = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT id FROM res_partner WHERE color > 0
                           ORDER BY md5(id::text) LIMIT %s)
            """,
            (CHANGED,),
        )
        cr.commit()
        search(cr, env, meter, "again")
        answer["again"] = list(meter.readings["again"])
        times = hint_times(env)
        answer["hint"] = [times[len(times) // 2], times[-1]]
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
