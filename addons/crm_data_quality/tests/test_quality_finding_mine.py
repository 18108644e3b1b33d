# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityFindingMine(QualityCase):
    """Who sees which findings: the search and the single record say the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = new_test_user(
            cls.env, "quality_stranger", groups="base.group_user,sales_team.group_sale_salesman"
        )
        cls.sold = cls.customer(name="Sold", user_id=cls.seller.id)
        cls.nobodys = cls.customer(name="Nobody's")

    def seen(self, user, check, **context):
        """Findings of a check that a user finds; each of them, and no other, can be read."""
        every = self.env["crm.quality.finding"].search([("check_id", "=", check.id)])
        model = self.env["crm.quality.finding"].with_user(user).with_context(**context)
        found = model.search([("check_id", "=", check.id)])
        self.assertEqual(found, model.browse(every.ids)._filtered_access("read"))
        [(count,)] = model._read_group([("check_id", "=", check.id)], aggregates=["__count"])
        self.assertEqual(count, len(found))
        for finding in every - found.with_env(every.env):
            with self.assertRaises(AccessError):
                finding.with_env(model.env).read(["value"])
        return found.with_env(self.env)

    def test_a_salesperson_sees_his_customers(self):
        check = self.run_check("company_email")
        self.assertEqual(self.seen(self.seller, check).partner_id, self.sold)
        self.assertFalse(self.seen(self.stranger, check))
        self.assertEqual(self.seen(self.manager, check).partner_id, self.sold + self.nobodys)

    def test_a_salesperson_sees_his_leads(self):
        mine = self.lead(user_id=self.seller.id)
        self.lead(user_id=self.manager.id)
        check = self.run_lead_check("lead_next_step")
        self.assertEqual(len(self.seen(self.manager, check)), 2)
        self.assertEqual(self.seen(self.seller, check).lead_id, mine)
        self.assertFalse(self.seen(self.stranger, check))

    def test_who_checks_sees_what_was_found(self):
        check = self.run_check("company_email", user=self.stranger)
        self.assertEqual(self.seen(self.stranger, check).partner_id, self.sold + self.nobodys)
        self.assertEqual(self.seen(self.seller, check).partner_id, self.sold)

    def test_what_was_assigned_is_seen(self):
        check = self.run_check("company_email")
        result = check.result_ids.filtered("is_selected")
        values = {"result_id": result.id, "mode": "user", "user_id": self.stranger.id}
        wizard = self.env["crm.quality.assign"].with_user(self.manager).create(values)
        wizard.action_assign()
        self.assertEqual(self.seen(self.stranger, check).partner_id, self.sold + self.nobodys)

    def test_not_mine(self):
        check = self.run_check("company_email")
        model = self.env["crm.quality.finding"].with_user(self.seller).sudo()
        domain = [("check_id", "=", check.id)]
        self.assertEqual(model.search([*domain, ("is_mine", "=", True)]).partner_id, self.sold)
        self.assertEqual(model.search([*domain, ("is_mine", "=", False)]).partner_id, self.nobodys)
        self.assertEqual(len(model.search([*domain, ("is_mine", "in", [True, False])])), 2)

    def test_customers_that_moved_to_another_company(self):
        second = self.second_company()
        check = self.run_check("company_email")
        here = {"allowed_company_ids": self.env.company.ids}
        both = {"allowed_company_ids": [*self.env.company.ids, second.id]}
        self.nobodys.company_id = second
        self.assertEqual(self.seen(self.manager, check, **here).partner_id, self.sold)
        seen = self.seen(self.manager, check, **both)
        self.assertEqual(seen.partner_id, self.sold + self.nobodys)

    def test_a_company_that_was_archived_counts(self):
        second = self.second_company()
        check = self.run_check("company_email")
        self.nobodys.company_id = second
        self.manager.company_ids = [Command.unlink(second.id)]
        second.active = False
        self.assertEqual(self.seen(self.manager, check).partner_id, self.sold)
