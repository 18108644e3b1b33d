# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import ComplaintCase, at, naive_work_hours


@tagged("post_install", "-at_install")
class TestComplaintMerge(ComplaintCase):
    """Complaints about the same case become one, and can be taken apart again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.master = cls._complaint(
            name="Ladder", received_on=at("2026-03-03 08:00"), user_id=cls.seller.id
        )
        cls.duplicate = cls._complaint(
            name="Ladder again",
            partner_id=cls.contact.id,
            received_on=at("2026-03-02 10:00"),
            description="<p>The rung broke</p>",
            category_id=cls.env.ref("crm_complaints.category_quality").id,
            severity="high",
            user_id=cls.seller.id,
        )

    def _fill(self, complaint):
        """A message with a file, an activity, a cost, a follower and an action."""
        attachment = self.env["ir.attachment"].create(
            {"name": "rung.png", "raw": b"x", "res_model": complaint._name, "res_id": complaint.id}
        )
        message = complaint.message_post(body="Look at this", attachment_ids=attachment.ids)
        activity = complaint.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.seller.id
        )
        complaint.cost_ids = [Command.create({"amount": 30, "kind": "rework"})]
        complaint.message_subscribe(self.contact.ids)
        action = self.env["crm.complaint.action"].create(
            {
                "name": "Better rungs",
                "company_id": self.company.id,
                "due_on": "2026-04-01",
                "complaint_ids": [Command.set(complaint.ids)],
            }
        )
        return attachment, message, activity, complaint.cost_ids, action

    def test_everything_moves(self):
        attachment, message, activity, cost, action = self._fill(self.duplicate)
        self.master._merge(self.duplicate)
        for record in (message, activity, attachment):
            self.assertEqual(record.res_id, self.master.id, record)
        self.assertEqual(cost.complaint_id, self.master)
        self.assertEqual((self.master.cost_amount, self.duplicate.cost_amount), (30, 0))
        self.assertEqual(self.master.action_ids, action)
        self.assertIn(self.contact, self.master.message_partner_ids)
        # Only what the original did not know, the earliest date and the worse severity.
        self.assertEqual(self.master.name, "Ladder")
        self.assertEqual(self.master.partner_id, self.customer)
        self.assertEqual(self.master.category_id.name, "Quality")
        self.assertEqual(self.master.severity, "high")
        self.assertEqual(self.master.received_on, at("2026-03-02 10:00"))
        self.assertIn("The rung broke", self.master.description)
        # The merged one is closed, and still there to read.
        self.assertEqual(self.duplicate.duplicate_of_id, self.master)
        self.assertTrue(self.duplicate.is_closed and self.duplicate.merged_on)
        self.assertIn("The rung broke", self.duplicate.description)
        self.assertIn(self.master.number, self.duplicate.message_ids[0].body)
        self.assertIn(self.duplicate.number, str(self.master.message_ids.mapped("body")))
        found = self.env["crm.complaint"].search(
            [("duplicate_ids.number", "=", self.duplicate.number)]
        )
        self.assertEqual(found, self.master)

    def test_taken_apart_as_it_was(self):
        self.duplicate.stage_id = self.stages["in_progress"]
        own_message = self.master.message_post(body="Mine")
        before = self.master.read(["category_id", "severity", "received_on", "due_on", "user_id"])
        attachment, message, activity, cost, action = self._fill(self.duplicate)
        self.master._merge(self.duplicate)
        later = self.master.message_post(body="After the merge")
        self.duplicate.action_unmerge()
        for record in (message, activity, attachment):
            self.assertEqual(record.res_id, self.duplicate.id, record)
        self.assertEqual((own_message | later).mapped("res_id"), [self.master.id] * 2)
        self.assertEqual(cost.complaint_id, self.duplicate)
        self.assertEqual(self.duplicate.action_ids, action)
        self.assertFalse(self.master.action_ids)
        self.assertEqual((self.master.cost_amount, self.duplicate.cost_amount), (0, 30))
        self.assertEqual(self.master.read(list(before[0])), before)
        self.assertEqual(self.duplicate.stage_id, self.stages["in_progress"])
        self.assertFalse(self.duplicate.resolved_on or self.duplicate.duplicate_of_id)
        self.assertFalse(self.duplicate.merged_on)
        self.assertEqual(self.duplicate.reopen_count, 0)

    def test_what_changed_since_stays_when_taken_apart(self):
        self.master._merge(self.duplicate)
        other = self.env.ref("crm_complaints.category_delivery")
        self.master.category_id = other
        self.duplicate.action_unmerge()
        self.assertEqual(self.master.category_id, other)
        self.assertEqual(self.master.received_on, at("2026-03-03 08:00"))

    def test_waits_do_not_overlap_after_the_merge(self):
        def wait(complaint, start, end):
            with freeze_time(at(start)):
                complaint.stage_id = self.stages["waiting"]
            with freeze_time(at(end)):
                complaint.stage_id = self.stages["in_progress"]

        wait(self.master, "2026-03-04 10:00", "2026-03-05 10:00")
        wait(self.duplicate, "2026-03-03 15:00", "2026-03-04 12:00")
        wait(self.duplicate, "2026-03-04 15:00", "2026-03-04 16:00")
        wait(self.duplicate, "2026-03-05 09:00", "2026-03-06 11:00")
        due, hours = self.master.due_on, self.duplicate.waiting_hours
        self.master._merge(self.duplicate)
        spans = [(w.started_on, w.ended_on) for w in self.master.wait_ids.sorted("started_on")]
        self.assertEqual(
            spans,
            [
                (at("2026-03-03 15:00"), at("2026-03-04 10:00")),
                (at("2026-03-04 10:00"), at("2026-03-05 10:00")),
                (at("2026-03-05 10:00"), at("2026-03-06 11:00")),
            ],
        )
        self.assertAlmostEqual(
            self.master.waiting_hours,
            naive_work_hours(at("2026-03-03 15:00"), at("2026-03-06 11:00")),
        )
        self.assertEqual(self.duplicate.waiting_hours, hours, "its own history stays")
        self.duplicate.action_unmerge()
        self.assertEqual(len(self.master.wait_ids), 1)
        self.assertEqual(self.master.due_on, due)

    def test_a_closed_case_is_taken_up_again_by_an_open_one(self):
        self.master.stage_id = self.stages["resolved"]
        self.master._merge(self.duplicate)
        self.assertFalse(self.master.is_closed)
        self.assertEqual(self.master.reopen_count, 1)
        closed = self._complaint(stage_id=self.stages["resolved"].id)
        old = self._complaint(stage_id=self.stages["rejected"].id)
        resolved_on = old.resolved_on
        closed._merge(old)
        self.assertTrue(closed.is_closed)
        self.assertEqual((old.stage_id, old.resolved_on), (self.stages["rejected"], resolved_on))

    def test_what_cannot_be_merged(self):
        foreign = self._complaint(partner_id=self.other_customer.id)
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        theirs = self.env["crm.complaint"].create(
            {"name": "Theirs", "company_id": second.id, "partner_id": self.customer.id}
        )
        linked = self._complaint(duplicate_of_id=self.duplicate.id)
        for original, duplicates in (
            (self.master, foreign),
            (self.master, theirs),
            (self.master, self.master),
            (linked, self.duplicate),
        ):
            with self.assertRaises(UserError):
                original._merge(duplicates)
        self.master._merge(self.duplicate)
        third = self._complaint()
        for original, duplicate in ((third, self.duplicate), (self.duplicate, third)):
            with self.assertRaises(UserError):
                original._merge(duplicate)
        # Who merges changes both.
        hidden = self._complaint(user_id=self.colleague.id, team_id=False)
        hidden.message_unsubscribe(hidden.message_partner_ids.ids)
        with self.assertRaises(AccessError):
            self.master.with_user(self.seller)._merge(hidden)
        self.assertFalse(hidden.duplicate_of_id)

    def test_a_merged_one_is_neither_reopened_nor_linked_anew(self):
        self.master._merge(self.duplicate)
        with self.assertRaises(ValidationError):
            self.duplicate.action_reopen()
        with self.assertRaises(UserError):
            self.duplicate.duplicate_of_id = False
        for name, value in (("merged_on", False), ("merge_record", {})):
            with self.assertRaises(AccessError):
                self.duplicate.with_user(self.manager).write({name: value})

    def test_chain(self):
        third = self._complaint(received_on=at("2026-03-01 10:00"))
        self.master._merge(self.duplicate)
        third._merge(self.master)
        self.assertEqual(self.duplicate._get_original(), third)
        message = self.duplicate.message_post(body="To whom it may concern")
        self.assertEqual(message.res_id, third.id)

    def test_taken_out_of_a_chain(self):
        third = self._complaint(received_on=at("2026-03-01 10:00"))
        attachment, message, activity, cost, _action = self._fill(self.duplicate)
        self.master._merge(self.duplicate)
        third._merge(self.master)
        self.assertEqual((message.res_id, cost.complaint_id), (third.id, third))
        self.duplicate.action_unmerge()
        for record in (message, activity, attachment):
            self.assertEqual(record.res_id, self.duplicate.id, record)
        self.assertEqual(cost.complaint_id, self.duplicate)
        self.master.action_unmerge()
        self.assertEqual(message.res_id, self.duplicate.id)
        self.assertEqual(cost.complaint_id, self.duplicate)

    def test_figures_count_the_case_once(self):
        kpis = self.env["crm.complaint"]
        source = self.env.ref("crm_complaints.source_complaint")
        counted = [("id", "in", (self.master | self.duplicate).ids), *eval(source.domain)]
        self.assertEqual(kpis.search_count(counted), 2)
        self.master._merge(self.duplicate)
        self.assertEqual(kpis.search(counted), self.master)
        self.duplicate.action_unmerge()
        self.assertEqual(kpis.search_count(counted), 2)

    def test_nobody_rates_a_duplicate(self):
        template = self.env.ref("crm_complaints.mail_template_rating")
        self.stages["resolved"].rating_template_id = template
        self.master._merge(self.duplicate)
        bodies = str((self.master | self.duplicate).message_ids.mapped("body"))
        self.assertNotIn("/rate/", bodies)

    def test_wizard(self):
        third = self._complaint(received_on=at("2026-03-01 10:00"))
        third.stage_id = self.stages["resolved"]
        chosen = self.master | self.duplicate | third
        wizard = Form(
            self.env["crm.complaint.merge"]
            .with_user(self.seller)
            .with_context(active_model="crm.complaint", active_ids=chosen.ids)
        )
        self.assertEqual(wizard.original_id, self.duplicate, "open, and received first")
        action = wizard.save().action_merge()
        self.assertEqual(action["res_id"], self.duplicate.id)
        self.assertEqual(self.duplicate.duplicate_ids, self.master | third)
        self.assertEqual(self.duplicate.duplicate_count, 2)

    def test_wizard_links_complaints_of_several_customers(self):
        foreign = self._complaint(partner_id=self.other_customer.id)
        wizard = self.env["crm.complaint.merge"].create(
            {"complaint_ids": [Command.set((self.master | foreign).ids)]}
        )
        self.assertTrue(wizard.several_customers)
        with self.assertRaises(UserError):
            wizard.action_merge()
        wizard.action_link()
        linked = (self.master | foreign) - wizard.original_id
        self.assertEqual(linked.duplicate_of_id, wizard.original_id)
        self.assertFalse(linked.merged_on or linked.is_closed)
        with self.assertRaises(UserError):
            self.env["crm.complaint.merge"].create({}).action_merge()


@tagged("post_install", "-at_install")
class TestComplaintMergeMail(ComplaintCase):
    """What customers write to a merged complaint reaches the one that goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {"name": "muster.example", "bounce_alias": "bounce.m", "catchall_alias": "catchall.m"}
        )
        cls.company.alias_domain_id = domain
        cls.team.complaint_alias_name = "beschwerden"

    def _receive(self, message_id, sender="karla@kunde.example", reference=None):
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = "beschwerden@muster.example"
        mail["Subject"] = "Ladder"
        mail["Message-Id"] = message_id
        if reference:
            mail["In-Reply-To"] = reference
        mail.set_content(f"Text of {message_id}")
        thread_id = self.env["mail.thread"].message_process(None, mail.as_bytes())
        return self.env["crm.complaint"].browse(thread_id)

    def test_reply_to_the_merged_one(self):
        master = self._receive("<one@kunde.example>")
        duplicate = self._receive("<two@private.example>", sender="karla@private.example")
        self.assertNotEqual(master, duplicate)
        master._merge(duplicate)
        master.stage_id = self.stages["waiting"]
        self._receive("<three@private.example>", "karla@private.example", "<two@private.example>")
        self.assertIn("three@private", str(master.message_ids.mapped("body")))
        self.assertEqual(master.stage_id, self.stages["in_progress"], "the customer answered")
        self.assertTrue(duplicate.is_closed)
        master.stage_id = self.stages["resolved"]
        self._receive("<four@private.example>", "karla@private.example", "<two@private.example>")
        self.assertFalse(master.is_closed)
        self.assertEqual((master.reopen_count, duplicate.reopen_count), (1, 0))


@tagged("post_install", "-at_install")
class TestComplaintMergePortal(HttpCase, ComplaintCase):
    def test_customer_is_led_to_the_case(self):
        portal = new_test_user(self.env, "merge_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        master = self._complaint(name="The case")
        duplicate = self._complaint(name="The same case")
        master._merge(duplicate)
        self.authenticate("merge_portal", "merge_portal")
        page = self.url_open(f"/my/complaints/{duplicate.id}").text
        self.assertIn(f"/my/complaints/{master.id}", page)
        self.assertIn(master.number, page)
        self.assertNotIn("goes on as", self.url_open(f"/my/complaints/{master.id}").text)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "crm.complaint",
                "thread_id": duplicate.id,
                "post_data": {"body": "Any news?", "message_type": "comment",
                              "subtype_xmlid": "mail.mt_comment"},
            },
        )  # fmt: skip
        self.assertIn("Any news?", str(master.message_ids.mapped("body")))
        self.assertNotIn("Any news?", str(duplicate.message_ids.mapped("body")))
