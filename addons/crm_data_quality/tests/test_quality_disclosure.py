# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json
from zipfile import ZipFile

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .privacy_common import PrivacyCase


@tagged("post_install", "-at_install")
class TestQualityDisclosure(PrivacyCase):
    """What is known about a person, for that person (Article 15 GDPR)."""

    def disclosure(self, lang="en_US"):
        env = self.env(user=self.manager)
        action = env["crm.disclosure"]._open(self.person.with_env(env))
        wizard = env["crm.disclosure"].browse(action["res_id"])
        wizard.lang = lang
        return wizard

    def test_disclosure_as_data(self):
        wizard = self.disclosure()
        logs = self.env["crm.privacy.log"].search_count([("action", "=", "disclosed")])
        wizard.action_json()
        data = json.loads(base64.b64decode(wizard.file))
        self.assertEqual(data["persons"], ["Erika Zwiebelfisch"])
        texts = json.dumps(data["holdings"], ensure_ascii=False)
        for trace in ("Kranichweg 12", "Anfrage Zwiebelfisch", "Anruf von Frau", "Unkenruf"):
            self.assertIn(trace, texts)
        self.assertNotIn("password", texts)
        self.assertEqual(
            self.env["crm.privacy.log"].search_count([("action", "=", "disclosed")]), logs + 1
        )
        wizard.action_xlsx()
        with ZipFile(io.BytesIO(base64.b64decode(wizard.file))) as book:
            strings = book.read("xl/sharedStrings.xml").decode()
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertIn("Kranichweg 12", strings)
        self.assertNotIn("<f>", sheet)

    def test_disclosure_report_in_both_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(["crm_data_quality"], ["de_DE"])
        report = self.env["ir.actions.report"].with_user(self.manager)
        for lang, title in (("en_US", "Copy of personal data"), ("de_DE", "personenbezogenen")):
            wizard = self.disclosure(lang)
            html, _kind = report._render_qweb_html(
                "crm_data_quality.crm_disclosure_document", wizard.ids
            )
            self.assertTrue(title in html.decode(), title)
            self.assertTrue("Kranichweg 12" in html.decode())

    def test_figures_for_people_and_for_programs(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.lead.write({"expected_revenue": 1234.5, "date_deadline": "2026-03-09"})
        wizard = self.disclosure("de_DE")

        def told(data):
            [leads] = [item for item in data["holdings"] if item["model"] == "crm.lead"]
            return {text for _name, values in leads["records"] for _label, text in values}

        texts = {text.replace("\u00a0", " ") for text in told(wizard._data())}
        self.assertTrue([text for text in texts if "1.234,50" in text], texts)
        self.assertIn("09.03.2026", texts)
        wizard.action_json()
        texts = told(json.loads(base64.b64decode(wizard.file)))
        self.assertIn("1234.5", texts)
        self.assertIn("2026-03-09", texts)

    def test_disclosure_says_what_it_does_not_show(self):
        self.env["ir.rule"].create(
            {
                "name": "No leads",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('name', '!=', 'Anfrage Zwiebelfisch')]",
            }
        )
        data = self.disclosure()._data()
        leads = [item for item in data["holdings"] if item["model"] == "crm.lead"]
        self.assertEqual((leads[0]["records"], leads[0]["hidden"]), ([], 1))

    def test_disclosure_is_for_managers(self):
        with self.assertRaises(AccessError):
            self.env(user=self.seller)["crm.disclosure"]._open(self.person.with_user(self.seller))
