# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dashboard as people use it, in a real browser."""

import json
import re

import pytest
from pages import (
    DASHBOARD,
    card,
    card_texts,
    listed,
    name_of,
    open_dashboard,
    payload,
    settle,
)
from story import LEADS, rpc

BAD_TEXT = re.compile(r"∞|\bNaN\b|\bundefined\b|\bnull\b|\bInfinity\b|\[object")
PERIODS = [
    "today",
    "last_week",
    "this_quarter",
    "last_year",
    "last_12_months",
    "week:2026-W01",
    "month:2024-02",
    "custom:2026-01-01:2026-03-31",
    "year:1999",
]


# ---------------------------------------------------------------- check 1
def test_click_opens_exactly_the_records(admin):
    """A count equals its list, filtered by team as well."""
    name = name_of(admin, "campaign_leads")
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    assert admin.locator(".o_searchview_facet", has_text="Ostwind").count() == 1
    value = card(admin, name).locator(".o_kpi_value")
    assert value.inner_text() == str(sum(LEADS.values()))
    value.click()
    assert listed(admin) == sum(LEADS.values())
    admin.go_back()
    admin.wait_for_selector(".o_kpi_card")
    assert card(admin, name).locator(".o_kpi_value").inner_text() == str(sum(LEADS.values()))


def test_ratio_opens_both_sides(admin):
    """Numerator and denominator of a ratio are each exactly their records."""
    code = "campaign_lead_share"
    name = name_of(admin, code)
    figures = payload(admin, code, kpi_period="this_month")["card"]
    assert figures["state"] == "ok"
    for number, side in enumerate(("numerator", "denominator")):
        open_dashboard(admin, "?kpi_period=this_month")
        card(admin, name).locator(".o_kpi_value").click()
        admin.locator(".o_kpi_sides_menu .dropdown-item").nth(number).click()
        assert listed(admin) == figures[side]


def test_every_count_equals_its_records(admin):
    """For every KPI that counts records the drill-down has that many."""
    measures = {
        measure["id"]: measure
        for measure in rpc(admin, "crm.kpi.measure", "search_read", [], ["aggregate", "factor"])
    }
    kpis = rpc(
        admin,
        "crm.kpi",
        "search_read",
        [["kind", "=", "simple"]],
        ["name", "card", "measure_id"],
        context={"kpi_period": "this_year"},
    )
    checked = 0
    for kpi in kpis:
        measure = measures[kpi["measure_id"][0]]
        if (
            measure["aggregate"] != "count"
            or measure["factor"] != 1
            or kpi["card"]["state"] != "ok"
        ):
            continue
        action = rpc(
            admin,
            "crm.kpi",
            "action_open_records",
            [kpi["id"]],
            context={"kpi_period": "this_year"},
        )
        count = rpc(
            admin,
            action["res_model"],
            "search_count",
            action["domain"],
            context=action.get("context") or {},
        )
        assert count == kpi["card"]["value"], kpi["name"]
        checked += 1
    assert checked >= 3


# ---------------------------------------------------------------- check 2
def test_same_url_same_text(admin, login):
    """A copied link, F5, and record and back show the same cards."""
    open_dashboard(admin)
    admin.locator(".o_kpi_previous").click()
    admin.wait_for_url("**kpi_period=month**")
    settle(admin)
    admin.locator(".o_kpi_compare").click()
    admin.locator("[data-compare=last_year]").click()
    admin.wait_for_url("**kpi_compare=last_year**")
    settle(admin)
    texts, url = card_texts(admin), admin.url

    admin.reload()
    admin.wait_for_selector(".o_kpi_card")
    assert (card_texts(admin), admin.url) == (texts, url)

    admin.locator(".o_kpi_open").nth(3).click()
    admin.wait_for_selector(".o_kpi_headline")
    assert "kpi_compare=last_year" in admin.url
    admin.reload()
    admin.wait_for_selector(".o_kpi_headline")
    admin.locator(".breadcrumb-item a, .o_back_button").first.click()
    admin.wait_for_selector(".o_kpi_card")
    settle(admin)
    assert (card_texts(admin), admin.url) == (texts, url)

    other = login("admin")
    other.goto(url)
    other.wait_for_selector(".o_kpi_card")
    assert card_texts(other) == texts


def test_favorite_carries_the_period(admin):
    """A saved search brings period and filters back; removing it leaves them out."""
    open_dashboard(admin, f"?kpi_period=last_year&kpi_filters=team.{admin.story['team']}")
    admin.locator(".o_searchview_dropdown_toggler").click()
    admin.locator(".o_add_favorite").click()
    admin.locator(
        ".o_favorite_menu input[type=text], .o_add_favorite + * input[type=text]"
    ).first.fill("Ostwind, last year")
    admin.locator(".o_save_favorite").click()
    settle(admin)
    stored = rpc(
        admin, "ir.filters", "search_read", [["name", "=", "Ostwind, last year"]], ["context"]
    )
    assert "'kpi_period': 'last_year'" in stored[0]["context"]
    assert str(admin.story["team"]) in stored[0]["context"]

    admin.goto("/odoo/action-crm_kpi.crm_kpi_action_dashboard")
    admin.wait_for_selector(".o_kpi_card")
    admin.locator(".o_searchview_dropdown_toggler").click()
    admin.locator(".o_favorite_menu .dropdown-item", has_text="Ostwind, last year").click()
    admin.wait_for_url("**kpi_period=last_year**")
    assert f"team.{admin.story['team']}" in admin.url
    rpc(admin, "ir.filters", "unlink", [stored[0]["id"]])


# ---------------------------------------------------------------- check 3
def test_no_nonsense_text(admin):
    """No ∞, NaN or undefined for any period, the empty past included."""
    for period in PERIODS:
        open_dashboard(admin, f"?kpi_period={period}")
        text = admin.locator(".o_action_manager").inner_text()
        assert not BAD_TEXT.search(text), (period, BAD_TEXT.search(text))
        assert admin.locator(".o_kpi_card[data-state=error]").count() == 0, period


def test_nonsense_period_is_told(admin):
    """An edited URL gives a clear word and this month, never an error page."""
    admin.goto(DASHBOARD + "?kpi_period=last_blue_moon")
    assert "last_blue_moon" in admin.locator(".o_notification").inner_text()
    admin.wait_for_selector(".o_kpi_card")
    admin.wait_for_url("**kpi_period=this_month**")
    assert admin.locator(".o_error_dialog").count() == 0


# ---------------------------------------------------------------- check 7 (targets on the card)
def test_target_on_the_card(admin):
    """A target gives verdict, bar and limit at once."""
    name = name_of(admin, "campaign_leads")
    today = admin.evaluate("luxon.DateTime.local().toISODate()")
    target = rpc(
        admin,
        "crm.kpi.target",
        "create",
        [
            {
                "kpi_id": admin.story["kpi"],
                "team_id": admin.story["team"],
                "date_from": today[:8] + "01",
                "date_to": admin.evaluate("luxon.DateTime.local().endOf('month').toISODate()"),
                "value": 2,
            }
        ],
    )
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    found = card(admin, name)
    assert found.locator(".o_kpi_status").inner_text() == "On track"
    assert "2" in found.locator(".o_kpi_target_text").inner_text()
    rpc(admin, "crm.kpi.target", "unlink", target)


# ---------------------------------------------------------------- check 8
def test_salesperson_sees_no_colleague(admin, login):
    """Page, RPC and edited URLs show a salesperson the own figures only.

    Within the story's team: leads without a salesperson, which stock shows everybody, lie elsewhere.
    """
    story = admin.story
    page = login("rieke")
    name = name_of(page, "campaign_leads")
    team = f"team.{story['team']}"
    open_dashboard(page, f"?kpi_period=this_month&kpi_filters={team}")
    assert card(page, name).locator(".o_kpi_value").inner_text() == str(LEADS["rieke"])

    open_dashboard(page, f"?kpi_period=this_month&kpi_filters=user.{story['torben']}")
    shown = card(page, name).locator(".o_kpi_value")
    assert not shown.count() or shown.inner_text() == "0"
    assert "Torben" not in page.locator(".o_kpi_dashboard").inner_text()

    context = {"kpi_period": "this_month", "kpi_filters": json.dumps({"team": [story["team"]]})}
    split = rpc(page, "crm.kpi", "get_breakdown", [story["kpi"]], "user", context=context)
    assert [row["id"] for row in split["rows"]] == [story["rieke"]]
    assert split["total"]["value"] == LEADS["rieke"]
    with pytest.raises(RuntimeError):
        rpc(page, "crm.kpi.rollup", "search_count", [])


# ---------------------------------------------------------------- check 10
def test_few_requests(admin):
    """The dashboard needs few calls, whatever the number of its cards."""
    calls = []
    admin.on("request", lambda request: "/call_kw/" in request.url and calls.append(request.url))
    open_dashboard(admin, "?kpi_period=this_month")
    assert admin.locator(".o_kpi_card").count() > 20
    figures = [url for url in calls if "/crm.kpi/" in url]
    assert len(figures) <= 8, figures


def test_breakdown_adds_up(admin):
    """The parts of a count by person add up to the figure, and each opens its records."""
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    card(admin, name_of(admin, "campaign_leads")).locator(".o_kpi_breakdown").click()
    admin.locator("[data-dimension=user]").click()
    rows = admin.locator(".o_kpi_breakdown_tab tbody tr")
    admin.wait_for_function(
        "document.querySelectorAll('.o_kpi_breakdown_tab tbody tr').length === 3"
    )
    figures = [int(text) for text in rows.locator("td .o_kpi_part_value").all_inner_texts()]
    assert sorted(figures) == sorted([*LEADS.values(), sum(LEADS.values())])
    rows.filter(has_text="Torben").locator(".o_kpi_part_value").click()
    assert listed(admin) == LEADS["torben"]
