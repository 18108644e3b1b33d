# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duplicates decided by keyboard alone: keep, merge, take back, not a duplicate."""

from german import english_on
from pages import settle
from story import rpc

REVIEW = "/odoo/duplicate-review"
HEADING = ".o_duplicate_heading"
SAID = "[role=status]"


def make_duplicates(page):
    """Two customers that are the same, one of them with a lead, and a search that finds them."""
    values = {
        "name": "Zwillinge Gerüstbau GmbH",
        "is_company": True,
        "street": "Doppelgasse 22",
        "zip": "80331",
        "city": "München",
        "email": "info@zwillinge-geruestbau.example",
    }
    first, second = rpc(
        page,
        "res.partner",
        "create",
        [values, {**values, "name": "Zwillinge Geruestbau", "phone": "+49 89 2222222"}],
    )
    rpc(page, "crm.lead", "create", [{"name": "Gerüst", "partner_id": second}])
    [search] = rpc(page, "crm.duplicate.search", "create", [{"name": "Reise"}])
    rpc(page, "crm.duplicate.search", "action_start", [search])
    return first, second


def active(page, ids):
    """Which of the customers are not archived."""
    found = rpc(page, "res.partner", "search_read", [["id", "in", ids]], ["id"])
    return sorted(row["id"] for row in found)


def find_case(page):
    """Skip with S to the case of the twins."""
    page.goto(REVIEW)
    page.locator(HEADING).wait_for()
    for _ in range(50):
        settle(page)
        if "Zwillinge" in page.locator(".o_duplicate_table thead").inner_text():
            return
        page.keyboard.press("s")
    raise AssertionError("the case of the twins does not come")


def test_duplicates_by_keyboard(manager):
    """The number keys choose who is kept, M merges, U takes it back, N remembers."""
    first, second = make_duplicates(manager)
    find_case(manager)
    assert english_on(manager) == []
    columns = manager.locator(".o_duplicate_table thead input[type=radio]")
    place = next(
        number for number in range(columns.count())
        if columns.nth(number).get_attribute("value") == str(first)
    )  # fmt: skip
    manager.keyboard.press(str(place + 1))
    settle(manager)
    assert columns.nth(place).is_checked()
    # the phone of the other one is kept all the same
    phone = manager.locator(f"[data-name=phone] input[value='{second}']")
    assert phone.is_checked()

    manager.keyboard.press("m")
    manager.locator(".o_duplicate_undo").wait_for()
    settle(manager)
    assert "Zwillinge" in manager.locator(SAID).inner_text()
    assert active(manager, [first, second]) == [first]
    kept = rpc(manager, "res.partner", "search_read", [["id", "=", first]], ["phone"])
    assert kept[0]["phone"] == "+49 89 2222222"

    manager.keyboard.press("u")
    manager.locator(".o_duplicate_undo").wait_for(state="detached")
    settle(manager)
    assert active(manager, [first, second]) == sorted([first, second])
    assert "Zwillinge" in manager.locator(".o_duplicate_table thead").inner_text()

    manager.keyboard.press("n")
    manager.locator(".o_duplicate_undo").wait_for()
    manager.goto(REVIEW)
    settle(manager)
    [case] = rpc(
        manager,
        "crm.duplicate.cluster",
        "search_read",
        [["member_ids.partner_id", "=", first]],
        ["state"],
    )
    assert case["state"] == "dismissed"
