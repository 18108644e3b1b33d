# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The automatic job is killed in the middle of a batch: nothing is lost, nothing is done twice."""

import subprocess

import pytest
from odoo_process import KIND, shell

from devkit import odoo, setup, templates

PAIRS, BATCH = 30, 10

FILL = f"""
env.company.merge_automatic = True
partners = env["res.partner"].create(
    [{{"name": f"Kunde {{number // 2}}"}} for number in range(2 * {PAIRS})]
)
env["crm.lead"].create([{{"name": "Anfrage", "partner_id": partner.id}} for partner in partners])
for number in range({PAIRS}):
    cluster = env["crm.duplicate.cluster"].create(
        {{"company_id": env.company.id, "band": "automatic", "member_count": 2}}
    )
    env["crm.duplicate.member"].create(
        [{{"cluster_id": cluster.id, "partner_id": partner.id}}
         for partner in partners[2 * number : 2 * number + 2]]
    )
env.cr.commit()
"""

# In the second batch the leads have got their new customer, and the process hangs.
HANG = f"""
import time
from odoo.addons.crm_data_quality.merging.mover import Mover
from odoo.addons.crm_data_quality.models import crm_merge_auto

crm_merge_auto._BATCH = {BATCH}
move = Mover._move_column

def hang(mover, column, *args):
    move(mover, column, *args)
    if (column.table, column.name) == ("crm_lead", "partner_id"):
        if env["crm.merge"].search_count([]) > {BATCH}:
            print("in the middle", flush=True)
            time.sleep(600)

Mover._move_column = hang
env["crm.merge"]._cron_merge_automatic()
"""

RESUME = """
env["crm.merge"]._cron_merge_automatic()
"""

UNDO = """
env["crm.merge"].search([]).action_undo()
env.cr.commit()
"""

STATE = """
partners = env["res.partner"].with_context(active_test=False).search([("name", "=like", "Kunde %")])
merges = env["crm.merge"].search([])
counts = [env["crm.lead"].search_count([("partner_id", "=", partner.id)]) for partner in partners]
kept = merges.partner_id
notes = [len(partner.message_ids.filtered(lambda m: "Merged into this record" in (m.body or "")))
         for partner in kept]
env.cr.execute("SELECT count(*) FROM crm_merge_line WHERE merge_id NOT IN (SELECT id FROM crm_merge)")
[(stray,)] = env.cr.fetchall()
answer({
    "merges": len(merges),
    "states": sorted(set(merges.mapped("state"))),
    "kept": len(kept),
    "open": env["crm.duplicate.cluster"].search_count([("state", "=", "open")]),
    "archived": len(partners.filtered(lambda partner: not partner.active)),
    "leads": sorted(set(counts)),
    "with two leads": counts.count(2),
    "notes": sorted(set(notes)),
    "stray": stray,
})
"""


@pytest.fixture(scope="module")
def database():
    setup.ensure("test")
    name = templates.copy(templates.ensure(demo=False), "killed")
    try:
        shell(name, FILL)
        yield name
    finally:
        templates.drop(name)


def kill_in_the_middle(name):
    process = subprocess.Popen(
        odoo.command(KIND, "shell", "-d", name, "--no-http", "--log-level=error"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=odoo.environment(KIND),
        text=True,
    )
    try:
        process.stdin.write(HANG)
        process.stdin.close()
        lines = iter(process.stdout.readline, "")
        assert any("in the middle" in line for line in lines), "it ended before"
    finally:
        process.kill()  # SIGKILL: no handler, no rollback by the process itself
        process.wait()


def test_killed_and_resumed(database):
    kill_in_the_middle(database)
    after_kill = shell(database, STATE)
    assert after_kill == {
        "merges": BATCH,
        "states": ["done"],
        "kept": BATCH,
        "open": PAIRS - BATCH,
        "archived": BATCH,
        "leads": [0, 1, 2],
        "with two leads": BATCH,
        "notes": [1],
        "stray": 0,
    }
    shell(database, RESUME)
    assert shell(database, STATE) == after_kill | {
        "merges": PAIRS,
        "kept": PAIRS,
        "open": 0,
        "archived": PAIRS,
        "leads": [0, 2],
        "with two leads": PAIRS,
    }
    shell(database, UNDO)
    undone = shell(database, STATE)
    assert (undone["archived"], undone["leads"], undone["states"]) == (0, [1], ["undone"])
