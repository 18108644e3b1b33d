# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: one data-quality check of all customers; tells its cost as JSON."""

import json
import resource
import sys

from meter import Meter

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def peak():
    """Megabytes of memory of this process at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(database):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        check = env["crm.quality.check"].create({})
        before = peak()
        memo = {}
        check.action_start()
        with meter.measure("check"):
            while check.run_state in ("waiting", "running"):
                check._run_batch(memo)
                cr.commit()
                env.invalidate_all()
        answer = {
            "reading": list(meter.readings["check"]),
            "customers": check.done_count,
            "findings": env["crm.quality.finding"].search_count([("check_id", "=", check.id)]),
            "peak": peak(),
            "before": before,
        }
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
