# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merging customers with a journal, and its undo, beside Odoo's own wizard in the same run."""

from bench_writes import fill_past
from databases import copy_of, environment, filled, size
from filling import analyze
from filling_merges import hang
from meter import Meter, show

from odoo.tools import SQL

from devkit import templates

HEADERS = ("what", "merges", "seconds", "ms a merge", "cpu python", "cpu database", "queries")
GOAL = 60.0  # seconds for 3,000 merges with journal
JOURNAL = """
    SELECT count(*), (sum(pg_column_size(line.*)) / NULLIF(count(DISTINCT merge_id), 0))::int
      FROM crm_merge_line line
"""


def test_merges():
    merges = size(300)
    with copy_of(templates.ensure(demo=False), "bench_merge") as name:
        filled(name, 20 * merges + 1000)
        fill_past(name)
        with environment(name) as env:
            # as many again for Odoo's wizard and for single merges
            hang(env, env["res.partner"].union(*_pairs(env, merges + 2 * _few(merges))))
            analyze(env)
            clusters = _clusters(env, _pairs(env, merges))
            env.company.merge_automatic = True
            assert len(clusters) == merges
        meter = Meter(name)
        with environment(name) as env:
            with meter.measure("with journal, by the job"):
                env["crm.merge"]._cron_merge_automatic()
            done = env["crm.merge"].search([("is_automatic", "=", True)])
            assert len(done) == merges
            [(lines, per_merge)] = env.execute_query(SQL(JOURNAL))
        with environment(name) as env:
            with meter.measure("undo"):
                env["crm.merge"].browse(done.ids).action_undo()
                env.flush_all()
                env.cr.commit()
            states = env["crm.merge"].browse(done.ids).mapped("state")
            assert set(states) == {"undone"}, states.count("partly")
        with environment(name) as env:
            rest = _pairs(env, merges + 2 * _few(merges))[merges:]
            with meter.measure("with journal, one by one"):
                for pair in rest[: _few(merges)]:
                    env["crm.merge"]._merge(pair[0], pair[1])
                    env.flush_all()
            wizard = env["base.partner.merge.automatic.wizard"].create({})
            with meter.measure("Odoo's wizard"):
                for pair in rest[_few(merges) :]:
                    wizard._merge(pair.ids, pair[0])
                    env.flush_all()
            with meter.measure("journals expire"):
                env["crm.merge"].browse(done.ids).write({"expires_on": "2000-01-01"})
                env["crm.merge"]._cron_expire()
            assert not env["crm.merge.line"].search_count([("merge_id", "in", done.ids)])
    few = {"with journal, one by one": _few(merges), "Odoo's wizard": _few(merges)}
    rows = []
    for label, (wall, python, database, queries) in meter.readings.items():
        number = few.get(label, merges)
        rows.append((label, number, wall, wall * 1000 / number, python, database, queries))
    ours, theirs = rows[0][3], rows[3][3]
    show(
        "Merges of customers",
        HEADERS,
        rows,
        notes=[
            f"{lines / merges:.1f} lines of journal and {per_merge} bytes a merge; Odoo's wizard "
            f"takes {theirs / ours:.1f} times as long.",
            f"3,000 merges at this speed: {ours * 3:.0f} s (goal: {GOAL:.0f} s).",
        ],
    )


def _few(merges):
    """How many are merged one by one."""
    return min(merges, 30)


def _pairs(env, count):
    """Pairs of customers of about the same activity, the same ones at every call."""
    found = env["res.partner"].search(
        [("name", "=like", "Muster %"), ("parent_id", "=", False)], order="id desc", limit=2 * count
    )
    return [found[place : place + 2] for place in range(0, len(found) - 1, 2)]


def _clusters(env, pairs):
    """The pairs as the search for duplicates leaves what is almost certain."""
    clusters = env["crm.duplicate.cluster"].create(
        [
            {"company_id": env.company.id, "kind": "customers", "band": "automatic",
             "member_count": 2}
            for _pair in pairs
        ]
    )  # fmt: skip
    env["crm.duplicate.member"].create(
        [
            {"cluster_id": cluster.id, "partner_id": partner.id}
            for cluster, pair in zip(clusters, pairs, strict=True)
            for partner in pair
        ]
    )
    env["crm.duplicate.pair"].create(
        [
            {"cluster_id": cluster.id, "company_id": env.company.id, "kind": "customers",
             "left_partner_id": min(pair.ids), "right_partner_id": max(pair.ids), "weight": 12,
             "score": 0.999, "band": "automatic"}
            for cluster, pair in zip(clusters, pairs, strict=True)
        ]
    )  # fmt: skip
    return clusters
