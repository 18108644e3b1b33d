# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages that analyse complaints: figures, what they open, their workbook."""

import io
import re

from openpyxl import load_workbook
from pages import listed, settle
from story import rpc

TERMS = "/odoo/complaint-terms"
OVERVIEW = "/odoo/complaint-overview"


def open_page(page, address, period="last_12_months"):
    page.goto(f"{address}?kpi_period={period}&kpi_facets=no_duplicates")
    page.wait_for_selector(".o_complaint_table")
    settle(page)


def number(text):
    return int(re.sub(r"\D", "", text))


def test_terms_open_their_complaints(manager):
    open_page(manager, TERMS)
    titles = manager.locator(".o_complaint_table h2").all_inner_texts()
    assert titles == ["Zunehmend", "Häufigste Wörter", "Häufigste Wortpaare"]
    row = manager.locator("[data-table=words] tbody tr").first
    term, count = row.locator("th").inner_text(), number(row.locator("td").first.inner_text())
    row.locator("th .o_complaint_drill").click()
    assert listed(manager) == count > 1
    manager.locator(".o_data_row").first.locator("td[name=name]").click()
    manager.wait_for_selector(".o_form_view")
    settle(manager)
    text = manager.locator(".o_form_view").inner_text()
    text += " ".join(box.input_value() for box in manager.locator(".o_form_view textarea").all())
    assert term[:5].lower() in text.lower()


def test_the_address_shows_the_same_page(manager):
    open_page(manager, TERMS)
    before = manager.locator(".o_complaint_insight_page").inner_text()
    manager.reload()
    manager.wait_for_selector(".o_complaint_table")
    settle(manager)
    assert manager.locator(".o_complaint_insight_page").inner_text() == before
    assert "undefined" not in before and "NaN" not in before


def test_overview_in_figures_and_as_a_workbook(manager):
    open_page(manager, OVERVIEW)
    manager.wait_for_selector(".o_complaint_pareto canvas")
    heat = manager.locator("[data-table=heat] tbody tr").last
    total = number(heat.locator("td").last.inner_text())
    pareto = manager.locator("[data-table=pareto] tbody tr")
    counts = [number(row.locator("td").first.inner_text()) for row in pareto.all()]
    assert sum(counts) == total > 0 and counts == sorted(counts, reverse=True)
    with manager.expect_download() as download:
        manager.locator(".o_complaint_export").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert len(book.worksheets) == 4
    values = [row[1].value for row in book.worksheets[0].iter_rows(min_row=10)]
    assert values == counts
    manager.locator(".o_complaint_dimension").select_option("product_id")
    settle(manager)
    assert sum(number(row.locator("td").first.inner_text()) for row in pareto.all()) == total
    heat.locator("td .o_complaint_drill").last.click()
    assert listed(manager) == total


def test_a_salesperson_sees_the_own_words_only(login):
    everybody = login("lena.leitung", timezone_id="Europe/Berlin", locale="de-DE")
    person = login("bernd.nord", timezone_id="Europe/Berlin", locale="de-DE")
    totals = []
    for page in (everybody, person):
        open_page(page, OVERVIEW)
        rows = page.locator("[data-table=pareto] tbody tr").all()
        totals.append(sum(number(row.locator("td").first.inner_text()) for row in rows))
        domain = [["duplicate_of_id", "=", False]]
        context = {"kpi_period": "last_12_months", "tz": "Europe/Berlin"}
        answer = rpc(page, "crm.complaint", "get_insight", "overview", domain, context=context)
        assert answer["complaints"] == totals[-1]
    assert totals[1] < totals[0]


def test_phone(login):
    page = login("lena.leitung", viewport={"width": 390, "height": 844}, locale="de-DE")
    for address in (TERMS, OVERVIEW):
        open_page(page, address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, address


def test_similar_complaints(manager):
    domain = [["description", "ilike", "quietschen"]]
    found = rpc(manager, "crm.complaint", "search", domain, limit=1)
    manager.goto(f"/odoo/complaints/{found[0]}")
    similar = manager.locator(".o_complaint_similar")
    similar.wait_for()
    assert "Ähnliche Beschwerden" in similar.inner_text()
    assert "quietschen" in similar.inner_text()
    similar.locator("button").first.click()
    manager.wait_for_function(f"!location.href.endsWith('/{found[0]}')")
