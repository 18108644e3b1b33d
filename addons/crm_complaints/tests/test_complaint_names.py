# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ComplaintCase

PIXEL = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="


@tagged("post_install", "-at_install")
class TestComplaintNames(HttpCase, ComplaintCase):
    """No name of an employee reaches the customer where the company says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "names_portal", "base.group_portal", email="portal@kunde.example"
        )
        cls.portal.partner_id.parent_id = cls.customer
        cls.portal.write(
            {"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company.id}
        )
        cls.company.write({"email": "office@muster.example", "complaint_hide_names": True})
        cls.seller.write({"name": "Sieglinde Geheim", "signature": "<p>Sieglinde Geheim</p>"})
        cls.complaint = cls._complaint(
            partner_id=cls.portal.partner_id.id, user_id=cls.seller.id, team_id=cls.team.id
        )

    def _answer(self):
        return self.complaint.with_user(self.seller).message_post(
            body="We are sorry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.portal.partner_id.ids,
        )

    def test_mail(self):
        message = self._answer()
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertTrue(mail)
        sent = " ".join(
            str(part) for part in (mail.email_from, mail.reply_to, mail.body_html, mail.headers)
        )
        self.assertIn("office@muster.example", mail.email_from)
        self.assertIn("Muster GmbH", mail.email_from)
        for secret in ("Sieglinde", "Geheim", "seller@"):
            self.assertNotIn(secret, sent)
        self.assertEqual(message.author_id, self.seller.partner_id, "colleagues know who wrote")
        self.assertTrue(self.complaint.first_answer_on)

    def test_mail_where_names_may_be_read(self):
        self.company.complaint_hide_names = False
        message = self._answer()
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn("Sieglinde Geheim", mail.email_from)

    def test_rating_mail(self):
        self.complaint.stage_id = self.stages["resolved"]
        self.complaint.with_user(self.seller).action_ask_for_rating()
        mail = self.env["mail.mail"].search([("model", "=", "crm.complaint")], limit=1)
        self.assertIn("/rate/", mail.body_html)
        for part in (mail.email_from, mail.reply_to, mail.body_html):
            self.assertNotIn("Sieglinde", str(part))

    def test_portal(self):
        message = self._answer()
        own = self.complaint.message_post(
            body="Thank you", author_id=self.portal.partner_id.id, message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        self.authenticate("names_portal", "names_portal")
        page = self.url_open(f"/my/complaints/{self.complaint.id}").text
        thread = {"thread_model": "crm.complaint", "thread_id": self.complaint.id}
        token = self.complaint._portal_ensure_token()
        answers = [
            self.make_jsonrpc_request("/mail/chatter_fetch", thread),
            self.make_jsonrpc_request("/mail/chatter_fetch", {**thread, "token": token}),
            self.make_jsonrpc_request("/mail/thread/messages", thread),
            self.make_jsonrpc_request("/portal/chatter_init", thread),
        ]
        for shown in (page, *map(json.dumps, answers)):
            self.assertNotIn("Sieglinde", shown)
            self.assertNotIn("seller@", shown)
        messages = {values["id"]: values for values in answers[0]["data"]["mail.message"]}
        self.assertEqual(messages[message.id]["author_id"]["name"], "Muster GmbH")
        self.assertEqual(messages[own.id]["author_id"]["id"], self.portal.partner_id.id)

    def test_picture(self):
        message = self._answer()
        self.seller.image_1920 = PIXEL
        self.company.partner_id.image_1920 = False
        self.authenticate("names_portal", "names_portal")
        token = self.complaint._portal_ensure_token()
        for address in (
            f"/web/image/mail.message/{message.id}/author_avatar/50x50",
            f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50?access_token={token}",
        ):
            hidden = self.url_open(address).content
            self.company.complaint_hide_names = False
            self.assertNotEqual(self.url_open(address).content, hidden)
            self.company.complaint_hide_names = True

    def test_rpc(self):
        message = self._answer()
        names = ["author_id", "email_from", "reply_to", "create_uid", "body"]
        values = message.with_user(self.portal).read(names)[0]
        self.assertNotIn("Sieglinde", str(values))
        self.assertEqual(values["author_id"], (self.company.partner_id.id, "Muster GmbH"))
        self.assertFalse(values["create_uid"])
        self.assertIn("sorry", values["body"])
        self.assertIn("Sieglinde", str(message.with_user(self.manager).read(names)[0]))
        self.company.complaint_hide_names = False
        self.assertIn("Sieglinde", str(message.with_user(self.portal).read(names)[0]))
