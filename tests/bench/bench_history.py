# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installing into a live database: how long does it take to show the years before?"""

from databases import copy_of, filled, size
from meter import show
from programs import run

from devkit import templates

HEADERS = ("step", "seconds", "cpu python", "cpu database", "queries")


def test_installing_into_years_of_history():
    rows = size(100_000)
    with copy_of(templates.stock(demo=False), "bench_history") as name:
        filled(name, rows)
        for addon in ("crm_kpi", "crm_complaints"):
            answer = run("install_timed.py", name, addon)
            show(
                f"{addon} into {rows:,} leads and {rows:,} orders with their chatter",
                HEADERS,
                [(label, *reading) for label, reading in answer["readings"].items()],
                [f"Python's memory at its peak: {answer['peak']:,.0f} MB"],
            )
