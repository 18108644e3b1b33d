# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import time
from unittest.mock import patch

from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers import complaint_fields, complaint_form
from .common import ComplaintCase

HIDDEN = r'name="{}" value="([^"]*)"'


@tagged("post_install", "-at_install")
class TestComplaintForm(HttpCase, ComplaintCase):
    """The public form: what it takes, what it refuses and what it does not tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.complaint_form = True
        cls.company.email = "office@muster.example"
        cls.path = f"/complaint/{cls.team.complaint_form_token}"

    def setUp(self):
        super().setUp()
        # People need time to type, tests do not.
        self._patch(complaint_form, "SHORTEST_SECONDS", 0)

    def _patch(self, target, name, value):
        patcher = patch.object(target, name, value)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _open(self, headers=None):
        page = self.url_open(self.path, headers=headers)
        self.assertEqual(page.status_code, 200)
        for name in ("subject", "text", "files", "name", "email", "phone", "order"):
            self.assertIn(f'name="{name}"', page.text)
        hidden = {
            name: re.search(HIDDEN.format(name), page.text) for name in ("csrf_token", "stamp")
        }
        return page, {name: found.group(1) for name, found in hidden.items()}

    def _send(self, files=None, hidden=None, **values):
        values = {
            "subject": "Ladder broken",
            "text": "The third rung\nis broken.",
            "name": "Nemo Neu",
            "email": "nemo@neu.example",
            "homepage": "",
            **(hidden or self._open()[1]),
            **values,
        }
        return self.url_open(self.path, data=values, files=files)

    def _found(self):
        return self.env["crm.complaint"].search([("channel", "=", "form")], order="id desc")

    # ------------------------------------------------------------------
    # What it takes
    # ------------------------------------------------------------------
    def test_a_stranger_complains(self):
        contacts = self.env["res.partner"].search_count([])
        page = self._send(phone="030 / 99 88", files=[("files", ("rung.png", b"\x89PNG.."))])
        complaint = self._found()
        self.assertEqual(len(complaint), 1)
        self.assertIn(complaint.number, page.text)
        self.assertTrue(page.url.endswith("/thanks"))
        self.assertEqual(complaint.name, "Ladder broken")
        self.assertEqual(complaint.partner_name, "Nemo Neu")
        self.assertEqual(complaint.email_from, "nemo@neu.example")
        self.assertEqual(complaint.phone, "030 / 99 88")
        self.assertEqual((complaint.team_id, complaint.company_id), (self.team, self.company))
        self.assertFalse(complaint.user_id or complaint.partner_id)
        self.assertIn("third rung<br>", complaint.description)
        attachment = complaint.message_ids.attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ("rung.png", b"\x89PNG.."))
        receipt = complaint.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertEqual(receipt.outgoing_email_to, "nemo@neu.example")
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_a_customer_complains_about_an_order(self):
        order, foreign = self._order(), self._order(partner=self.other_customer)
        self._send(email=" KARLA@kunde.example ", order=order.name.lower())
        complaint = self._found()
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual(complaint.order_id, order)
        self._send(email="karla@kunde.example", order=foreign.name)
        complaint = self._found()[0]
        self.assertFalse(complaint.order_id)
        self.assertIn(foreign.name, complaint.description, "what was typed is kept")
        self._send(email="karla@kunde.example", order="%")
        self.assertFalse(self._found()[0].order_id)

    def test_it_does_not_tell_who_is_known(self):
        """The page after a known address is that after an unknown one, the number apart."""
        pages = []
        for email in ("karla@kunde.example", "nemo@neu.example", self.manager.email):
            page = self._send(email=email)
            number = self._found()[0].number
            text = re.sub(r'csrf_token: "[^"]*"', "", page.text.replace(number, "#"))
            pages.append((page.status_code, page.url, re.sub(r"\?\w+=\w+", "", text)))
        self.assertEqual(pages[0], pages[1])
        self.assertEqual(pages[0], pages[2])
        self.assertFalse(self._found()[0].partner_id, "a colleague is no customer")

    def test_language_of_the_browser(self):
        self.env["res.lang"]._activate_lang("de_DE")
        for header, language in (
            ("de-DE,de;q=0.9", "de-DE"),
            ("de", "de-DE"),
            ("en-US,en;q=0.5", "en-US"),
            ("xx", "en-US"),
        ):
            with self.subTest(header):
                self.opener.cookies.clear()  # a first visit
                headers = {"Accept-Language": header, "X-Odoo-Database": self.env.cr.dbname}
                page = self.url_open(self.path, headers=headers)
                self.assertIn(f'lang="{language}"', page.text)

    def test_language_of_the_complaint(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.authenticate(None, None, session_extra={"context": {"lang": "de_DE"}})
        self._send()
        self.assertEqual(self._found().lang, "de_DE")

    # ------------------------------------------------------------------
    # What it refuses
    # ------------------------------------------------------------------
    def test_off_until_switched_on(self):
        for path in ("/complaint/nonsense", "/complaint/nonsense/thanks", "/complaint"):
            self.assertEqual(self.url_open(path).status_code, 404, path)
        other = self.env["crm.team"].create({"name": "Off"})
        self.assertFalse(other.complaint_form_url)
        old = self.path
        self.team.action_renew_complaint_form()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.path = f"/complaint/{self.team.complaint_form_token}"
        self._open()
        self.team.complaint_form = False
        self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_switched_on_in_the_team(self):
        """Address and form are within reach, whatever else the team's page hides."""
        with Form(self.env["crm.team"], view="sales_team.crm_team_view_form") as form:
            form.name = "South"
            form.complaint_alias_name = "south"
            form.complaint_form = True
        team = form.record
        self.assertEqual(team.complaint_alias_id.alias_name, "south")
        self.assertIn(f"/complaint/{team.complaint_form_token}", team.complaint_form_url)
        self.assertEqual(team.complaint_form_company_id, team.company_id or self.company)

    def test_mistakes_are_told_and_nothing_is_lost(self):
        cases = {
            "subject": {"subject": "  "},
            "text": {"text": ""},
            "name": {"name": ""},
            "email": {"email": "nemo at neu"},
            "subject too long": {"subject": "x" * 151},
            "text too long": {"text": "x" * 10_001},
            "two addresses": {"email": "a@neu.example, b@neu.example"},
            "long address": {"email": "a" * 100 + "@neu.example"},
        }
        for name, values in cases.items():
            with self.subTest(name):
                page = self._send(**values)
                self.assertEqual(page.status_code, 200)
                self.assertIn("invalid-feedback", page.text)
                if "text" not in values:
                    self.assertIn("The third rung\nis broken.", page.text, "typed text stays")
        self.assertFalse(self._found())

    def test_garbage(self):
        for values in (
            {"category_id": "drop table"},
            {"category_id": "-1", "order": "'; --"},
            {"subject": "nul \0 byte", "text": "a\0b"},
            {"text": "<script>alert(1)</script>{{ 7*7 }}"},
            {"name": '"><img src=x onerror=alert(1)>'},
            {"stamp": "ä" * 50},
            {"stamp": ""},
        ):
            with self.subTest(values):
                page = self._send(**values)
                self.assertEqual(page.status_code, 200)
                self.assertNotIn("<script>alert(1)", page.text)
                self.assertNotIn("<img src=x", page.text)
        self.assertFalse(any("<script" in str(c.description) for c in self._found()))

    def test_honeypot(self):
        page = self._send(homepage="https://spam.example")
        self.assertFalse(self._found())
        self.assertIn("Please leave this field empty.", page.text)

    def test_too_fast(self):
        self._patch(complaint_form, "SHORTEST_SECONDS", 4)
        page = self._send()
        self.assertFalse(self._found())
        self.assertIn("third rung", page.text)
        hidden = self._open()[1]
        moment = time.time() + 5
        with patch.object(complaint_form.time, "time", lambda: moment):
            self._send(hidden=hidden)
        self.assertEqual(len(self._found()), 1)

    def test_stamp_of_another_form(self):
        other = self.env["crm.team"].create({"name": "Other", "complaint_form": True})
        hidden = self._open()[1]
        self.path = f"/complaint/{other.complaint_form_token}"
        self._send(hidden=hidden)
        self.assertFalse(self._found())

    def test_pressed_twice_is_one_complaint(self):
        hidden = self._open()[1]
        for _time in range(3):
            page = self._send(hidden=hidden)
            self.assertIn(self._found()[0].number, page.text)
        self.assertEqual(len(self._found()), 1)

    @mute_logger("odoo.http")
    def test_without_csrf_token(self):
        self.assertEqual(self._send(csrf_token="").status_code, 400)
        self.assertFalse(self._found())

    def test_many_from_one_address(self):
        self._patch(complaint_form, "MAX_PER_HOUR", 3)
        codes = [self._send().status_code for _time in range(5)]
        self.assertEqual(codes, [200, 200, 200, 429, 429])
        self.assertEqual(len(self._found()), 3)
        receipts = self._found().message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertEqual(len(receipts), 2, "nobody is bombed in the name of another")
        counts = self.env["crm.complaint.form.count"].search([])
        self.assertFalse(any("127.0.0.1" in count.key for count in counts))

    def test_many_tries(self):
        self._patch(complaint_form, "MAX_TRIES_PER_HOUR", 2)
        codes = [self._send(subject="").status_code for _time in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_counting(self):
        counts = self.env["crm.complaint.form.count"]
        self.assertEqual([counts._count_up("x", "1") for _time in range(3)], [1, 2, 3])
        self.assertEqual(counts._count_up("x", "2"), 1)
        self.assertEqual(counts._count_up("y", "1"), 1)
        counts.create({"key": "old", "since": "2020-01-01 00:00:00", "number": 1})
        counts._gc_counts()
        self.assertFalse(counts.search([("key", "=", "old")]))
        self.assertTrue(counts.search([]))

    def test_files(self):
        five = [("files", (f"{number}.txt", b"x")) for number in range(5)]
        self._send(files=five)
        self.assertEqual(len(self._found().message_ids.attachment_ids), 5)
        page = self._send(files=[*five, ("files", ("6.txt", b"x"))])
        self.assertIn("at most 5 files", page.text)
        self._patch(complaint_fields, "MAX_FILES_MB", 1)
        page = self._send(files=[("files", ("big.bin", b"x" * 1_100_000))])
        self.assertIn("megabytes", page.text)
        self.assertEqual(len(self._found()), 1)
        self._send(files=[("files", ("evil.html", b"<html><script>alert(1)</script></html>"))])
        self.assertEqual(self._found()[0].message_ids.attachment_ids.mimetype, "text/plain")

    def test_customers_with_a_login_go_to_the_portal(self):
        portal = new_test_user(self.env, "form_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        self.authenticate("form_portal", "form_portal")
        self.assertIn("/my/complaints/new", self.url_open(self.path).url)
