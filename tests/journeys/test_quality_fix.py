# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Correcting customer data with a way back, and forgetting a person for good."""

from pages import settle
from story import rpc

LOUD = "ZWIEBELFISCH LAMPENBAU GMBH"
CALM = "Zwiebelfisch Lampenbau GmbH"


def name_of(page, partner):
    """Name of a customer as it is stored now, archived or not."""
    return rpc(page, "res.partner", "read", [partner], ["name"])[0]["name"]


def checked(page):
    """Id of a customer in capitals and of a finished check of the rule about capitals."""
    values = {"name": LOUD, "is_company": True, "ref": "JOURNEY"}
    partner = rpc(page, "res.partner", "create", [values])[0]
    values = {"name": "Reise", "scope_domain": f"[('id', '=', {partner})]"}
    check = rpc(page, "crm.quality.check", "create", [values])[0]
    rpc(page, "crm.quality.check", "action_to_checks", [check])
    rpc(page, "crm.quality.check", "action_start", [check])
    return partner, check


def test_fix_an_area_and_undo_it(manager):
    """From the area for improvement to the preview, to the new value, and back."""
    partner, check = checked(manager)
    manager.goto(f"/odoo/data-quality/{check}")
    area = manager.locator("[name=improvement_ids] .o_data_row", has_text="Großbuchstaben")
    area.locator("button[name=action_fix]").click()
    line = manager.locator("[name=line_ids] .o_data_row")
    line.wait_for()
    assert line.locator("td[name=old_value]").inner_text() == LOUD
    assert line.locator("td[name=new_value]").inner_text() == CALM
    assert name_of(manager, partner) == LOUD
    manager.get_by_role("button", name="Anwenden").click()
    manager.locator("button[name=action_undo]").wait_for()
    assert name_of(manager, partner) == CALM

    manager.goto(f"/odoo/data-quality/{check}")
    settle(manager)
    assert area.locator("td[name=failed]").inner_text() == "1", "measured stays measured"
    domain = [["check_id", "=", check], ["failed", ">", 0]]
    areas = rpc(manager, "crm.quality.result", "search_read", domain, ["fixed_count"])
    assert sum(item["fixed_count"] for item in areas) == 1

    manager.goto("/odoo/data-quality-corrections")
    manager.locator(".o_data_row").first.click()
    manager.locator("button[name=action_undo]").click()
    manager.locator(".modal-footer .btn-primary").click()
    manager.locator("button[name=action_undo]").wait_for(state="detached")
    assert name_of(manager, partner) == LOUD


def test_edit_an_area_in_its_list(manager):
    """The list of an area shows its fields, the proposal, and what is done."""
    partner, check = checked(manager)
    manager.goto(f"/odoo/data-quality/{check}")
    area = manager.locator("[name=improvement_ids] .o_data_row", has_text="ohne Telefon")
    area.locator("button[name=action_open_list]").click()
    cell = manager.locator(".o_data_row td[name=phone]")
    cell.click()
    cell.locator("input").fill("+49 89 12345678")
    cell.locator("input").press("Enter")
    settle(manager)
    phone = rpc(manager, "res.partner", "read", [partner], ["phone"])[0]["phone"]
    assert phone.replace(" ", "") == "+498912345678"
    fixed = rpc(
        manager,
        "crm.quality.finding",
        "search_count",
        [["check_id", "=", check], ["fixed_on", "!=", False]],
    )
    assert fixed == 1


def test_a_hint_on_the_form(manager):
    """The form says what is wrong and puts it right at one click."""
    values = {"name": LOUD, "is_company": True}
    partner = rpc(manager, "res.partner", "create", [values])[0]
    manager.goto(f"/odoo/res.partner/{partner}")
    hints = manager.locator(".o_quality_hints")
    hints.locator("summary").click()
    hint = hints.locator("li", has_text="Großbuchstaben")
    assert CALM in hint.inner_text()
    hint.locator("button").click()
    hint.wait_for(state="detached")
    assert name_of(manager, partner) == CALM


def test_anonymise_after_two_confirmations(manager):
    """Preview, tick, number, and the person is gone."""
    values = {"name": "Erika Zwiebelfisch", "email": "erika@quappenhof.de", "phone": "089 5550471"}
    partner = rpc(manager, "res.partner", "create", [values])[0]
    manager.goto(f"/odoo/res.partner/{partner}")
    manager.locator(".o_cp_action_menus button").first.click()
    manager.get_by_role("menuitem", name="Anonymisieren").click()
    dialog = manager.locator(".modal")
    dialog.locator("[name=preview]").wait_for()
    assert "rückgängig" in dialog.inner_text()
    assert not dialog.locator("button[name=action_anonymise]").is_visible()
    dialog.locator("[name=is_certain] input").check()
    dialog.locator("[name=confirmation] input").fill("1")
    dialog.locator("button[name=action_anonymise]").click()
    dialog.wait_for(state="detached")
    assert name_of(manager, partner) == f"Anonymisiert {partner}"
    stored = rpc(manager, "res.partner", "read", [partner], ["email", "phone", "active"])[0]
    assert (stored["email"], stored["phone"], stored["active"]) == (False, False, False)
