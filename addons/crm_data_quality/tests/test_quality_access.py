# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityAccess(QualityCase):
    """Nobody sees a customer, or a figure of customers, that his rules forbid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.restricted = cls.env["res.groups"].create({"name": "Only own customers"})
        cls.env["ir.rule"].create(
            {
                "name": "Only own customers",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "domain_force": "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]",
                "groups": [Command.link(cls.restricted.id)],
            }
        )
        cls.seller.group_ids = [Command.link(cls.restricted.id)]
        cls.mine = cls.customer(name="Mine", user_id=cls.seller.id)
        cls.foreign = cls.customer(name="Foreign", user_id=cls.manager.id)

    def test_a_check_covers_what_its_user_may_read(self):
        own = self.check("company_email", user=self.seller)
        self.assertEqual(own.partner_count, 1)
        own.action_start()
        self.assertEqual(own.done_count, 1)
        self.assertEqual(set(self.findings(own)), {self.mine})
        self.assertFalse(own.is_reference, "a partial view is not the company's data quality")
        every = self.run_check("company_email")
        self.assertEqual(set(self.findings(every)), {self.mine, self.foreign})

    def test_in_the_background_too(self):
        own = self.check("company_email", user=self.seller)
        own.sudo().write({"run_state": "waiting", "state": "result", "total_count": 1})
        own.with_user(self.env.ref("base.user_root")).sudo()._run()
        self.assertEqual(set(self.findings(own)), {self.mine})

    def test_checks_of_others(self):
        every = self.run_check("company_email")
        own = self.run_check("company_email", user=self.seller)
        for model in (
            "crm.quality.check",
            "crm.quality.result",
            "crm.quality.score",
            "crm.quality.owner",
        ):
            with self.subTest(model):
                records = self.env[model].with_user(self.seller).search([])
                checks = records if model == "crm.quality.check" else records.sudo().check_id
                self.assertEqual(checks.ids, own.ids)
        with self.assertRaises(AccessError):
            every.with_user(self.seller).read(["score"])
        with self.assertRaises(AccessError):
            every.with_user(self.seller).action_cancel()
        findings = self.env["crm.quality.finding"].with_user(self.seller).search([])
        self.assertEqual(findings.partner_id, self.mine, "of his own customers, in both checks")
        self.assertEqual(findings.sudo().check_id, every + own)
        seen = self.env["crm.quality.check"].with_user(self.manager).search([])
        self.assertLessEqual(every + own, seen)

    def test_findings_follow_the_customer(self):
        every = self.run_check("company_email")
        result = every.result_ids.filtered("is_selected")
        wizard = (
            self.env["crm.quality.assign"]
            .with_user(self.manager)
            .create({"result_id": result.id, "mode": "user", "user_id": self.seller.id})
        )
        wizard.action_assign()
        findings = self.env["crm.quality.finding"].with_user(self.seller)
        visible = findings.search([("check_id", "=", every.id)])
        self.assertEqual(visible.partner_id, self.mine, "assigned, but the other one is foreign")
        assignment = self.env["crm.quality.assignment"].with_user(self.seller).search([])
        self.assertEqual(assignment.finding_count, 1)
        hidden = self.env["crm.quality.finding"].search(
            [("check_id", "=", every.id), ("partner_id", "=", self.foreign.id)]
        )
        with self.assertRaises(AccessError):
            hidden.with_user(self.seller).read(["value"])
        with self.assertRaises(AccessError):
            hidden.with_user(self.seller).action_accept()
        groups = findings._read_group([], ["partner_id"], ["__count"])
        self.assertEqual([partner for partner, _count in groups], [self.mine])
        # a customer that changes hands takes his findings along
        self.mine.user_id = self.manager
        self.assertFalse(findings.search([("check_id", "=", every.id)]))

    def test_accepted_findings_follow_the_customer(self):
        every = self.run_check("company_email")
        findings = self.env["crm.quality.finding"].with_user(self.manager)
        findings.search([("check_id", "=", every.id)]).action_accept()
        seen = self.env["crm.quality.acceptance"].with_user(self.seller).search([])
        self.assertEqual(seen.partner_id, self.mine)

    def test_roles(self):
        user, manager = self.seller, self.manager
        rule = self.env["crm.quality.rule"].search([], limit=1)
        self.assertTrue(rule.with_user(user).name)
        with self.assertRaises(AccessError):
            rule.with_user(user).weight = 5
        rule.with_user(manager).weight = 5
        with self.assertRaises(AccessError):
            self.env["crm.quality.check"].with_user(user).create({"is_reference": True})
        own = self.run_check("company_email", user=user)
        with self.assertRaises(AccessError):
            own.with_user(user).write({"is_reference": True})
        outsider = new_test_user(self.env, "quality_outsider", groups="base.group_user")
        for model in ("crm.quality.check", "crm.quality.finding", "crm.quality.rule"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(outsider).search([])
        self.assertTrue(
            self.env.ref("base.user_admin").has_group("crm_data_quality.group_data_quality_manager")
        )

    def test_findings_cannot_be_written(self):
        check = self.run_check("company_email")
        finding = self.env["crm.quality.finding"].search([("check_id", "=", check.id)], limit=1)
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                finding.with_user(user).write({"is_accepted": True})

    def test_companies(self):
        second = self.second_company()
        here = self.customer(name="Here", company_id=self.env.company.id)
        there = self.customer(name="There", company_id=second.id)
        shared = self.mine + self.foreign
        first = self.run_check("company_email")
        self.assertEqual(set(self.findings(first)), set(shared + here))
        model = self.env["crm.quality.check"].with_context(allowed_company_ids=second.ids)
        other = model.with_user(self.manager).create({"scope_domain": "[('ref', '=', 'QTEST')]"})
        self.assertEqual(other.company_id, second)
        other.action_to_checks()
        other.action_start()
        self.assertFalse(other.previous_id, "another company is another scope")
        self.assertIn(there, self.findings(other))
        self.assertNotIn(here, self.findings(other))
        self.assertTrue(first.valid_from and other.valid_from)
        self.assertFalse(first.valid_to or other.valid_to, "each company has its own current check")
        here_only = self.env["crm.quality.check"].with_user(self.manager)
        here_only = here_only.with_context(allowed_company_ids=self.env.company.ids)
        self.assertNotIn(other, here_only.search([]))
        with self.assertRaises(AccessError):
            other.with_env(here_only.env).read(["score"])
