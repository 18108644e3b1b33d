# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merging customers with a journal, and its undo, beside Odoo's own wizard in the same run."""

from databases import copy_of, environment, size
from filling import analyze, fill_customers
from filling_tools import add_dice
from meter import Meter, show

from devkit import templates

HEADERS = ("what", "merges", "seconds", "ms a merge", "cpu python", "cpu database", "queries")
GOAL = 60.0  # seconds for 3,000 merges with journal


def test_merges():
    merges = size(300)
    with copy_of(templates.ensure(demo=False), "bench_merge") as name:
        with environment(name) as env:
            add_dice(env)
            fill_customers(env, max(20_000, 4 * merges))
            pairs = _pairs(env, 2 * merges)
            _hang(env, pairs)
            analyze(env)
        meter = Meter(name)
        with environment(name) as env:
            mine = _pairs(env, merges)
            with meter.measure("with journal, many at once"):
                done = _merge(env, mine)
            assert len(done) == merges
            lines = env["crm.merge.line"].search_count([("merge_id", "in", done.ids)])
            with meter.measure("undo"):
                done.action_undo()
                env.flush_all()
            assert set(done.mapped("state")) == {"undone"}
            with meter.measure("with journal, one by one"):
                for pair in mine[: merges // 10]:
                    env["crm.merge"]._merge(pair[0], pair[1])
                    env.flush_all()
            wizard = env["base.partner.merge.automatic.wizard"].create({})
            with meter.measure("Odoo's wizard"):
                for pair in _pairs(env, 2 * merges)[merges : merges + merges // 10]:
                    wizard._merge(pair.ids, pair[0])
                    env.flush_all()
    counts = {"with journal, one by one": merges // 10, "Odoo's wizard": merges // 10}
    rows = []
    for label, (wall, python, database, queries) in meter.readings.items():
        number = counts.get(label, merges)
        rows.append((label, number, wall, wall * 1000 / number, python, database, queries))
    ours, theirs = rows[0][3], rows[-1][3]
    show(
        "Merges of customers",
        HEADERS,
        rows,
        notes=[
            f"{lines} lines of journal; Odoo's wizard takes {theirs / ours:.1f} times as long.",
            f"3,000 merges at this speed: {ours * 3:.0f} s (goal: {GOAL:.0f} s).",
        ],
    )


def _pairs(env, count):
    """Pairs of customers, the same ones at every call."""
    found = env["res.partner"].search(
        [("user_ids", "=", False), ("parent_id", "=", False), ("child_ids", "=", False)],
        order="id desc",
        limit=2 * count,
    )
    return [found[place : place + 2] for place in range(0, len(found) - 1, 2)]


def _hang(env, pairs):
    """Something on each customer that moves: leads, followers, messages, tags."""
    tag = env["res.partner.category"].create({"name": "Bench"})
    partners = env["res.partner"].union(*pairs)
    partners.write({"category_id": [(4, tag.id)]})
    env["crm.lead"].create(
        [{"name": "Lead", "partner_id": partner.id} for partner in partners for _ in "ab"]
    )
    partners._message_log_batch(dict.fromkeys(partners.ids, "Bench"))
    env["mail.followers"].create(
        [
            {"res_model": "res.partner", "res_id": partner.id, "partner_id": env.user.partner_id.id}
            for partner in partners
        ]
    )


def _merge(env, pairs):
    from odoo.addons.crm_data_quality.models.crm_merge_service import Job

    merges, refused = env["crm.merge"]._merge_many(
        [Job(pair[0], pair[1], {}, None) for pair in pairs]
    )
    assert not refused, refused
    env.flush_all()
    return merges
