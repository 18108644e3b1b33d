# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dashboard for every eye, hand, screen and sheet of paper."""

import io
import re
import unicodedata

from accessibility import violations
from pages import open_dashboard, settle
from pypdf import PdfReader

WIDTHS = [(390, 844), (820, 1180), (1440, 900)]


# ---------------------------------------------------------------- check 4
def test_no_serious_violation(admin):
    """axe-core finds nothing serious in the cards, the picker and the parts of a KPI."""
    open_dashboard(admin)
    assert violations(admin, ".o_kpi_dashboard", ".o_kpi_period_bar") == []
    admin.locator(".o_kpi_info").first.click()
    assert violations(admin, ".o_kpi_explanation") == []
    admin.keyboard.press("Escape")
    admin.locator(".o_kpi_breakdown").first.click()
    admin.wait_for_selector(".o_kpi_headline")
    settle(admin)
    parts = {"breakdown": ".o_kpi_breakdown_tab", "trend": ".o_kpi_trend", "how": ".o_kpi_how"}
    for tab, part in parts.items():
        admin.locator(f".o_notebook_headers [name={tab}]").click()
        settle(admin)
        assert violations(admin, ".o_kpi_headline", part) == [], tab


def test_keyboard_reaches_every_card(admin):
    """Tab visits every card; Enter on a card opens it."""
    open_dashboard(admin)
    total = admin.locator("article.o_kpi_record").count()
    admin.locator(".o_kpi_refresh").focus()
    visited = set()
    for _ in range(total * 8):
        admin.keyboard.press("Tab")
        visited.add(
            admin.evaluate("document.activeElement.closest('article.o_kpi_record')?.dataset.id")
        )
        if len(visited - {None}) == total and None in visited:
            break
    assert len(visited - {None}) == total
    admin.locator("article.o_kpi_record").first.focus()
    admin.keyboard.press("Enter")
    admin.wait_for_selector(".o_kpi_headline")


# ---------------------------------------------------------------- check 5
def test_nothing_clipped(admin):
    """Nothing scrolls sideways or leaves its card, on a phone, a tablet and a desk."""
    for width, height in WIDTHS:
        admin.set_viewport_size({"width": width, "height": height})
        open_dashboard(admin)
        check_layout(admin)


def check_layout(admin):
    """No sideways scrolling, no part outside its card, neighbours equally high."""
    assert (
        admin.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(
            ".o_content, .o_kpi_dashboard, .o_control_panel"
        )].filter((el) => el.scrollWidth > el.clientWidth + 1).map((el) => el.className)"""
        )
        == []
    )
    assert (
        admin.evaluate(
            """() => [...document.querySelectorAll("article.o_kpi_record")].flatMap((card) => {
            const box = card.getBoundingClientRect();
            return [...card.querySelectorAll("button, span, p, li, svg, h3")]
                .filter((el) => {
                    const { left, right, bottom, width } = el.getBoundingClientRect();
                    const isDot = el.classList.contains("o_kpi_sparkline_dot");
                    return width && !isDot && (
                        right > box.right + 1 || left < box.left - 1 || bottom > box.bottom + 1
                    );
                })
                .map((el) => `${card.ariaLabel}: ${el.className.baseVal ?? el.className}`);
        })"""
        )
        == []
    )
    heights = admin.evaluate(
        """() => [...document.querySelectorAll(".o_kpi_grid")].map((grid) =>
            new Set([...grid.children].map((card) => Math.round(card.offsetHeight))).size)"""
    )
    if admin.viewport_size["width"] > WIDTHS[0][0]:
        assert set(heights) == {1}, "cards of a section have one height"


# ---------------------------------------------------------------- check 9
def squeeze(text):
    """Text without spaces and ligatures, as line breaks and fonts of a PDF scatter them."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_print_has_every_card(admin):
    """The printed page names period, filter, time and every card."""
    open_dashboard(admin, f"?kpi_period=last_year&kpi_filters=team.{admin.story['team']}")
    names = admin.locator(".o_kpi_open").all_inner_texts()
    label = admin.locator(".o_kpi_period_label").inner_text()
    document = admin.pdf(format="A4", print_background=True)
    pages = PdfReader(io.BytesIO(document)).pages
    printed = squeeze("".join(page.extract_text() for page in pages))
    for text in [label, "Ostwind", "As of", *names]:
        assert squeeze(text) in printed, text
