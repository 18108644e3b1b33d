# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""On the day of installation the past is there: made with stock modules, read with ours."""

from pathlib import Path

import pytest
from odoo_process import install, shell, stock_template

from devkit import setup, templates

FIGURES = """
kpis = env["crm.kpi"].search([])
figures = {}
for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
    seen = kpis.with_context(kpi_period="month:" + month, tz="Europe/Berlin")
    for kpi in seen:
        card = kpi.card
        figures[f"{month} {kpi.code}"] = [
            card["state"], card["value"], card["numerator"], card["denominator"],
            card["estimated"],
        ]
answer(figures)
"""

RECORDS = """
partner = env["res.partner"].search([("name", "=", "Wiederkehr GmbH")])
lead = env["crm.lead"].search([("name", "=", "Halle")])
answer({
    "purchases": [
        partner.purchase_count, str(partner.first_purchase_on), str(partner.last_purchase_on),
        partner.purchase_rhythm_days, str(partner.purchase_due_on),
    ],
    "waiting": [str(lead.waiting_since), str(lead.first_response_on), lead.dates_estimated],
    "stays": [
        [str(log.entered_on), str(log.left_on), log.outcome, log.days, log.is_estimated]
        for log in lead.stage_log_ids.sorted("entered_on")
    ],
    "spans": [
        [str(span.active_from), span.is_won_back, bool(span.lost_on), str(span.won_back_on)]
        for span in env["crm.customer.lifecycle"].search(
            [("partner_id", "=", partner.id)], order="active_from"
        )
    ],
})
"""


@pytest.fixture(scope="module")
def database():
    """A database with a past, right after installing into it."""
    setup.ensure("test")
    name = templates.copy(stock_template(), "history")
    shell(name, (Path(__file__).parent / "history.py").read_text())
    install(name, ["crm_kpi", "crm_complaints"])
    yield name
    templates.drop(name)


@pytest.fixture(scope="module")
def figures(database):
    return shell(database, FIGURES)


@pytest.fixture(scope="module")
def records(database):
    return shell(database, RECORDS)


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
        # 24 hours; the archived and the restored lead are neither won nor lost
        ("2026-03", "first_response_days", 1.0),
        # 8, 10 and 20 days; the stay of the restored lead goes on
        ("2026-03", "time_in_stage", 10.0),
        ("2026-03", "time_in_stage_p90", 18.0),
        ("2026-02", "customers_won_back", 1),
        ("2026-03", "customers_won_back", 0),
        ("2026-02", "new_customers", 0),
        ("2026-01", "new_customers", 1),
        ("2026-01", "new_deals", 1),
        ("2026-01", "opportunity_win_rate", (0, 1)),
    ],
)
def test_the_past_is_there(figures, month, code, expected):
    state, value, numerator, denominator, _estimated = figures[f"{month} {code}"]
    assert state == "ok"
    if isinstance(expected, tuple):
        assert (numerator, denominator) == expected
    else:
        assert value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("month", "code", "expected"),
    [
        ("2026-01", "new_deals", True),
        ("2026-01", "opportunity_win_rate", True),
        ("2026-03", "new_deals", False),
        ("2026-03", "opportunity_win_rate", False),
        ("2026-03", "offer_win_rate", False),
    ],
)
def test_estimated_figures_say_so(figures, month, code, expected):
    assert figures[f"{month} {code}"][-1] is expected


def test_purchases_of_the_past(records):
    assert records["purchases"] == [
        4, "2024-01-10 10:00:00", "2026-02-10 10:00:00", 31.0, "2026-03-13",
    ]  # fmt: skip


def test_contacts_of_the_past(records):
    assert records["waiting"] == ["2026-03-18 08:00:00", "2026-03-03 08:00:00", False]


def test_stages_of_the_past(records):
    assert records["stays"] == [
        ["2026-03-02 08:00:00", "2026-03-12 08:00:00", "moved", 10.0, False],
        ["2026-03-12 08:00:00", "2026-03-20 08:00:00", "moved", 8.0, False],
        ["2026-03-20 08:00:00", "False", "won", 0.0, False],
    ]


def test_lost_and_won_back(records):
    assert records["spans"] == [
        ["2024-01-10", False, True, "2026-02-10"],
        ["2026-02-10", True, records["spans"][1][2], "False"],
    ]
