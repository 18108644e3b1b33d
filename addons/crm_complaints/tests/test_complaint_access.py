# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintAccess(ComplaintCase):
    """Who may see and do what."""

    def _seen_by(self, user, complaints):
        found = (
            self.env["crm.complaint"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([("id", "in", complaints.ids)])
        )
        return found.sudo()

    def test_own_team_all(self):
        own = self._complaint(user_id=self.seller.id)
        nobodys = self._complaint(user_id=False, team_id=False)
        of_team = self._complaint(user_id=self.colleague.id, team_id=self.team.id)
        foreign = self._complaint(user_id=self.colleague.id, team_id=False)
        complaints = own | nobodys | of_team | foreign
        self.assertEqual(self._seen_by(self.seller, complaints), own | nobodys)
        self.assertEqual(self._seen_by(self.leader, complaints), own | nobodys | of_team)
        self.assertEqual(self._seen_by(self.all_seller, complaints), complaints)
        self.assertEqual(self._seen_by(self.manager, complaints), complaints)
        with self.assertRaises(AccessError):
            foreign.with_user(self.seller).read(["name"])
        with self.assertRaises(AccessError):
            foreign.with_user(self.seller).name = "mine"

    def test_capture_for_a_colleague_stays_visible(self):
        complaint = self._complaint(user=self.seller, user_id=self.colleague.id)
        self.assertEqual(self._seen_by(self.seller, complaint), complaint)

    def test_costs_follow_the_complaint(self):
        foreign = self._complaint(user_id=self.colleague.id, team_id=False)
        foreign.cost_ids = [Command.create({"amount": 10})]
        cost = foreign.cost_ids
        costs = self.env["crm.complaint.cost"]
        self.assertFalse(costs.with_user(self.seller).search([("id", "=", cost.id)]))
        self.assertTrue(costs.with_user(self.all_seller).search([("id", "=", cost.id)]))

    def test_verbs_per_role(self):
        complaint = self._complaint(user_id=self.seller.id)
        for user in (self.seller, self.leader, self.all_seller):
            with self.assertRaises(AccessError):
                complaint.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.stages["new"].with_user(user).name = "mine"
        self.stages["new"].with_user(self.manager).name = "Brand new"
        complaint.with_user(self.manager).unlink()
        self.assertFalse(complaint.exists())

    def test_other_employees_see_nothing(self):
        clerk = self._new_user("clerk", "base.group_user")
        complaint = self._complaint(user_id=False)
        with self.assertRaises(AccessError):
            complaint.with_user(clerk).read(["name"])
        self.assertEqual(self.customer.with_user(clerk).complaint_count, 0)
        self.assertFalse(self.customer.with_user(clerk).can_end_relationship)

    def test_lifecycles_are_nobodys_to_write(self):
        self._order()
        lifecycle = self.env["crm.customer.lifecycle"].search(
            [("partner_id", "=", self.customer.id)]
        )
        with self.assertRaises(AccessError):
            lifecycle.with_user(self.manager).lost_on = "2026-01-01"

    def test_companies(self):
        other = self._new_company("Zweite GmbH")
        stranger = new_test_user(
            self.env,
            "complaint_stranger",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        complaint = self._complaint(user_id=False)
        theirs = (
            self.env["crm.complaint"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .create({"name": "Theirs"})
        )
        self.assertEqual(theirs.company_id, other)
        self.assertEqual(self._seen_by(stranger, complaint | theirs.sudo()), theirs.sudo())
        self.assertEqual(self._seen_by(self.manager, complaint | theirs.sudo()), complaint)
        with self.assertRaises(AccessError):
            complaint.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["name"])
        # Another company's complaint makes none of ours a repeated one.
        theirs.partner_id = self.customer
        self.assertFalse(complaint.is_repeat or theirs.is_repeat)


@tagged("post_install", "-at_install")
class TestComplaintPortal(HttpCase, ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "complaint_portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.stranger = new_test_user(cls.env, "complaint_other", "base.group_portal")
        cls.stranger.partner_id.parent_id = cls.other_customer
        cls.complaint = cls._complaint(
            name="Rung missing",
            user_id=cls.seller.id,
            description="<p>The third one</p>",
            solution="<p>You get a new ladder</p>",
            cause_note="We dropped it",
        )
        cls.foreign = cls._complaint(name="Secret of others", partner_id=cls.other_customer.id)

    def test_only_own_complaints_by_rpc(self):
        complaints = self.env["crm.complaint"].with_user(self.portal)
        self.assertEqual(complaints.search([]).sudo(), self.complaint)
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.portal).read(["name"])
        for write in (
            lambda: complaints.browse(self.complaint.id).write({"name": "x"}),
            lambda: complaints.create({"name": "x"}),
            lambda: complaints.browse(self.complaint.id).unlink(),
        ):
            with self.assertRaises(AccessError):
                write()

    def test_internal_fields_are_hidden(self):
        complaint = self.complaint.with_user(self.portal)
        complaint.read(["name", "number", "solution", "stage_id"])
        secrets = {
            "cause_note": "dropped",
            "cost_amount": 1,
            "severity": "high",
            "due_on": "2026-01-01 00:00:00",
            "is_repeat": True,
            "user_id": self.seller.id,
        }
        for name, value in secrets.items():
            with self.assertRaises(AccessError, msg=name):
                complaint.read([name])
            with self.assertRaises(AccessError, msg=name):
                complaint.search([(name, "=", value)])
            with self.assertRaises(AccessError, msg=name):
                complaint.search([], order=name)
            with self.assertRaises(AccessError, msg=name):
                complaint._read_group([], [name])
            with self.assertRaises(AccessError, msg=name):
                complaint.commercial_partner_id.search(
                    [("commercial_complaint_ids", "any", [(name, "=", value)])]
                )

    def test_pages(self):
        self.authenticate("complaint_portal", "complaint_portal")
        page = self.url_open("/my/complaints").text
        self.assertIn("Rung missing", page)
        self.assertNotIn("Secret of others", page)
        page = self.url_open(f"/my/complaints/{self.complaint.id}").text
        self.assertIn("The third one", page)
        self.assertIn("You get a new ladder", page)
        self.assertNotIn("We dropped it", page)
        home = self.url_open("/my")
        self.assertIn("/my/complaints", home.text)

    def test_foreign_page_is_refused(self):
        self.authenticate("complaint_other", "complaint_other")
        response = self.url_open(f"/my/complaints/{self.complaint.id}")
        self.assertTrue(response.url.endswith("/my"))
        self.assertNotIn("Rung missing", response.text)
        wrong = self.url_open(f"/my/complaints/{self.complaint.id}?access_token=nonsense")
        self.assertTrue(wrong.url.endswith("/my"))

    def test_edited_addresses(self):
        """Changed ids, tokens and parameters show neither foreign records nor a server error."""
        token = self.complaint._portal_ensure_token()
        foreign = f"/my/complaints/{self.foreign.id}"
        for login in (None, "complaint_portal"):
            self.authenticate(login, login)
            for address in (
                f"{foreign}?access_token={token}",
                f"{foreign}?access_token=",
                f"{foreign}?access_token[]=1",
                "/my/complaints/0",
                "/my/complaints/-1",
                "/my/complaints/999999999",
                "/my/complaints/99999999999999999999",
                "/my/complaints/1%20or%201=1",
                "/my/complaints?sortby=partner_id;drop&filterby=x",
                "/my/complaints/page/0",
                "/my/complaints/page/99999999999999999999",
            ):
                with self.subTest(address, login=login), mute_logger("odoo.http"):
                    response = self.url_open(address)
                    self.assertLess(response.status_code, 500)
                    self.assertNotIn("Secret of others", response.text)

    def test_foreign_threads_are_closed(self):
        self.authenticate("complaint_other", "complaint_other")
        post = {
            "thread_model": "crm.complaint",
            "thread_id": self.complaint.id,
            "post_data": {"body": "Intruder", "message_type": "comment"},
        }
        for extra in ({}, {"token": "nonsense"}, {"hash": "nonsense", "pid": 1}):
            with self.subTest(extra), mute_logger("odoo.http"):
                with self.assertRaises(JsonRpcException):
                    self.make_jsonrpc_request("/mail/message/post", post | extra)
                shown = self.make_jsonrpc_request(
                    "/mail/thread/messages",
                    {"thread_model": "crm.complaint", "thread_id": self.complaint.id, **extra},
                )
                self.assertFalse(set(shown["messages"]) & set(self.complaint.message_ids.ids))
        self.assertNotIn("Intruder", str(self.complaint.message_ids.mapped("body")))

    def test_shared_link_works_without_login(self):
        self.authenticate(None, None)
        response = self.url_open(self.complaint.get_portal_url())
        self.assertIn("Rung missing", response.text)

    def test_customer_answers_in_the_portal(self):
        self.complaint.stage_id = self.stages["waiting"]
        self.authenticate("complaint_portal", "complaint_portal")
        result = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "crm.complaint",
                "thread_id": self.complaint.id,
                "post_data": {"body": "Here it is", "message_type": "comment",
                              "subtype_xmlid": "mail.mt_comment"},
            },
        )  # fmt: skip
        self.assertTrue(result)
        message = self.complaint.message_ids.filtered("body")[:1]
        self.assertIn("Here it is", message.body)
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertEqual(self.complaint.stage_id, self.stages["in_progress"])
