# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duplicates and leads decided by keyboard alone, in German and English."""

from duplicates import HEADING, case_of, make_customers, make_leads, open_case, phone_of
from german import english_on
from pages import settle
from story import rpc

SAID = "[role=status]"
UNDO = ".o_duplicate_undo"
EMPTY = ".o_duplicate_empty"
SKIP = ".o_duplicate_skip:not([disabled])"


def name_for(page, english, german):
    """Names of the two languages are unlike each other: one database holds both."""
    return english if page.tongue == "en" else german


def active(page, ids):
    """Which of the customers are not archived."""
    found = rpc(page, "res.partner", "search_read", [["id", "in", ids]], ["id"])
    return sorted(row["id"] for row in found)


def press(page, key, *states):
    """Press a key when the page is ready for it, and wait for what it leads to."""
    page.locator(SKIP).wait_for()
    page.keyboard.press(key)
    for state in states:
        page.locator(state).first.wait_for()


def speaks(page):
    """A German page shows no English of the suite."""
    return page.tongue == "en" or english_on(page) == []


def test_duplicates_by_keyboard(reader):
    """The number keys choose who is kept, M merges, U takes it back, N remembers."""
    name = name_for(reader, "Northgate", "Zwilling")
    first, second = make_customers(reader, name)
    open_case(reader, first, "customers")
    assert speaks(reader)
    radios = reader.locator(".o_duplicate_table thead input[type=radio]")
    values = [radio.get_attribute("value") for radio in radios.all()]
    place = values.index(str(first))
    chosen = f".o_duplicate_table thead input[value='{first}']:checked"
    press(reader, str(place + 1), chosen)
    # the phone of the other one is kept all the same
    reader.locator(f"[data-name=phone] input[value='{second}']:checked").wait_for()

    press(reader, "m", EMPTY, UNDO)
    assert name in reader.locator(SAID).inner_text()
    assert speaks(reader)
    assert active(reader, [first, second]) == [first]
    kept = rpc(reader, "res.partner", "search_read", [["id", "=", first]], ["phone"])
    assert kept[0]["phone"] == phone_of(name)

    reader.keyboard.press("u")
    reader.locator(HEADING).wait_for()
    reader.locator(UNDO).wait_for(state="detached")
    assert active(reader, [first, second]) == sorted([first, second])
    assert name in reader.locator(".o_duplicate_table thead").inner_text()

    press(reader, "n", EMPTY, UNDO)
    assert case_of(reader, first, "customers")["state"] == "dismissed"


def test_leads_by_keyboard(reader):
    """L links the ticked leads to the customer, U takes it back."""
    customer, leads = make_leads(reader, name_for(reader, "Ridgeway", "Giebel"))
    open_case(reader, customer, "leads_customers")
    assert speaks(reader)
    boxes = reader.locator(".o_duplicate_lead input")
    assert {box.get_attribute("value") for box in boxes.all()} == {str(key) for key in leads}
    dropped = boxes.nth(1)
    kept, left = boxes.nth(0).get_attribute("value"), dropped.get_attribute("value")
    press(reader, "3", f".o_duplicate_lead input[value='{left}']:not(:checked)")
    press(reader, "l", UNDO)
    # the other lead stays to be decided
    reader.locator(f".o_duplicate_lead input[value='{left}']").wait_for()
    reader.locator(f".o_duplicate_lead input[value='{kept}']").wait_for(state="detached")
    assert speaks(reader)
    assert customers_of(reader, leads) == {int(kept): customer, int(left): False}

    press(reader, "u", f".o_duplicate_lead input[value='{kept}']")
    assert customers_of(reader, leads) == dict.fromkeys(leads, False)
    press(reader, "l", EMPTY, UNDO)
    assert customers_of(reader, leads) == dict.fromkeys(leads, customer)
    assert case_of(reader, customer, "leads_customers")["state"] == "merged"


def customers_of(page, leads):
    """dict lead → id of its customer or False"""
    rows = rpc(page, "crm.lead", "read", leads, ["partner_id"])
    return {row["id"]: row["partner_id"] and row["partner_id"][0] for row in rows}


def test_skipping_goes_through_the_queue(reader):
    """S shows one case after the other until none is left; nothing is decided by it."""
    make_customers(reader, name_for(reader, "Seaside", "Reihe"))
    reader.goto("/odoo/duplicate-review")
    reader.locator(HEADING).wait_for()
    domain = [["state", "=", "open"]]
    before = rpc(reader, "crm.duplicate.cluster", "search_count", domain)
    seen = []
    while reader.locator(HEADING).count():
        reader.locator(SKIP).wait_for()
        case = reader.locator(HEADING).get_attribute("data-case")
        assert case not in seen
        seen.append(case)
        reader.keyboard.press("s")
        reader.locator(f"{EMPTY}, {HEADING}:not([data-case='{case}'])").wait_for()
    assert len(seen) == before
    assert speaks(reader)
    settle(reader)
    assert rpc(reader, "crm.duplicate.cluster", "search_count", domain) == before


def test_uniqueness_opens_its_duplicates(reader):
    """The figure of uniqueness opens the cases that it is made of, and the numbers agree."""
    make_customers(reader, name_for(reader, "Lonestar", "Einzig"))
    check = rpc(reader, "crm.quality.check", "create", [{"name": "Reise"}])[0]
    rpc(reader, "crm.quality.check", "action_to_checks", [check])
    rpc(reader, "crm.quality.check", "action_start", [check])
    domain = [["check_id", "=", check], ["dimension", "=", "uniqueness"], ["failed", ">", 0]]
    fields = ["failed", "applicable", "duplicate_cluster_count"]
    [result] = rpc(reader, "crm.quality.result", "search_read", domain, fields)
    reader.goto(f"/odoo/data-quality/{check}")
    reader.locator("[name=improvement_ids] button[name=action_open_duplicates]").click()
    reader.locator(".o_list_view td[name=counted_surplus]").first.wait_for()
    settle(reader)
    surplus = [int(cell.inner_text()) for cell in reader.locator("td[name=counted_surplus]").all()]
    assert (len(surplus), sum(surplus)) == (result["duplicate_cluster_count"], result["failed"])
    title = reader.locator(".o_breadcrumb .active, .o_last_breadcrumb_item").last.inner_text()
    share = 100 * (1 - result["failed"] / result["applicable"])
    text = f"{share:.1f}"
    assert (text.replace(".", ",") if reader.tongue == "de" else text) in title
    assert speaks(reader)
