# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintAssignment(CronMixinCase, ComplaintCase):
    """Complaints without a responsible person are shared out fairly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.complaint"].with_context(active_test=False).search([]).unlink()
        cls.env["crm.team"].search([]).complaint_assignment = "manual"
        cls.team.write(
            {"complaint_assignment": "balanced", "member_ids": [Command.link(cls.colleague.id)]}
        )
        cls.members = {member.user_id: member for member in cls.team.crm_team_member_ids}
        cls.members[cls.seller].complaint_capacity = 10
        cls.members[cls.colleague].complaint_capacity = 20
        cls.startClassPatcher(freeze_time(at("2026-03-02 09:00")))

    def _new(self, **values):
        return self._complaint(**{"team_id": self.team.id, "user_id": False, **values})

    def _assign(self):
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 0):
            self.env["crm.complaint"]._cron_assign()

    def test_load_in_relation_to_the_capacity(self):
        complaints = self.env["crm.complaint"]
        for _number in range(9):
            complaints |= self._new()  # normal: weight 2
        self._assign()
        loads = complaints._get_loads(self.seller | self.colleague)
        self.assertEqual(loads, {self.seller: 6, self.colleague: 12})

    def test_weights_count_not_numbers(self):
        self.members[self.seller].complaint_capacity = 20
        self._new(user_id=self.seller.id, severity="critical")  # 8
        self._new(user_id=self.colleague.id, severity="low")
        self._new(user_id=self.colleague.id, severity="low")
        self._new(user_id=self.colleague.id, severity="low")  # 3
        new = self._new(severity="high")
        self._assign()
        self.assertEqual(new.user_id, self.colleague)
        # Closed ones and duplicates are no load.
        self.env["crm.complaint"].search([("user_id", "=", self.seller.id)]).stage_id = self.stages[
            "resolved"
        ]
        self._new(user_id=self.seller.id, severity="critical", duplicate_of_id=new.id)
        next_one = self._new()
        self._assign()
        self.assertEqual(next_one.user_id, self.seller)

    def test_nobody_beyond_the_capacity(self):
        self.members[self.seller].complaint_capacity = 2
        self.members[self.colleague].complaint_capacity = 0
        urgent, normal = self._new(priority="1"), self._new()
        self._assign()
        self.assertEqual(urgent.user_id, self.seller)
        self.assertFalse(normal.user_id)
        urgent.stage_id = self.stages["resolved"]
        self._assign()
        self.assertEqual(normal.user_id, self.seller, "there is room again")

    def test_away(self):
        """By the calendar and the leaves of the person's own resource."""
        calendar = self.company.resource_calendar_id
        resource = self.env["resource.resource"].create(
            {
                "name": "Seller",
                "user_id": self.seller.id,
                "company_id": self.company.id,
                "calendar_id": calendar.id,
            }
        )
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holidays",
                "resource_id": resource.id,
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": at("2026-03-02 00:00"),
                "date_to": at("2026-03-06 23:00"),
            }
        )
        self.members[self.colleague].complaint_capacity = 1000
        users = self.seller | self.colleague
        self.assertEqual(self.company._get_absent(users), self.seller)
        self.members[self.colleague].complaint_capacity = 0
        complaint = self._new()
        self._assign()
        self.assertFalse(complaint.user_id)
        # Friday evening: the next working day is Monday, and there he is back.
        with freeze_time(at("2026-03-06 19:00")):
            self.assertFalse(self.company._get_absent(users))
            self._assign()
        self.assertEqual(complaint.user_id, self.seller)
        leave.unlink()
        self.assertFalse(self.company._get_absent(users))

    def test_by_category(self):
        quality = self.env.ref("crm_complaints.category_quality")
        self.team.complaint_assignment = "category"
        self.members[self.seller].complaint_category_ids = quality
        special, other, none = (
            self._new(category_id=quality.id),
            self._new(category_id=self.env.ref("crm_complaints.category_other").id),
            self._new(),
        )
        self._assign()
        self.assertEqual(special.user_id, self.seller)
        self.assertFalse(other.user_id or none.user_id)

    def test_by_hand_stays_by_hand(self):
        self.team.complaint_assignment = "manual"
        complaint = self._new()
        self._assign()
        self.assertFalse(complaint.user_id)
        kept = self._new(user_id=self.leader.id)
        self.team.complaint_assignment = "balanced"
        self._assign()
        self.assertTrue(complaint.user_id)
        self.assertEqual(kept.user_id, self.leader)

    def test_members_who_cannot(self):
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        self.team.company_id = False
        self.seller.active = False
        theirs = self._new(company_id=second.id)
        ours = self._new()
        self._assign()
        self.assertFalse(theirs.user_id, "nobody of the team works for that company")
        self.assertEqual(ours.user_id, self.colleague)

    def test_shared_out_right_after_the_intake(self):
        job = "crm_complaints.cron_assign_complaints"
        with self.capture_triggers(job) as captured:
            self._new()
        self.assertTrue(captured.records)
        with self.capture_triggers(job) as captured:
            self._new(user_id=self.seller.id)
            self._complaint(team_id=False, user_id=False)
        self.assertFalse(captured.records)
        taken = self._new(user_id=self.seller.id)
        with self.capture_triggers(job) as captured:
            taken.user_id = False
        self.assertTrue(captured.records)

    def test_who_takes_it_in_does_not_keep_it(self):
        """A member who writes a complaint down leaves it to the team, unless he wants it."""
        complaints = self.env["crm.complaint"].with_user(self.seller)
        taken_in = complaints.create({"name": "By phone", "partner_id": self.customer.id})
        self.assertEqual(taken_in.team_id, self.team)
        self.assertFalse(taken_in.user_id)
        kept = complaints.create({"name": "Mine", "user_id": self.seller.id})
        self.assertEqual(kept.user_id, self.seller)
        self.team.complaint_assignment = "manual"
        self.assertEqual(complaints.create({"name": "By phone"}).user_id, self.seller)

    def test_action_for_chosen_ones(self):
        chosen, other = self._new(), self._new()
        chosen.with_user(self.all_seller).action_assign_automatically()
        self.assertTrue(chosen.user_id)
        self.assertFalse(other.user_id)
        lock = patch.object(
            self.registry["crm.team"], "lock_for_update", side_effect=LockError("x")
        )
        with lock, self.assertRaises(UserError) as caught:
            other.action_assign_automatically()
        self.assertIn("try again", str(caught.exception))
