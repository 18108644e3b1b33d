# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Domain
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityDomainWords(QualityCase):
    """The printed report says a filter in words."""

    def words(self, domain, model="res.partner", lang="en_US"):
        checks = self.env["crm.quality.check"].with_context(lang=lang)
        return checks._domain_in_words(Domain(domain), model)

    def test_empty_and_booleans(self):
        self.assertEqual(self.words([]), "all records")
        self.assertEqual(self.words([(0, "=", 1)]), "no record")
        self.assertEqual(self.words([("is_company", "=", True)]), "Is a Company: yes")
        self.assertEqual(self.words([("is_company", "=", False)]), "Is a Company: no")
        self.assertEqual(self.words([("is_company", "!=", False)]), "Is a Company: yes")
        self.assertEqual(self.words([("email", "=", False)]), "Email is empty")
        self.assertEqual(self.words([("email", "!=", False)]), "Email is set")

    def test_and_or_not_and_paths(self):
        domain = [
            "&", ("country_id.code", "in", ["DE", "AT"]),
            "|", ("city", "ilike", "Berlin"), ("color", ">=", 3),
        ]  # fmt: skip
        self.assertEqual(
            self.words(domain),
            "Country › Country Code is DE, AT and (City contains “Berlin” or Color Index is at "
            "least 3)",
        )
        domain = ["!", "&", ("city", "=", "Berlin"), ("zip", "=", "10115")]
        self.assertIn("City is not Berlin or Zip is not 10115", self.words(domain))

    def test_records_and_selections_by_name(self):
        germany = self.env.ref("base.de")
        self.assertEqual(self.words([("country_id", "=", germany.id)]), "Country is Germany")
        self.assertEqual(
            self.words([("child_ids", "any", [("type", "=", "invoice")])]),
            f"{self.partners._fields['child_ids']._description_string(self.env)} with "
            "(Address Type is Invoice)",
        )
        self.assertEqual(
            self.words([("won_status", "=", "pending")], "crm.lead"), "Won/Lost is Pending"
        )

    def test_what_has_no_words(self):
        self.assertEqual(self.words([("gone", "=", 1)]), "gone is 1")
        self.assertEqual(self.words([("country_id", "=", -1)]), "Country is -1")
        self.assertEqual(self.words([("name", "=like", "A%")]), "Name =like A%")

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.words([("is_company", "=", True)], lang="de_DE")
        self.assertTrue(german.endswith(": ja"), german)
