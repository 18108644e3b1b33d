# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..wizard import crm_quality_rule_preview
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityPreview(QualityCase):
    """A rule of one's own shows what it would find before it counts."""

    def rule(self, **values):
        defaults = {
            "name": "Reference",
            "code": "own",
            "kind": "pattern",
            "field_names": "ref",
            "pattern": r"K\d{4}",
            "applicable_domain": "[('ref', '!=', False)]",
        }
        return self.env["crm.quality.rule"].create(defaults | values)

    def preview(self, rule, user=None):
        action = rule.with_user(user or self.manager).action_preview()
        return (
            self.env[action["res_model"]].with_user(user or self.manager).browse(action["res_id"])
        )

    def test_pattern(self):
        self.customer(ref="K1234")
        bad = self.customer(ref="X1")
        preview = self.preview(self.rule(applicable_domain="[('ref', 'in', ['K1234', 'X1'])]"))
        self.assertEqual((preview.applicable, preview.failed), (2, 1))
        self.assertEqual(preview.checked_count, preview.total_count)
        self.assertFalse(preview.is_partial or preview.problem)
        line = preview.line_ids
        self.assertEqual((line.partner_id, line.value), (bad, "X1"))
        self.assertEqual(line.reason, "does not have the expected form")

    def test_same_answer_as_the_check(self):
        for number in range(25):
            self.customer(ref="QTEST", function="Head" if number % 5 else False)
        rule = self.rule(
            kind="domain", rule_domain="[('function', '!=', False)]", field_names="function",
            applicable_domain="[('ref', '=', 'QTEST')]", finding_text="nobody is named",
        )  # fmt: skip
        preview = self.preview(rule)
        result = self.run_check("own").result_ids.filtered("is_selected")
        self.assertEqual((preview.applicable, preview.failed), (result.applicable, result.failed))
        self.assertEqual(set(preview.line_ids.mapped("reason")), {"nobody is named"})
        rule.rule_domain = "[('function', '=', 'Boss')]"
        preview = self.preview(rule)
        self.assertEqual((preview.failed, len(preview.line_ids)), (25, 20), "the first 20")

    def test_leads(self):
        bad = self.lead()
        rule = self.rule(
            subject="crm.lead", kind="required", field_names="website",
            applicable_domain="[('referred', '=', 'QTEST')]",
        )  # fmt: skip
        self.assertEqual(self.preview(rule).line_ids.lead_id, bad)

    def test_every_shipped_rule(self):
        """Each shipped rule answers with figures, or says why it cannot."""
        self.customer()
        self.lead()
        for rule in self.env["crm.quality.rule"].search([]):
            with self.subTest(rule.code):
                preview = self.preview(rule)
                self.assertLessEqual(preview.failed, preview.applicable)
                self.assertTrue(preview.problem or preview.checked_count == preview.total_count)

    def test_as_the_user(self):
        group = self.env["res.groups"].create({"name": "Only own customers"})
        self.env["ir.rule"].create(
            {
                "name": "Only own customers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]",
                "groups": [Command.link(group.id)],
            }
        )
        self.seller.group_ids = [Command.link(group.id)]
        self.customer(ref="X1")
        mine = self.customer(ref="X2", user_id=self.seller.id)
        preview = self.preview(self.rule(), self.seller)
        self.assertEqual(preview.line_ids.partner_id, mine)
        with self.assertRaises(AccessError):
            preview.with_user(self.manager).read(["failed"])

    def test_field_that_the_user_may_not_read(self):
        self.customer(ref="X1")
        rule = self.rule(field_names="function")
        with patch.object(self.partners._fields["function"], "groups", "base.group_system"):
            preview = self.preview(rule)
        self.assertIn("may not read", preview.problem)
        self.assertEqual(preview.failed, 0)

    def test_time_ran_out(self):
        for number in range(3):
            self.customer(ref=f"X{number}")
        clock = SimpleNamespace(monotonic=iter([0.0, 1.0, 100.0]).__next__)
        with (
            patch.object(crm_quality_rule_preview, "STEP", 2),
            patch.object(crm_quality_rule_preview, "time", clock),
        ):
            preview = self.preview(self.rule())
        self.assertEqual(preview.checked_count, 2)
        self.assertTrue(preview.is_partial)

    def test_slow_filter(self):
        self.customer(ref="X1")
        rule = self.rule()

        def slow(model, *_args):
            model.env.cr.execute("SELECT pg_sleep(5)")

        with (
            patch.object(crm_quality_rule_preview, "TIME_LIMIT", 0.2),
            patch.object(type(rule), "_judge_pattern", slow),
            self.assertLogs("odoo.sql_db", "ERROR"),
        ):
            preview = self.preview(rule)
        self.assertIn("too long", preview.problem)
        self.env.cr.execute("SELECT current_setting('statement_timeout')")
        self.assertEqual(self.env.cr.fetchone(), ("0",), "the limit is gone again")
