# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeLeads(MergeCase):
    """Leads merged by Odoo's own method, kept in the archive, and brought back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["crm.tag"].create([{"name": name} for name in ("X", "Y", "Z")])
        cls.partner_a, cls.partner_b = cls.customer(name="A"), cls.customer(name="B")
        cls.master = cls.env["crm.lead"].create(
            {
                "name": "Anfrage 1",
                "type": "lead",
                "user_id": cls.seller.id,
                "tag_ids": [Command.set(tags[:2].ids)],
                "description": "<p>Erste</p>",
            }
        )
        cls.other = cls.env["crm.lead"].create(
            {
                "name": "Anfrage 2",
                "type": "opportunity",
                "user_id": cls.seller.id,
                "tag_ids": [Command.set(tags[1:].ids)],
                "description": "<p>Zweite</p>",
                "email_from": "zwei@example.com",
                "expected_revenue": 100,
            }
        )
        cls.other.message_subscribe((cls.partner_a | cls.partner_b).ids)
        cls.master.message_subscribe(cls.partner_a.ids)
        cls.message = cls.other.message_post(body="Ruf an", author_id=cls.partner_b.id)
        cls.activity = cls.other.activity_schedule(
            "mail.mail_activity_data_todo", user_id=cls.seller.id
        )
        cls.file = cls.env["ir.attachment"].create(
            {"name": "x.txt", "res_model": "crm.lead", "res_id": cls.other.id, "raw": b"x"}
        )
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "Treffen",
                "start": "2026-01-01 10:00",
                "stop": "2026-01-01 11:00",
                "opportunity_id": cls.other.id,
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_row_by_row(self):
        before = self.tables()
        merge = self.merge(self.master, self.other, user=self.seller)
        self.assertEqual(set(self.master.tag_ids.mapped("name")), {"X", "Y", "Z"})
        self.assertEqual((self.master.type, self.master.name), ("opportunity", "Anfrage 1"))
        self.assertIn("Zweite", self.master.description)
        self.assertEqual(self.message.res_id, self.master.id)
        self.assertEqual(self.activity.res_id, self.master.id)
        self.assertEqual(self.file.res_id, self.master.id)
        self.assertEqual(self.meeting.opportunity_id, self.master)
        self.assertTrue(self.other.exists())
        self.assertFalse(self.other.active)
        self.undo(merge.with_user(self.seller))
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)

    def test_merged_lead_was_not_lost(self):
        self.other.write({"probability": 0})
        self.merge(self.master, self.other, user=self.seller)
        self.assertEqual(self.other.won_status, "pending")
        self.assertFalse(self.other.date_closed)

    def test_choices(self):
        self.master.write({"email_from": "eins@example.com", "expected_revenue": 50})
        before = self.tables()
        merge = self.merge(
            self.master,
            self.other,
            {"email_from": self.other.id, "name": self.other.id},
            user=self.seller,
        )
        self.assertEqual(self.master.email_from, "zwei@example.com")
        self.assertEqual(self.master.name, "Anfrage 2")
        self.assertEqual(self.master.expected_revenue, 50)
        self.undo(merge.with_user(self.seller))
        self.assert_restored(before)

    def test_the_chosen_lead_is_kept(self):
        """Odoo would keep the opportunity: a person may decide otherwise, either way."""
        merge = self.merge(self.other, self.master, user=self.seller)
        self.assertEqual((self.master.active, self.other.active), (False, True))
        self.undo(merge.with_user(self.seller))
        self.assertTrue(self.master.active)

    def test_many_leads(self):
        others = self.env["crm.lead"].create(
            [{"name": f"Anfrage {place}", "user_id": self.seller.id} for place in range(3, 12)]
        )
        before = self.tables()
        merge = self.merge(self.master, self.other | others, user=self.seller)
        self.assertFalse(any((self.other | others).mapped("active")))
        self.undo(merge.with_user(self.seller))
        self.assert_restored(before)

    def test_blacklisted_lead(self):
        self.master.email_from = "eins@example.com"
        self.env["mail.blacklist"]._add("zwei@example.com")
        self.merge(self.master, self.other, user=self.seller)
        self.assertTrue(self.master.is_blacklisted)

    def test_leads_of_others(self):
        self.other.user_id = self.manager
        with self.assertRaises(Exception) as caught:
            self.merge(self.master, self.other, user=self.seller)
        self.assertNotIsInstance(caught.exception, AssertionError)
        self.assertTrue(self.other.active)

    def test_wrong_mixture(self):
        with self.assertRaises(TypeError):
            self.merge(self.master, self.partner_a)
        with self.assertRaisesRegex(UserError, "at least one other"):
            self.merge(self.master, self.master, user=self.seller)
