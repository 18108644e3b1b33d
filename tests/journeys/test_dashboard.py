# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dashboard as people use it, in a real browser."""

import io
import json
import re
import unicodedata

import pytest
from pypdf import PdfReader
from story import LEADS, rpc, tell

from devkit import node

DASHBOARD = "/odoo/kpi-dashboard"
BAD_TEXT = re.compile(r"∞|\bNaN\b|\bundefined\b|\bnull\b|\bInfinity\b|\[object")
WIDTHS = [(390, 844), (820, 1180), (1440, 900)]
PERIODS = [
    "today",
    "last_week",
    "this_quarter",
    "last_year",
    "last_12_months",
    "week:2026-W01",
    "month:2024-02",
    "custom:2026-01-01:2026-03-31",
    "year:1999",
]


@pytest.fixture
def admin(login):
    """Page of the administrator on a database with the story."""
    page = login("admin")
    page.story = tell(page)
    return page


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
    return rpc(page, "crm.kpi", "search_read", [["code", "=", code]], ["name"])[0]["name"]


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


# ---------------------------------------------------------------- check 1
def test_click_opens_exactly_the_records(admin):
    """A count equals its list, filtered by team as well."""
    name = name_of(admin, "campaign_leads")
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    assert admin.locator(".o_searchview_facet", has_text="Ostwind").count() == 1
    value = card(admin, name).locator(".o_kpi_value")
    assert value.inner_text() == str(sum(LEADS.values()))
    value.click()
    assert listed(admin) == sum(LEADS.values())
    admin.go_back()
    admin.wait_for_selector(".o_kpi_card")
    assert card(admin, name).locator(".o_kpi_value").inner_text() == str(sum(LEADS.values()))


def test_ratio_opens_both_sides(admin):
    """Numerator and denominator of a ratio are each exactly their records."""
    code = "campaign_lead_share"
    name = name_of(admin, code)
    figures = payload(admin, code, kpi_period="this_month")["card"]
    assert figures["state"] == "ok"
    for number, side in enumerate(("numerator", "denominator")):
        open_dashboard(admin, "?kpi_period=this_month")
        card(admin, name).locator(".o_kpi_value").click()
        admin.locator(".o_kpi_sides_menu .dropdown-item").nth(number).click()
        assert listed(admin) == figures[side]


def test_every_count_equals_its_records(admin):
    """For every KPI that counts records the drill-down has that many."""
    measures = {
        measure["id"]: measure
        for measure in rpc(admin, "crm.kpi.measure", "search_read", [], ["aggregate", "factor"])
    }
    kpis = rpc(
        admin,
        "crm.kpi",
        "search_read",
        [["kind", "=", "simple"]],
        ["name", "card", "measure_id"],
        context={"kpi_period": "this_year"},
    )
    checked = 0
    for kpi in kpis:
        measure = measures[kpi["measure_id"][0]]
        if (
            measure["aggregate"] != "count"
            or measure["factor"] != 1
            or kpi["card"]["state"] != "ok"
        ):
            continue
        action = rpc(
            admin,
            "crm.kpi",
            "action_open_records",
            [kpi["id"]],
            context={"kpi_period": "this_year"},
        )
        count = rpc(
            admin,
            action["res_model"],
            "search_count",
            action["domain"],
            context=action.get("context") or {},
        )
        assert count == kpi["card"]["value"], kpi["name"]
        checked += 1
    assert checked >= 3


# ---------------------------------------------------------------- check 2
def test_same_url_same_text(admin, login):
    """A copied link, F5, and record and back show the same cards."""
    open_dashboard(admin)
    admin.locator(".o_kpi_previous").click()
    admin.wait_for_url("**kpi_period=month**")
    settle(admin)
    admin.locator(".o_kpi_compare").click()
    admin.locator("[data-compare=last_year]").click()
    admin.wait_for_url("**kpi_compare=last_year**")
    settle(admin)
    texts, url = card_texts(admin), admin.url

    admin.reload()
    admin.wait_for_selector(".o_kpi_card")
    assert (card_texts(admin), admin.url) == (texts, url)

    admin.locator(".o_kpi_open").nth(3).click()
    admin.wait_for_selector(".o_kpi_headline")
    assert "kpi_compare=last_year" in admin.url
    admin.reload()
    admin.wait_for_selector(".o_kpi_headline")
    admin.locator(".breadcrumb-item a, .o_back_button").first.click()
    admin.wait_for_selector(".o_kpi_card")
    settle(admin)
    assert (card_texts(admin), admin.url) == (texts, url)

    other = login("admin")
    other.goto(url)
    other.wait_for_selector(".o_kpi_card")
    assert card_texts(other) == texts


def test_favorite_carries_the_period(admin):
    """A saved search brings period and filters back; removing it leaves them out."""
    open_dashboard(admin, f"?kpi_period=last_year&kpi_filters=team.{admin.story['team']}")
    admin.locator(".o_searchview_dropdown_toggler").click()
    admin.locator(".o_add_favorite").click()
    admin.locator(
        ".o_favorite_menu input[type=text], .o_add_favorite + * input[type=text]"
    ).first.fill("Ostwind, last year")
    admin.locator(".o_save_favorite").click()
    settle(admin)
    stored = rpc(
        admin, "ir.filters", "search_read", [["name", "=", "Ostwind, last year"]], ["context"]
    )
    assert "'kpi_period': 'last_year'" in stored[0]["context"]
    assert str(admin.story["team"]) in stored[0]["context"]

    admin.goto("/odoo/action-crm_kpi.crm_kpi_action_dashboard")
    admin.wait_for_selector(".o_kpi_card")
    admin.locator(".o_searchview_dropdown_toggler").click()
    admin.locator(".o_favorite_menu .dropdown-item", has_text="Ostwind, last year").click()
    admin.wait_for_url("**kpi_period=last_year**")
    assert f"team.{admin.story['team']}" in admin.url
    rpc(admin, "ir.filters", "unlink", [stored[0]["id"]])


# ---------------------------------------------------------------- check 3
def test_no_nonsense_text(admin):
    """No ∞, NaN or undefined for any period, the empty past included."""
    for period in PERIODS:
        open_dashboard(admin, f"?kpi_period={period}")
        text = admin.locator(".o_action_manager").inner_text()
        assert not BAD_TEXT.search(text), (period, BAD_TEXT.search(text))
        assert admin.locator(".o_kpi_card[data-state=error]").count() == 0, period


def test_nonsense_period_is_told(admin):
    """An edited URL gives a clear word and this month, never an error page."""
    admin.goto(DASHBOARD + "?kpi_period=last_blue_moon")
    assert "last_blue_moon" in admin.locator(".o_notification").inner_text()
    admin.wait_for_selector(".o_kpi_card")
    admin.wait_for_url("**kpi_period=this_month**")
    assert admin.locator(".o_error_dialog").count() == 0


# ---------------------------------------------------------------- check 4
def violations(page, *selectors):
    """Serious and critical findings of axe-core inside these parts of the page.

    The web client around them (menus, search bar, chatter) is stock Odoo's.
    """
    node.ensure()
    # a popover that is still fading in has no contrast yet
    page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")
    page.evaluate((node.FOLDER / "node_modules/axe-core/axe.min.js").read_text() + "; null")
    return page.evaluate(
        """async (selectors) => {
            const { violations } = await axe.run({ include: selectors.map((part) => [part]) });
            return violations
                .filter(({ impact }) => ["serious", "critical"].includes(impact))
                .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
        }""",
        list(selectors),
    )


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


# ---------------------------------------------------------------- check 7 (targets on the card)
def test_target_on_the_card(admin):
    """A target gives verdict, bar and limit at once."""
    name = name_of(admin, "campaign_leads")
    today = admin.evaluate("luxon.DateTime.local().toISODate()")
    target = rpc(
        admin,
        "crm.kpi.target",
        "create",
        [
            {
                "kpi_id": admin.story["kpi"],
                "team_id": admin.story["team"],
                "date_from": today[:8] + "01",
                "date_to": admin.evaluate("luxon.DateTime.local().endOf('month').toISODate()"),
                "value": 2,
            }
        ],
    )
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    found = card(admin, name)
    assert found.locator(".o_kpi_status").inner_text() == "On track"
    assert "2" in found.locator(".o_kpi_target_text").inner_text()
    rpc(admin, "crm.kpi.target", "unlink", target)


# ---------------------------------------------------------------- check 8
def test_salesperson_sees_no_colleague(admin, login):
    """Page, RPC and edited URLs show a salesperson the own figures only.

    Within the story's team: leads without a salesperson, which stock shows everybody, lie elsewhere.
    """
    story = admin.story
    page = login("rieke")
    name = name_of(page, "campaign_leads")
    team = f"team.{story['team']}"
    open_dashboard(page, f"?kpi_period=this_month&kpi_filters={team}")
    assert card(page, name).locator(".o_kpi_value").inner_text() == str(LEADS["rieke"])

    open_dashboard(page, f"?kpi_period=this_month&kpi_filters=user.{story['torben']}")
    shown = card(page, name).locator(".o_kpi_value")
    assert not shown.count() or shown.inner_text() == "0"
    assert "Torben" not in page.locator(".o_kpi_dashboard").inner_text()

    context = {"kpi_period": "this_month", "kpi_filters": json.dumps({"team": [story["team"]]})}
    split = rpc(page, "crm.kpi", "get_breakdown", [story["kpi"]], "user", context=context)
    assert [row["id"] for row in split["rows"]] == [story["rieke"]]
    assert split["total"]["value"] == LEADS["rieke"]
    with pytest.raises(RuntimeError):
        rpc(page, "crm.kpi.rollup", "search_count", [])


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


# ---------------------------------------------------------------- check 10
def test_few_requests(admin):
    """The dashboard needs few calls, whatever the number of its cards."""
    calls = []
    admin.on("request", lambda request: "/call_kw/" in request.url and calls.append(request.url))
    open_dashboard(admin, "?kpi_period=this_month")
    assert admin.locator(".o_kpi_card").count() > 20
    figures = [url for url in calls if "/crm.kpi/" in url]
    assert len(figures) <= 8, figures


def test_breakdown_adds_up(admin):
    """The parts of a count by person add up to the figure, and each opens its records."""
    open_dashboard(admin, f"?kpi_period=this_month&kpi_filters=team.{admin.story['team']}")
    card(admin, name_of(admin, "campaign_leads")).locator(".o_kpi_breakdown").click()
    admin.locator("[data-dimension=user]").click()
    rows = admin.locator(".o_kpi_breakdown_tab tbody tr")
    admin.wait_for_function(
        "document.querySelectorAll('.o_kpi_breakdown_tab tbody tr').length === 3"
    )
    figures = [int(text) for text in rows.locator("td .o_kpi_part_value").all_inner_texts()]
    assert sorted(figures) == sorted([*LEADS.values(), sum(LEADS.values())])
    rows.filter(has_text="Torben").locator(".o_kpi_part_value").click()
    assert listed(admin) == LEADS["torben"]
