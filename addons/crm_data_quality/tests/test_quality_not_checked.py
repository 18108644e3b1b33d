# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from ..quality import phone
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityNotChecked(QualityCase):
    """Why a rule was not checked is stored as a code and read in the reader's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")

    def result(self, check):
        return check.result_ids.filtered("is_selected")

    def test_language_of_the_reader(self):
        self.customer(phone="12")
        with patch.object(phone, "phonenumbers", None):
            result = self.result(self.run_check("phone_form"))
        self.assertEqual(
            (result.not_checked_code, result.not_checked_values),
            ("library", {"library": "phonenumbers"}),
        )
        self.assertEqual(
            result.not_checked_reason, "The Python library “phonenumbers” is not installed."
        )
        german = result.with_context(lang="de_DE").not_checked_reason
        self.assertNotEqual(german, result.not_checked_reason)
        self.assertIn("phonenumbers", german)

    def test_names_of_fields_and_records_in_the_language_of_the_reader(self):
        field = self.partners._fields["function"]
        rule = self.env["crm.quality.rule"].create(
            {"name": "Secret", "code": "own", "kind": "required", "field_names": "function"}
        )
        self.customer()
        with patch.object(field, "groups", "base.group_system"):
            result = self.result(self.run_check("own"))
            german = result.with_context(lang="de_DE").not_checked_reason
        label = field._description_string(self.env(context={"lang": "de_DE"}))
        self.assertIn(f"„{label}“", german)
        self.env.cr.execute(
            "UPDATE crm_quality_rule SET field_names = 'gone' WHERE id = %s", rule.ids
        )
        rule.invalidate_recordset()
        result = self.result(self.run_check("own"))
        self.assertEqual(result.not_checked_reason, "Customers have no field “gone”.")
        german = result.with_context(lang="de_DE").not_checked_reason
        self.assertIn("Kunden", german)

    def test_filter_that_looks_at_what_is_hidden(self):
        self.env["crm.quality.rule"].create(
            {
                "name": "Hidden",
                "code": "own",
                "kind": "domain",
                "rule_domain": "[('function', '=', 'x')]",
            }
        )
        self.customer()
        with patch.object(self.partners._fields["function"], "groups", "base.group_system"):
            result = self.result(self.run_check("own"))
        self.assertEqual(result.not_checked_code, "filter_access")
        self.assertIs(result.score, False)

    def test_every_sentence_can_be_written(self):
        rules = self.env["crm.quality.rule"]
        details = {
            "records": "res.partner", "name": "x", "rule": rules.search([], limit=1).id,
            "pattern": "(", "error": "x", "text": "[(", "field": ["res.partner", "name"],
            "model": "crm.lead", "library": "x",
        }  # fmt: skip
        for lang in ("en_US", "de_DE"):
            model = rules.with_context(lang=lang)
            labels = dict(model._selection_not_checked())
            self.assertLessEqual(set(model._not_checked_sentences()), set(labels))
            for code in labels:
                with self.subTest(code, lang=lang):
                    self.assertTrue(model._write_not_checked(code))
                    self.assertNotIn("%(", model._write_not_checked((code, details)))
        self.assertFalse(rules._write_not_checked(False))
        gone = rules._write_not_checked(("field_access", {"field": ["no.model", "x"]}))
        self.assertIn("“x”", gone)

    def test_sentences_of_earlier_versions(self):
        self.customer()
        result = self.result(self.run_check("company_phone"))
        result.sudo()._set_not_checked(("stated", {"text": "Weil es so war."}))
        self.assertEqual(result.not_checked_reason, "Weil es so war.")

    def test_every_code_has_words(self):
        """Also the codes of checks whose files come first: none of them is shown as it is."""
        rules = self.env["crm.quality.rule"]
        for code in ("consent_app", "no_search", "retention_leads", "library"):
            self.assertNotEqual(rules._write_not_checked(code), code)
