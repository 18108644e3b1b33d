# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import chain

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRetentionOpen(QualityCase):
    """Customers in use are held back, with the reason; what shows that they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.customer(name="Alt GmbH")
        cls.contact = cls.customer(name="Karla Alt", is_company=False, parent_id=cls.old.id)
        cls.env.flush_all()
        cls.cr.execute(
            SQL(
                "UPDATE res_partner SET create_date = '2015-03-01' WHERE id = ANY(%s)",
                (cls.old | cls.contact).ids,
            )
        )
        cls.env.invalidate_all()
        cls.proposals = cls.env["crm.retention.proposal"].with_user(cls.manager)

    def proposal(self):
        self.proposals.action_look()
        return self.proposals.search([("partner_id", "=", self.old.id)])

    def test_nothing_open_is_said(self):
        proposal = self.proposal()
        self.assertEqual(proposal.state, "open")
        self.assertIn("Nothing is open", proposal.reason)

    def test_an_open_complaint_of_a_contact(self):
        if "crm.complaint" not in self.env:
            self.skipTest("complaints are not installed")
        complaint = self.env["crm.complaint"].create(
            {"name": "Kaputt", "partner_id": self.contact.id, "received_on": "2015-04-01 10:00:00"}
        )
        proposal = self.proposal()
        self.assertEqual(proposal.state, "held")
        self.assertIn("Complaint (1)", proposal.reason)
        for decide in (proposal.action_archive, proposal.action_anonymise):
            with self.assertRaises(UserError) as error:
                decide()
            self.assertIn("Complaint (1)", str(error.exception))
        self.env.flush_all()
        self.cr.execute("UPDATE crm_complaint SET is_closed = TRUE WHERE id = %s", [complaint.id])
        self.env.invalidate_all()
        self.assertIn("has ended", proposal.reason)
        self.assertEqual(self.proposal().state, "open")

    def test_a_complaint_of_last_year_is_a_letter(self):
        if "crm.complaint" not in self.env:
            self.skipTest("complaints are not installed")
        complaint = self.env["crm.complaint"].create(
            {"name": "Kaputt", "partner_id": self.contact.id}
        )
        self.env.flush_all()
        self.cr.execute("UPDATE crm_complaint SET is_closed = TRUE WHERE id = %s", [complaint.id])
        self.env.invalidate_all()
        self.assertFalse(self.proposal(), "the period is not over")

    def test_a_complaint_after_the_proposal(self):
        """What was proposed is in use again before somebody decides."""
        if "crm.complaint" not in self.env:
            self.skipTest("complaints are not installed")
        proposal = self.proposal()
        self.env["crm.complaint"].create({"name": "Kaputt", "partner_id": self.old.id})
        self.env.invalidate_all()
        self.assertIn("Complaint (1)", proposal.reason)
        with self.assertRaises(UserError):
            proposal.action_archive()
        self.assertTrue(self.old.active)
        proposal.action_keep()
        self.assertEqual(proposal.state, "kept")

    def test_an_open_activity(self):
        activity = self.contact.activity_schedule("mail.mail_activity_data_todo", summary="Ruf an")
        self.assertEqual(self.proposal().state, "held")
        activity.action_feedback()
        rules = self.env["crm.retention.rule"]
        self.assertFalse(rules._open_counts(self.contact))

    def test_what_is_open_can_be_asked_for_everywhere(self):
        """Each model that is installed knows the fields of its condition."""
        rules = self.env["crm.retention.rule"]
        asked = set()
        for name, field_name, domain in rules._open_documents():
            model = rules._model(name)
            if model is not None:
                model.search_count(Domain(domain) & Domain(field_name, "in", self.old.ids))
                asked.add(name)
        for name, field_name, date_name, domain in chain(*rules._evidence().values()):
            if rules._model(name) is not None:
                rules._model(name).search(
                    Domain(domain) & Domain(field_name, "in", self.old.ids), order=date_name
                )
        self.assertIn("crm.lead", asked)

    def test_loose_ends_do_not_stop_an_erasure(self):
        """Whoever asks to be forgotten is, and the preview says what is open."""
        if "crm.complaint" not in self.env:
            self.skipTest("complaints are not installed")
        self.env["crm.complaint"].create({"name": "Kaputt", "partner_id": self.contact.id})
        env = self.env(user=self.manager)
        action = env["crm.anonymise"]._open(self.contact.with_env(env), env["crm.lead"])
        wizard = env["crm.anonymise"].browse(action["res_id"])
        self.assertFalse(wizard.refusals)
        self.assertIn("Complaint (1)", wizard.in_use)
