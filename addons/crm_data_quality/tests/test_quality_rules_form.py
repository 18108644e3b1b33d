# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from ..quality import phone
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRulesForm(QualityCase):
    """Right values in a form that others cannot use, and their corrections."""

    def test_phone_without_country_prefix(self):
        germany = self.germany.id
        good = self.customer(phone="+49 89 123456") + self.customer(phone="+43158858")
        bad = self.customer(phone="089 123456", country_id=germany)
        bad += self.customer(phone="0049 89 123456", country_id=germany)
        wrong = self.customer(phone="12", country_id=germany)
        check = self.assert_rule("phone_international", good, bad, wrong + self.customer())
        self.assertEqual(
            set(self.findings(check).values()),
            {
                ("089 123456", "has no country prefix", "+49 89 123456"),
                ("0049 89 123456", "has no country prefix", "+49 89 123456"),
            },
        )
        fix = self.env["crm.quality.fix"].browse(
            check.result_ids.filtered("is_selected").action_fix()["res_id"]
        )
        fix.action_apply()
        self.assertEqual(bad.mapped("phone"), ["+49 89 123456"] * 2)
        again = self.run_check("phone_international")
        self.assertFalse(self.findings(again))

    def test_phone_without_library(self):
        self.customer(phone="089 123456", country_id=self.germany.id)
        with patch.object(phone, "phonenumbers", None):
            check = self.run_check("phone_international")
        result = check.result_ids.filtered("is_selected")
        self.assertIn("phonenumbers", result.not_checked_reason)
        self.assertIs(result.score, False)

    def test_blanks_in_names(self):
        good = self.customer(name="Bau Muster GmbH") + self.customer(name="👩‍💻 Studio")
        bad = self.partners.union(
            *(
                self.customer(name=name)
                for name in (" Bau", "Bau ", "Bau  Muster", "Bau\u00a0Muster", "Bau\u200bMuster")
            )
        )
        nobody = self.customer(name=" ", is_company=False, type="delivery")
        check = self.assert_rule("name_blanks", good, bad, nobody)
        self.assertEqual(
            {proposal for _value, _reason, proposal in self.findings(check).values()},
            {"Bau", "Bau Muster", "BauMuster"},
        )

    def test_leads(self):
        good = self.lead(phone="+49 89 123456", contact_name="Eva Berg")
        bad = self.lead(phone="089 123456", contact_name="Eva  Berg ", country_id=self.germany.id)
        others = self.lead()
        for code, proposal in (
            ("lead_phone_international", "+49 89 123456"),
            ("lead_contact_blanks", "Eva Berg"),
        ):
            with self.subTest(code):
                check = self.assert_lead_rule(code, good, bad, others)
                self.assertEqual(self.findings(check)[bad][2], proposal)

    def test_shipped_rules_have_what_they_need(self):
        rules = self.env["crm.quality.rule"].search([])
        for rule in rules:
            with self.subTest(rule.code):
                self.assertFalse(rule._definition_problem())
                self.assertGreater(rule.weight, 0)
                self.assertTrue(rule.explanation)
                self.assertTrue(set(rule._fix_list()) or not rule.fix_methods)
