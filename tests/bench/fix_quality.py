# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: corrections of phone numbers in the background; tells their cost as JSON."""

import json
import sys
import time

from meter import Meter

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def work(env, fix, meter, label):
    """Batches as the scheduled job runs them, each in a transaction; the longest in seconds."""
    memo = {}
    longest = 0.0
    with meter.measure(label):
        while fix.run_state in ("preparing", "applying", "undoing"):
            start = time.perf_counter()
            fix._try_batch(memo)
            env.cr.commit()
            env.invalidate_all()
            longest = max(longest, time.perf_counter() - start)
    assert not fix.problem, fix.problem
    return longest


def main(database, count):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, SUPERUSER_ID, {})
        model = env["crm.quality.fix"].with_user(admin)
        fix = model.create({"method": "phone", "scope_domain": "[('phone', 'like', '030')]"})
        fix.action_prepare()
        cr.commit()
        fix = fix.sudo()
        longest = [work(env, fix, meter, "look")]
        surplus = fix.line_ids.sorted("id")[int(count) :]
        surplus.write({"is_selected": False})
        lines = fix.line_ids - surplus
        fix.with_user(admin).action_apply()
        cr.commit()
        longest.append(work(env, fix, meter, "apply"))
        wrong = len(lines.filtered(lambda line: line.partner_id.phone != line.new_value))
        counts = {"look": fix.line_count, "apply": fix.applied_count}
        fix.with_user(admin).action_undo()
        cr.commit()
        longest.append(work(env, fix, meter, "undo"))
        wrong += len(lines.filtered(lambda line: line.partner_id.phone != line.old_value))
        counts["undo"] = fix.undone_count
    readings = {label: list(reading) for label, reading in meter.readings.items()}
    answer = {"readings": readings, "counts": counts, "wrong": wrong, "longest": max(longest)}
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
