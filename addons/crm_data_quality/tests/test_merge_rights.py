# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeRights(MergeCase):
    """Who may merge and undo what, and what is never merged."""

    def test_salespeople_merge_no_customers(self):
        master, other = self.customer(user_id=self.seller.id), self.customer()
        with self.assertRaisesRegex(UserError, "Only data quality managers"):
            self.merge(master, other, user=self.seller)
        self.assertTrue(other.active)

    def test_record_rules_hold(self):
        """A manager who may not write one of the customers cannot merge it."""
        master, other = self.customer(), self.customer(ref="SECRET")
        self.env["ir.rule"].create(
            {
                "name": "Not the secret ones",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'SECRET')]",
                "perm_read": False,
            }
        )
        with self.assertRaisesRegex(UserError, "may not change"):
            self.merge(master, other)
        self.env["ir.rule"].search([("name", "=", "Not the secret ones")]).perm_read = True
        with self.assertRaises(AccessError):
            self.merge(master, other)
        with self.assertRaises(AccessError):
            self.merges._preview(master.with_user(self.manager), other.with_user(self.manager))

    def test_merges_are_as_secret_as_their_records(self):
        master, other = self.customer(), self.customer(ref="SECRET")
        merge = self.merge(master, other)
        self.assertIn(merge, self.merges.search([]))
        self.env["ir.rule"].create(
            {
                "name": "Not the secret ones",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'SECRET')]",
            }
        )
        self.assertNotIn(merge, self.merges.search([]))
        with self.assertRaises(AccessError):
            merge.read(["state"])
        with self.assertRaises(AccessError):
            merge.action_undo()

    def test_documents_of_foreign_companies(self):
        """They move with the customer, but only by somebody who may enter their company."""
        company = self.env["res.company"].create({"name": "Zweite GmbH"})
        self.env.user.company_ids |= company
        master, other = self.customer(), self.customer()
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": other.id, "company_id": company.id, "team_id": False}
        )
        with self.assertRaisesRegex(UserError, "companies that you have no access to"):
            self.merge(master, other)
        self.manager.company_ids |= company
        self.merge(master, other)
        self.assertEqual(lead.partner_id, master)

    def test_values_per_company(self):
        """Both values of both customers are kept where only one has one."""
        company = self.env["res.company"].create({"name": "Zweite GmbH"})
        self.env.user.company_ids |= company
        self.manager.company_ids |= company
        name = next(
            name
            for name, field in self.env["res.partner"]._fields.items()
            if field.company_dependent and field.type == "char"
        )
        master, other = self.customer(), self.customer()
        master[name] = "1"
        other[name] = "2"
        other.with_company(company)[name] = "3"
        before = self.tables()
        merge = self.merge(master, other, {name: master.id})
        self.assertEqual(master[name], "1")
        self.assertEqual(master.with_company(company)[name], "3")
        self.undo(merge)
        self.assert_restored(before)

    def test_a_contact_and_its_company(self):
        company = self.customer(is_company=True)
        contact = self.customer(parent_id=company.id)
        below = self.customer(parent_id=contact.id)
        for other in (contact, below):
            with self.assertRaisesRegex(UserError, "own company"):
                self.merge(company, other)

    def test_two_logins(self):
        master, other = self.customer(), self.customer()
        mine = self.portal_user(master, "mine@example.com")
        yours = self.portal_user(other, "yours@example.com")
        with self.assertRaisesRegex(UserError, "Decide which login stays"):
            self.merge(master, other)
        with self.assertRaisesRegex(UserError, "administrator"):
            self.merge(master, other, {"login": yours.id})
        admin = self.env.ref("base.user_admin")
        before = self.tables()
        merge = self.merge(master, other, {"login": yours.id}, user=admin)
        self.assertEqual((mine.active, yours.active), (False, True))
        self.assertEqual((mine | yours).partner_id, master)
        self.assertEqual(master.user_ids, yours, "portal access is kept")
        self.undo(merge)
        self.assertEqual((mine.active, yours.active), (True, True))
        self.assertEqual((mine.partner_id, yours.partner_id), (master, other))
        self.assert_restored(before)

    def test_senseless_calls(self):
        master, other = self.customer(), self.customer()
        gone = self.customer()
        gone.unlink()
        for records, choices, words in (
            (master, {}, "at least one other"),
            (self.env["res.partner"], {}, "at least one other"),
            (gone, {}, "deleted meanwhile"),
            (other, {"active": other.id}, "cannot be chosen"),
            (other, {"nonsense": other.id}, "cannot be chosen"),
            (other, {"name": self.env.user.partner_id.id}, "from one of these"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.merge(master, records, choices)
        with self.assertRaisesRegex(UserError, "Only customers and leads"):
            self.merges._merge(self.env.user, self.seller)
        self.merge(master, other)
        with self.assertRaisesRegex(UserError, "was merged before"):
            self.merge(self.customer(), other)

    def test_who_undoes(self):
        master, other = self.customer(), self.customer()
        merge = self.merge(master, other)
        for user in (self.seller, new_test_user(self.env, "merge_clerk", "base.group_user")):
            with self.assertRaises(AccessError):
                merge.with_user(user).action_undo()
        colleague = new_test_user(
            self.env,
            "merge_colleague",
            "base.group_partner_manager,crm_data_quality.group_data_quality_manager",
        )
        self.undo(merge.with_user(colleague))
        self.assertEqual((merge.state, merge.undone_by), ("undone", colleague))
        with self.assertRaisesRegex(UserError, "undone before"):
            merge.action_undo()

    def test_blacklist(self):
        """Whoever did not want mails under one address gets none under the other."""
        master, other = self.customer(email="a@example.com"), self.customer(email="b@example.com")
        self.env["mail.blacklist"]._add("b@example.com")
        again = self.env["mail.blacklist"]._add("c@example.com")
        self.env["mail.blacklist"]._remove("c@example.com")
        third = self.customer(email="c@example.com")
        before = self.tables()
        merge = self.merge(master, other | third, {"email": master.id})
        self.assertEqual(master.email, "a@example.com")
        self.assertTrue(master.is_blacklisted)
        self.assertTrue(again.active)
        self.undo(merge)
        self.assertFalse(master.is_blacklisted)
        self.assert_restored(before)

    def test_clean_customers_stay_clean(self):
        master, other = self.customer(email="a@example.com"), self.customer(email="b@example.com")
        self.env["mail.blacklist"]._add("z@example.com")
        self.merge(master, other)
        emails = ("a@example.com", "b@example.com")
        self.assertFalse(self.env["mail.blacklist"].search([("email", "in", emails)]))

    def test_expiry(self):
        self.env.company.quality_journal_days = 10
        merge = self.merge(self.customer(), self.customer())
        today = fields.Date.context_today(self.env["crm.merge"])
        self.assertEqual(merge.expires_on, fields.Date.add(today, days=10))
        self.run_cron("_cron_expire")
        self.assertEqual(merge.state, "done")
        self.assertTrue(merge.sudo().line_ids)
        merge.sudo().expires_on = today
        self.run_cron("_cron_expire")
        self.assertEqual(merge.state, "expired")
        self.assertFalse(merge.sudo().line_ids)
        with self.assertRaisesRegex(UserError, "no longer be undone"):
            merge.action_undo()

    def test_erasure(self):
        master, other, third = self.customer(), self.customer(), self.customer()
        merge = self.merge(master, other)
        elsewhere = self.merge(third, self.customer())
        self.env["crm.merge"]._erase(other)
        self.assertEqual((merge.state, elsewhere.state), ("expired", "done"))
        self.assertFalse(merge.sudo().line_ids)

    def test_journal_is_for_administrators(self):
        merge = self.merge(self.customer(), self.customer())
        for user in (self.manager, self.seller):
            with self.assertRaises(AccessError):
                self.env["crm.merge.line"].with_user(user).search([("merge_id", "=", merge.id)])
        with self.assertRaises(AccessError):
            merge.read(["line_ids"])
        admin = self.env.ref("base.user_admin")
        self.assertTrue(merge.with_user(admin).line_ids)

    def test_restricted_person_sees_no_foreign_counts(self):
        """Counts are those of the user; that more hangs on a record is said without a number."""
        master, other = self.customer(), self.customer()
        self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": other.id, "user_id": self.manager.id}
        )
        for user, count, hidden in ((self.manager, 1, False), (self.seller, 0, True)):
            preview = (
                self.env["crm.merge"]
                .with_user(user)
                ._preview(master.with_user(user), other.with_user(user))
            )
            counts = [
                item["count"]
                for item in preview["records"][1]["hanging"]
                if item["model"] == "crm.lead"
            ]
            self.assertEqual(sum(counts), count)
            self.assertEqual(preview["hidden"], hidden)
