# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The check of the customer data in its three steps."""

from german import english_on
from pages import listed, settle
from story import rpc


def figure(text):
    """The number in a text of a stat button or a cell."""
    return int("".join(character for character in text if character.isdigit()))


def test_three_steps_to_a_score(reader):
    """Scope, checks, result: what is counted is what is checked and found."""
    reader.goto("/odoo/data-quality")
    reader.locator(".o_list_button_add").click()
    count = reader.locator("[name=partner_count]").first
    count.wait_for()
    settle(reader)
    expected = figure(count.inner_text())
    assert expected
    reader.locator("button[name=action_to_checks]").click()
    reader.locator("[name=result_ids] .o_data_row").first.wait_for()
    reader.locator("button[name=action_start]").click()
    reader.locator("button[name=action_check_again]").wait_for()
    settle(reader)

    stored = rpc(
        reader,
        "crm.quality.check",
        "search_read",
        [],
        ["done_count", "finding_count", "score", "run_state"],
        limit=1,
        order="id desc",
    )[0]
    assert (stored["run_state"], stored["done_count"]) == ("done", expected)
    shown = reader.locator("div[name=score], [name=score].o_field_widget").first.inner_text()
    point = "," if reader.tongue == "de" else "."
    assert shown == f"{stored['score']:.1f}".replace(".", point)
    assert reader.tongue == "en" or english_on(reader) == []

    area = reader.locator("[name=improvement_ids] .o_data_row").first
    number = figure(area.locator("td[name=failed]").inner_text())
    area.locator("button[name=action_open_findings]").click()
    assert listed(reader) == number


def test_a_finding_that_is_right_stays_so(manager):
    """A finding called OK no longer counts, and does not in the next check either."""
    manager.goto("/odoo/data-quality")
    manager.locator(".o_data_row").first.click()
    manager.locator("[name=improvement_ids] .o_data_row").first.wait_for()
    settle(manager)
    row = manager.locator("[name=improvement_ids] .o_data_row").last
    rule = row.locator("td[name=rule_id]").inner_text()
    before = figure(row.locator("td[name=failed]").inner_text())
    row.locator("button[name=action_open_findings]").click()
    manager.locator(".o_list_view .o_data_row button[name=action_accept]").first.click()
    settle(manager)
    assert listed(manager) == before - 1
    manager.go_back()
    manager.locator("button[name=action_check_again]").click()
    settle(manager)
    manager.locator("button[name=action_check_again]").wait_for()
    rows = manager.locator("[name=improvement_ids] .o_data_row", has_text=rule)
    after = figure(rows.locator("td[name=failed]").inner_text()) if rows.count() else 0
    assert after == before - 1
