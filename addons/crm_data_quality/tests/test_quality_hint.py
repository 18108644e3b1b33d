# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityHint(QualityCase):
    """What the form says about one record, and to whom."""

    def hints(self, record, user=None):
        model = self.env["crm.quality.hint"].with_user(user or self.manager)
        return model.get_hints(record._name, record.id)

    def test_score_and_hints_of_a_customer(self):
        customer = self.customer(name="MUSTERMANN BAUTRÄGER GMBH", email="info@firma.de")
        data = self.hints(customer)
        self.assertEqual(data["score"], 100.0 * data["passed"] / data["applicable"])
        self.assertEqual(data["applicable"] - data["passed"], len(data["hints"]))
        names = {hint["name"]: hint for hint in data["hints"]}
        self.assertIn("Company without phone", names)
        self.assertNotIn("Company without e-mail", names)
        rule = self.env.ref("crm_data_quality.rule_name_capitals")
        hint = names[rule.name]
        self.assertEqual(hint["new"], "Mustermann Bauträger GmbH")
        model = self.env["crm.quality.hint"].with_user(self.manager)
        model.apply_hint("res.partner", customer.id, hint["key"])
        self.assertEqual(customer.name, "Mustermann Bauträger GmbH")
        self.assertEqual(self.hints(customer)["passed"], data["passed"] + 1)
        with self.assertRaises(UserError):
            model.apply_hint("res.partner", customer.id, hint["key"])
        fix = self.env["crm.quality.fix"].with_user(self.manager).search([], limit=1)
        fix.action_undo()
        self.assertEqual(customer.name, "MUSTERMANN BAUTRÄGER GMBH")

    def test_the_same_verdict_as_a_check(self):
        customer = self.customer(email="kaputt", zip="8033", country_id=self.germany.id)
        check = self.run_check()
        found = self.env["crm.quality.finding"].search([("check_id", "=", check.id)])
        names = {item.rule_id.name for item in found if item.partner_id == customer}
        names.discard(self.env.ref("crm_data_quality.rule_activity").name)
        self.assertEqual({hint["name"] for hint in self.hints(customer)["hints"]}, names)

    def test_accepted_findings_are_no_hints(self):
        customer = self.customer()
        check = self.run_check("company_phone")
        self.env["crm.quality.finding"].search([("check_id", "=", check.id)]).action_accept()
        names = {hint["name"] for hint in self.hints(customer)["hints"]}
        self.assertNotIn("Company without phone", names)

    def test_learned_places(self):
        for _number in range(5):
            self.customer(zip="80331", city="München", country_id=self.germany.id)
        wrong = self.customer(zip="80331", city="Muenchn", country_id=self.germany.id)
        rule = self.env.ref("crm_data_quality.rule_zip_place")
        self.assertNotIn(rule.name, {hint["name"] for hint in self.hints(wrong)["hints"]})
        self.env["crm.quality.place"]._learn()
        found = {hint["name"]: hint["new"] for hint in self.hints(wrong)["hints"]}
        self.assertEqual(found[rule.name], "München")
        place = self.env["crm.quality.place"].search([("zip", "=", "80331")])
        self.assertEqual((place.place, place.number, place.total), ("München", 5, 6))

    def test_leads(self):
        lead = self.env["crm.lead"].create({"name": "Q", "email_from": "MAX@FIRMA.DE"})
        data = self.hints(lead)
        self.assertEqual(data["score"], 100.0 * data["passed"] / data["applicable"])
        rule = self.env.ref("crm_data_quality.rule_lead_source")
        self.assertIn(rule.name, {hint["name"] for hint in data["hints"]})
        [fixable] = [hint for hint in data["hints"] if hint["new"]]
        self.assertEqual(fixable["new"], "max@firma.de")
        model = self.env["crm.quality.hint"].with_user(self.manager)
        model.apply_hint("crm.lead", lead.id, fixable["key"])
        self.assertEqual(lead.email_from, "max@firma.de")
        self.assertFalse(any(hint["new"] for hint in self.hints(lead)["hints"]))
        rule.active = False
        self.assertNotIn(rule.name, {hint["name"] for hint in self.hints(lead)["hints"]})

    def test_findings_of_leads_fixed_since(self):
        lead = self.env["crm.lead"].create(
            {"name": "Q", "type": "lead", "email_from": "max@firma..de"}
        )
        check = self.run_check(
            "lead_email_form", subject="crm.lead", scope_domain=f"[('id', '=', {lead.id})]"
        )
        finding = self.env["crm.quality.finding"].search([("check_id", "=", check.id)])
        self.assertEqual(finding.lead_id, lead)
        self.assertFalse(finding.fixed_on)
        result = check.result_ids.filtered("is_selected")
        action = result.with_user(self.manager).action_fix()
        fix = self.env["crm.quality.fix"].with_user(self.manager).browse(action["res_id"])
        fix.line_ids.action_select()
        fix.action_apply()
        self.assertEqual(lead.email_from, "max@firma.de")
        self.assertTrue(finding.fixed_on)
        fix.action_undo()
        self.assertFalse(finding.fixed_on)

    def test_who_gets_hints(self):
        customer = self.customer()
        clerk = new_test_user(self.env, "hint_clerk", "base.group_user")
        portal = new_test_user(self.env, "hint_portal", "base.group_portal")
        for user in (clerk, portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.hints(customer, user)
        view = self.env.ref("base.view_partner_form")
        seen = self.env["res.partner"].with_user(self.seller).get_view(view.id, "form")["arch"]
        self.assertIn("quality_hints", seen)
        hidden = self.env["res.partner"].with_user(clerk).get_view(view.id, "form")["arch"]
        self.assertNotIn("quality_hints", hidden)

    def test_garbage(self):
        model = self.env["crm.quality.hint"].with_user(self.manager)
        customer = self.customer()
        with self.assertRaises(AccessError):
            model.get_hints("res.users", self.env.uid)
        with self.assertRaises(UserError):
            model.get_hints("res.partner", 2**30)
        for key in ("rule:0", "rule:x", "nothing", "", None, "unlink"):
            with self.subTest(key), self.assertRaises(UserError):
                model.apply_hint("res.partner", customer.id, key)
        self.assertIsNone(model.get_likely_duplicates("res.partner", {"name": "x"}))
        with self.assertRaises(AccessError):
            model.get_likely_duplicates("res.users", {"name": "x"})

    def test_restricted_salesperson(self):
        customer = self.customer(user_id=self.manager.id)
        self.env["ir.rule"].create(
            {
                "name": "Own",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]",
                "groups": [(4, self.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.hints(customer, self.seller)

    def test_few_queries(self):
        customer = self.customer(zip="80331", city="München", country_id=self.germany.id)
        self.hints(customer)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.hints(customer)
        self.assertLess(self.cr.sql_log_count - before, 45)

    def test_no_rule_no_score(self):
        """Without a rule that applies there is no score; that is not the score 0."""
        customer = self.customer()
        self.env["crm.quality.rule"].search([]).active = False
        data = self.hints(customer)
        self.assertEqual((data["score"], data["passed"], data["applicable"]), (None, 0, 0))

    def test_queries_do_not_grow_with_the_database(self):
        """One record is judged by itself: as many queries among ten as among two hundred."""
        customer = self.customer(
            zip="80331", city="München", country_id=self.germany.id, email="a@b.de"
        )

        def spent():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.hints(customer)
            return self.cr.sql_log_count - before

        self.run_check()
        spent()
        few = spent()
        for number in range(200):
            self.customer(name=f"Customer {number}", email=f"c{number}@b.de", zip="80331")
        self.run_check()
        self.assertLessEqual(spent(), few)
