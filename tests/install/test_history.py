# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""On the day of installation the past is there: made with stock modules, read with ours."""

from pathlib import Path

import pytest
from odoo_process import install, shell, stock_template

from devkit import setup, templates

FIGURES = """
kpis = env["crm.kpi"].search([])
figures = {}
for month in ("2026-02", "2026-03", "2026-04"):
    seen = kpis.with_context(kpi_period="month:" + month, tz="Europe/Berlin")
    for kpi in seen:
        card = kpi.card
        figures[f"{month} {kpi.code}"] = [
            card["state"], card["value"], card["numerator"], card["denominator"]
        ]
answer(figures)
"""


@pytest.fixture(scope="module")
def figures():
    """Figures right after installing into a database with a past."""
    setup.ensure("test")
    name = templates.copy(stock_template(), "history")
    shell(name, (Path(__file__).parent / "history.py").read_text())
    install(name, ["crm_kpi"])
    yield shell(name, FIGURES)
    templates.drop(name)


@pytest.mark.parametrize(
    ("month", "code", "expected"),
    [
        ("2026-03", "offers_sent", 3),
        ("2026-03", "offer_win_rate", (1, 2)),
        ("2026-04", "offer_win_rate", (1, 1)),
        ("2026-04", "cancelled_orders", 1),
        ("2026-03", "cancelled_orders", 0),
        ("2026-04", "cancellation_rate", (1, 1)),
        ("2026-03", "new_deals", 1),
        ("2026-04", "new_deals", 0),
        # A of 31 March 22:30 UTC is the second order of the customer
        ("2026-03", "new_customers", 1),
        ("2026-04", "new_customers", 0),
        # B: 1 to 5 March; C and D, one offer: 2 to 10 March
        ("2026-03", "sent_decision_days", (4 + 8) / 2),
        ("2026-03", "deals_won", 1),
        ("2026-03", "opportunity_win_rate", (1, 2)),
        ("2026-03", "lead_won_days", 18.0),
        ("2026-02", "offers_sent", 0),
    ],
)
def test_the_past_is_there(figures, month, code, expected):
    state, value, numerator, denominator = figures[f"{month} {code}"]
    assert state == "ok"
    if isinstance(expected, tuple):
        assert (numerator, denominator) == expected
    else:
        assert value == pytest.approx(expected)
