# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Silent customers are confirmed or dismissed; cohorts open exactly their customers."""

import re

import pytest
from pages import listed, settle
from story import rpc

SILENT = "/odoo/action-crm_complaints.action_silent_customers"
COHORTS = "/odoo/churn-by-cohort"


def silent(page, state="open"):
    domain = [["silence_state", "=", state]]
    return rpc(page, "crm.customer.lifecycle", "search_count", domain)


def open_silent(page):
    page.goto(SILENT)
    page.wait_for_selector(".o_data_row")
    settle(page)


def test_confirm_a_silent_customer(manager):
    """The rule stands in words; the reason is one click; the customer leaves the list."""
    before = silent(manager)
    open_silent(manager)
    assert listed(manager) == before
    row = manager.locator(".o_data_row").first
    words = row.locator("[name=silence_words]").inner_text()
    assert re.search(r"schweigt seit \d+ Tagen, Grenze \d+ Tage", words), words
    name = row.locator("[name=partner_id]").inner_text()
    row.locator("button[name=action_confirm_lost]").click()
    dialog = manager.locator(".modal-dialog")
    dialog.locator(".o_selection_badge", has_text="Kauft anderswo").click()
    dialog.locator("[name=note] textarea").fill("Hat jetzt einen Lieferanten am Ort")
    dialog.locator("button[name=action_decide]:visible").click()
    dialog.wait_for(state="detached")
    settle(manager)
    assert silent(manager) == before - 1
    [end] = rpc(
        manager,
        "crm.customer.end",
        "search_read",
        [["note", "=", "Hat jetzt einen Lieferanten am Ort"]],
        ["partner_id", "ended_on"],
    )
    assert end["partner_id"][1] == name
    [row] = rpc(
        manager,
        "crm.customer.lifecycle",
        "search_read",
        [["partner_id", "=", end["partner_id"][0]], ["won_back_on", "=", False]],
        ["lost_on", "lost_kind"],
    )
    assert (row["lost_on"], row["lost_kind"]) == (end["ended_on"], "ended")


def test_dismiss_a_silent_customer(manager):
    """Why and until when: the customer is not lost and waits under the other filter."""
    before, dismissed = silent(manager), silent(manager, "dismissed")
    open_silent(manager)
    manager.locator(".o_data_row button[name=action_dismiss_silence]").first.click()
    dialog = manager.locator(".modal-dialog")
    dialog.locator(".o_selection_badge", has_text="Kauft für Projekte").click()
    dialog.locator("button[name=action_decide]:visible").click()
    dialog.wait_for(state="detached")
    settle(manager)
    assert (silent(manager), silent(manager, "dismissed")) == (before - 1, dismissed + 1)


@pytest.mark.parametrize("unit", ["quarter", "year"])
def test_cohorts_open_their_customers(manager, unit):
    """Each cell's figures are the numbers of records that a click opens."""
    manager.goto(COHORTS)
    manager.wait_for_selector(".o_crm_cohorts tbody tr")
    manager.locator(f"button[data-unit={unit}]").click()
    settle(manager)
    cell = manager.locator(".o_cohort_cell:has(.o_cohort_lost)").first
    assert re.fullmatch(r"\d+,\d %", cell.locator(".o_cohort_percent").inner_text())
    active = int(cell.locator(".o_cohort_active").inner_text())
    lost = int(re.sub(r"\D", "", cell.locator(".o_cohort_lost").inner_text()))
    cell.locator(".o_cohort_lost").click()
    assert listed(manager) == lost
    manager.go_back()
    manager.wait_for_selector(".o_crm_cohorts tbody tr")
    settle(manager)
    assert manager.locator(f"button[data-unit={unit}].active").count(), "the choice is still there"
    manager.locator(".o_cohort_cell:has(.o_cohort_lost) .o_cohort_percent").first.click()
    assert listed(manager) == active


def test_cohorts_of_a_salesperson_on_a_phone(login):
    """Own customers only, and nothing of the page scrolls sideways but the table."""
    page = login("bernd.nord", viewport={"width": 390, "height": 844})
    page.goto(COHORTS)
    page.wait_for_selector(".o_crm_cohorts tbody tr")
    settle(page)
    sizes = page.locator(".o_cohort_size").all_inner_texts()
    own = rpc(page, "crm.customer.lifecycle", "search_count", [["is_won_back", "=", False]])
    assert 0 < sum(map(int, sizes)) <= own
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
