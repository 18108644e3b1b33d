# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeReview(MergeCase):
    """What the review page asks for, and the job that merges what is almost certain."""

    def cluster(self, *records, band="review", score=0.9, company=None):
        kind = "customers" if records[0]._name == "res.partner" else "leads"
        name = "partner_id" if kind == "customers" else "lead_id"
        company = company or self.env.company
        cluster = self.env["crm.duplicate.cluster"].create(
            {
                "company_id": company.id,
                "kind": kind,
                "band": band,
                "score": score,
                "member_count": len(records),
                "member_ids": [Command.create({name: record.id}) for record in records],
            }
        )
        self.env["crm.duplicate.pair"].create(
            {
                "cluster_id": cluster.id,
                "company_id": company.id,
                "kind": kind,
                f"left_{name}": records[0].id,
                f"right_{name}": records[1].id,
                "score": score,
                "band": band,
            }
        )
        return cluster

    def as_manager(self, cluster):
        return cluster.with_user(self.manager)

    def test_queue(self):
        low = self.cluster(self.customer(), self.customer(), score=0.6)
        high = self.cluster(self.customer(), self.customer(), score=0.95)
        certain = self.cluster(self.customer(), self.customer(), band="automatic", score=0.999)
        done = self.cluster(self.customer(), self.customer())
        done.state = "dismissed"
        queue = self.env["crm.duplicate.cluster"].with_user(self.manager).review_queue()
        ours = [key for key in queue["ids"] if key in (low | high | certain | done).ids]
        self.assertEqual(ours, [certain.id, high.id, low.id])
        self.assertGreaterEqual(queue["total"], 3)

    def test_case_and_merge(self):
        master, other = self.customer(name="A"), self.customer(name="B", phone="1")
        cluster = self.as_manager(self.cluster(master, other))
        case = cluster.review_case()
        self.assertEqual(case["master"], master.id)
        self.assertEqual(case["refusals"], [])
        self.assertEqual(len(case["reasons"]), 1)
        self.assertEqual(cluster.review_case(other.id)["master"], other.id)
        answer = cluster.review_merge(other.id, {"name": str(master.id)})
        self.assertEqual((other.name, master.active), ("A", False))
        self.assertEqual(cluster.state, "merged")
        self.assertEqual(set(cluster.sudo().pair_ids.mapped("decision")), {"merged"})
        with self.assertRaisesRegex(UserError, "decided already"):
            cluster.review_merge(other.id)
        merge = self.env["crm.merge"].with_user(self.manager).browse(answer["merge"])
        self.assertEqual(merge.cluster_id, cluster)
        merge.action_undo()
        self.assertEqual(cluster.state, "open")
        self.assertEqual(set(cluster.sudo().pair_ids.mapped("decision")), {"none"})

    def test_garbage_from_outside(self):
        cluster = self.as_manager(self.cluster(self.customer(), self.customer()))
        for choices in ("x", {"name": "x"}, {"name": None}, [1]):
            with self.subTest(choices), self.assertRaises(UserError):
                cluster.review_case(None, choices)
        with self.assertRaisesRegex(UserError, "Choose the record"):
            cluster.review_merge(self.env.user.partner_id.id)
        gone = self.as_manager(self.cluster(self.customer(), self.customer()))
        gone.sudo().unlink()
        self.assertIsNone(gone.review_case())

    def test_salesperson(self):
        """Sees cases of customers he may read, and why he cannot merge them."""
        cluster = self.cluster(self.customer(), self.customer()).with_user(self.seller)
        case = cluster.review_case()
        self.assertEqual(case["refusals"], ["Only data quality managers merge customers."])
        with self.assertRaises(UserError):
            cluster.review_merge(case["master"])
        foreign = [
            self.env["crm.lead"].create({"name": "L", "user_id": self.manager.id}) for _ in "ab"
        ]
        hidden = self.cluster(*foreign).with_user(self.seller)
        with self.assertRaises(AccessError):
            hidden.review_case()
        own = [self.env["crm.lead"].create({"name": "L", "user_id": self.seller.id}) for _ in "ab"]
        mine = self.cluster(*own).with_user(self.seller)
        mine.review_merge(own[0].id)
        self.assertFalse(own[1].active)

    def test_automatic_merging_is_off(self):
        cluster = self.cluster(self.customer(), self.customer(), band="automatic")
        self.run_cron("_cron_merge_automatic")
        self.assertEqual(cluster.state, "open")

    def test_automatic_merging(self):
        self.env["crm.duplicate.cluster"].search([("band", "=", "automatic")]).band = "review"
        self.env.company.merge_automatic = True
        busy, idle = self.customer(name="A"), self.customer(name="B", phone="1")
        self.env["crm.lead"].create({"name": "L", "partner_id": busy.id})
        certain = self.cluster(idle, busy, band="automatic")
        unsure = self.cluster(self.customer(), self.customer())
        company = self.customer(is_company=True)
        refused = self.cluster(company, self.customer(parent_id=company.id), band="automatic")
        overlapping = self.cluster(busy, self.customer(name="C"), band="automatic")
        domain = self.env["crm.merge"]._automatic_domain(self.env.company)
        dry = self.env["crm.duplicate.cluster"].search(domain)
        self.assertEqual(dry, certain | refused | overlapping)
        self.assertEqual(self.run_cron("_cron_merge_automatic"), [1, 0])
        merge = self.env["crm.merge"].search([("cluster_id", "=", certain.id)])
        self.assertTrue(merge.is_automatic)
        self.assertEqual((merge._kept(), merge._merged()), (busy, idle))
        self.assertEqual(busy.phone, "1")
        self.assertEqual(unsure.state, "open")
        self.assertEqual((refused.state, refused.band), ("open", "review"))
        self.assertEqual(overlapping.state, "merged", "one after the other")
        self.assertFalse(self.env["crm.duplicate.cluster"].search(domain))
