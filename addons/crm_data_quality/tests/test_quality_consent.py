# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityConsent(QualityCase):
    """Who said no, and who was written to all the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.customer(name="Before", email="before@quappenhof.de")
        cls.after = cls.customer(name="After", email="after@quappenhof.de")
        cls.free = cls.customer(name="Free", email="free@quappenhof.de")
        for customer in (cls.before, cls.after):
            cls.env["mail.blacklist"]._add(customer.email)
        cls.lead = cls.env["crm.lead"].create({"name": "L", "email_from": "after@quappenhof.de"})
        now = fields.Datetime.now()
        cls.mail(cls.before, now - timedelta(days=1))
        for record in (cls.after, cls.free, cls.lead):
            cls.mail(record, now + timedelta(hours=1))

    @classmethod
    def mail(cls, record, moment):
        cls.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "message_type": "email_outgoing",
                "date": moment,
                "body": "Hello",
            }
        )

    def test_contradictions(self):
        customers = (self.before + self.after + self.free).with_user(self.manager)
        self.assertEqual(
            [customer.quality_mailed_despite for customer in customers], [False, True, False]
        )
        self.assertTrue(self.lead.with_user(self.manager).quality_mailed_despite)

    def test_filters(self):
        partners = self.env["res.partner"].with_user(self.manager)
        own = [("ref", "=", "QTEST")]
        for name, value, expected in (
            ("quality_mailed_despite", True, self.after),
            ("quality_mailed_despite", False, self.before + self.free),
            ("is_blacklisted", True, self.before + self.after),
        ):
            with self.subTest(name=name, value=value):
                self.assertEqual(partners.search([*own, (name, "=", value)]), expected)
        leads = self.env["crm.lead"].with_user(self.manager)
        self.assertEqual(leads.search([("quality_mailed_despite", "=", True)]), self.lead)

    def test_mailing_lists(self):
        partners = self.env["res.partner"].with_user(self.manager)
        own = [("ref", "=", "QTEST")]
        if "mailing.contact" in self.env:
            mailing = self.env["mailing.list"].create({"name": "News"})
            contact = self.env["mailing.contact"].create({"email": self.free.email})
            self.env["mailing.subscription"].create(
                {"contact_id": contact.id, "list_id": mailing.id, "opt_out": True}
            )
            expected = self.free
        else:
            expected = partners
        found = partners.search([*own, ("quality_list_opt_out", "=", True)])
        self.assertEqual(found, expected)
        others = partners.search([*own, ("quality_list_opt_out", "=", False)])
        self.assertEqual(others, (self.before + self.after + self.free) - expected)

    def test_only_for_data_quality_users(self):
        clerk = new_test_user(self.env, "consent_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.after.with_user(clerk).read(["quality_mailed_despite"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(clerk).search([("quality_mailed_despite", "=", True)])
