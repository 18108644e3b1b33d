# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_data_quality.merging.mover import Mover
from odoo.addons.crm_data_quality.models.crm_merge_service import Job

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMerge(MergeCase):
    """Customers merged and the merge undone, on what every database with CRM has."""

    def test_merged_customer_is_archived_and_both_tell(self):
        master, other = self.customer(), self.customer(name="Muster Bau")
        merge = self.merge(master, other)
        self.assertEqual(merge.state, "done")
        self.assertEqual((merge._kept(), merge._merged()), (master, other))
        self.assertFalse(other.active)
        self.assertIn("Muster Bau", master.message_ids[0].body)
        self.assertIn(f'data-oe-id="{master.id}"', other.message_ids[0].body)

    def test_row_by_row(self):
        master, other = self._rich_pair()
        before = self.tables()
        merge = self.merge(master, other)
        self.assertEqual(set(master.category_id.mapped("name")), {"A", "B", "C"})
        self.assertEqual(self.lead.message_partner_ids, master)
        self.assertEqual(self.lead.partner_id, master)
        self.assertEqual(master.user_ids.login, "portal_of_other@example.com")
        self.assertEqual(len(master.bank_ids), 1)
        self.assertEqual(self.child.parent_id, master)
        self.assertEqual(self.child.commercial_partner_id, master.commercial_partner_id)
        self.assertEqual(self.file.res_id, master.id)
        self.assertEqual(self.activity.res_id, master.id)
        self.assertEqual(self.activity.res_name, master.display_name)
        self.assertEqual(self.message.author_id, master)
        self.assertEqual(self.meeting.partner_ids, master | self.child)
        self.assertEqual(master.message_partner_ids, self.child | self.seller.partner_id)
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def _rich_pair(self):
        shared = self.tag("B")
        parent = self.customer(name="Konzern AG", is_company=True)
        master = self.customer(
            email="a@example.com", category_id=[Command.set((self.tag("A") | shared).ids)]
        )
        other = self.customer(
            name="Muster Bau GmbH & Co.",
            email="b@example.com",
            phone="+49 89 123456",
            street="Hauptstr. 1",
            city="München",
            parent_id=parent.id,
            category_id=[Command.set((shared | self.tag("C")).ids)],
            image_1920=self.picture(),
        )
        self.child = self.customer(name="Kind", parent_id=other.id)
        self.lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": other.id})
        self.lead.message_unsubscribe(self.lead.message_partner_ids.ids)
        self.lead.message_subscribe((master | other).ids)
        for partner in (master, other):
            partner.message_unsubscribe(partner.message_partner_ids.ids)
            partner.message_subscribe(self.child.ids)
            self.env["res.partner.bank"].create(
                {"partner_id": partner.id, "acc_number": "DE89 3704 0044 0532 0130 00"}
            )
        self.portal_user(other, "portal_of_other@example.com")
        self.file = self.env["ir.attachment"].create(
            {"name": "x.txt", "res_model": "res.partner", "res_id": other.id, "raw": b"x"}
        )
        self.activity = other.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.seller.id
        )
        self.message = other.with_context(mail_post_autofollow_author_skip=True).message_post(
            body="Hallo", author_id=other.id, partner_ids=master.ids
        )
        self.env["mail.blacklist"]._add("b@example.com")
        self.meeting = self.env["calendar.event"].create(
            {
                "name": "Treffen",
                "start": "2026-01-01 10:00",
                "stop": "2026-01-01 11:00",
                "partner_ids": [Command.set((master | other | self.child).ids)],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return master, other

    def test_pictures_are_exchanged(self):
        mine, yours = self.picture("red"), self.picture("blue")
        master, other = self.customer(image_1920=mine), self.customer(image_1920=yours)
        before = self.tables()
        merge = self.merge(master, other, {"image_1920": other.id})
        self.assertEqual((master.image_1920, other.image_1920), (yours, mine))
        self.undo(merge)
        self.assertEqual((master.image_1920, other.image_1920), (mine, yours))
        self.assert_restored(before)

    def test_values(self):
        """The most active record wins, an address as a whole; what is chosen goes first."""
        master = self.customer(name="A", street="Weg 1", city="Ulm", phone="1", function="Chef")
        other = self.customer(name="B", street="Gasse 2", zip="80331", phone="2", comment="c")
        self.env["crm.lead"].create({"name": "Lead", "partner_id": other.id})
        proposal = self.merges._preview(
            master.with_user(self.manager), other.with_user(self.manager)
        )
        rows = {row["name"]: row for row in proposal["fields"]}
        self.assertEqual(rows["address"]["proposed"], other.id)
        self.assertEqual(rows["function"]["proposed"], master.id)
        self.assertTrue(rows["phone"]["conflict"])
        self.assertFalse(rows["function"]["conflict"])
        self.assertNotIn("lang", rows, "both have the same one")
        self.merge(master, other, {"phone": master.id})
        self.assertEqual(
            (master.name, master.street, master.zip, master.city),
            ("B", "Gasse 2", "80331", False),
        )
        self.assertEqual((master.phone, master.function), ("1", "Chef"))

    def test_undo_after_later_edits(self):
        """What changed since stays and is reported; the rest is restored."""
        master, other = self.customer(name="A"), self.customer(name="B", phone="2")
        leads = self.env["crm.lead"].create(
            [{"name": name, "partner_id": other.id} for name in ("Dach", "Keller", "Garten")]
        )
        merge = self.merge(master, other)
        third = self.customer(name="C")
        leads[0].partner_id = third
        leads[2].unlink()
        master.phone = "3"
        self.env.flush_all()
        self.undo(merge)
        self.assertEqual(merge.state, "partly")
        self.assertEqual(leads[:2].mapped("partner_id"), third | other)
        self.assertEqual(master.phone, "3")
        self.assertEqual(master.name, "A")
        self.assertTrue(other.active)
        self.assertIn("Dach", merge.undo_report)
        self.assertIn("deleted since", merge.undo_report)
        self.assertIn("Phone changed since", merge.undo_report)
        self.assertNotIn("Keller", merge.undo_report)

    def test_many_at_once(self):
        for number in (4, 40):
            with self.subTest(number):
                master = self.customer(name="Kern")
                others = self.env["res.partner"].create(
                    [{"name": f"Kern {place}", "phone": str(place)} for place in range(number - 1)]
                )
                leads = self.env["crm.lead"].create(
                    [{"name": "Lead", "partner_id": partner.id} for partner in others]
                )
                before = self.tables()
                merge = self.merge(master, others)
                self.assertEqual(leads.partner_id, master)
                self.assertFalse(any(others.mapped("active")))
                self.undo(merge)
                self.assertEqual(merge.state, "undone")
                self.assert_restored(before)

    def test_followers_of_three_leads(self):
        """Odoo's own merge loses such rows: a customer who follows what the other follows too."""
        master, other = self.customer(), self.customer()
        leads = self.env["crm.lead"].create([{"name": name} for name in "abc"])
        leads.message_subscribe(other.ids)
        leads[0].message_subscribe(master.ids)
        subtype = self.env.ref("crm.mt_lead_stage")
        follower = leads[0].message_follower_ids.filtered(lambda item: item.partner_id == other)
        follower.subtype_ids = subtype
        self.merge(master, other)
        for lead in leads:
            self.assertIn(master, lead.message_partner_ids)
            self.assertNotIn(other, lead.message_partner_ids)
        kept = leads[0].message_follower_ids.filtered(lambda item: item.partner_id == master)
        self.assertIn(subtype, kept.subtype_ids, "what only the other had subscribed to")

    def test_reference_and_default(self):
        master, other = self.customer(), self.customer()
        self.env["ir.default"].set("crm.lead", "partner_id", other.id)
        name = self.env["ir.model.data"].create(
            {"module": "x", "name": "y", "model": "res.partner", "res_id": other.id}
        )
        before = self.tables()
        merge = self.merge(master, other)
        self.assertEqual(self.env["ir.default"]._get("crm.lead", "partner_id"), master.id)
        self.assertEqual(name.res_id, master.id)
        self.undo(merge)
        self.assert_restored(before)

    def test_killed_in_the_middle(self):
        """A failure after half of the tables leaves nothing behind."""
        master, other = self._rich_pair()
        before = self.tables()
        moved = []

        def fail(mover, column, *args):
            moved.append(column)
            if column.table == "mail_message":
                raise RuntimeError
            return original(mover, column, *args)

        original = Mover._move_column
        with patch.object(Mover, "_move_column", fail), self.assertRaises(RuntimeError):
            self.merge(master, other)
        self.assertGreater(len(moved), 10)
        self.env.invalidate_all(flush=False)
        self.assertEqual(self.differences(before, self.tables()), {})
        self.assertFalse(self.env["crm.merge"].search([("partner_id", "=", master.id)]))

    def test_many_merges_in_one_pass(self):
        """A batch does what single merges do; one that is refused does not hinder the others."""
        jobs = []
        for number in range(3):
            pair = self.env["res.partner"].create(
                [{"name": f"Zwilling {number}"}, {"name": f"Zwilling {number}", "phone": "1"}]
            )
            self.env["crm.lead"].create({"name": "Lead", "partner_id": pair[1].id})
            jobs.append(pair)
        jobs[1][1].parent_id = jobs[1][0]
        before = self.tables()
        merges, refused = self.env["crm.merge"]._merge_many(
            [Job(pair[0], pair[1], {}, None) for pair in jobs], is_automatic=True
        )
        self.assertEqual(list(refused), [1])
        self.assertEqual(len(merges), 2)
        self.assertTrue(all(merges.mapped("is_automatic")))
        self.env.invalidate_all()
        self.assertEqual([pair[1].active for pair in jobs], [False, True, False])
        self.assertEqual([pair[0].phone for pair in jobs], ["1", False, "1"])
        self.undo(merges)
        self.assertEqual(set(merges.mapped("state")), {"undone"})
        self.assert_restored(before)

    def test_merged_twice(self):
        first, second, third = (self.customer(name=name) for name in "abc")
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": first.id})
        before = self.tables()
        earlier = self.merge(second, first)
        later = self.merge(third, second)
        self.assertEqual(lead.partner_id, third)
        with self.assertRaisesRegex(Exception, "merged later"):
            earlier.action_undo()
        self.undo(earlier | later)
        self.assertEqual(lead.partner_id, first)
        self.assert_restored(before)
