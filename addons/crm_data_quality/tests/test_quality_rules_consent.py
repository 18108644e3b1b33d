# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRulesConsent(QualityCase):
    """Blacklist, consent, retention, language and orphaned addresses: both sides of each."""

    def mail(self, customer, days):
        """A mailing to a customer, some days ago."""
        return self.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": customer.id,
                "message_type": "email_outgoing",
                "date": fields.Datetime.subtract(fields.Datetime.now(), days=days),
            }
        )

    def blacklist(self, customer, days):
        entry = self.env["mail.blacklist"].create({"email": customer.email})
        self.age(entry, days, "write_date")

    def test_blacklisted_but_mailed(self):
        values = {"email": "before@bau-muster.de"}
        good, bad = self.customer(**values), self.customer(email="after@bau-muster.de")
        free = self.customer(email="free@bau-muster.de")
        for customer in (good, bad):
            self.blacklist(customer, 30)
        self.mail(good, 60)
        self.mail(bad, 10)
        self.mail(free, 10)
        note = self.mail(good, 5)
        note.message_type = "comment"
        check = self.assert_rule("blacklist_mailed", good, bad, free + self.customer())
        value, reason, _proposal = self.findings(check)[bad]
        self.assertEqual(value, "after@bau-muster.de")
        self.assertIn("although it is blacklisted", reason)
        self.assertIn("got a mailing on", reason)

    def test_consent_is_not_judged_without_an_app_that_records_it(self):
        self.customer(email="a@bau-muster.de")
        with patch.object(type(self.env["crm.quality.rule"]), "_consent_queries", lambda *_a: []):
            check = self.run_check("consent")
        result = check.result_ids.filtered("is_selected")
        self.assertIn("consent", result.not_checked_reason)
        self.assertIs(result.score, False)

    def test_consent(self):
        """Consent as an app may record it: agreed, opted out everywhere, never asked."""
        good = self.customer(email="yes@bau-muster.de")
        left = self.customer(email="left@bau-muster.de")
        never = self.customer(email="never@bau-muster.de")
        blocked = self.customer(email="blocked@bau-muster.de")
        self.blacklist(blocked, 1)

        def queries(*_args):
            return [
                SQL("SELECT a.email, a.email LIKE 'left%%' AS opted_out FROM addressee a"
                    " WHERE a.email NOT LIKE 'never%%'"),
                SQL("SELECT a.email, TRUE FROM addressee a WHERE a.email LIKE 'yes%%'"),
            ]  # fmt: skip

        with patch.object(type(self.env["crm.quality.rule"]), "_consent_queries", queries):
            check = self.assert_rule("consent", good, left + never, blocked + self.customer())
        found = self.findings(check)
        self.assertEqual(found[left][1], "opted out of every mailing list")
        self.assertEqual(found[never][1], "is on no mailing list that it agreed to")

    def test_retention(self):
        good, bad, active, new = (self.customer(name=name) for name in ("G", "Bad", "Act", "New"))
        year = fields.Date.today().year
        self.age(good, (fields.Date.today() - fields.Date.to_date(f"{year - 6}-01-02")).days)
        self.age(
            bad + active, (fields.Date.today() - fields.Date.to_date(f"{year - 7}-12-30")).days
        )
        self.age(self.env["crm.lead"].create({"name": "Lead", "partner_id": active.id}), 1)
        contact = self.customer(name="Eva Berg", is_company=False, parent_id=bad.id)
        self.age(contact, 4000)
        self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "in", (good + bad).ids)]
        ).unlink()
        check = self.assert_rule("retention", good + active + new, bad, contact)
        self.assertIn("6 years", self.findings(check)[bad][1])

    def test_retention_spares_what_the_bookkeeping_needs(self):
        bad, kept = self.customer(), self.customer(name="Kept")
        self.age(bad + kept, 4000)
        self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "in", (bad + kept).ids)]
        ).unlink()
        rules = type(self.env["crm.quality.rule"])
        with patch.object(rules, "_retention_queries", lambda *_a: [SQL("SELECT %s", kept.id)]):
            self.assert_rule("retention", self.partners, bad, kept)

    def test_language_of_the_country(self):
        self.env["res.lang"]._activate_lang("de_DE")
        country = self.env.ref("base.aq")
        values = {"country_id": country.id}
        good = self.partners.union(*(self.customer(lang="de_DE", **values) for _i in range(10)))
        bad = self.customer(lang="en_US", **values)
        others = self.customer(lang=False, **values) + self.customer(lang="en_US")
        check = self.assert_rule("lang_country", good, bad, others)
        value, reason, proposal = self.findings(check)[bad]
        self.assertEqual((value, proposal), ("en_US", "de_DE"))
        self.assertIn("10 of 11 customers in Antarctica", reason)

    def test_orphaned_address(self):
        company = self.customer()
        good = self.customer(name="Store", type="delivery", is_company=False, parent_id=company.id)
        bad = self.customer(name="Store", type="delivery", is_company=False)
        check = self.assert_rule("address_orphaned", good, bad, company)
        self.assertEqual(self.findings(check)[bad][1], "belongs to no customer")
