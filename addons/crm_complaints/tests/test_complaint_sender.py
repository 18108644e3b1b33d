# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintSender(ComplaintCase):
    """Contacts are recognised, unknown senders accepted by a person, calls taken down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.de")
        cls.contact.phone = "+49 89 1234567"
        cls.contact.country_id = cls.env.ref("base.de")

    def _call(self, caller, **values):
        call = self.env["crm.complaint.call"].with_user(self.seller)
        return call.create({"caller": caller, "name": "Too late", **values})

    def _accept(self, complaint, user=None):
        wizards = self.env["crm.complaint.accept"].with_user(user or self.manager)
        return wizards.create({"complaint_id": complaint.id})

    def _unknown(self, **values):
        values = {"partner_id": False, "user_id": self.seller.id, **values}
        return self._complaint(**values)

    # ------------------------------------------------------------------
    # Recognition
    # ------------------------------------------------------------------
    def test_normalised_address_and_number(self):
        complaint = self._unknown(
            email_from='"Karla K." <KARLA@Kunde.Example>', phone="089/123 45 67"
        )
        self.assertEqual(complaint.email_normalized, "karla@kunde.example")
        self.assertEqual(complaint.phone_sanitized, "+49891234567")
        complaint.write({"email_from": "no address", "phone": "call me"})
        self.assertFalse(complaint.email_normalized)
        self.assertFalse(complaint.phone_sanitized)

    def test_recognised_by_address_and_number(self):
        recognise = self.env["crm.complaint"]._recognise
        self.assertEqual(recognise(email="<Karla@KUNDE.example>"), self.contact)
        self.assertEqual(recognise(phone="0049 (89) 1234567"), self.contact)
        self.assertFalse(recognise(email="karla@kunde", phone="12"))
        self.assertFalse(recognise())
        self.other_customer.phone = "089 1234567"
        found = recognise(email="post@andere.example", phone="0891234567")
        self.assertEqual(found[0], self.other_customer)
        self.assertEqual(found, self.other_customer | self.contact)

    def test_colleagues_and_foreign_companies_are_not_recognised(self):
        recognise = self.env["crm.complaint"]._recognise
        self.assertFalse(recognise(email=self.seller.email))
        self.contact.company_id = self._new_company("Zweite GmbH")
        self.assertFalse(recognise(email=self.contact.email))

    def test_an_address_two_customers_share_decides_nothing(self):
        recognise = self.env["crm.complaint"]._recognise_sender
        self.assertEqual(recognise("karla@kunde.example", self.company), self.contact)
        self.other_customer.email = "karla@kunde.example"
        self.assertFalse(recognise("karla@kunde.example", self.company))

    # ------------------------------------------------------------------
    # By phone
    # ------------------------------------------------------------------
    def test_call_of_a_known_number(self):
        call = self._call("089 / 12 345 67", text="It is\nbroken")
        self.assertEqual(call.partner_id, self.contact)
        call.action_save()
        complaint = self.env["crm.complaint"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(complaint.channel, "phone")
        self.assertEqual(complaint.user_id, self.seller)
        self.assertEqual(complaint.email_from, "karla@kunde.example")
        self.assertIn("It is", complaint.description)
        self.assertFalse(complaint.first_answer_on)

    def test_call_in_the_dialog(self):
        """What is typed finds the contact at once; several are offered."""
        with Form(self.env["crm.complaint.call"].with_user(self.seller)) as form:
            form.caller = "karla@KUNDE.example"
            self.assertEqual(form.partner_id, self.contact)
            form.caller = "kunde"
            self.assertFalse(form.partner_id)
            self.assertGreaterEqual(form.candidate_count, 2)
            form.caller = "Karla Kun"
            self.assertEqual(form.partner_id, self.contact)
            form.caller = "Nobody Ever Heard Of"
            self.assertFalse(form.partner_id)
            form.name = "Too late"

    def test_call_of_an_unknown(self):
        cases = {
            "+49 30 99887766": ("phone", "+49 30 99887766"),
            "nemo@neu.example": ("email_from", "nemo@neu.example"),
            "Nemo Neu": ("partner_name", "Nemo Neu"),
            "7 Zwerge": ("partner_name", "7 Zwerge"),
        }
        contacts = self.env["res.partner"].search_count([])
        for caller, (field, value) in cases.items():
            with self.subTest(caller):
                complaint = self._call(caller)._create_complaint()
                self.assertFalse(complaint.partner_id)
                self.assertEqual(complaint[field], value)
                self.assertTrue(complaint.can_accept_contact)
        self.assertFalse(self._call("")._create_complaint().can_accept_contact)
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_call_about_an_order(self):
        order = self._order(partner=self.contact)
        complaint = self._call("Karla Kunde", order_id=order.id)._create_complaint()
        self.assertEqual(complaint.order_id, order)
        self.assertEqual(complaint.company_id, order.company_id)
        self.assertEqual(complaint.team_id, self.team)

    # ------------------------------------------------------------------
    # From a lead
    # ------------------------------------------------------------------
    def test_complaint_from_a_lead(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Ladders",
                "user_id": self.seller.id,
                "contact_name": "Nemo Neu",
                "email_from": "nemo@neu.example",
                "company_id": self.company.id,
            }
        )
        action = lead.with_user(self.seller).action_view_complaints()
        complaints = self.env["crm.complaint"].with_user(self.seller)
        complaint = complaints.with_context(**action["context"]).create({"name": "No call"})
        self.assertEqual(complaint.lead_id, lead)
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.partner_name, "Nemo Neu")
        self.assertEqual(complaint.email_from, "nemo@neu.example")
        self.assertEqual(lead.with_user(self.seller).complaint_count, 1)
        action = lead.with_user(self.seller).action_view_complaints()
        self.assertEqual(complaints.search(action["domain"]), complaint)
        lead.partner_id = self.contact
        self.assertEqual(
            complaints.create({"name": "x", "lead_id": lead.id}).partner_id, self.contact
        )

    def test_merged_leads_keep_their_complaints(self):
        leads = self.env["crm.lead"].create(
            [{"name": name, "type": "opportunity"} for name in ("one", "two")]
        )
        complaints = self.env["crm.complaint"]
        for lead in leads:
            complaints |= self._complaint(lead_id=lead.id)
        merged = leads.merge_opportunity()
        self.assertEqual(complaints.lead_id, merged)

    # ------------------------------------------------------------------
    # Accepting
    # ------------------------------------------------------------------
    def test_existing_contact_is_proposed_first(self):
        complaint = self._unknown(
            email_from="KARLA@kunde.example", phone="089 1234567", partner_name="K. K."
        )
        wizard = self._accept(complaint)
        self.assertEqual(wizard.partner_id, self.contact)
        self.assertIn("same e-mail address, same phone number", wizard.proposals)
        contacts = self.env["res.partner"].search_count([])
        wizard.action_link()
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_same_name_is_only_mentioned(self):
        wizard = self._accept(self._unknown(partner_name="karla kunde"))
        self.assertFalse(wizard.partner_id)
        self.assertIn("same name", wizard.proposals)
        with self.assertRaises(UserError):
            wizard.action_link()

    def test_new_contact_gets_all_complaints_of_the_address(self):
        first, second = (
            self._unknown(email_from=address, partner_name="Nemo Neu", phone="030 998877")
            for address in ("nemo@neu.example", '"N" <NEMO@neu.example>')
        )
        other = self._unknown(email_from="omen@neu.example")
        forged = self._unknown(email_from="nemo@neu.example", is_sender_forged=True)
        message = first.message_post(
            body="Hello", message_type="email", author_id=False, email_from="nemo@neu.example",
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        wizard = self._accept(first)
        self.assertFalse(wizard.partner_id)
        action = wizard.action_create()
        partner = first.partner_id
        self.assertEqual(
            (partner.name, partner.email, partner.phone),
            ("Nemo Neu", "nemo@neu.example", "030 998877"),
        )
        self.assertEqual(second.partner_id, partner)
        self.assertFalse(other.partner_id or forged.partner_id)
        self.assertEqual(message.author_id, partner)
        self.assertIn("went along: 1", action["params"]["message"])

    def test_answering_an_unknown_sender_gives_him_the_complaint(self):
        complaint = self._unknown(email_from="nemo@neu.example", partner_name="Nemo Neu")
        information = complaint._get_customer_information()
        self.assertEqual(information["nemo@neu.example"]["name"], "Nemo Neu")
        partner = self.env["res.partner"].create({"name": "Nemo", "email": "nemo@neu.example"})
        complaint.with_user(self.seller).message_post(
            body="Sorry", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(complaint.partner_id, partner)

    def test_the_dialog_shows_no_foreign_complaint(self):
        foreign = self._unknown(
            user_id=self.colleague.id, team_id=False, email_from="secret@neu.example"
        )
        foreign.flush_recordset()
        foreign.invalidate_recordset()
        with self.assertRaises(AccessError):
            self._accept(foreign, user=self.seller)
        dialog = self.env["crm.complaint.accept"].with_user(self.seller)
        with self.assertRaises(AccessError):
            dialog.new({"complaint_id": foreign.id})._compute_new()
