# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import os
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.crm_complaint_receipt import MAX_RECEIPTS_PER_DAY
from .mail_case import ComplaintMailCase


@tagged("post_install", "-at_install")
class TestComplaintReceipt(ComplaintMailCase):
    """Raw e-mails: who gets a receipt, who none, and what the receipt says."""

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).unlink()

    def _receipts(self, complaint):
        return complaint.message_ids.filtered(lambda m: m.message_type == "auto_comment")

    def _unknown_mail(self, number=1, **headers):
        headers.setdefault("sender", "Nemo Neu <nemo@neu.example>")
        return self._mail(message_id=f"<r{number}@neu.example>", **headers)

    # ------------------------------------------------------------------
    # The receipt
    # ------------------------------------------------------------------
    def test_receipt_once_and_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.contact.lang = "de_DE"
        template = self.env.ref("crm_complaints.mail_template_receipt")
        template.with_context(lang="de_DE").subject = "Beschwerde {{ object.number }} ist da"
        complaint = self._receive(self._mail(subject="My secret subject"))
        receipt = self._receipts(complaint)
        self.assertEqual(receipt.partner_ids, self.contact)
        self.assertEqual(receipt.subject, f"Beschwerde {complaint.number} ist da")
        self.assertTrue(complaint.receipt_sent_on)
        self.assertFalse(complaint.first_answer_on, "a machine answers nobody")
        mail = self.env["mail.mail"].search([("mail_message_id", "=", receipt.id)])
        self.assertEqual(len(mail), 1)
        self.assertIn("auto-replied", mail.headers)
        self.assertIn("complaints@muster.example", mail.reply_to)
        self.assertNotIn("My secret subject", mail.body_html, "no word of the sender is quoted")
        self._receive(
            self._mail(message_id="<again@kunde.example>", **{"In-Reply-To": receipt.message_id})
        )
        self.assertEqual(len(self._receipts(complaint)), 1)

    def test_receipt_to_an_unknown_sender_makes_no_contact(self):
        contacts = self.env["res.partner"].search_count([])
        complaint = self._receive(self._unknown_mail())
        receipt = self._receipts(complaint)
        self.assertEqual(receipt.outgoing_email_to, "nemo@neu.example")
        mail = self.env["mail.mail"].search([("mail_message_id", "=", receipt.id)])
        self.assertEqual(mail.email_to, "nemo@neu.example")
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_answer_to_the_receipt_threads(self):
        for sender in ("Nemo <nemo@neu.example>", "Karla <karla@kunde.example>"):
            complaint = self._receive(self._mail(sender=sender, message_id=f"<a{sender[:3]}@x>"))
            complaint.stage_id = self.stages["resolved"]
            again = self._receive(
                self._mail(
                    sender=sender,
                    message_id=f"<b{sender[:3]}@x>",
                    **{"In-Reply-To": self._receipts(complaint).message_id},
                )
            )
            self.assertEqual(again, complaint)
            self.assertEqual(complaint.stage_id, self.stages["in_progress"])
            self.assertFalse(complaint.message_ids[0].subtype_id.internal, "a public answer")

    @mute_logger(
        "odoo.addons.crm_complaints.models.crm_complaint_receipt",
        "odoo.addons.mail.models.mail_render_mixin",
    )
    def test_broken_template_costs_no_complaint(self):
        template = self.env.ref("crm_complaints.mail_template_receipt")
        template.body_html = '<p t-out="object.no_such_field"/>'
        complaint = self._receive(self._mail())
        self.assertTrue(complaint.exists())
        self.assertFalse(self._receipts(complaint) or complaint.receipt_sent_on)
        self.assertIn("could not be sent", str(complaint.message_ids.mapped("body")))

    def test_switched_off(self):
        self.company.complaint_receipt = False
        self.assertFalse(self._receipts(self._receive(self._mail())))

    def test_few_receipts_to_one_address(self):
        """Whoever writes in somebody's name sends him two e-mails a day, no more."""
        receipts = [
            len(self._receipts(self._receive(self._unknown_mail(number))))
            for number in range(MAX_RECEIPTS_PER_DAY + 3)
        ]
        self.assertEqual(sum(receipts), MAX_RECEIPTS_PER_DAY)
        self.env.cr.execute(
            "UPDATE crm_complaint SET receipt_sent_on = receipt_sent_on - interval '25 hours'"
        )
        self.env.invalidate_all()
        self.assertTrue(self._receipts(self._receive(self._unknown_mail(99))))

    def test_who_gets_no_receipt(self):
        cases = {
            "generated": {"Auto-Submitted": "auto-generated"},
            "list": {"List-Id": "<news.neu.example>"},
            "unsubscribe": {"List-Unsubscribe": "<https://neu.example/out>"},
            "bulk": {"Precedence": "bulk"},
            "outlook": {"X-Auto-Response-Suppress": "OOF, AutoReply"},
            "empty return path": {"Return-Path": "<>"},
            "spam": {"X-Spam-Flag": "YES"},
            "noreply": {"sender": "Shop <no-reply@neu.example>"},
            "noreply with tag": {"sender": "Shop <noreply+17@neu.example>"},
            "colleague": {"sender": self.seller.email},
            "company": {"sender": "office@muster.example"},
            "own alias": {"sender": "complaints@muster.example"},
        }
        self.company.email = "office@muster.example"
        for number, (name, headers) in enumerate(cases.items()):
            with self.subTest(name):
                complaint = self._receive(self._unknown_mail(number, **headers))
                self.assertTrue(complaint.exists(), "nothing is lost")
                self.assertFalse(self._receipts(complaint))

    def test_two_machines_do_not_talk_for_ever(self):
        """The customer's machine answers our receipt: into the case, and there it ends."""
        complaint = self._receive(self._unknown_mail())
        for number in range(5):
            last = complaint.message_ids.sorted("id")[-1]
            again = self._receive(
                self._unknown_mail(
                    f"loop{number}",
                    **{"In-Reply-To": last.message_id, "Auto-Submitted": "auto-replied"},
                )
            )
            self.assertEqual(again, complaint)
        self.assertEqual(len(self._receipts(complaint)), 1)
        self.assertEqual(complaint.stage_id, self.stages["new"])

    def test_machine_that_forgets_the_thread(self):
        """An out-of-office note without reference makes no complaint, again and again or once."""
        before = self.env["crm.complaint"].search_count([])
        for number, headers in enumerate(
            ({"Auto-Submitted": "auto-replied (vacation)"}, {"X-Autoreply": "yes"}) * 2
        ):
            self.assertFalse(self._receive(self._unknown_mail(number, **headers)))
        self.assertEqual(self.env["crm.complaint"].search_count([]), before)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_bounce_makes_no_complaint(self):
        complaint = self._receive(self._unknown_mail())
        before = self.env["crm.complaint"].search_count([])
        receipt = self._receipts(complaint)
        raw = (
            "From: Mail Delivery <MAILER-DAEMON@neu.example>\r\n"
            "To: bounce.c@muster.example\r\nMessage-Id: <bounce@neu.example>\r\n"
            "Return-Path: <>\r\nSubject: Undelivered\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Final-Recipient: rfc822; nemo@neu.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-Id: {receipt.message_id}\r\n"
            "\r\n--b--\r\n"
        )
        self._receive(raw.encode())
        self.assertEqual(self.env["crm.complaint"].search_count([]), before)
        self.assertEqual(len(self._receipts(complaint)), 1)

    # ------------------------------------------------------------------
    # Forged senders
    # ------------------------------------------------------------------
    FORGED = {"Authentication-Results": "mx.muster.example; spf=softfail; dmarc=fail (p=none)"}

    def test_forged_customer(self):
        complaint = self._receive(self._mail(**self.FORGED))
        self.assertTrue(complaint.is_sender_forged)
        self.assertFalse(complaint.partner_id)
        self.assertFalse(complaint.message_ids.author_id & self.contact)
        self.assertFalse(self._receipts(complaint))
        genuine = {"Authentication-Results": "mx.muster.example; dmarc=pass"}
        complaint = self._receive(self._mail(message_id="<ok@kunde.example>", **genuine))
        self.assertFalse(complaint.is_sender_forged)
        self.assertEqual(complaint.partner_id, self.contact)

    def test_forged_customer_in_a_thread(self):
        complaint = self._receive(self._mail())
        first = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        complaint.stage_id = self.stages["resolved"]
        self._receive(
            self._mail(
                message_id="<forged@kunde.example>",
                **{"In-Reply-To": first.message_id, **self.FORGED},
            )
        )
        self.assertTrue(complaint.is_closed)
        self.assertFalse(complaint.message_ids[0].author_id)

    def test_forged_colleague(self):
        """With and without the mail server's help: no colleague becomes a customer."""
        complaint = self._receive(self._mail(sender=f"Boss <{self.manager.email}>"))
        self.assertFalse(complaint.partner_id)
        self.assertFalse(complaint.user_id)
        self.assertEqual(complaint.partner_name, "Boss")
        complaint = self._receive(
            self._mail(sender=self.manager.email, message_id="<f2@x>", **self.FORGED)
        )
        self.assertNotEqual(complaint.create_uid, self.manager)
        self.assertFalse(complaint.message_ids.author_id & self.manager.partner_id)

    def test_forged_colleague_answers_no_customer(self):
        complaint = self._receive(self._mail())
        complaint.message_subscribe(self.contact.ids)
        first = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        self._receive(
            self._mail(
                sender=self.manager.email,
                message_id="<f3@x>",
                **{"In-Reply-To": first.message_id, **self.FORGED},
            )
        )
        self.assertFalse(complaint.first_answer_on)

    def test_other_customers_address(self):
        """Without a failed check it is that customer's complaint; the receipt goes to him only."""
        complaint = self._receive(
            self._mail(sender="Somebody <post@andere.example>", **{"Reply-To": "thief@x.example"})
        )
        self.assertEqual(complaint.partner_id, self.other_customer)
        self.assertEqual(self._receipts(complaint).partner_ids, self.other_customer)
        mails = self.env["mail.mail"].search([])
        self.assertFalse(any("thief" in str((m.email_to, m.email_cc, m.headers)) for m in mails))

    # ------------------------------------------------------------------
    # Size and shape
    # ------------------------------------------------------------------
    def test_25_megabytes(self):
        content = os.urandom(1024) * 1024 * 25
        mail = self._mail(subject="Video")
        mail.add_attachment(content, maintype="video", subtype="mp4", filename="rung.mp4")
        complaint = self._receive(mail)
        attachment = complaint.message_ids.attachment_ids
        self.assertEqual(attachment.file_size, len(content))
        self.assertEqual(attachment.raw, content)
        self.assertNotIn(base64.b64encode(content[:300]).decode(), complaint.description)

    def test_multipart_alternative_with_image(self):
        raw = (
            b"From: Karla <karla@kunde.example>\r\nTo: complaints@muster.example\r\n"
            b"Message-Id: <multi@kunde.example>\r\nSubject: =?iso-8859-15?Q?Gel=E4nder_=A4?=\r\n"
            b'Content-Type: multipart/related; boundary="r"\r\n\r\n--r\r\n'
            b'Content-Type: multipart/alternative; boundary="a"\r\n\r\n'
            b"--a\r\nContent-Type: text/plain; charset=iso-8859-15\r\n\r\nGel\xe4nder \xa4\r\n"
            b"--a\r\nContent-Type: text/html; charset=iso-8859-15\r\n\r\n"
            b'<p>Gel\xe4nder <b>\xa4</b> <img src="cid:pic"></p>\r\n--a--\r\n'
            b"--r\r\nContent-Type: image/gif\r\nContent-ID: <pic>\r\n"
            b'Content-Disposition: inline; filename="pic.gif"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQABAAAAACw=\r\n--r--\r\n"
        )
        complaint = self._receive(raw)
        self.assertEqual(complaint.name, "Geländer €")
        self.assertIn("Geländer", complaint.description)
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["pic.gif"])

    def test_really_sent(self):
        """The receipt leaves with the headers that stop other machines."""
        self.company.email = "office@muster.example"
        complaint = self._receive(self._unknown_mail())
        receipt = self._receipts(complaint)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", receipt.id)])
        sent = []

        def send_email(_server, message, *_args, **_kwargs):
            sent.append(message)
            return message["Message-Id"]

        with (
            patch.object(IrMail_Server, "_disable_send", lambda _self: False),
            patch.object(IrMail_Server, "send_email", send_email),
            patch.object(IrMail_Server, "_connect__", lambda *_args, **_kwargs: None),
        ):
            mail.send()
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent[0]["Auto-Submitted"], "auto-replied")
        self.assertIn("nemo@neu.example", sent[0]["To"])
        self.assertIn("office@muster.example", sent[0]["From"])
        self.assertIn(complaint.number, sent[0]["Subject"])
