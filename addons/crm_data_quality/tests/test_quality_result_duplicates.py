# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .duplicates import SITE, DuplicateCase


@tagged("post_install", "-at_install")
class TestQualityResultDuplicates(DuplicateCase):
    """The figure of uniqueness opens the duplicates that it is made of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.customer(name="Berger Metallbau GmbH", **SITE)
        cls.second = cls.customer(name="Berger Metalbau", **SITE)
        cls.third = cls.customer(name="Berger Metallbau G.m.b.H.", **SITE)
        cls.other = cls.customer(name="Vogt Optik AG", email="info@vogt-optik.de")
        cls.again = cls.customer(name="Vogt Optik", email="info@vogt-optik.de", zip="10115")

    def searched(self):
        """The result of uniqueness after a search."""
        self.search_now()
        check = self.run_check("duplicate", company_id=self.own.id)
        return check.result_ids.filtered("is_selected")

    def opened(self, result):
        """What the button opens, with the context of its action."""
        action = result.action_open_duplicates()
        model = self.env[action["res_model"]].with_user(self.manager)
        model = model.with_context(allowed_company_ids=self.own.ids, **action["context"])
        return action, model.search(action["domain"])

    def test_the_numbers_agree(self):
        result = self.searched()
        action, clusters = self.opened(result)
        certain = [one for one in clusters if one.band == "automatic"]
        self.assertEqual(len(clusters), result.duplicate_cluster_count)
        self.assertEqual(sum(clusters.mapped("counted_surplus")), result.failed)
        sizes = [len(one.member_ids) for one in certain]
        self.assertEqual(result.failed, sum(size - 1 for size in sizes))
        self.assertEqual(result.applicable, 5)
        score = 100 * (1 - sum(size - 1 for size in sizes) / 5)
        self.assertAlmostEqual(result.score, score)
        self.assertIn(f"1 − {result.failed} ÷ 5 = {score:.1f} %", action["name"])

    def test_links_to_be_judged_do_not_count(self):
        """A cluster with an almost certain link counts by that link only."""
        result = self.searched()
        cluster = self.clusters().filtered(lambda one: self.first in one.member_ids.partner_id)
        self.assertEqual(len(cluster.member_ids), 3)
        pairs = cluster.pair_ids.filtered(
            lambda pair: self.third in (pair.left_partner_id | pair.right_partner_id)
        )
        pairs.band = "review"
        pairs.flush_recordset()
        result = self.run_check("duplicate", company_id=self.own.id).result_ids
        result = result.filtered("is_selected")
        _action, clusters = self.opened(result)
        seen = clusters.filtered(lambda one: one.id == cluster.id)
        self.assertEqual((seen.surplus_count, seen.counted_surplus), (2, 1))
        self.assertEqual(sum(clusters.mapped("counted_surplus")), result.failed)

    def test_what_is_accepted_or_decided(self):
        """What is OK leaves the figure and the list; what was merged since stays in both."""
        result = self.searched()
        before = result.failed
        self.env["crm.quality.finding"].search(
            [("check_id", "=", result.check_id.id), ("partner_id", "=", self.second.id)]
        ).action_accept()
        _action, clusters = self.opened(result)
        self.assertEqual(result.failed, before - 1)
        self.assertEqual(sum(clusters.mapped("counted_surplus")), result.failed)
        clusters[0].sudo().state = "merged"
        self.assertEqual(self.opened(result)[1], clusters)

    def test_only_what_one_may_see(self):
        result = self.searched()
        self.env["ir.rule"].create(
            {
                "name": "Own customers",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', 'not in', {(self.first | self.second).ids})]",
                "groups": [(4, self.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        self.env.invalidate_all()
        _action, clusters = self.opened(result)
        self.assertFalse(clusters & self.clusters().filtered(
            lambda one: self.first in one.member_ids.partner_id
        ))  # fmt: skip

    def test_other_rules_open_none(self):
        check = self.run_check("email_form", company_id=self.own.id)
        result = check.result_ids.filtered("is_selected")
        self.assertEqual(result.duplicate_cluster_count, 0)
