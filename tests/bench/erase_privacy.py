# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run as a program: search for expired customers, anonymise some, look for traces of them; tells
the cost as JSON."""

import json
import sys
import time

from meter import Meter

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

# Customers of `make_old` of whom neither they themselves nor a contact has a message since.
EXPIRED = """
    SELECT count(*) FROM res_partner p
     WHERE p.parent_id IS NULL AND p.partner_share AND p.active
           AND p.create_date < now() - interval '11 years'
           AND NOT EXISTS (
               SELECT FROM res_partner member
                 LEFT JOIN mail_message m ON m.model = 'res.partner' AND m.res_id = member.id
                WHERE member.commercial_partner_id = p.id
                      AND (m.date > now() - interval '2 years'
                           OR member.create_date > now() - interval '11 years'))
"""
NAMED = "SELECT count(*) FROM res_partner WHERE comment LIKE ANY(%s)"


def work(run, meter, label):
    """Batches as the scheduled job runs them, each in a transaction; the longest in seconds."""
    memo, longest = {}, 0.0
    with meter.measure(label):
        while run.is_running:
            start = time.perf_counter()
            run._try_batch(memo)
            run.env.cr.commit()
            run.env.invalidate_all()
            longest = max(longest, time.perf_counter() - start)
    assert run.run_state == "done", run.problem
    return longest


def named(env, patterns):
    """Records of others that name some people."""
    [(count,)] = env.execute_query(SQL(NAMED, patterns))
    return count


def main(database, count):
    config.parse_config(["--log-level=error", "--no-http", "-d", database])
    meter = Meter(database)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        manager = env.ref("base.user_admin")
        [(expected,)] = env.execute_query(SQL(EXPIRED))
        search = env["crm.retention.search"].with_user(manager).create({})
        search.action_start()
        cr.commit()
        longest = {"retention search": work(search.sudo(), meter, "retention search")}
        proposals = env["crm.retention.proposal"].with_user(manager)
        found = proposals.search([("state", "=", "open"), ("partner_id", "!=", False)])
        total = len(found)
        chosen = found.filtered(lambda proposal: not proposal.partner_id.is_company)
        chosen |= found.filtered(lambda proposal: "Muster" in (proposal.partner_id.name or ""))
        partners = chosen[: int(count)].partner_id
        patterns = [f"%{name}%" for name in partners.mapped("name")]
        before = named(env, patterns)
        start = time.perf_counter()
        with meter.measure("anonymise"):
            sweep = (
                env["crm.privacy"]
                .with_user(manager)
                ._anonymise(partners, env["crm.lead"].with_user(manager))
            )
            cr.commit()
        longest["anonymise"] = time.perf_counter() - start
        longest["search for traces"] = work(sweep.sudo(), meter, "search for traces")
        answer = {
            "readings": {label: list(reading) for label, reading in meter.readings.items()},
            "records": {
                "retention search": search.done_count,
                "anonymise": len(partners),
                "search for traces": sweep.replaced_count,
            },
            "longest": longest,
            "proposals": total,
            "expected": expected,
            "named": before,
            "traces": named(env, patterns),
        }
    print(json.dumps(answer))  # noqa: T201 - the answer


main(*sys.argv[1:])
