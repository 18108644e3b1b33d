# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintAction(ComplaintCase):
    """Corrective actions: planned, done, found effective or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user("worker", "base.group_user")

    def _action(self, **values):
        return self.env["crm.complaint.action"].create(
            {
                "name": "Check the rungs before packing",
                "company_id": self.company.id,
                "user_id": self.clerk.id,
                "check_user_id": self.leader.id,
                "due_on": "2026-03-10",
                **values,
            }
        )

    def _next(self, action):
        """Type, day and person of the one open activity."""
        activity = action.activity_ids
        self.assertLessEqual(len(activity), 1)
        name = activity.activity_type_id._get_external_ids().get(activity.activity_type_id.id)
        return activity and (name[0].split("_")[-1], activity.date_deadline, activity.user_id)

    @freeze_time("2026-03-02 09:00")
    def test_from_plan_to_effect(self):
        complaint = self._complaint()
        other = self._complaint(partner_id=self.other_customer.id)
        action = self._action(complaint_ids=[Command.set((complaint | other).ids)])
        self.assertEqual((complaint | other).action_ids, action)
        self.assertEqual(action.state, "open")
        self.assertEqual(self._next(action), ("action", date(2026, 3, 10), self.clerk))
        # The owner needs no group of ours for it.
        mine = action.with_user(self.clerk)
        with freeze_time("2026-03-09 09:00"):
            mine.action_done()
        self.assertEqual((action.state, action.done_on), ("to_check", date(2026, 3, 9)))
        self.assertEqual(action.check_due_on, date(2026, 4, 8))
        self.assertEqual(self._next(action), ("check", date(2026, 4, 8), self.leader))
        with freeze_time("2026-04-09 09:00"):
            action.with_user(self.leader).action_effective()
        self.assertEqual(action.state, "effective")
        self.assertEqual((action.checked_by_id, action.checked_on), (self.leader, date(2026, 4, 9)))
        self.assertFalse(action.activity_ids)

    @freeze_time("2026-03-02 09:00")
    def test_not_effective_leads_to_the_next_one(self):
        complaint = self._complaint()
        action = self._action(complaint_ids=[Command.set(complaint.ids)])
        with self.assertRaises(UserError):
            action.action_ineffective()
        action.action_done()
        action.with_user(self.manager).action_ineffective()
        self.assertEqual(action.state, "ineffective")
        context = action.action_follow_up()["context"]
        following = (
            self.env["crm.complaint.action"]
            .with_context(**context)
            .create({"name": "Buy other rungs", "due_on": "2026-04-01"})
        )
        self.assertEqual(complaint.action_ids, action | following)
        action.action_take_up_again()
        self.assertEqual(action.state, "open")
        self.assertFalse(action.check_result or action.checked_by_id or action.checked_on)
        self.assertEqual(self._next(action)[0], "action")

    @freeze_time("2026-03-02 09:00")
    def test_activities_follow_the_action(self):
        action = self._action()
        action.write({"user_id": self.seller.id, "due_on": "2026-03-20"})
        self.assertEqual(self._next(action), ("action", date(2026, 3, 20), self.seller))
        action.active = False
        self.assertFalse(action.activity_ids)
        action.active = True
        self.assertTrue(action.activity_ids)
        action.check_days = 0
        action.action_done()
        self.assertEqual(action.state, "done")
        self.assertFalse(action.activity_ids)
        action.write({"check_days": 10, "check_user_id": False})
        self.assertEqual(self._next(action), ("check", date(2026, 3, 12), self.seller))

    def test_overdue(self):
        with freeze_time("2026-03-01 09:00"):
            late = self._action(due_on="2026-03-10")
            unchecked = self._action(due_on="2026-03-10", check_days=5)
            unchecked.action_done()
            done = self._action(due_on="2026-03-01", check_days=0)
            done.action_done()
        everything = late | unchecked | done
        for day, expected in (
            ("2026-03-06 09:00", self.env["crm.complaint.action"]),
            ("2026-03-07 09:00", unchecked),
            ("2026-03-10 09:00", unchecked),
            ("2026-03-11 09:00", late | unchecked),
        ):
            with self.subTest(day), freeze_time(day):
                everything.invalidate_recordset(["is_overdue"])
                self.assertEqual(everything.filtered("is_overdue"), expected)
                domain = [("id", "in", everything.ids)]
                found = everything.search([*domain, ("is_overdue", "=", True)])
                self.assertEqual(found, expected)
                rest = everything.search([*domain, ("is_overdue", "=", False)])
                self.assertEqual(rest, everything - expected)

    def test_needed_before_resolving(self):
        category = self.env["crm.complaint.category"].create(
            {"name": "Injury", "require_action": True}
        )
        complaint = self._complaint(category_id=category.id)
        with self.assertRaises(ValidationError):
            complaint.stage_id = self.stages["resolved"]
        complaint.stage_id = self.stages["rejected"]
        complaint.action_reopen()
        action = self._action(complaint_ids=[Command.set(complaint.ids)])
        complaint.stage_id = self.stages["resolved"]
        for take_away in (
            lambda: action.unlink(),
            lambda: action.write({"active": False}),
            lambda: action.write({"complaint_ids": [Command.clear()]}),
            lambda: complaint.write({"action_ids": [Command.clear()]}),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                take_away()
            self.env.invalidate_all(flush=False)
        self._action(complaint_ids=[Command.set(complaint.ids)])
        action.unlink()
        self.assertTrue(complaint.is_closed)

    def test_who_found_what_is_not_written_by_hand(self):
        with freeze_time("2026-03-02 09:00"):
            action = self._action(user_id=self.seller.id)
            action.action_done()
        for name, value in (
            ("check_result", "effective"),
            ("checked_by_id", self.leader.id),
            ("checked_on", "2026-03-03"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                action.with_user(self.seller).write({name: value})
            with self.subTest(name), self.assertRaises(AccessError):
                action.with_user(self.manager).write({name: value})
        stranger = self._new_user("bystander", "base.group_user")
        with self.assertRaises(AccessError):
            action.with_user(stranger).action_effective()

    def test_wrong_dates_are_refused(self):
        with freeze_time("2026-03-02 09:00"), self.assertRaises(ValidationError):
            self._action(done_on="2026-03-03")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._action(check_days=-1)

    def test_company_of_the_complaints(self):
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        foreign = self.env["crm.complaint"].create({"name": "Theirs", "company_id": second.id})
        with self.assertRaises(UserError):
            self._action(complaint_ids=[Command.set(foreign.ids)])
