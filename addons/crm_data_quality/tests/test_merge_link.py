# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeLink(MergeCase):
    """Leads are linked to the customer that they come from, and the link is undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer(
            email="info@muster.example.com", phone="+49 89 123456", street="Hauptstr. 1", zip="80331",
            city="München",
        )  # fmt: skip
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Anfrage {number}",
                    "partner_name": "Muster Bau",
                    "contact_name": "Karl Muster",
                    "email_from": f"karl{number}@muster.example.com",
                    "street": "Gasse 2",
                    "city": "Ulm",
                    "user_id": cls.seller.id,
                }
                for number in (1, 2)
            ]
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def link(self, customer=None, leads=None, user=None, **kwargs):
        user = user or self.seller
        service = self.env["crm.merge"].with_user(user)
        service = service.with_context(allowed_company_ids=user.company_ids.ids)
        customer = self.partner if customer is None else customer
        leads = self.leads if leads is None else leads
        found = service._link(customer.with_env(service.env), leads.with_env(service.env), **kwargs)
        self.env.flush_all()
        self.env.invalidate_all()
        return found

    def cluster(self, leads, band="review"):
        """A cluster of the customer and the leads, as a search leaves it."""
        cluster = self.env["crm.duplicate.cluster"].create(
            {
                "company_id": self.env.company.id,
                "kind": "leads_customers",
                "band": band,
                "member_count": len(leads) + 1,
            }
        )
        self.env["crm.duplicate.member"].create(
            [{"cluster_id": cluster.id, "partner_id": self.partner.id}]
            + [{"cluster_id": cluster.id, "lead_id": lead.id} for lead in leads]
        )
        self.env["crm.duplicate.pair"].create(
            [
                {
                    "cluster_id": cluster.id,
                    "company_id": self.env.company.id,
                    "kind": "leads_customers",
                    "left_lead_id": lead.id,
                    "right_partner_id": self.partner.id,
                    "weight": 12,
                    "score": 0.999,
                    "band": band,
                }
                for lead in leads
            ]
        )
        return cluster

    def test_row_by_row(self):
        before = self.tables()
        merge = self.link()
        self.assertEqual(self.leads.partner_id, self.partner)
        self.assertTrue(all(self.leads.mapped("active")))
        self.assertEqual((merge._kept(), merge.linked_lead_ids), (self.partner, self.leads))
        self.assertFalse(merge._merged())
        self.assertEqual(merge.user_id, self.seller)
        self.assertIn(self.partner.name, self.leads[0].message_ids[0].body)
        self.assertIn("Leads linked to this customer: 2", self.partner.message_ids[0].body)
        self.undo(merge.with_user(self.seller))
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assertEqual(self.leads.mapped("city"), ["Ulm", "Ulm"])
        self.assert_restored(before)

    def test_undo_after_later_edits(self):
        merge = self.link()
        other = self.customer(name="Andere")
        self.leads[0].partner_id = other
        self.undo(merge)
        self.assertEqual(merge.state, "partly")
        self.assertEqual(self.leads.mapped("partner_id"), other)
        self.assertFalse(self.leads[1].partner_id)
        self.assertIn("Anfrage 1", merge.undo_report)
        self.assertNotIn("Anfrage 2", merge.undo_report)

    def test_customer_merged_later(self):
        merge = self.link()
        kept = self.customer(name="Kern")
        later = self.merge(kept, self.partner)
        self.assertEqual(self.leads.partner_id, kept)
        merge = merge.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "merged later"):
            merge.action_undo()
        self.undo(merge | later)
        self.assertFalse(self.leads.partner_id)
        self.assertEqual((merge | later).mapped("state"), ["undone", "undone"])

    def test_blacklisted_lead(self):
        """Who did not want mails as a lead gets none as a customer."""
        self.env["mail.blacklist"]._add("karl1@muster.example.com")
        self.assertFalse(self.partner.is_blacklisted)
        before = self.tables()
        merge = self.link()
        self.assertTrue(self.partner.is_blacklisted)
        self.undo(merge)
        self.assert_restored(before)

    def test_refusals(self):
        nobody, nothing = self.env["res.partner"], self.env["crm.lead"]
        gone = self.env["crm.lead"].create({"name": "Weg"})
        gone.unlink()
        taken = self.env["crm.lead"].create({"name": "Fest", "partner_id": self.customer().id})
        company = self.env["res.company"].create({"name": "Zweite GmbH"})
        foreign = self.customer(name="Fremd", company_id=company.id)
        own = self.leads[0]
        own.company_id = self.env.company
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= company
        archived = self.customer()
        self.merge(self.customer(), archived)
        for customer, leads, words in (
            (nobody, self.leads, "Choose a customer"),
            (self.partner, nothing, "at least one lead"),
            (self.partner | foreign, self.leads, "Choose a customer"),
            (self.partner, gone, "deleted meanwhile"),
            (self.partner, taken, "has a customer already"),
            (foreign, own, "another company"),
            (archived, self.leads, "was merged before"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.link(customer, leads, user=admin)
        with self.assertRaisesRegex(UserError, "only to a customer"):
            self.env["crm.merge"]._link(self.leads[0], self.leads[1])

    def test_who_links_and_undoes(self):
        other = new_test_user(
            self.env, "link_other", groups="base.group_user,sales_team.group_sale_salesman"
        )
        clerk = new_test_user(self.env, "link_clerk", groups="base.group_user")
        for user in (other, clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.link(user=user)
        merge = self.link()
        found = self.env["crm.merge"].with_user(other).search([("id", "=", merge.id)])
        self.assertFalse(found, "the merge is as secret as the leads")
        with self.assertRaises(AccessError):
            merge.with_user(other).action_undo()
        self.undo(merge.with_user(self.manager))
        self.assertEqual(merge.undone_by, self.manager)

    def test_cluster_is_settled_and_opened_again(self):
        cluster = self.cluster(self.leads)
        merge = self.link(origin=cluster)
        self.assertEqual(cluster.state, "merged")
        self.assertEqual(set(cluster.pair_ids.mapped("decision")), {"merged"})
        self.undo(merge)
        self.assertEqual(cluster.state, "open")
        self.assertEqual(cluster.member_ids.lead_id, self.leads)
        self.assertEqual(set(cluster.pair_ids.mapped("decision")), {"none"})

    def test_part_of_a_cluster(self):
        """What was not linked stays to be decided; the undo brings both together again."""
        cluster = self.cluster(self.leads)
        merge = self.link(leads=self.leads[0], origin=cluster)
        self.assertEqual(cluster.state, "open")
        self.assertEqual(cluster.member_ids.lead_id, self.leads[1])
        self.undo(merge)
        self.assertEqual(cluster.member_ids.lead_id, self.leads)
        self.assertEqual(cluster.member_ids.partner_id, self.partner)

    def test_erasure(self):
        merge = self.link()
        self.assertTrue(merge.sudo().line_ids)
        self.env["crm.merge"]._erase(self.leads[1])
        self.assertEqual(merge.state, "expired")
        self.assertFalse(merge.sudo().line_ids)

    # ------------------------------------------------------------ by the job
    def test_automatic_linking_is_off(self):
        cluster = self.cluster(self.leads, band="automatic")
        self.env.company.merge_automatic = True
        self.run_cron("_cron_link_automatic")
        self.run_cron("_cron_merge_automatic")
        self.assertEqual(cluster.state, "open")
        self.assertFalse(self.leads.partner_id)

    def test_automatic_linking(self):
        self.env["crm.duplicate.cluster"].search([("band", "=", "automatic")]).band = "review"
        self.env.company.link_automatic = True
        certain = self.cluster(self.leads, band="automatic")
        unsure = self.cluster(self.env["crm.lead"].create({"name": "Andere"}))
        action = self.env["crm.merge"].action_dry_run_links()
        listed = self.env["crm.duplicate.cluster"].search(action["domain"])
        self.assertEqual(listed, certain)
        self.assertFalse(self.leads.partner_id, "a dry run changes nothing")
        self.assertEqual(self.run_cron("_cron_link_automatic"), [0])
        merge = self.env["crm.merge"].search([("cluster_id", "=", certain.id)])
        self.assertTrue(merge.is_automatic)
        self.assertEqual(merge.linked_lead_ids, self.leads)
        self.assertEqual(self.leads.partner_id, self.partner)
        self.assertEqual((certain.state, unsure.state), ("merged", "open"))
        self.undo(merge)
        self.assertFalse(self.leads.partner_id)
        self.assertEqual(certain.state, "open")

    def test_automatic_linking_leaves_what_is_not_clear(self):
        self.env["crm.duplicate.cluster"].search([("band", "=", "automatic")]).band = "review"
        self.env.company.link_automatic = True
        several = self.cluster(self.leads[0], band="automatic")
        self.env["crm.duplicate.member"].create(
            {"cluster_id": several.id, "partner_id": self.customer(name="Zweiter").id}
        )
        settled = self.cluster(self.leads[1], band="automatic")
        self.leads[1].partner_id = self.partner
        self.run_cron("_cron_link_automatic")
        self.assertEqual((several.state, several.band), ("open", "review"))
        self.assertEqual(settled.state, "dismissed", "the lead has got its customer meanwhile")
        self.assertFalse(self.leads[0].partner_id)
