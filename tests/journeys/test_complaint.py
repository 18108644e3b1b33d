# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking down a complaint, and saying why an order is cancelled."""

import pytest
from pages import settle
from story import rpc

GERMAN = {"lang": "de_DE"}


@pytest.fixture
def order(manager):
    """Id and partner of a confirmed order without complaint and invoice."""
    domain = [["state", "=", "sale"], ["invoice_ids", "=", False], ["complaint_ids", "=", False]]
    found = rpc(
        manager, "sale.order", "search_read", domain, ["name", "partner_id"], limit=1, order="id"
    )
    return found[0]


def open_order(page, order):
    page.goto(f"/odoo/action-sale.action_orders/{order['id']}")
    page.wait_for_selector("button[name=action_view_complaints]")
    settle(page)


def test_complaint_from_an_order(manager, order):
    """Three clicks and one line; customer and order are filled in."""
    open_order(manager, order)
    manager.locator("button[name=action_view_complaints]").click()
    manager.wait_for_selector("[name=category_id]")
    manager.locator(".o_field_widget[name=name] :is(input, textarea)").fill("Rahmen verbogen")
    manager.locator("[name=category_id] .o_selection_badge", has_text="Qualität").click()
    manager.locator(".o_form_button_save").click()
    settle(manager)
    stored = rpc(
        manager,
        "crm.complaint",
        "search_read",
        [["order_id", "=", order["id"]]],
        ["name", "partner_id", "category_id", "due_on", "number"],
        context=GERMAN,
    )
    assert [complaint["name"] for complaint in stored] == ["Rahmen verbogen"]
    assert stored[0]["partner_id"] == order["partner_id"]
    assert stored[0]["category_id"][1] == "Qualität"
    assert stored[0]["due_on"] and stored[0]["number"]

    open_order(manager, order)
    shown = manager.locator("button[name=action_view_complaints] .o_stat_value").inner_text()
    assert shown == "1"


def test_cancel_with_a_reason(manager, order):
    """Cancelling asks for a reason; keeping the order leaves it as it was."""
    open_order(manager, order)
    manager.locator("button[name=action_cancel]").first.click()
    dialog = manager.locator(".modal-dialog")
    dialog.get_by_role("button", name="Auftrag behalten").click()
    dialog.wait_for(state="detached")
    state = rpc(manager, "sale.order", "read", [order["id"]], ["state"])[0]["state"]
    assert state == "sale"

    manager.locator("button[name=action_cancel]").first.click()
    dialog.locator(".o_selection_badge", has_text="Zu teuer").click()
    dialog.locator("[name=note] textarea").fill("Budget gestrichen")
    dialog.locator("button[name=action_cancel_orders]").click()
    dialog.wait_for(state="detached")
    settle(manager)
    fields = ["state", "cancelled_on", "cancelled_by", "cancellation_note"]
    fields.append("cancellation_reason_id")
    stored = rpc(manager, "sale.order", "read", [order["id"]], fields, context=GERMAN)[0]
    assert (stored["state"], stored["cancelled_by"]) == ("cancel", "customer")
    assert stored["cancelled_on"] and stored["cancellation_note"] == "Budget gestrichen"
    assert stored["cancellation_reason_id"][1] == "Zu teuer"
