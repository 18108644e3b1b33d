# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers import portal_complaint
from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintPortalFiling(HttpCase, ComplaintCase):
    """Customers file, answer and rate their complaints; those of others stay closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._portal_user("karla", cls.customer)
        cls.neighbour = cls._portal_user("other", cls.other_customer)
        cls.order = cls._order()
        cls.order.message_subscribe(cls.portal.partner_id.ids)
        cls.foreign_order = cls._order(partner=cls.other_customer)

    @classmethod
    def _portal_user(cls, login, customer):
        user = new_test_user(
            cls.env, f"portal_{login}", "base.group_portal", email=f"{login}@portal.example"
        )
        user.partner_id.parent_id = customer
        user.write({"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company.id})
        return user

    def _csrf(self, path):
        return re.search(r'name="csrf_token" value="([^"]*)"', self.url_open(path).text).group(1)

    def _file(self, files=None, **values):
        values = {
            "csrf_token": self._csrf("/my/complaints/new"),
            "subject": "Ladder broken",
            "text": "The third rung",
            **values,
        }
        return self.url_open("/my/complaints/new", data=values, files=files)

    def _found(self):
        return self.env["crm.complaint"].search([("channel", "=", "portal")], order="id desc")

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def test_filing(self):
        self._login(self.portal)
        category = self.env.ref("crm_complaints.category_quality")
        page = self._file(
            order_id=self.order.id,
            category_id=category.id,
            files=[("files", ("rung.png", b"\x89PNG.."))],
        )
        complaint = self._found()
        self.assertEqual(len(complaint), 1)
        self.assertTrue(page.url.endswith(f"/my/complaints/{complaint.id}"))
        self.assertIn("The third rung", page.text)
        self.assertEqual(complaint.partner_id, self.portal.partner_id)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
        self.assertEqual(complaint.company_id, self.company)
        self.assertEqual((complaint.order_id, complaint.category_id), (self.order, category))
        message = complaint.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertEqual(message.attachment_ids.mapped("name"), ["rung.png"])
        self.assertFalse(complaint.user_id)

    def test_foreign_orders_are_neither_offered_nor_taken(self):
        self._login(self.portal)
        page = self.url_open("/my/complaints/new").text
        self.assertIn(self.order.name, page)
        self.assertIn('name="text"', page)
        self.assertNotIn(self.foreign_order.name, page)
        for chosen in (self.foreign_order.id, "1 or 1=1", "-1"):
            page = self._file(order_id=chosen)
            self.assertIn("Please choose one of your orders.", page.text)
        self.assertFalse(self._found())

    def test_mistakes(self):
        self._login(self.portal)
        for values in ({"subject": " "}, {"text": ""}, {"text": "x" * 10_001}):
            page = self._file(**values)
            self.assertEqual(page.status_code, 200)
            self.assertIn("invalid-feedback", page.text)
        self.assertFalse(self._found())

    def test_extra_values_change_nothing(self):
        """Fields of the complaint that are no fields of the form are not taken."""
        self._login(self.portal)
        self._file(
            partner_id=self.other_customer.id, severity="critical", user_id=self.seller.id,
            company_id=self.env.ref("base.main_company").id, channel="email",
        )  # fmt: skip
        complaint = self._found()
        self.assertEqual(complaint.partner_id, self.portal.partner_id)
        self.assertEqual((complaint.severity, complaint.company_id), ("normal", self.company))
        self.assertFalse(complaint.user_id)

    def test_many_within_an_hour(self):
        self._login(self.portal)
        with patch.object(portal_complaint, "MAX_PER_HOUR", 1):
            self._file()
            page = self._file()
        self.assertIn("Please try again later.", page.text)
        self.assertEqual(len(self._found()), 1)

    def test_without_login(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/complaints/new").url)

    def test_answer_with_a_file(self):
        complaint = self._complaint(partner_id=self.portal.partner_id.id)
        complaint.stage_id = self.stages["waiting"]
        for user, allowed in ((self.neighbour, False), (self.portal, True)):
            self._login(user)
            with mute_logger("odoo.http"):
                response = self.url_open(
                    "/mail/attachment/upload",
                    data={
                        "csrf_token": self._csrf("/my/complaints/new"),
                        "thread_id": complaint.id,
                        "thread_model": "crm.complaint",
                        "is_pending": "true",
                    },
                    files={"ufile": ("photo.png", b"\x89PNG..")},
                )
            self.assertEqual(response.status_code == 200, allowed)
        data = response.json()["data"]
        stored = data["store_data"]["ir.attachment"][0]
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "crm.complaint",
                "thread_id": complaint.id,
                "post_data": {
                    "body": "See the photo",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "attachment_ids": [data["attachment_id"]],
                    "attachment_tokens": [stored["ownership_token"]],
                },
            },
        )
        message = complaint.message_ids.filtered(lambda m: "photo" in (m.body or ""))
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.png"])
        self.assertEqual(message.attachment_ids.res_id, complaint.id)
        self.assertEqual(complaint.stage_id, self.stages["in_progress"])

    def _rate(self, complaint, rate, **values):
        values = {"csrf_token": self._csrf("/my/complaints/new"), "rate": rate, **values}
        return self.url_open(f"/my/complaints/{complaint.id}/rate", data=values)

    def test_rating(self):
        complaint = self._complaint(partner_id=self.portal.partner_id.id, user_id=self.seller.id)
        self._login(self.portal)
        self._rate(complaint, "5")
        self.assertFalse(complaint.satisfaction, "not before it is closed")
        complaint.stage_id = self.stages["resolved"]
        page = self.url_open(f"/my/complaints/{complaint.id}").text
        self.assertIn("o_complaint_rating", page)
        self.assertIn('name="feedback"', page)
        self._rate(complaint, "1", feedback="Too slow")
        self.assertEqual(complaint.satisfaction, "dissatisfied")
        self.assertTrue(complaint.is_closed, "a rating reopens nothing")
        self._rate(complaint, "5")
        self.assertEqual(complaint.satisfaction, "satisfied")
        for rate in ("0", "7", "x", ""):
            self._rate(complaint, rate)
        self.assertEqual(complaint.satisfaction, "satisfied")
        ratings = complaint.rating_ids.filtered("consumed")
        self.assertEqual(ratings.partner_id, self.portal.partner_id)

    def test_rating_of_others(self):
        complaint = self._complaint(
            partner_id=self.portal.partner_id.id, stage_id=self.stages["resolved"].id
        )
        self._login(self.neighbour)
        self.assertTrue(self._rate(complaint, "1").url.endswith("/my"))
        self.assertFalse(complaint.satisfaction)
        token = complaint._portal_ensure_token()
        self._rate(complaint, "1", access_token=token)
        self.assertFalse(complaint.satisfaction, "a link to read is no right to rate")
