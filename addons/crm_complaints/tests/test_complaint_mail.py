# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from freezegun import freeze_time

from odoo.tests import tagged

from .common import at, naive_work_hours
from .mail_case import ComplaintMailCase


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintMailCase):
    """E-mail intake, answers and ratings."""

    def test_alias_belongs_to_the_team(self):
        alias = self.team.complaint_alias_id
        self.assertEqual(alias.alias_full_name, "complaints@muster.example")
        self.team.complaint_alias_name = "beschwerde"
        self.assertEqual(alias.alias_name, "beschwerde")
        self.team.complaint_alias_name = False
        self.assertFalse(alias.exists())

    def test_mail_of_a_known_contact(self):
        complaint = self._receive(self._mail())
        self.assertEqual(complaint.name, "Ladder broken")
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual(complaint.team_id, self.team)
        self.assertEqual(complaint.company_id, self.company)
        self.assertEqual(complaint.stage_id, self.stages["new"])
        self.assertFalse(complaint.user_id)
        self.assertIn("third rung", complaint.description)
        self.assertTrue(complaint.due_on)

    def test_unknown_sender_becomes_no_contact(self):
        contacts = self.env["res.partner"].search_count([])
        complaint = self._receive(self._mail(sender="Nemo Neu <nemo@neu.example>"))
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.partner_name, "Nemo Neu")
        self.assertIn("nemo@neu.example", complaint.email_from)

    def test_empty_subject_takes_the_first_line(self):
        complaint = self._receive(
            self._mail(subject="", body="\n\nWhere is my order?\nIt is late.")
        )
        self.assertEqual(complaint.name, "Where is my order?")
        complaint = self._receive(
            self._mail(subject=None, body="No header at all", message_id="<b@x>")
        )
        self.assertEqual(complaint.name, "No header at all")
        complaint = self._receive(self._mail(subject=None, body="", message_id="<c@x>"))
        self.assertTrue(complaint.name)

    def test_html_only_is_sanitised(self):
        complaint = self._receive(
            self._mail(html="<p>Very <b>angry</b><script>alert(1)</script></p>", subject="H")
        )
        self.assertIn("angry", complaint.description)
        self.assertNotIn("script", complaint.description)

    def test_garbage_survives(self):
        header = b"From: karla@kunde.example\r\nTo: complaints@muster.example\r\n"
        for number, raw in enumerate(
            (
                b"Message-Id: <g1@x>\r\nSubject: =?utf-8?B?!!!?=\r\n\r\n\xff\xfe\x00broken \xe4\xf6",
                b"Message-Id: <g2@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nqapla\xdf",
                b"Message-Id: <g3@x>\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--yy\r\n",
                b"Message-Id: <g4@x>\r\nDate: yesterday or so\r\n\r\n" + b"x" * 5000,
            )
        ):
            complaint = self._receive(header + raw)
            self.assertTrue(complaint.exists(), number)
            self.assertTrue(complaint.name, number)

    def test_attachments_are_kept(self):
        mail = self._mail(subject="Photo")
        mail.add_attachment(b"\x89PNG....", maintype="image", subtype="png", filename="rung.png")
        complaint = self._receive(mail)
        attachment = complaint.message_ids.attachment_ids
        self.assertEqual(attachment.name, "rung.png")
        self.assertEqual(base64.b64decode(attachment.datas), b"\x89PNG....")

    def test_answer_threads_and_ends_waiting(self):
        complaint = self._receive(self._mail())
        first = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        complaint.stage_id = self.stages["waiting"]
        again = self._receive(
            self._mail(
                subject="Re: Ladder broken",
                body="Here is the photo.",
                message_id="<second@kunde.example>",
                **{"In-Reply-To": first.message_id, "References": first.message_id},
            )
        )
        self.assertEqual(again, complaint)
        self.assertEqual(complaint.stage_id, self.stages["in_progress"])
        self.assertFalse(complaint.waiting_since)

    def test_answer_reopens(self):
        complaint = self._complaint(stage_id=self.stages["resolved"].id)
        complaint.message_post(
            body="It broke again",
            message_type="email",
            author_id=self.contact.id,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(complaint.stage_id, self.stages["in_progress"])
        self.assertEqual(complaint.reopen_count, 1)

    def test_note_of_a_colleague_reopens_nothing(self):
        complaint = self._complaint(stage_id=self.stages["resolved"].id)
        complaint.with_user(self.seller).message_post(body="nice work")
        self.assertTrue(complaint.is_closed)

    def test_first_answer_is_the_first_message_to_the_customer(self):
        received = at("2026-03-06 16:20")
        complaint = self._complaint(received_on=received, partner_id=self.contact.id)

        def write(body, subtype, recipients):
            complaint.with_user(self.seller).message_post(
                body=body,
                message_type="comment",
                subtype_xmlid=subtype,
                partner_ids=recipients.ids,
            )

        with freeze_time(at("2026-03-06 16:30")):
            write("internal", "mail.mt_note", self.contact)
            write("to a colleague", "mail.mt_comment", self.colleague.partner_id)
        self.assertFalse(complaint.first_answer_on)
        self.assertIs(complaint.work_hours_to_first_answer, False)
        answered = at("2026-03-09 10:05")
        with freeze_time(answered):
            write("We are sorry", "mail.mt_comment", self.contact)
        self.assertEqual(complaint.first_answer_on, answered)
        self.assertAlmostEqual(
            complaint.work_hours_to_first_answer, naive_work_hours(received, answered), places=6
        )
        with freeze_time(at("2026-03-10 10:00")):
            write("And there is more", "mail.mt_comment", self.contact)
        self.assertEqual(complaint.first_answer_on, answered)

    def test_message_of_the_customer_is_no_answer(self):
        complaint = self._complaint(partner_id=self.contact.id)
        complaint.message_post(
            body="Hello?",
            message_type="comment",
            author_id=self.contact.id,
            partner_ids=self.customer.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(complaint.first_answer_on)

    def test_answered_by_phone(self):
        complaint = self._complaint(received_on=at("2026-03-06 08:00")).with_user(self.seller)
        with freeze_time(at("2026-03-06 09:00")):
            complaint.action_answered_by_phone()
        self.assertAlmostEqual(complaint.work_hours_to_first_answer, 1)

    def test_rating_is_kept_and_does_not_reopen(self):
        complaint = self._complaint(
            stage_id=self.stages["resolved"].id, partner_id=self.contact.id, user_id=self.seller.id
        )
        token = complaint._rating_get_access_token()
        with freeze_time(at("2026-03-06 08:00")):
            complaint.rating_apply(1, token=token, feedback="Too slow")
        self.assertEqual(complaint.satisfaction, "dissatisfied")
        self.assertEqual(complaint.rated_on, at("2026-03-06 08:00"))
        self.assertTrue(complaint.is_closed)
        token = complaint._rating_get_access_token()
        with freeze_time(at("2026-03-07 08:00")):
            complaint.rating_apply(5, token=token)
        self.assertEqual(complaint.satisfaction, "satisfied")
        self.assertEqual(complaint.rated_on, at("2026-03-07 08:00"))

    def test_rating_told_by_phone(self):
        complaint = self._complaint(stage_id=self.stages["resolved"].id)
        complaint.satisfaction = "neutral"
        self.assertTrue(complaint.rated_on)
        complaint.satisfaction = False
        self.assertFalse(complaint.rated_on)

    def test_stage_sends_the_rating_mail(self):
        template = self.env.ref("crm_complaints.mail_template_rating")
        self.stages["resolved"].rating_template_id = template
        complaint = self._complaint(partner_id=self.contact.id, user_id=self.seller.id)
        complaint.stage_id = self.stages["resolved"]
        mails = complaint.message_ids.filtered(lambda m: "/rate/" in (m.body or ""))
        self.assertEqual(mails.partner_ids, self.contact)
        self.assertIn("Too late", mails.body)
        rejected = self._complaint(partner_id=self.contact.id)
        rejected.stage_id = self.stages["rejected"]
        self.assertFalse(rejected.message_ids.filtered(lambda m: "/rate/" in (m.body or "")))

    def test_out_of_office_reply_changes_nothing(self):
        for number, headers in enumerate(
            (
                {"Auto-Submitted": "auto-replied"},
                {"X-Autoreply": "yes"},
                {"Precedence": "auto_reply"},
            )
        ):
            complaint = self._receive(self._mail(message_id=f"<ask{number}@kunde.example>"))
            first = complaint.message_ids.filtered(lambda m: m.message_type == "email")
            for stage in ("waiting", "resolved"):
                complaint.stage_id = self.stages[stage]
                again = self._receive(
                    self._mail(
                        subject="Out of office",
                        body="Back on Monday.",
                        message_id=f"<auto-{stage}-{number}@kunde.example>",
                        **{"In-Reply-To": first.message_id, **headers},
                    )
                )
                with self.subTest(headers, stage=stage):
                    self.assertEqual(again, complaint)
                    self.assertIn("Back on Monday", complaint.message_ids[0].body)
                    self.assertEqual(complaint.stage_id, self.stages[stage])
        again = self._receive(
            self._mail(
                body="Now I am back.",
                message_id="<human@kunde.example>",
                **{"In-Reply-To": first.message_id, "Auto-Submitted": "no"},
            )
        )
        self.assertEqual(again.stage_id, self.stages["in_progress"])

    def test_null_characters_lose_nothing(self):
        for number, subject in enumerate(("=?utf-8?B?AEJyb2tlbgA=?=", "=?utf-8?Q?Bro=00ken?=")):
            raw = (
                f"From: Nemo =?utf-8?Q?=00?= <nemo@neu.example>\r\nTo: complaints@muster.example\r\n"
                f"Message-Id: <nul{number}@x>\r\nSubject: {subject}\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\nQSBudWw6IABlbmQ=\r\n"
            )
            complaint = self._receive(raw.encode())
            complaint.flush_recordset()
            self.assertEqual(complaint.name, "Broken")
            self.assertIn("end", complaint.description)

    def test_unusual_raw_mails(self):
        """Each becomes a complaint with a subject; what came with it is kept."""
        head = b"To: complaints@muster.example\r\nFrom: Karla <karla@kunde.example>\r\n"
        cases = {
            "no sender": b"To: complaints@muster.example\r\nMessage-Id: <u1@x>\r\n\r\nHelp",
            "two senders": b"To: complaints@muster.example\r\nMessage-Id: <u2@x>\r\n"
            b"From: a@neu.example, b@neu.example\r\n\r\nHelp",
            "wrong charset": head + b"Message-Id: <u3@x>\r\nSubject: \xe4rger\r\n"
            b"Content-Type: text/plain; charset=nonsense-9\r\n\r\n\xe4rger",
            "winmail": head + b"Message-Id: <u4@x>\r\nSubject: Winmail\r\n"
            b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n",
            "long subject": head
            + b"Message-Id: <u5@x>\r\nSubject: "
            + b"x" * 3000
            + b"\r\n\r\nHelp",
            "no body": head + b"Message-Id: <u6@x>\r\nSubject: Only this\r\n\r\n",
            "nested": head + b"Message-Id: <u7@x>\r\nContent-Type: message/rfc822\r\n\r\n"
            b"Subject: Inner\r\nFrom: c@neu.example\r\n\r\nInner text",
        }
        for name, raw in cases.items():
            with self.subTest(name):
                complaint = self._receive(raw)
                self.assertTrue(complaint.exists().name)
                self.assertTrue(complaint.message_ids)
        winmail = self.env["crm.complaint"].search([("name", "=", "Winmail")])
        self.assertEqual(winmail.message_ids.attachment_ids.mapped("name"), ["winmail.dat"])

    def test_same_mail_twice_is_one_complaint(self):
        first = self._receive(self._mail())
        self.assertFalse(self._receive(self._mail()))
        self.assertEqual(self.env["crm.complaint"].search_count([("name", "=", first.name)]), 1)

    def test_forged_reference_to_a_foreign_thread(self):
        """Somebody who knows a message id of ours cannot act as the customer."""
        complaint = self._receive(self._mail())
        first = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        complaint.stage_id = self.stages["resolved"]
        self._receive(
            self._mail(
                sender="Nemo <nemo@neu.example>",
                message_id="<forged@neu.example>",
                **{"In-Reply-To": first.message_id},
            )
        )
        self.assertEqual(complaint.stage_id, self.stages["resolved"])

    def test_team_that_moved_to_another_company(self):
        second = self._new_company("Zweite GmbH")
        second.alias_domain_id = self.domain
        self.team.write({"member_ids": False, "user_id": False})
        self.team.company_id = second
        complaint = self._receive(self._mail())
        self.assertEqual((complaint.company_id, complaint.team_id), (second, self.team))

    def test_first_answer_to_somebody_who_is_no_contact(self):
        complaint = self._receive(self._mail(sender="Nemo Neu <nemo@neu.example>"))
        complaint.with_user(self.manager).message_post(
            body="We are sorry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            outgoing_email_to="nemo@neu.example",
        )
        self.assertTrue(complaint.first_answer_on)
