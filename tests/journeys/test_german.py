# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The suite as somebody in Germany sees it: no English, Monday first, 1.234,56 €."""

from datetime import date

import pytest
from german import english_on
from pages import card, name_of, open_dashboard, settle
from story import CAMPAIGN, LEADS, rpc

TABS = ("trend", "breakdown", "records", "how", "targets", "definition")


def show(page, path, selector):
    page.goto(path)
    page.wait_for_selector(selector)
    settle(page)


def first(page, model, domain):
    return rpc(page, model, "search", domain, limit=1, order="id desc")[0]


# ---------------------------------------------------------------- no English
def test_the_search_finds_english(login):
    """The same page in English is full of what must not be on the German one."""
    page = login("admin")
    open_dashboard(page)
    assert len(english_on(page)) > 30


def test_dashboard_is_german(manager):
    """Cards, menus, explanation and list show no English text of the suite."""
    open_dashboard(manager, "?kpi_period=this_month")
    assert english_on(manager) == []
    for menu in (".o_kpi_period", ".o_kpi_compare", ".o_searchview_dropdown_toggler"):
        manager.locator(menu).click()
        settle(manager)
        assert english_on(manager) == [], menu
        manager.keyboard.press("Escape")
    manager.locator(".o_kpi_info").first.click()
    manager.wait_for_selector(".o_kpi_explanation")
    assert english_on(manager) == []
    manager.keyboard.press("Escape")
    manager.locator(".o_switch_view.o_list").click()
    manager.wait_for_selector(".o_kpi_list_view .o_data_row")
    settle(manager)
    assert english_on(manager) == []


@pytest.mark.parametrize("code", ["offer_win_rate", "revenue", "complaints_received"])
def test_detail_is_german(manager, code):
    """Every tab of a KPI's page is German."""
    kpi = first(manager, "crm.kpi", [["code", "=", code]])
    show(manager, f"/odoo/kpi-dashboard/{kpi}?kpi_period=this_month", ".o_kpi_headline")
    for tab in TABS:
        manager.locator(f".o_notebook_headers [name={tab}]").click()
        settle(manager)
        assert english_on(manager) == [], tab


def test_planning_is_german(manager):
    """The target grid and the savings are German."""
    show(manager, "/odoo/plan-targets", ".o_target_cell")
    assert english_on(manager) == []
    show(manager, "/odoo/savings", ".o_kanban_record")
    assert english_on(manager) == []
    manager.locator(".o_kanban_record").first.click()
    manager.wait_for_selector(".o_form_view")
    settle(manager)
    assert english_on(manager) == []


def test_complaints_are_german(manager):
    """Kanban, form, cancelling and lost customers are German."""
    show(manager, "/odoo/complaints", ".o_kanban_record")
    assert english_on(manager) == []
    manager.locator(".o_kanban_record").first.click()
    manager.wait_for_selector(".o_form_view")
    settle(manager)
    for tab in manager.locator(".o_notebook_headers [name]").all():
        tab.click()
        settle(manager)
        assert english_on(manager) == [], tab.inner_text()
    order = first(manager, "sale.order", [["state", "=", "sale"], ["invoice_ids", "=", False]])
    show(manager, f"/odoo/action-sale.action_orders/{order}", "button[name=action_cancel]")
    manager.locator("button[name=action_cancel]").first.click()
    manager.wait_for_selector(".modal-dialog .o_selection_badge")
    assert english_on(manager) == []
    for action in ("action_customer_lifecycle", "action_cancelled_orders"):
        show(manager, f"/odoo/action-crm_complaints.{action}", ".o_list_view .o_data_row")
        assert english_on(manager) == [], action


def test_data_quality_is_german(manager):
    """The three steps of a check, its findings and the rules are German."""
    show(manager, "/odoo/data-quality", ".o_list_view .o_data_row")
    assert english_on(manager) == []
    manager.locator(".o_list_button_add").click()
    for button in ("action_to_checks", "action_start", "action_check_again"):
        manager.locator(f"button[name={button}]").wait_for()
        settle(manager)
        assert english_on(manager) == [], f"before {button}"
        if button != "action_check_again":
            manager.locator(f"button[name={button}]").click()
    manager.locator("button[name=action_open_findings]").first.click()
    manager.wait_for_selector(".o_list_view .o_data_row")
    settle(manager)
    assert english_on(manager) == []
    show(manager, "/odoo/data-quality-rules", ".o_list_view .o_data_row")
    assert english_on(manager) == []


# ---------------------------------------------------------------- figures and weeks
def test_money_is_german(manager, admin):
    """1234.56 € spent for each lead of the story's campaign stand on the card as 1.234,56 €."""
    campaign = rpc(admin, "utm.campaign", "search", [["name", "=", CAMPAIGN]])
    values = {
        "cost": 1234.56 * sum(LEADS.values()),
        "cost_date": date.today().replace(day=1).isoformat(),
    }
    rpc(admin, "utm.campaign", "write", campaign, values)
    open_dashboard(manager, f"?kpi_period=this_month&kpi_filters=campaign.{campaign[0]}")
    found = card(manager, name_of(manager, "cost_per_lead")).locator(".o_kpi_value")
    assert found.inner_text().replace("\u00a0", " ") == "1.234,56 €"
    rpc(admin, "utm.campaign", "write", campaign, {"cost": 0, "cost_date": False})


def test_weeks_begin_on_monday(manager):
    """The week's figures run from Monday, and so does the calendar one picks days from."""
    open_dashboard(manager, "?kpi_period=this_week")
    info = rpc(manager, "crm.kpi", "dashboard_info", context={"kpi_period": "this_week"})
    assert date.fromisoformat(info["start"]).weekday() == 0
    manager.locator(".o_kpi_period").click()
    manager.locator(".o_kpi_period_menu input").first.click()
    days = manager.locator(".o_day_of_week_cell").all_inner_texts()
    assert next(day[:2] for day in days if day.strip()).upper() in ("MO", "M")
