# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the journeys do again and again: open screens, wait for them, read them."""

import re

import pytest
from story import rpc

DASHBOARD = "/odoo/kpi-dashboard"


def settle(page):
    """Wait until the page stops changing (the web client's bus never lets the network rest)."""
    before = None
    for _ in range(60):
        page.wait_for_timeout(300)
        text = page.evaluate(
            """() => document.querySelector(".o_loading_indicator")
                ? null
                : location.href + document.querySelector(".o_action_manager")?.innerText"""
        )
        if text and text == before:
            return
        before = text
    pytest.fail("the page does not come to rest")


def open_dashboard(page, query=""):
    """Open the dashboard and wait for its last card.

    :param query: what the URL says; with a period in it no default filter applies, so that
        every KPI is shown
    """
    page.goto(DASHBOARD + query)
    page.wait_for_selector(".o_kpi_dashboard .o_kpi_card")
    settle(page)


def card(page, name):
    """The card of a KPI by its exact name."""
    return page.locator(f'article.o_kpi_record[aria-label="{name}"]')


def card_texts(page):
    """Text of every card, in order."""
    return page.locator(".o_kpi_card").all_inner_texts()


def name_of(page, code):
    """Name of a KPI in the language of the page."""
    context = {"lang": rpc(page, "res.users", "context_get")["lang"]}
    domain = [["code", "=", code]]
    return rpc(page, "crm.kpi", "search_read", domain, ["name"], context=context)[0]["name"]


def payload(page, code, **context):
    """KPI id, card and definition of a KPI, as the user of the page."""
    fields = ["card", "unit", "kind", "measure_id", "numerator_id", "denominator_id"]
    found = rpc(page, "crm.kpi", "search_read", [["code", "=", code]], fields, context=context)
    return found[0]


def listed(page):
    """Number of records in the opened list: its pager, or the empty list's 0."""
    page.wait_for_selector(".o_list_view, .o_kanban_view:not(.o_kpi_dashboard_view)")
    settle(page)
    limit = page.locator(".o_pager_limit")
    if limit.count():
        return int(re.sub(r"\D", "", limit.inner_text()))
    return page.locator(".o_data_row").count()
