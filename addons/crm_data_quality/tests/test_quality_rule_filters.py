# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import QualityCase

FILTERS = [
    "[]",
    "[('is_company', '=', True)]",
    "[('is_company', '=', False)]",
    "['|', ('city', 'ilike', 'münchen'), ('zip', '=', False)]",
    "[('email', 'not in', ['a@x.de', False])]",
    "[('country_id.code', 'in', ['DE', 'AT'])]",
    "[('parent_id.active', '=', True)]",
    "[('category_id', '!=', False)]",
    "[('child_ids', 'any', [('name', 'like', 'Karl')])]",
    "[('create_date', '<', 'today +1d')]",
    "['!', ('user_id', '=', uid)]",
]


@tagged("post_install", "-at_install")
class TestQualityRuleFilters(QualityCase):
    """One query for all filters answers as a search for each of them does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tag = cls.env["res.partner.category"].create({"name": "Fair"})
        company = cls.customer(country_id=cls.germany.id, city="München", email="a@x.de")
        cls.customer(name="Karl", is_company=False, parent_id=company.id)
        cls.customer(country_id=cls.austria.id, category_id=[Command.link(tag.id)], zip="1010")
        cls.customer(user_id=cls.manager.id, email="b@x.de", zip="80331", city="Berlin")
        orphan = cls.customer(name="Old", active=False)
        cls.customer(name="Orphan", is_company=False, parent_id=orphan.id)

    def test_answers(self):
        rules = self.env["crm.quality.rule"].create(
            [
                {
                    "name": text,
                    "code": f"test_filter_{number}",
                    "kind": "domain",
                    "rule_domain": text,
                    "applicable_domain": "[('type', '=', 'contact')]",
                }
                for number, text in enumerate(FILTERS)
            ]
        )
        check = self.check()
        found = check._subjects().search(check._subject_domain())
        self.assertEqual(len(found), 5)
        batch = check._make_batch(found, rules, {})
        for text in FILTERS:
            rule = rules.filtered(lambda rule, text=text: rule.rule_domain == text)
            rule = rule.with_env(batch.env)
            with self.subTest(text):
                domain = [("id", "in", found.ids), *rule._parse_domain(text)]
                self.assertEqual(rule._ids_of_filter(batch, text), set(found.search(domain).ids))
        own_query = ("category_id", "child_ids", "country_id.", "parent_id.", "[]")
        for text in FILTERS:
            with self.subTest(text):
                together = not any(name in text for name in own_query)
                fresh = check._make_batch(found, rules, {})
                self.assertEqual(text in fresh.applicable, together)

    def test_only_fields_that_the_person_may_read(self):
        rule = self.env["crm.quality.rule"].create(
            {"name": "Signup", "code": "test_signup", "kind": "domain",
             "rule_domain": "[('signup_type', '=', False)]"}
        )  # fmt: skip
        check = self.check(user=self.seller)
        found = check._subjects().search(check._subject_domain())
        batch = check._make_batch(found, rule, {})
        self.assertNotIn(rule.rule_domain, batch.applicable)
