# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The data-quality check of many customers: time, processor time and memory."""

from databases import copy_of, environment, size
from filling import analyze, fill_customers
from filling_tools import add_dice
from meter import show
from programs import run

from devkit import templates

HEADERS = (
    "customers", "findings", "seconds", "cpu python", "cpu database", "queries", "peak MB",
    "before MB",
)  # fmt: skip


def test_check_of_all_customers():
    with copy_of(templates.ensure(demo=False), "bench_quality") as name:
        with environment(name) as env:
            add_dice(env)
            fill_customers(env, size(100_000))
            analyze(env)
        answer = run("check_quality.py", name)
    show(
        "One check of the data quality, all rules",
        HEADERS,
        [
            (
                answer["customers"],
                answer["findings"],
                *answer["reading"],
                answer["peak"],
                answer["before"],
            )
        ],
    )
