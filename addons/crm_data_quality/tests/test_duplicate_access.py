# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .duplicates import SITE, DuplicateCase


@tagged("post_install", "-at_install")
class TestDuplicateAccess(DuplicateCase):
    """Nobody is told of a record that his rules forbid."""

    def as_seller(self, records):
        return records.with_user(self.seller).with_context(allowed_company_ids=self.own.ids)

    def models(self):
        names = ("crm.duplicate.cluster", "crm.duplicate.member", "crm.duplicate.pair")
        return [self.as_seller(self.env[name]) for name in names]

    def test_restricted_salesperson(self):
        _first, second = self.twins()
        self.search_now()
        cluster = self.clusters()
        for model in self.models():
            self.assertTrue(model.search([]), model._name)
        self.env["ir.rule"].create(
            {
                "name": "Own customers",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {second.id})]",
                "groups": [(4, self.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        self.env.invalidate_all()
        for model in self.models():
            self.assertFalse(model.search([]), model._name)
            self.assertFalse(model.search_count([]))
            self.assertFalse(model._read_group([], [], ["__count"])[0][0])
            record = model.sudo().search([], limit=1)
            with self.assertRaises(AccessError):
                self.as_seller(record).read(["display_name"])
        with self.assertRaises(AccessError):
            self.as_seller(cluster).action_not_duplicate()
        partners = self.as_seller(self.env["res.partner"]).with_company(self.own)
        found = partners._likely_duplicates(
            {"name": "Berger Metallbau", "is_company": True, **SITE}
        )
        self.assertNotIn(second.id, found.ids)

    def test_two_companies(self):
        """Clusters of one company do not show in another, records without a company in both."""
        first, _second = self.twins()
        self.search_now()
        elsewhere = self.env["crm.duplicate.cluster"].with_user(self.manager)
        elsewhere = elsewhere.with_context(allowed_company_ids=self.env.company.ids)
        self.assertFalse(elsewhere.search([("id", "in", self.clusters().ids)]))
        third = self.env.company.create({"name": "Third"})
        self.env.user.company_ids |= third
        self.manager.company_ids |= third
        first.company_id = False
        self.later()
        foreign = self.env["res.partner"].create(
            {"name": "Berger Metallbau GmbH", "is_company": True, "company_id": third.id, **SITE}
        )
        search = self.env["crm.duplicate.search"].with_user(self.manager)
        search = search.with_context(allowed_company_ids=third.ids)
        search.create({"company_id": third.id}).action_start()
        found = self.env["crm.duplicate.cluster"].search([("company_id", "=", third.id)])
        self.assertEqual(found.member_ids.partner_id, first + foreign)
        self.assertFalse(
            self.as_seller(found.member_ids).search([("id", "in", found.member_ids.ids)])
        )
