# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .privacy_common import PrivacyCase


@tagged("post_install", "-at_install")
class TestQualityRestriction(PrivacyCase):
    """Whom booked documents name is restricted: the rest goes now, name and address later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.restrictions = cls.env["crm.privacy.restriction"].with_user(cls.manager)
        cls.year = fields.Date.context_today(cls.person).year

    def restriction(self, partner=None):
        partner = partner or self.person
        return self.restrictions.search([("partner_id", "=", partner.id)])

    def file_of(self, record, **values):
        return self.env["ir.attachment"].create(
            {
                "name": "Beleg Zwiebelfisch.txt",
                "raw": b"Zwiebelfisch",
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def test_what_goes_and_what_stays(self):
        move = self.entry(date(self.year - 10, 1, 1))
        voucher = self.file_of(move)
        # a bill that came with the person's mail is the voucher itself
        move.with_context(disable_attachment_import=True).message_post(
            body="Frau Zwiebelfisch fragt nach", author_id=self.person.id, message_type="email",
            attachment_ids=voucher.ids,
        )  # fmt: skip
        booked = move.read(["name", "ref", "amount_total", "date", "state"])
        self.anonymise(self.person)
        person = self.person
        self.assertEqual(person.name, "Erika Zwiebelfisch")
        self.assertEqual(
            (person.street, person.zip, person.city), ("Kranichweg 12", "80331", "München")
        )
        self.assertEqual(person.vat, "DE136695976")
        self.assertFalse(person.email or person.phone or person.comment or person.function)
        self.assertFalse(person.active)
        self.assertEqual(self.lead.name, f"Anonymised {self.lead.id}")
        self.assertFalse(self.portal.active)
        self.assertTrue(voucher.exists(), "a booked document")
        self.assertEqual(voucher.name, "Beleg Zwiebelfisch.txt")
        self.assertEqual(voucher.raw, b"Zwiebelfisch")
        self.assertEqual(move.read(["name", "ref", "amount_total", "date", "state"]), booked)
        self.assertEqual(move.line_ids.partner_id, person)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", person.id),
                 ("res_field", "=", False)]
            )
        )  # fmt: skip
        left = set(self.traces()) - {"mail_blacklist", "crm_anonymise"}
        self.assertEqual(
            left, {"res_partner", "account_move", "res_partner_bank", "ir_attachment"},
            "itself, the entry with the bank account that it names, and its file",
        )  # fmt: skip
        texts = person.message_ids.mapped("body")
        self.assertTrue(any(str(self.year) in text for text in texts), "why it stays is noted")

    def test_words_before_and_after(self):
        self.entry(date(self.year - 10, 1, 1))
        env = self.env(user=self.manager)
        action = env["crm.anonymise"]._open(self.person.with_env(env), env["crm.lead"])
        wizard = env["crm.anonymise"].browse(action["res_id"])
        self.assertFalse(wizard.refusals)
        self.assertIn("Erika Zwiebelfisch", wizard.stays)
        self.assertIn(f"/{self.year}", wizard.stays)
        wizard.write({"is_certain": True, "confirmation": str(wizard.record_count)})
        action = wizard.action_anonymise()
        self.assertEqual(action["res_model"], "crm.privacy.restriction")
        restriction = self.restrictions.browse(action["res_id"])
        self.assertEqual(restriction.partner_id, self.person)
        self.assertEqual((restriction.state, restriction.kind), ("restricted", "books"))
        self.assertEqual(restriction.kept_until, date(self.year, 12, 31))
        self.assertIn("Art. 18", restriction.stayed)
        self.assertGreater(restriction.gone["crm.lead"], 0)
        self.assertGreater(restriction.gone["ir.attachment"], 0)
        self.assertIn(self.env["ir.model"]._get("crm.lead").name, restriction.went)
        log = self.env["crm.privacy.log"].search([], limit=1)
        self.assertEqual(log.action, "restricted")
        self.assertNotIn("wiebelfisch", log.references)

    def test_the_rest_is_proposed_when_the_period_has_passed(self):
        move = self.entry(date(self.year - 10, 1, 1))
        self.anonymise(self.person)
        self.run_cron()
        self.assertEqual(self.restriction().state, "restricted", "not yet")
        proposals = self.env["crm.retention.proposal"].with_user(self.manager)
        self.assertFalse(proposals.search([("partner_id", "=", self.person.id)]))
        with freeze_time(f"{self.year + 1}-01-02"):
            self.run_cron()
            self.assertEqual(self.restriction().state, "due")
            proposal = proposals.search([("partner_id", "=", self.person.id)])
            self.assertEqual((proposal.state, len(proposal)), ("open", 1))
            self.run_cron()
            proposals.action_look()
            self.assertEqual(
                proposals.search([("partner_id", "=", self.person.id)]), proposal,
                "a search for others leaves it",
            )  # fmt: skip
            with self.assertRaises(UserError):
                proposal.action_archive()
            action = proposal.action_anonymise()
            wizard = self.env["crm.anonymise"].with_user(self.manager).browse(action["res_id"])
            self.assertFalse(wizard.stays)
            wizard.write({"is_certain": True, "confirmation": str(wizard.record_count)})
            wizard.action_anonymise()
            wizard.unlink()
            self.assertEqual(proposal.state, "anonymised")
        self.assertEqual(self.restriction().state, "ended")
        self.assertEqual(self.person.name, f"Anonymised {self.person.id}")
        self.assertFalse(set(self.traces()) - {"mail_blacklist", "crm_anonymise"})
        self.assertEqual(sum(move.line_ids.mapped("debit")), 10)

    def test_a_longer_period_postpones(self):
        self.entry(date(self.year - 10, 1, 1))
        self.anonymise(self.person)
        self.env["crm.retention.rule"].search([("kind", "=", "books")]).years = 12
        with freeze_time(f"{self.year + 1}-01-02"):
            self.run_cron()
            restriction = self.restriction()
            self.assertEqual(restriction.state, "restricted")
            self.assertEqual(restriction.kept_until, date(self.year + 2, 12, 31))

    def test_restricted_customers_stay_out_of_daily_work(self):
        self.entry(date(self.year - 1, 1, 1))
        self.anonymise(self.person)
        self.assertFalse(self.env["res.partner"].search([("name", "ilike", "Zwiebelfisch")]))
        self.assertFalse(self.env["res.partner"].name_search("Zwiebelfisch"))
        with self.assertRaises(UserError):
            self.person.action_unarchive()
        self.assertFalse(self.person.active)
        other = self.customer(name="Anton Nachbar", is_company=False)
        service = self.env["crm.merge"].with_user(self.manager)
        for master, merged in ((other, self.person), (self.person, other)):
            with self.assertRaises(UserError):
                service._merge(master.with_user(self.manager), merged.with_user(self.manager))
        seen = self.person.with_user(self.seller)
        self.assertEqual(seen.quality_restricted_until, self.restriction().kept_until)
        self.assertFalse(other.quality_restricted_until)
        with self.assertRaises(AccessError):
            self.env["crm.privacy.restriction"].with_user(self.seller).search([])

    def test_a_contact_without_documents_goes_and_its_company_stays(self):
        """Odoo passes addresses of contacts on to their company: not this time."""
        company = self.customer(
            name="Quappenhof GmbH", street="Kranichweg 12", zip="80331", city="München",
            vat="DE136695976", email="post@quappenhof.de",
        )  # fmt: skip
        self.person.parent_id = company
        contact, self.person = self.person, company
        self.entry(date(self.year - 1, 1, 1))
        self.anonymise(company)
        self.assertEqual(contact.name, f"Anonymised {contact.id}")
        self.assertFalse(contact.street or contact.email)
        self.assertEqual(company.name, "Quappenhof GmbH")
        self.assertEqual((company.street, company.city), ("Kranichweg 12", "München"))
        self.assertEqual(company.vat, "DE136695976")
        self.assertFalse(company.email)
        self.assertTrue(self.restriction(company))
        self.assertFalse(self.restriction(contact))

    def test_a_contact_alone_leaves_its_company_alone(self):
        company = self.customer(
            name="Teich GmbH", street="Am Teich 1", zip="20095", city="Hamburg", vat="DE136695976"
        )
        self.person.parent_id = company
        self.anonymise(self.person)
        self.assertEqual((company.street, company.city), ("Am Teich 1", "Hamburg"))
        self.assertEqual(company.vat, "DE136695976")
        self.assertFalse(self.person.street)

    def test_the_address_of_the_delivery_stays(self):
        """An invoice to somebody else that names the person as the address of the delivery."""
        person, self.person = self.person, self.customer(name="Anton Nachbar")
        self.entry(date(self.year - 1, 1, 1), "out_invoice", partner_shipping_id=person.id)
        self.anonymise(person)
        self.assertEqual(person.street, "Kranichweg 12")
        self.assertEqual(self.restriction(person).kind, "vouchers")

    def test_bank_accounts_of_booked_documents_stay(self):
        loose = self.person.bank_ids
        named = self.env["res.partner.bank"].create(
            {"partner_id": self.person.id, "acc_number": "DE89370400440532013000"}
        )
        move = self.entry(date(self.year - 1, 1, 1))
        self.env.flush_all()
        self.cr.execute(
            "UPDATE account_move SET partner_bank_id = %s WHERE id = %s", [named.id, move.id]
        )
        self.env.invalidate_all()
        self.anonymise(self.person)
        self.assertEqual(named.acc_number, "DE89370400440532013000")
        self.assertIn("•••", loose.acc_number)
        self.assertFalse(named.active or loose.active)

    def test_an_open_invoice_refuses_the_whole(self):
        self.entry(date(self.year, 1, 1), "out_invoice")
        with self.assertRaises(UserError) as error:
            self.anonymise(self.person)
        self.assertIn("(1)", str(error.exception))
        self.assertEqual(self.person.email, "Erika.Zwiebelfisch@Quappenhof.de")

    def run_cron(self):
        def commit_progress(_cron, processed=0, **_kwargs):
            self.assertTrue(processed)
            self.env.flush_all()
            return 60.0

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            self.env["crm.privacy.restriction"]._cron_end()
