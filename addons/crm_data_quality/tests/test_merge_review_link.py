# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeReviewLink(MergeCase):
    """Leads beside their probable customers on the review page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.customer(name="Erle Bau GmbH", is_company=True, email="info@erle.example")
        cls.two = cls.customer(name="Erle Bau", is_company=True, phone="+49 89 111")

    @classmethod
    def lead(cls, name="Dach", **values):
        values = {"partner_name": "Erle Bau", "user_id": cls.seller.id} | values
        return cls.env["crm.lead"].create({"name": name} | values)

    @classmethod
    def case(cls, customers, leads, company=None):
        """A case in which every lead looks like every customer."""
        company = company or cls.env.company
        members = [{"partner_id": one.id} for one in customers]
        members += [{"lead_id": one.id} for one in leads]
        cluster = cls.env["crm.duplicate.cluster"].create(
            {
                "company_id": company.id,
                "kind": "leads_customers",
                "score": 0.9,
                "member_count": len(members),
                "member_ids": [Command.create(values) for values in members],
            }
        )
        cls.env["crm.duplicate.pair"].create(
            [
                {
                    "cluster_id": cluster.id,
                    "company_id": company.id,
                    "kind": "leads_customers",
                    "left_lead_id": lead.id,
                    "right_partner_id": customer.id,
                    "score": 0.9,
                    "weight": 3.2,
                }
                for lead in leads
                for customer in customers
            ]
        )
        return cluster

    def test_what_the_page_shows(self):
        lead = self.lead(email_from="bau@erle.example")
        cluster = self.case(self.one | self.two, lead).with_user(self.seller)
        queue = cluster.review_queue([("id", "=", cluster.id)])
        self.assertEqual(queue, {"ids": cluster.ids, "total": 1})
        case = cluster.review_case(self.two.id)
        self.assertEqual((case["kind"], case["master"]), ("leads_customers", self.two.id))
        self.assertEqual({one["id"] for one in case["records"]}, set((self.one | self.two).ids))
        self.assertEqual([one["id"] for one in case["leads"]], lead.ids)
        self.assertEqual((case["refusals"], case["leads"][0]["refusal"]), ([], ""))
        fields = {row["name"]: row for row in case["fields"]}
        self.assertEqual(fields["email"]["customers"][self.one.id], "info@erle.example")
        self.assertEqual(fields["email"]["leads"][lead.id], "bau@erle.example")
        self.assertEqual(fields["company"]["leads"][lead.id], "Erle Bau")
        self.assertEqual(fields["company"]["customers"][self.two.id], "Erle Bau")
        self.assertNotIn("website", fields, "empty everywhere")

    def test_link_and_undo(self):
        first, second = self.lead("Dach"), self.lead("Keller")
        cluster = self.case(self.one, first | second).with_user(self.seller)
        answer = cluster.review_link(self.one.id, (first | second).ids)
        self.assertEqual(answer["name"], "Erle Bau GmbH")
        self.assertEqual((first | second).partner_id, self.one)
        self.assertEqual(cluster.state, "merged")
        with self.assertRaisesRegex(UserError, "decided already"):
            cluster.review_link(self.one.id, first.ids)
        self.env["crm.merge"].with_user(self.seller).browse(answer["merge"]).action_undo()
        self.assertFalse((first | second).partner_id)
        self.assertEqual(cluster.state, "open")
        self.assertEqual(len(cluster.review_case()["leads"]), 2)

    def test_one_of_two_leads(self):
        """What was not ticked stays to be decided; the undo brings the whole case back."""
        first, second = self.lead("Dach"), self.lead("Keller")
        cluster = self.case(self.one, first | second).with_user(self.seller)
        answer = cluster.review_link(self.one.id, first.ids)
        self.assertEqual((first.partner_id, second.partner_id), (self.one, self.two.browse()))
        self.assertEqual(cluster.state, "open")
        self.assertEqual([one["id"] for one in cluster.review_case()["leads"]], second.ids)
        self.env["crm.merge"].with_user(self.seller).browse(answer["merge"]).action_undo()
        self.assertEqual(cluster.member_ids.lead_id, first | second)

    def test_a_lead_that_has_its_customer(self):
        """It says why it cannot be linked, and the others can all the same."""
        first, second = self.lead("Dach"), self.lead("Keller")
        cluster = self.case(self.one, first | second).with_user(self.seller)
        first.partner_id = self.two
        case = cluster.review_case()
        refusals = {one["id"]: one["refusal"] for one in case["leads"]}
        self.assertIn("has a customer already", refusals[first.id])
        self.assertEqual((refusals[second.id], case["refusals"]), ("", []))
        with self.assertRaisesRegex(UserError, "has a customer already"):
            cluster.review_link(self.one.id, (first | second).ids)
        self.assertFalse(second.partner_id, "all or none")

    def test_not_the_same_says_nothing_about_the_others(self):
        """Two customers that look like one lead may still be duplicates of each other."""
        first, second = self.lead("Dach"), self.lead("Keller")
        cluster = self.case(self.one | self.two, first | second).with_user(self.seller)
        cluster.action_not_duplicate()
        pairs = cluster.sudo().pair_ids
        self.assertEqual((len(pairs), set(pairs.mapped("decision"))), (4, {"not_duplicate"}))
        self.assertFalse(pairs.filtered(lambda pair: pair.left_partner_id or pair.right_lead_id))
        self.assertEqual(cluster.state, "dismissed")
        cluster.action_reopen()
        self.assertEqual(cluster.state, "open")

    def test_take_out(self):
        """One record leaves the case and comes back; the rest stays to be decided."""
        first, second = self.lead("Dach"), self.lead("Keller")
        cluster = self.case(self.one, first | second).with_user(self.seller)
        pairs = cluster.review_take_out("crm.lead", first.id)
        self.assertEqual(cluster.member_ids.lead_id, second)
        self.env["crm.duplicate.pair"].with_user(self.seller).browse(pairs).action_reopen()
        self.assertEqual(cluster.member_ids.lead_id, first | second)
        for model, key in (("crm.lead", self.one.id + 10**6), ("res.users", 1), (None, None)):
            with self.subTest(model=model), self.assertRaises(UserError):
                cluster.review_take_out(model, key)

    def test_garbage_from_outside(self):
        lead, stranger = self.lead(), self.lead("Fremd")
        cluster = self.case(self.one, lead).with_user(self.seller)
        for customer, leads in (
            (self.two.id, lead.ids),
            (None, lead.ids),
            ("x", lead.ids),
            (self.one.id, stranger.ids),
            (self.one.id, [lead.id, stranger.id]),
            (self.one.id, []),
            (self.one.id, None),
            (self.one.id, "all"),
            (self.one.id, [lead.id, lead.id]),
        ):
            with self.subTest(customer=customer, leads=leads), self.assertRaises(UserError):
                cluster.review_link(customer, leads)
        with self.assertRaisesRegex(UserError, "linked to their customer, not merged"):
            cluster.review_merge(lead.id)
        self.assertFalse(lead.partner_id)
        lead.unlink()
        self.assertFalse(cluster.exists(), "nothing is left to compare")
        self.assertIsNone(cluster.review_case())

    def test_who_may(self):
        """Whoever may not read the lead sees no case; whoever may not write it links nothing."""
        lead = self.lead(user_id=self.manager.id)
        cluster = self.case(self.one, lead)
        with self.assertRaises(AccessError):
            cluster.with_user(self.seller).review_case()
        with self.assertRaises(AccessError):
            cluster.with_user(self.seller).review_link(self.one.id, lead.ids)
        self.assertNotIn(cluster.id, cluster.with_user(self.seller).review_queue()["ids"])
        self.assertIn(cluster.id, cluster.with_user(self.manager).review_queue()["ids"])

    def test_other_company(self):
        """A case of another company is nobody's business here, whatever its id."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids |= other
        foreign = self.customer(name="Erle Bau", company_id=other.id)
        lead = self.lead(company_id=other.id, user_id=False)
        cluster = self.case(foreign, lead, company=other)
        seen = cluster.with_user(self.manager)
        self.assertNotIn(cluster.id, seen.review_queue()["ids"])
        with self.assertRaises(AccessError):
            seen.review_case()
        with self.assertRaises(AccessError):
            seen.review_link(foreign.id, lead.ids)
        with self.assertRaises(AccessError):
            seen.review_take_out("crm.lead", lead.id)
