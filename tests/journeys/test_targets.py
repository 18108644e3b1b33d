# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Planning a year: a block from a spreadsheet goes in once and stays."""

import pytest
from pages import settle
from story import rpc

PEOPLE, MONTHS = 8, 12
YEAR = 2031


def german(number):
    """1234.5 → 1.234,50"""
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))


BLOCK = [
    [german(1000 * person + 100 * month + 0.25) for month in range(1, MONTHS + 1)]
    for person in range(1, PEOPLE + 1)
]


@pytest.fixture
def revenue(manager):
    """Id of the KPI; the targets of the planned year are gone afterwards."""
    kpi = rpc(manager, "crm.kpi", "search", [["code", "=", "revenue"]])[0]
    yield kpi
    planned = [["kpi_id", "=", kpi], ["date_from", ">=", f"{YEAR}-01-01"]]
    rpc(manager, "crm.kpi.target", "unlink", rpc(manager, "crm.kpi.target", "search", planned))


def open_grid(page, kpi):
    page.goto(f"/odoo/plan-targets?kpi={kpi}&year={YEAR}")
    page.wait_for_selector("tr.o_target_user")
    settle(page)


def people(page):
    """Texts of the months in the first rows of persons."""
    return page.evaluate(
        """([people, months]) => [...document.querySelectorAll("tr.o_target_user")]
            .slice(0, people)
            .map((row) => [...row.querySelectorAll("td .o_target_cell")]
                .slice(-months).map((cell) => cell.value))""",
        [PEOPLE, MONTHS],
    )


def paste(page, text):
    """Paste into the first month of the first person, as the keyboard would."""
    cell = page.locator("tr.o_target_user").first.locator("td .o_target_cell").nth(-MONTHS)
    cell.focus()
    cell.evaluate(
        """(cell, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            cell.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
            );
        }""",
        text,
    )


def test_pasted_block_survives_a_reload(manager, revenue):
    """Eight people × twelve months with German decimals: pasted, saved, there again."""
    open_grid(manager, revenue)
    assert people(manager) == [[""] * MONTHS] * PEOPLE
    paste(manager, "\n".join("\t".join(row) for row in BLOCK))
    assert people(manager) == BLOCK
    manager.get_by_role("button", name="Speichern").click()
    settle(manager)
    manager.reload()
    manager.wait_for_selector("tr.o_target_user")
    settle(manager)
    assert people(manager) == BLOCK
    stored = rpc(
        manager,
        "crm.kpi.target",
        "search_read",
        [["kpi_id", "=", revenue], ["date_from", ">=", f"{YEAR}-01-01"]],
        ["value"],
    )
    assert sorted(german(target["value"]) for target in stored) == sorted(
        text for row in BLOCK for text in row
    )


def test_a_word_among_the_numbers_is_refused(manager, revenue):
    """Nothing of a block is taken when one cell is no number, and the page says which."""
    open_grid(manager, revenue)
    paste(manager, "1,5\t2,5\n3,5\tviel")
    assert "viel" in manager.locator(".o_notification").inner_text()
    assert people(manager) == [[""] * MONTHS] * PEOPLE
