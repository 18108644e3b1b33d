# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A check of leads in three steps, its report in both languages, and the preview of a rule."""

import re

import pytest
from pages import listed, settle
from story import rpc
from test_quality import figure

ENGLISH = {"areas": "Areas for Improvement", "score": "Overall score", "rules": "Rules"}
GERMAN = {"areas": "Verbesserungsbereiche", "score": "Gesamtwert", "rules": "Regeln"}
SHEETS = {
    "en": ["Summary", "Areas", "Findings", "Rules"],
    "de": ["Zusammenfassung", "Bereiche", "Befunde", "Regeln"],
}


@pytest.fixture
def reader(request, login):
    """Page of the administrator (English) or of the sales manager (German)."""
    if request.param == "en":
        page = login("admin")
        page.words = ENGLISH
    else:
        page = login("lena.leitung", timezone_id="Europe/Berlin", locale="de-DE")
        page.words = GERMAN
    page.tongue = request.param
    return page


def check_of_leads(page):
    """Go through the three steps for leads and stay on the result."""
    page.goto("/odoo/data-quality")
    page.locator(".o_list_button_add").click()
    page.locator("[name=subject] input[data-value='crm.lead']").check()
    settle(page)
    expected = figure(page.locator("[name=partner_count]").first.inner_text())
    assert expected
    page.locator("button[name=action_to_checks]").click()
    page.locator("[name=result_ids] .o_data_row").first.wait_for()
    page.locator("button[name=action_start]").click()
    page.locator("button[name=action_check_again]").wait_for()
    settle(page)
    return expected


def latest(page):
    """The newest check of the user."""
    fields = ["done_count", "finding_count", "subject", "run_state", "is_reference"]
    return rpc(page, "crm.quality.check", "search_read", [], fields, limit=1, order="id desc")[0]


@pytest.mark.parametrize("reader", ["en", "de"], indirect=True)
def test_leads_and_their_report(reader, tmp_path):
    """Leads are checked, each area opens its leads, and the report says the same."""
    expected = check_of_leads(reader)
    check = latest(reader)
    assert (check["subject"], check["run_state"]) == ("crm.lead", "done")
    assert check["done_count"] == expected
    assert not check["is_reference"]

    area = reader.locator("[name=improvement_ids] .o_data_row").first
    number = figure(area.locator("td[name=failed]").inner_text())
    area.locator("button[name=action_open_list]").click()
    assert listed(reader) == number
    reader.go_back()
    settle(reader)

    with reader.expect_download() as caught:
        reader.locator("button[name=action_export_xlsx]").click()
    book = tmp_path / "check.xlsx"
    caught.value.save_as(book)
    openpyxl = pytest.importorskip("openpyxl")
    assert openpyxl.load_workbook(book, read_only=True).sheetnames == SHEETS[reader.tongue]

    report = f"/report/html/crm_data_quality.report_crm_quality_check/{check['id']}"
    text = reader.context.request.get(report).text()
    for word in reader.words.values():
        assert word in text
    assert not re.search(r">\s*(?:False|None|nan)\s*<", text)


def test_the_last_check_again_in_two_clicks(manager):
    """Open the last check, check again: the score is compared and the trend drawn."""
    check_of_leads(manager)
    before = latest(manager)["id"]
    manager.goto("/odoo/data-quality")
    manager.locator(".o_data_row").first.locator("td[name=name]").click()
    manager.locator("button[name=action_check_again]").click()
    manager.wait_for_url(lambda url: not url.endswith(f"/{before}"))
    manager.locator("button[name=action_check_again]").wait_for()
    settle(manager)
    assert latest(manager)["id"] > before
    assert manager.locator("[name=previous_id]").first.inner_text()
    assert manager.locator("[name=trend_chart] svg polyline").count() == 1


def test_a_rule_shows_what_it_would_find(manager):
    """The preview of a rule counts the failures and lists the first of them."""
    manager.goto("/odoo/data-quality-rules")
    manager.locator(".o_data_row").first.locator("td[name=name]").click()
    manager.locator("button[name=action_preview]").click()
    dialog = manager.locator(".modal-dialog")
    dialog.wait_for()
    failed = figure(dialog.locator("[name=failed]").inner_text())
    rows = dialog.locator("[name=line_ids] .o_data_row").count()
    assert rows == min(failed, 20)
