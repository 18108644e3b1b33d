# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose retention period is over, anonymising them, and the search for traces of them."""

from databases import copy_of, environment, size
from filling_privacy import fill_privacy
from meter import show
from programs import run

from devkit import templates

ANONYMISED = 50
CANCEL = 2.0  # seconds until the work stops


def test_retention_and_traces():
    customers = size(30_000)
    with copy_of(templates.ensure(demo=False), "bench_privacy") as name:
        with environment(name) as env:
            fill_privacy(env, customers)
        answer = run("erase_privacy.py", name, ANONYMISED)
    assert answer["proposals"] == answer["expected"], "exactly those of whom nothing must be kept"
    assert answer["named"] and not answer["traces"], "no other record names them any more"
    show(
        f"Retention and erasure among {customers:,} customers with as many leads and half as many "
        "orders",
        ("step", "records", "seconds", "cpu python", "cpu database", "queries", "longest"),
        [
            (step, answer["records"][step], *reading, answer["longest"][step])
            for step, reading in answer["readings"].items()
        ],
        notes=[
            "Longest: seconds of the longest transaction, after which Cancel answers "
            f"(goal: {CANCEL:.0f} s)."
        ],
    )
