# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityAcceptance(QualityCase):
    """Who may call a finding OK, with which note, and who takes it back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, "quality_colleague", groups="base.group_user,sales_team.group_sale_salesman"
        )
        cls.mine = cls.customer(name="Mine", user_id=cls.seller.id)
        cls.other = cls.customer(name="Other")
        cls.check_of_all = cls.run_check("company_email")
        cls.findings_of_all = cls.env["crm.quality.finding"].search(
            [("check_id", "=", cls.check_of_all.id)]
        )

    def of(self, customer):
        return self.findings_of_all.filtered(lambda item: item.partner_id == customer)

    def test_salesperson_decides_on_his_customers(self):
        self.of(self.mine).with_user(self.seller).action_accept("He has none")
        acceptance = self.env["crm.quality.acceptance"].search([("partner_id", "=", self.mine.id)])
        self.assertEqual((acceptance.note, acceptance.user_id), ("He has none", self.seller))
        self.assertEqual(self.check_of_all.finding_count, 1)
        with self.assertRaises(AccessError):
            self.of(self.other).with_user(self.seller).action_accept()
        with self.assertRaises(AccessError):
            self.of(self.mine).with_user(self.colleague).action_reopen()

    def test_reading_is_not_deciding(self):
        """An administrator may let everybody read findings: they still cannot accept them."""
        self.env["ir.rule"].create(
            {
                "name": "Everybody reads",
                "model_id": self.env["ir.model"]._get_id("crm.quality.finding"),
                "domain_force": "[(1, '=', 1)]",
                "groups": [
                    Command.link(self.env.ref("crm_data_quality.group_data_quality_user").id)
                ],
            }
        )
        finding = self.of(self.other).with_user(self.colleague)
        self.assertTrue(finding.reason)
        with self.assertRaises(AccessError):
            finding.action_accept()
        self.assertFalse(finding.is_accepted)

    def test_assignee_decides(self):
        result = self.check_of_all.result_ids.filtered("is_selected")
        wizard = self.env["crm.quality.assign"].with_user(self.manager)
        wizard.create(
            {"result_id": result.id, "mode": "user", "user_id": self.colleague.id}
        ).action_assign()
        self.of(self.other).with_user(self.colleague).action_accept()
        self.assertTrue(self.of(self.other).is_accepted)

    def test_with_a_note_for_several(self):
        findings = self.findings_of_all.with_user(self.manager)
        action = findings.action_accept_with_note()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create({"note": "By phone"})
        self.assertEqual(wizard.finding_count, 2)
        wizard.action_accept()
        self.assertEqual(self.check_of_all.finding_count, 0)
        acceptances = self.env["crm.quality.acceptance"].search(
            [("partner_id", "in", (self.mine + self.other).ids)]
        )
        self.assertEqual(acceptances.mapped("note"), ["By phone"] * 2)

    def test_wizard_with_foreign_findings(self):
        wizard = self.env["crm.quality.accept"].with_user(self.colleague)
        foreign = [Command.set(self.findings_of_all.ids)]
        with self.assertRaises(AccessError):
            wizard.create({"finding_ids": foreign}).action_accept()
        self.assertFalse(any(self.findings_of_all.mapped("is_accepted")))

    def test_taken_back(self):
        self.of(self.mine).with_user(self.seller).action_accept()
        again = self.run_check("company_email")
        self.assertEqual(again.finding_count, 1)
        acceptances = self.env["crm.quality.acceptance"]
        acceptance = acceptances.with_user(self.seller).search([("partner_id", "=", self.mine.id)])
        with self.assertRaises(AccessError):
            acceptance.with_user(self.colleague).action_take_back()
        acceptance.action_take_back()
        self.assertFalse(acceptance.exists())
        self.assertEqual(again.finding_count, 2, "counts again in the latest check")
        self.assertEqual(self.check_of_all.finding_count, 1, "an older check keeps its figures")
        self.assertEqual(self.run_check("company_email").finding_count, 2)

    def test_taken_back_when_the_findings_are_gone(self):
        self.of(self.mine).with_user(self.manager).action_accept()
        self.check_of_all.unlink()
        acceptance = self.env["crm.quality.acceptance"].search([("partner_id", "=", self.mine.id)])
        acceptance.with_user(self.seller).action_take_back()
        self.assertFalse(acceptance.exists())

    def test_list_of_a_salesperson_by_check(self):
        """The menu groups by check, also where the check itself belongs to somebody else."""
        model = self.env["crm.quality.finding"].with_user(self.seller)
        [group] = model.formatted_read_group([], ["check_id"], ["__count"])
        self.assertEqual((group["check_id"][0], group["__count"]), (self.check_of_all.id, 1))
        shown = model.search([]).web_read(
            {"check_id": {"fields": {"display_name": {}}}, "rule_id": {}, "reason": {}}
        )
        self.assertEqual(shown[0]["reason"], "not filled")
