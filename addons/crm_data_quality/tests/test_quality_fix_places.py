# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..quality import learned
from ..quality.fixes import places
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityFixPlaces(QualityCase):
    """Postal codes and places put each other right where the database leaves no doubt."""

    def town(self, code, city, count=5, **values):
        """Customers that know where they are."""
        values = {"country_id": self.germany.id, "zip": code, "city": city} | values
        return self.partners.union(*(self.customer(**values) for _number in range(count)))

    def at(self, code, city):
        return self.customer(zip=code, city=city, country_id=self.germany.id)

    def fix(self, method, **values):
        fix = self.env["crm.quality.fix"].create(
            {"method": method, "scope_domain": "[('ref', '=', 'QTEST')]"} | values
        )
        fix.action_prepare()
        return fix

    def proposals(self, fix):
        return {
            (line.partner_id, line.field_name): (line.new_value, line.is_certain)
            for line in fix.line_ids
        }

    def test_missing_code_from_the_place(self):
        self.town("99001", "Bad Qual")
        self.town("99002", "Bad Prüf", 3)
        self.town("99003", "Zweistadt")
        self.town("99004", "Zweistadt")
        missing = self.at(False, "bad qual")
        for place in ("Bad Prüf", "Zweistadt", "Bad", "Nirgendwo"):
            self.at(False, place)
        abroad = self.customer(city="Bad Qual", country_id=self.austria.id)
        fix = self.fix("zip_missing")
        self.assertEqual(self.proposals(fix), {(missing, "zip"): ("99001", True)})
        fix.action_apply()
        self.assertEqual((missing.zip, abroad.zip), ("99001", False))
        fix.action_undo()
        self.assertFalse(missing.zip)

    def test_wrong_code_from_the_place(self):
        self.town("99011", "Qualstadt")
        self.town("99051", "Prüfdorf")
        swapped, slip, other = (self.at(code, "Qualstadt") for code in ("99101", "99012", "99051"))
        # so many that three which say otherwise are few
        self.town("99011", "Qualstadt", 60)
        self.assertEqual(
            self.proposals(self.fix("zip_wrong")),
            {
                (swapped, "zip"): ("99011", True),
                (slip, "zip"): ("99011", True),
                (other, "zip"): ("99011", False),
            },
        )

    def test_a_place_with_several_codes_is_no_fix(self):
        self.town("99021", "Qualstadt", 8)
        self.town("99022", "Qualstadt", 2)
        self.at(False, "Qualstadt")
        self.at("99099", "Qualstadt")
        self.assertFalse(self.fix("zip_missing").line_ids)
        self.assertFalse(self.fix("zip_wrong").line_ids)

    def test_an_area_offers_both_ways(self):
        self.town("99031", "Qualstadt")
        self.town("99071", "Prüfdorf")
        unclear = self.at("99031", "Prüfdorf")
        misspelt = self.at("99071", "Prüffdorf")
        check = self.run_check("zip_place")
        self.assertEqual(
            self.findings(check)[unclear],
            (
                "Prüfdorf",
                "99031 is Qualstadt in 5 of 6 records, Prüfdorf has 99071 in 5 of 6",
                "99031 Qualstadt / 99071 Prüfdorf",
            ),
        )
        result = check.result_ids.filtered("is_selected")
        fix = self.env["crm.quality.fix"].browse(result.action_fix()["res_id"])
        self.assertEqual(
            self.proposals(fix),
            {
                (unclear, "city"): ("Qualstadt", False),
                (unclear, "zip"): ("99071", False),
                (misspelt, "city"): ("Prüfdorf", True),
            },
        )
        city, code = fix.line_ids.filtered("is_alternative").sorted("field_name")
        city.is_selected = True
        code.is_selected = True
        self.assertFalse(city.is_selected, "only one of the two can be right")
        (city | code).action_select()
        fix.action_apply()
        self.assertEqual((fix.applied_count, fix.left_out_count), (2, 1))
        self.assertEqual((unclear.zip, unclear.city), ("99031", "Qualstadt"))
        self.assertEqual(code.reason, "alternative")
        fix.action_undo()
        self.assertEqual((unclear.zip, unclear.city), ("99031", "Prüfdorf"))

    def test_a_code_that_no_other_record_has(self):
        good = self.town("99041", "Qualstadt")
        bad = self.at("99014", "Qualstadt")
        check = self.assert_rule("zip_place", good, bad, self.at("99099", "Prüfdorf"))
        self.assertEqual(
            self.findings(check)[bad],
            ("99014 Qualstadt", "Qualstadt has 99041 in 5 of 6 records", "99041 Qualstadt"),
        )

    def test_hint_takes_the_certain_way(self):
        self.town("99061", "Qualstadt")
        wrong = self.at("99016", "Qualstadt")
        self.env["crm.quality.place"]._learn()
        rule = self.env.ref("crm_data_quality.rule_zip_place")
        model = self.env["crm.quality.hint"].with_user(self.manager)
        [hint] = [
            hint
            for hint in model.get_hints("res.partner", wrong.id)["hints"]
            if hint["key"] == f"rule:{rule.id}"
        ]
        self.assertEqual(hint["new"], "99061")
        model.apply_hint("res.partner", wrong.id, hint["key"])
        self.assertEqual((wrong.zip, wrong.city), ("99061", "Qualstadt"))

    # ------------------------------------------------------------ the counting itself
    def test_census(self):
        census = learned.Census()
        census.add(1, " 80331 ", "München", 96)
        census.add(1, "80331", "Muenchen (Altstadt)", 4)
        census.add(1, "10115", "Berlin", 50)
        census.add(1, "10117", "Berlin", 50)
        census.add(2, "80331", "Bern", 4)
        census.add(1, "", "Bonn", 9)
        census.add(1, "53111", "!", 9)
        self.assertEqual(census.places()[1, "80331"], ("München", "muenchen", 100, 100))
        self.assertEqual(
            census.codes(), {(1, "muenchen"): ("80331", "München", 96, 96)}, "Berlin has several"
        )
        self.assertNotIn((2, "80331"), census.places())

    def test_slips(self):
        for code, other, expected in (
            ("80331", "80331", False),
            ("80313", "80331", True),
            ("80332", "80331", True),
            ("8033", "80331", False),
            ("13380", "80331", False),
            ("sw1a 1aa", "SW1A1AB", True),
        ):
            with self.subTest(code):
                self.assertEqual(places.is_slip(code, other), expected)
