# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestMergeFindings(QualityCase):
    """What a check has found about a customer is judged again by a merge and by its undo."""

    def test_merge_puts_right(self):
        master = self.customer(phone=False, email="a@muster.example.com")
        other = self.customer(phone="+49 89 123456", ref=False)
        plain = self.customer(phone=False, email="c@muster.example.com")
        check = self.run_check("company_phone")
        findings = self.env["crm.quality.finding"].search([("check_id", "=", check.id)])
        self.assertEqual(findings.partner_id, master | plain)
        finding = findings.filtered(lambda item: item.partner_id == master)
        merges = self.env["crm.merge"].with_user(self.manager)
        merge = merges._merge(master.with_user(self.manager), other.with_user(self.manager))
        self.assertEqual(master.phone, "+49 89 123456")
        self.assertTrue(finding.fixed_on)
        self.assertFalse((findings - finding).fixed_on)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertFalse(master.phone)
        self.assertFalse(finding.fixed_on, "what was put right is wrong again")
