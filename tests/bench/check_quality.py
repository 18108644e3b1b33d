# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: one data-quality check for each profile; tells its cost as JSON."""

import json
import resource
import sys

from meter import Meter
from pages_quality import read_own_pages, read_pages

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def peak():
    """Megabytes of memory of this process at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_check(env, meter, profile):
    """Check all records of the profile's kind; the cost of it as a dict."""
    record = env.ref(f"crm_data_quality.{profile}")
    values = {"subject": record.subject, "profile_id": record.id}
    check = env["crm.quality.check"].create(values)
    before = peak()
    memo = {}
    check.action_start()
    env.cr.commit()
    with meter.measure(profile):
        while check.run_state in ("waiting", "running"):
            check._run_batch(memo)
            env.cr.commit()
            env.invalidate_all()
    return {
        "profile": profile.removeprefix("profile_"),
        "id": check.id,
        "reading": list(meter.readings[profile]),
        "records": check.done_count,
        "findings": env["crm.quality.finding"].search_count([("check_id", "=", check.id)]),
        "peak": peak(),
        "before": before,
    }


def main(database, *profiles):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, SUPERUSER_ID, {})
        checks = [run_check(env, meter, profile) for profile in profiles]
        cr.execute("SELECT pg_total_relation_size('crm_quality_finding')")
        [size] = cr.fetchone()
        cr.execute("ANALYZE crm_quality_finding")
        cr.commit()
        reader = api.Environment(cr, admin.id, {"lang": "en_US", "tz": "Europe/Berlin"})
        [seller] = env["res.users"].search([("login", "=like", "bench_%")], limit=1)
        own = api.Environment(cr, seller.id, {"lang": "en_US", "tz": "Europe/Berlin"})
        answer = {
            "checks": checks,
            "findings_mb": size / 2**20,
            "pages": read_pages(reader, checks[0]["id"]) + read_own_pages(own, checks[0]["id"]),
        }
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
