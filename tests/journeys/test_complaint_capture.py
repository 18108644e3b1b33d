# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How complaints come in: by phone, through the public form and through the customer portal."""

import re

import pytest
from german import english_on
from pages import settle
from story import rpc

LANGUAGES = {
    "de-DE": ("Beschwerde an", "Beschwerde senden", "Ihre Beschwerde ist eingegangen"),
    "en-US": ("Complaint to", "Send Complaint", "your complaint has arrived"),
}
PHOTO = {"name": "sprosse.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
CUSTOMER = "kundin@holzbau.example"
NEIGHBOUR = "nachbar@metall.example"


def complaints(page, domain, *names, **options):
    return rpc(page, "crm.complaint", "search_read", domain, list(names), order="id", **options)


@pytest.fixture
def form_path(admin):
    """Path of a form that is switched on."""
    team = rpc(admin, "crm.team", "search", [["name", "=", "Formular"]])
    if not team:
        team = rpc(admin, "crm.team", "create", [{"name": "Formular", "complaint_form": True}])
    url = rpc(admin, "crm.team", "read", team, ["complaint_form_url"])[0]["complaint_form_url"]
    return re.sub(r"^https?://[^/]+", "", url)


@pytest.fixture
def customers(admin):
    """Two customers with a login each; the first has a confirmed order."""
    found = {}
    group = rpc(
        admin,
        "ir.model.data",
        "search_read",
        [["module", "=", "base"], ["name", "=", "group_portal"]],
        ["res_id"],
    )[0]["res_id"]
    for login, company in ((CUSTOMER, "Holzbau AG"), (NEIGHBOUR, "Metall GmbH")):
        users = rpc(admin, "res.users", "search_read", [["login", "=", login]], ["partner_id"])
        if users:
            found[login] = users[0]["partner_id"][0]
            continue
        parent = rpc(admin, "res.partner", "create", [{"name": company, "is_company": True}])[0]
        partner = {"name": login.split("@")[0], "email": login, "parent_id": parent}
        found[login] = rpc(admin, "res.partner", "create", [partner | {"lang": "de_DE"}])[0]
        user = {"login": login, "password": login, "partner_id": found[login]}
        rpc(admin, "res.users", "create", [user | {"group_ids": [[6, 0, [group]]]}])
    return found


def log_in(visitor, login):
    """Page of a customer in the portal."""
    page = visitor.visit(locale="de-DE", timezone_id="Europe/Berlin")
    page.goto("/web/login?redirect=/my/complaints")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_url("**/my/complaints*")
    return page


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_public_form(visitor, admin, form_path, locale):
    """A stranger complains in the language of the browser; on a phone nothing is cut off."""
    heading, send, thanks = LANGUAGES[locale]
    page = visitor.visit(locale=locale, viewport={"width": 390, "height": 844})
    page.goto(form_path)
    assert heading in page.locator("h1").inner_text()
    assert fits(page)
    if locale == "de-DE":
        assert english_on(page) == []
    subject = f"Leiter wackelt {locale}"
    page.fill("[name=subject]", subject)
    page.locator("[name=category_id]").select_option(index=2)
    page.fill("[name=text]", "Die dritte Sprosse\nist lose.")
    page.set_input_files("[name=files]", PHOTO)
    page.fill("[name=name]", "Nemo Neu")
    page.fill("[name=email]", f"nemo.{locale}@neu.example")
    page.wait_for_timeout(5000)  # people need longer
    page.get_by_role("button", name=send).click()
    page.wait_for_url("**/thanks")
    assert thanks in page.locator("h1").inner_text()
    number = page.locator(".o_complaint_number").inner_text()
    stored = complaints(
        admin, [["name", "=", subject]], "number", "channel", "lang", "partner_id", "category_id"
    )
    assert [complaint["number"] for complaint in stored] == [number]
    assert stored[0]["channel"] == "form"
    assert stored[0]["lang"] == locale.replace("-", "_")
    assert not stored[0]["partner_id"] and stored[0]["category_id"]
    page.reload()
    assert len(complaints(admin, [["name", "=", subject]])) == 1


def test_public_form_keeps_what_was_typed(visitor, admin, form_path):
    """Whose form was open for too long sends it again, and loses nothing by it."""
    page = visitor.visit(locale="de-DE")
    page.goto(form_path)
    values = {"subject": "Zu lange offen", "text": "Text", "name": "N", "email": "n@neu.example"}
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.evaluate("document.querySelector('[name=stamp]').value = 'outdated'")
    page.get_by_role("button", name="Beschwerde senden").click()
    page.wait_for_selector(".alert-danger")
    for name, value in values.items():
        assert page.locator(f"[name={name}]").input_value() == value
    assert english_on(page) == []
    assert not complaints(admin, [["name", "=", "Zu lange offen"]])


def test_portal(visitor, admin, customers):
    """A customer files, answers with a photo and rates; his neighbour sees nothing of it."""
    page = log_in(visitor, CUSTOMER)
    page.get_by_role("link", name="Neue Beschwerde").click()
    page.wait_for_selector(".o_complaint_form")
    assert english_on(page) == []
    page.fill("[name=subject]", "Sprosse gebrochen")
    page.fill("[name=text]", "Die dritte.")
    page.set_input_files("[name=files]", PHOTO)
    page.get_by_role("button", name="Beschwerde senden").click()
    page.wait_for_url(re.compile(r"/my/complaints/\d+"))
    assert "Die dritte." in page.locator("#wrap").inner_text()
    page.locator(".o-mail-Message", has_text="Die dritte.").first.wait_for()
    assert english_on(page) == []
    path = re.search(r"/my/complaints/(\d+)", page.url)
    complaint = int(path.group(1))

    page.locator(".o-mail-Composer-input").first.fill("Hier ist noch ein Foto")
    page.locator(".o-mail-Composer button.o-sendMessageActive, .o-mail-Composer-send").first.click()
    page.locator(".o-mail-Message", has_text="noch ein Foto").first.wait_for()

    neighbour = log_in(visitor, NEIGHBOUR)
    assert "Sprosse" not in neighbour.locator("#wrap").inner_text()
    neighbour.goto(path.group(0))
    assert "Sprosse" not in neighbour.locator("body").inner_text()

    assert not page.locator(".o_complaint_rating").count()
    resolved = rpc(admin, "crm.complaint.stage", "search", [["is_closed", "=", True]], limit=1)
    rpc(admin, "crm.complaint", "write", [complaint], {"stage_id": resolved[0]})
    page.reload()
    page.fill("[name=feedback]", "Schneller antworten")
    page.get_by_role("button", name="Neutral").click()
    page.wait_for_selector("button.btn-warning[name=rate]")
    assert english_on(page) == []
    stored = complaints(
        admin, [["id", "=", complaint]], "channel", "satisfaction", "partner_id", "is_closed"
    )[0]
    assert stored["partner_id"][0] == customers[CUSTOMER]
    assert (stored["channel"], stored["satisfaction"]) == ("portal", "neutral")
    assert stored["is_closed"]


def test_phone_call(manager):
    """While the customer talks: who, what, which kind; saved without leaving the board."""
    customer = rpc(
        manager,
        "res.partner",
        "search_read",
        [["is_company", "=", True], ["email", "!=", False], ["customer_rank", ">", 0]],
        ["email"],
        limit=1,
    )[0]
    manager.goto("/odoo/action-crm_complaints.action_complaints")
    manager.wait_for_selector(".o_kanban_view")
    manager.get_by_role("button", name="Anruf").click()
    dialog = manager.locator(".modal-dialog")
    dialog.locator("[name=caller] input").fill(customer["email"].upper())
    dialog.locator("[name=name] input").fill("Rahmen verbogen am Telefon")
    dialog.locator("[name=category_id] .o_selection_badge", has_text="Qualität").click()
    assert english_on(manager) == []
    assert dialog.locator("[name=partner_id] input").input_value()
    dialog.get_by_role("button", name="Speichern", exact=True).click()
    dialog.wait_for(state="detached")
    manager.wait_for_selector(".o_kanban_view")
    manager.locator(".o_kanban_record", has_text="Rahmen verbogen am Telefon").wait_for()
    stored = complaints(
        manager, [["name", "=", "Rahmen verbogen am Telefon"]], "channel", "email_normalized"
    )
    assert stored[0]["channel"] == "phone"
    assert stored[0]["email_normalized"] == customer["email"].lower()


def test_accept_a_contact(manager):
    """The unknown sender of a complaint becomes a contact when a person says so."""
    values = {"name": "Von wem?", "partner_name": "Nina Neu", "email_from": "nina@neu.example"}
    complaint = rpc(manager, "crm.complaint", "create", [values])[0]
    manager.goto(f"/odoo/action-crm_complaints.action_complaints/{complaint}")
    manager.locator("button[name=action_accept_contact]").click()
    dialog = manager.locator(".modal-dialog")
    dialog.locator("[name=email]").first.wait_for()
    settle(manager)
    assert english_on(manager) == []
    dialog.get_by_role("button", name="Neuen Kontakt anlegen").click()
    dialog.wait_for(state="detached")
    settle(manager)
    stored = complaints(manager, [["id", "=", complaint]], "partner_id")[0]
    assert "Nina Neu" in stored["partner_id"][1]
    assert english_on(manager) == []


@pytest.mark.parametrize(
    "action",
    [
        "crm_complaints.action_complaint_anonymisation",
        "crm_complaints.action_complaint_access_log",
    ],
)
def test_privacy_lists_are_german(manager, action):
    manager.goto(f"/odoo/action-{action}")
    manager.wait_for_selector(".o_list_view")
    settle(manager)
    assert english_on(manager) == []
