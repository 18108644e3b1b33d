# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import Form, tagged

from .common import ComplaintCase, at

ANSWERS = ("acknowledge", "ask", "accepted", "rejected", "goodwill")


@tagged("post_install", "-at_install")
class TestComplaintAnswer(ComplaintCase):
    """Answers from templates in the customer's language, and the question how content he is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.env["ir.module.module"]._load_module_terms(["crm_complaints"], ["de_DE"])
        cls.complaint = cls._complaint(
            partner_id=cls.contact.id,
            user_id=cls.seller.id,
            solution="<p>You get a new ladder</p>",
            received_on=at("2026-03-02 08:00"),
        )

    def _rendered(self, name):
        template = self.env.ref(f"crm_complaints.mail_template_{name}")
        return template._generate_template(self.complaint.ids, ("subject", "body_html"))[
            self.complaint.id
        ]

    def test_in_the_language_of_the_customer(self):
        for lang, word, hello in (
            ("de_DE", "Beschwerde", "Guten Tag"),
            ("en_US", "complaint", "Hello"),
        ):
            self.contact.lang = lang
            for name in ANSWERS:
                with self.subTest(name, lang=lang):
                    mail = self._rendered(name)
                    self.assertIn(self.complaint.number, mail["subject"])
                    self.assertIn(word, mail["subject"])
                    self.assertIn(hello, mail["body_html"])
                    self.assertIn("Karla Kunde", mail["body_html"])
                    self.assertIn("Too late", mail["body_html"])
                    has_decision = "You get a new ladder" in mail["body_html"]
                    self.assertEqual(has_decision, name in ("accepted", "rejected", "goodwill"))

    def test_language_of_somebody_who_is_no_contact(self):
        self.complaint.write({"partner_id": False, "lang": "de_DE"})
        self.assertEqual(self.complaint._get_answer_lang(), "de_DE")
        self.complaint.lang = False
        self.assertIn(self.complaint._get_answer_lang(), ("en_US", "de_DE"))
        self.assertIn("Guten Tag" if self.complaint._get_answer_lang() == "de_DE" else "Hello",
                      self._rendered("ask")["body_html"])  # fmt: skip

    def test_from_the_composer(self):
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(
                default_model="crm.complaint",
                default_res_ids=self.complaint.ids,
                default_template_id=self.env.ref("crm_complaints.mail_template_acknowledge").id,
            )
        ).save()
        with freeze_time(at("2026-03-02 10:00")):
            composer._action_send_mail()
        message = self.complaint.message_ids[0]
        self.assertIn(self.complaint.number, message.subject)
        self.assertIn(self.contact, message.partner_ids)
        self.assertEqual(self.complaint.first_answer_on, at("2026-03-02 10:00"))
        self.assertEqual(self.complaint.acknowledged_on, at("2026-03-02 10:00"))

    def _requests(self):
        return len(self.complaint.message_ids.filtered(lambda m: "/rate/" in (m.body or "")))

    def test_asked_once_for_each_resolution(self):
        template = self.env.ref("crm_complaints.mail_template_rating")
        (self.stages["resolved"] | self.stages["rejected"]).rating_template_id = template
        self.complaint.stage_id = self.stages["resolved"]
        self.assertEqual(self._requests(), 1)
        self.assertTrue(self.complaint.rating_requested_on)
        # Another closed stage is no other resolution, and the button asks no second time.
        self.complaint.stage_id = self.stages["rejected"]
        self.complaint.action_ask_for_rating()
        self.complaint.stage_id = self.stages["resolved"]
        self.assertEqual(self._requests(), 1)
        self.complaint.action_reopen()
        self.assertFalse(self.complaint.rating_requested_on)
        self.assertEqual(self._requests(), 1)
        self.complaint.stage_id = self.stages["resolved"]
        self.assertEqual(self._requests(), 2)

    def test_asked_by_hand(self):
        self.complaint.stage_id = self.stages["resolved"]
        self.assertEqual(self._requests(), 0)
        self.complaint.action_ask_for_rating()
        self.complaint.action_ask_for_rating()
        self.assertEqual(self._requests(), 1)
