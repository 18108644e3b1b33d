# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ten thousand corrections: looked for, applied and undone in the background."""

from databases import copy_of, environment, size
from filling_quality import fill_quality
from meter import show
from programs import run

from devkit import templates

CORRECTIONS = 10_000


def test_corrections_in_bulk():
    with copy_of(templates.ensure(demo=False), "bench_fixes") as name:
        with environment(name) as env:
            fill_quality(env, size(100_000))
        answer = run("fix_quality.py", name, CORRECTIONS)
    assert answer["wrong"] == 0, "every value must be what was proposed, and be put back"
    show(
        f"{CORRECTIONS:,} corrections of phone numbers (goal: 60 s to apply)",
        ("step", "corrections", "seconds", "cpu python", "cpu database", "queries"),
        [(step, answer["counts"][step], *answer["readings"][step]) for step in answer["counts"]],
        notes=[f"Longest transaction: {answer['longest']:.1f} s"],
    )
