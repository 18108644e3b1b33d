# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityReason(QualityCase):
    """Reasons are stored as codes and written out for the person who reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.model = cls.env["crm.quality.finding"]

    def found(self, check):
        return self.model.search([("check_id", "=", check.id)])

    def test_language_of_the_reader(self):
        state = self.env.ref("base.state_us_5")
        bad = self.customer(country_id=self.germany.id)
        self.env.cr.execute(
            "UPDATE res_partner SET state_id = %s WHERE id = %s", (state.id, bad.id)
        )
        bad.invalidate_recordset(["state_id"])
        self.germany.with_context(lang="de_DE").name = "Deutschland"
        state.country_id.with_context(lang="de_DE").name = "Vereinigte Staaten"
        finding = self.found(self.run_check("state_country"))
        self.assertEqual(finding.reason_code, "state_country")
        self.assertEqual(
            (finding.field_name, finding.value, finding.proposal), ("country_id", "DE", "US")
        )
        self.assertEqual(finding.reason, f"{state.name} lies in {state.country_id.name}")
        german = finding.with_context(lang="de_DE")
        self.assertEqual(german.reason, f"{state.name} liegt in Vereinigte Staaten")
        self.assertEqual(german.display_name, german.reason)

    def test_grouped_by_the_kind_of_reason(self):
        self.customer(email="odd")
        self.customer(email="also odd")
        self.customer(email="a@x.de, b@y.de")
        check = self.run_check("email_form")
        groups = self.model._read_group(
            [("check_id", "=", check.id)], ["reason_code"], ["__count"], order="reason_code"
        )
        self.assertEqual(groups, [("email_several", 1), ("email_syntax", 2)])
        labels = dict(self.model.fields_get(["reason_code"])["reason_code"]["selection"])
        self.assertEqual(labels["email_syntax"], "is no e-mail address")
        self.assertEqual(set(self.found(check).mapped("reason")), {
            "is no e-mail address", "holds several addresses",
        })  # fmt: skip

    def test_every_sentence_can_be_written(self):
        """Each code has a label, each sentence its values, in both languages."""
        rules = self.env["crm.quality.rule"]
        details = {
            "code": "1", "place": "x", "number": 1, "total": 2, "state": "x", "prefix": "DE",
            "country": self.germany.id, "country_code": "AT", "date": "2026-01-31", "months": 3,
            "years": 6, "customer": "x", "city": "x", "other_code": "2", "other_number": 1,
            "other_total": 2,
        }  # fmt: skip
        for lang in ("en_US", "de_DE"):
            model = rules.with_context(lang=lang)
            labels = dict(model._selection_reason())
            sentences = model._reason_sentences()
            self.assertLessEqual(set(sentences), set(labels))
            write = model._reason_writer()
            for code in labels:
                with self.subTest(code, lang=lang):
                    self.assertTrue(write(code))
                    self.assertNotIn("%(", write(code, details))
        self.assertFalse(rules._reason_writer()(False))
        gone = rules._reason_writer()("state_country", {"state": "x", "country": 10**8})
        self.assertEqual(gone, "x lies in 100000000", "a country that was deleted")

    def test_findings_of_earlier_versions_stay_readable(self):
        customer = self.customer()
        check = self.run_check("company_email")
        old = self.model.create(
            {
                "check_id": check.id,
                "rule_id": check.result_ids[0].rule_id.id,
                "partner_id": customer.id,
                "reason_text": "ist keine E-Mail-Adresse",
            }
        )
        self.assertEqual(old.reason, "ist keine E-Mail-Adresse")

    def test_field_of_the_finding(self):
        self.customer(phone="12", zip="1067", country_id=self.germany.id, vat="DE1")
        found = self.found(self.run_check(["phone_form", "zip_form", "vat_checksum"]))
        names = {item.rule_id.code: item.field_name for item in found}
        self.assertEqual(names, {"phone_form": "phone", "zip_form": "zip", "vat_checksum": "vat"})
        self.assertTrue(all(found.mapped("field_label")))

    @mute_logger("odoo.sql_db")
    def test_one_customer_or_one_lead(self):
        customer = self.customer()
        check = self.check()
        values = {"check_id": check.id, "rule_id": check.result_ids[0].rule_id.id}
        lead = self.env["crm.lead"].create({"name": "Lead"})
        both = {"partner_id": customer.id, "lead_id": lead.id}
        for wrong in ({}, both):
            with self.subTest(wrong), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.model.create(values | wrong)
