# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages of data quality and complaints for every eye: axe-core, on a desk and on a phone.

English on a desk and German on a phone, so that each language and each width is looked at. Odoo
Community has no dark mode.
"""

import pytest
from accessibility import fits, violations
from duplicates import make_customers, make_leads, open_case
from german import english_on
from pages import settle
from story import rpc
from test_complaint_capture import CUSTOMER, customers, form_path, log_in  # noqa: F401
from test_quality_fix import checked

SIZES = {"en": (1366, 900), "de": (390, 844)}
PAGE = ".o_action_manager"
QUALITY_PAGES = (
    "data-quality",
    "data-quality-rules",
    "data-quality-profiles",
    "data-quality-results",
    "data-quality-trend",
    "data-quality-findings",
    "data-quality-accepted",
    "data-quality-assignments",
    "data-quality-corrections",
    "data-quality-retention",
    "data-quality-consent",
    "data-quality-lead-consent",
    "duplicates",
    "duplicate-searches",
    "action-crm_data_quality.action_crm_merge",
    "action-crm_data_quality.action_crm_privacy_log",
    "action-crm_data_quality.action_crm_retention_rule",
)
COMPLAINT_PAGES = (
    "complaints",
    "complaint-overview",
    "complaint-terms",
    "churn-by-cohort",
    "corrective-actions",
    "action-crm_complaints.action_silent_customers",
    "action-crm_complaints.action_customer_lifecycle",
    "action-crm_complaints.action_cancelled_orders",
)
FORMS = (
    ("data-quality-rules", "crm.quality.rule"),
    ("data-quality-profiles", "crm.quality.profile"),
    ("complaints", "crm.complaint"),
)


@pytest.fixture
def viewer(reader):
    """The reader at the width of the language."""
    width, height = SIZES[reader.tongue]
    reader.set_viewport_size({"width": width, "height": height})
    return reader


def show(page, path, selector=f"{PAGE} .o_action"):
    page.goto(path)
    page.wait_for_selector(selector)
    settle(page)


def check(page, *parts):
    """Nothing serious in these parts, nothing wider than the screen."""
    assert violations(page, *(parts or (PAGE,))) == [], page.url
    assert fits(page), page.url


@pytest.mark.parametrize("paths", [QUALITY_PAGES, COMPLAINT_PAGES], ids=["quality", "complaints"])
def test_lists_and_analyses(viewer, paths):
    for path in paths:
        show(viewer, f"/odoo/{path}")
        check(viewer)


@pytest.mark.parametrize(("path", "model"), FORMS, ids=[path for path, _model in FORMS])
def test_forms(viewer, path, model):
    """A form with each of its tabs."""
    record = rpc(viewer, model, "search", [], limit=1, order="id desc")[0]
    show(viewer, f"/odoo/{path}/{record}", ".o_form_view")
    check(viewer)
    for tab in viewer.locator(".o_notebook_headers [name]").all():
        tab.click()
        settle(viewer)
        check(viewer)


def test_the_three_steps(viewer):
    """Scope, checks, result, and the list behind an area."""
    record = rpc(viewer, "crm.quality.check", "create", [{"name": "Reise"}])[0]
    show(viewer, f"/odoo/data-quality/{record}", "[name=partner_count]")
    check(viewer)
    for button, following in (
        ("action_to_checks", "action_start"),
        ("action_start", "action_check_again"),
    ):
        rpc(viewer, "crm.quality.check", button, [record])
        viewer.reload()
        viewer.locator(f"button[name={following}]").wait_for(state="attached")
        settle(viewer)
        check(viewer)
    viewer.locator(
        "[name=improvement_ids] .o_data_row, [name=improvement_ids] article"
    ).first.wait_for()
    action = rpc(viewer, "crm.quality.check", "action_open_findings", [record])
    action["views"] = [[False, "list"]]
    viewer.evaluate(
        "action => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action)", action
    )
    viewer.wait_for_selector(".o_data_row, .o_kanban_record")
    settle(viewer)
    check(viewer)


def test_deciding_and_its_undo(viewer):
    """The review page for duplicates and for leads, what remains, and the merge with its undo."""
    first, _second = make_customers(viewer, {"en": "Harbour", "de": "Blickfang"}[viewer.tongue])
    open_case(viewer, first, "customers")
    check(viewer)
    viewer.keyboard.press("m")
    viewer.locator(".o_duplicate_empty").wait_for()
    check(viewer)
    merge = rpc(viewer, "crm.merge", "search", [["partner_id", "=", first]])
    merge = merge or rpc(viewer, "crm.merge", "search", [], limit=1)
    show(viewer, f"/odoo/action-crm_data_quality.action_crm_merge/{merge[0]}", ".o_form_view")
    check(viewer)
    customer, _leads = make_leads(viewer, {"en": "Meadow", "de": "Sichtweite"}[viewer.tongue])
    open_case(viewer, customer, "leads_customers")
    check(viewer)


def test_forgetting_a_person(viewer):
    """The dialogs that anonymise a contact and disclose what is stored about it."""
    values = {"name": "Erika Sehtest", "email": f"erika.{viewer.tongue}@sehtest.example"}
    partner = rpc(viewer, "res.partner", "create", [values])[0]
    for method in ("action_quality_anonymise", "action_quality_disclosure"):
        action = rpc(viewer, "res.partner", method, [partner]) | {"views": [[False, "form"]]}
        show(viewer, "/odoo/data-quality")
        viewer.evaluate(
            "action => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action)", action
        )
        viewer.locator(".modal .o_form_view").wait_for()
        settle(viewer)
        check(viewer, ".modal .o_form_view")


def open_dialog(page, model, method, *ids):
    """Open what a button of records opens."""
    action = rpc(page, model, method, list(ids))
    action["views"] = [[False, "form"]]
    show(page, "/odoo/data-quality")
    page.evaluate("action => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action)", action)
    page.locator(".modal .o_form_view").wait_for()
    settle(page)


def test_small_dialogs(viewer):
    """Handing an area on, its preview, calling a finding right: each is readable and German."""
    _partner, check_id = checked(viewer)
    domain = [["check_id", "=", check_id], ["failed", ">", 0]]
    [result] = rpc(viewer, "crm.quality.result", "search", domain, limit=1)
    [finding] = rpc(viewer, "crm.quality.finding", "search", [["check_id", "=", check_id]], limit=1)
    [rule] = rpc(viewer, "crm.quality.rule", "search", [["code", "=", "email_form"]])
    for model, method, record in (
        ("crm.quality.result", "action_assign", result),
        ("crm.quality.rule", "action_preview", rule),
        ("crm.quality.finding", "action_accept_with_note", finding),
    ):
        open_dialog(viewer, model, method, record)
        check(viewer, ".modal .o_form_view")
        if viewer.tongue == "de":
            assert english_on(viewer) == [], method


def test_corrections_and_their_undo(viewer):
    """The preview of corrections, what was corrected, and the question before it is undone."""
    _partner, check_id = checked(viewer)
    domain = [["check_id", "=", check_id], ["rule_id.code", "=", "name_capitals"]]
    [result] = rpc(viewer, "crm.quality.result", "search", domain)
    fix = rpc(viewer, "crm.quality.result", "action_fix", [result])["res_id"]
    show(viewer, f"/odoo/data-quality-corrections/{fix}", "button[name=action_apply]")
    check(viewer)
    rpc(viewer, "crm.quality.fix", "action_apply", [fix])
    show(viewer, f"/odoo/data-quality-corrections/{fix}", ".o_form_view")
    check(viewer)
    if viewer.tongue == "de":
        assert english_on(viewer) == []
    undo = viewer.locator("button[name=action_undo]:visible")
    if not undo.count():  # in the menu that a phone has for a form's buttons
        viewer.locator(".o_statusbar_buttons .dropdown-toggle").click()
    undo.click()
    viewer.locator(".modal-footer .btn-primary").wait_for()
    settle(viewer)
    check(viewer, ".modal-dialog")


@pytest.mark.parametrize("width", [1366, 390])
def test_portal(visitor, admin, customers, width):  # noqa: F811
    """A customer's complaints in the portal: the list, a new one, and one of them."""
    values = {"name": "Stufe knarrt", "partner_id": customers[CUSTOMER]}
    [complaint] = rpc(admin, "crm.complaint", "create", [values])
    page = log_in(visitor, CUSTOMER)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("", "/new", f"/{complaint}"):
        page.goto(f"/my/complaints{path}")
        page.locator("#wrap").wait_for()
        check(page, "#wrap")


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1366), ("de-DE", 390)])
def test_public_form(visitor, form_path, locale, width):  # noqa: F811
    """The form for strangers."""
    page = visitor.visit(locale=locale, viewport={"width": width, "height": 844})
    page.goto(form_path)
    page.wait_for_selector("[name=subject]")
    check(page, "#wrap")
