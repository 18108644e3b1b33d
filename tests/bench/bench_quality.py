# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The data-quality check of many customers: time, processor time, memory, and its pages after."""

from databases import copy_of, environment, size
from filling_quality import fill_quality
from meter import show
from programs import run

from devkit import templates

HEADERS = (
    "profile", "records", "findings", "seconds", "cpu python", "cpu database", "queries",
    "peak MB", "before MB",
)  # fmt: skip
# From so many customers on only the profiles with all rules are checked.
LARGE = 300_000
ALL_RULES = ("profile_standard", "profile_leads")
MORE = ("profile_sales", "profile_mailing", "profile_invoice", "profile_gdpr")


def test_check_of_all_records():
    customers = size(100_000)
    with copy_of(templates.ensure(demo=False), "bench_quality") as name:
        with environment(name) as env:
            fill_quality(env, customers)
        profiles = ALL_RULES if customers >= LARGE else ALL_RULES + MORE
        answer = run("check_quality.py", name, *profiles)
    show(
        "One check of the data quality each (goal for all rules: 30 s at 100,000 customers, "
        "300 s at a million)",
        HEADERS,
        [
            (
                row["profile"],
                row["records"],
                row["findings"],
                *row["reading"],
                row["peak"],
                row["before"],
            )
            for row in answer["checks"]
        ],
    )
    show(
        "Its pages, as a sales manager opens them; own: as a salesperson does (goal: 1 s)",
        ("page", "rows", "seconds", "queries"),
        answer["pages"],
        notes=[f"Findings of all checks in the database: {answer['findings_mb']:.0f} MB"],
    )
