# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintEscalation(ComplaintCase):
    """Who is told when a deadline comes near or has passed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.complaint.escalation"].search([]).active = False
        cls.env["crm.complaint"].with_context(active_test=False).search([]).unlink()
        cls.complaint = cls._complaint(
            received_on=at("2026-03-02 08:00"), user_id=cls.seller.id, team_id=cls.team.id
        )  # normal: answer until Monday 17:00, due on Friday 17:00

    def _rule(self, **values):
        return self.env["crm.complaint.escalation"].create(
            {"name": "Late", "company_id": self.company.id, **values}
        )

    def _run(self, moment):
        """What the job tells at a moment.

        :return: the activities that it made
        """
        activities = self.env["mail.activity"].with_context(active_test=False)
        before = activities.search([])
        cron = self.registry["ir.cron"]
        with freeze_time(at(moment)), patch.object(cron, "_commit_progress", lambda *_a, **_k: 0):
            self.env["crm.complaint.escalation"]._cron_escalate()
        return activities.search([]) - before

    def _open(self):
        escalation = self.env.ref("crm_complaints.mail_activity_type_escalation")
        return self.complaint.activity_ids.filtered(lambda a: a.activity_type_id == escalation)

    def test_after_working_hours(self):
        self._rule(hours=3, timing="after", recipient="leader")
        # Friday 17:00 and three hours: Monday 11:00.
        for moment in ("2026-03-06 18:00", "2026-03-08 12:00", "2026-03-09 10:59"):
            self.assertFalse(self._run(moment), moment)
        activity = self._run("2026-03-09 11:00")
        self.assertEqual(activity.user_id, self.leader)
        self.assertEqual(activity.summary, "Late")
        self.assertEqual(activity.res_id, self.complaint.id)
        note = self.complaint.escalation_ids
        self.assertEqual((note.user_id, note.activity_id), (self.leader, activity))

    def test_before_working_hours(self):
        self._rule(hours=10, timing="before")
        # Friday 17:00 less ten hours: Thursday 15:00.
        self.assertFalse(self._run("2026-03-05 14:59"))
        self.assertEqual(self._run("2026-03-05 15:00").user_id, self.seller)

    def test_over_the_change_of_the_clock(self):
        self.complaint.promised_on = at("2026-03-27 16:00")  # Friday before summer time
        self._rule(hours=2, timing="after")
        self.assertFalse(self._run("2026-03-30 08:59"))
        self.assertTrue(self._run("2026-03-30 09:00"))

    def test_once_for_each_case_and_rule(self):
        first, second = self._rule(hours=0), self._rule(hours=1, recipient="leader")
        self.assertEqual(len(self._run("2026-03-06 17:30")), 1)
        self.assertFalse(self._run("2026-03-06 17:30"))
        # Late: what was missed is made up for, once.
        self.assertEqual(self._run("2026-03-20 12:00").user_id, self.leader)
        self.assertFalse(self._run("2026-03-21 12:00"))
        self.assertEqual(self.complaint.escalation_ids.rule_id, first | second)
        # Whoever has done what was asked is not asked again.
        self._open().action_feedback(feedback="Called him")
        self.assertFalse(self._open())
        self.assertFalse(self._run("2026-03-22 12:00"))

    def test_answer_rules_end_with_the_answer(self):
        self._rule(deadline="answer", hours=0)
        self.assertFalse(self._run("2026-03-02 16:59"))
        self.assertTrue(self._run("2026-03-02 17:00"))
        with freeze_time(at("2026-03-02 17:30")):
            self.complaint.with_user(self.seller).action_answered_by_phone()
        self.assertFalse(self._open() or self.complaint.escalation_ids)
        self.assertFalse(self._run("2026-03-03 12:00"))

    def test_closing_takes_it_back_and_reopening_starts_anew(self):
        self._rule(hours=0)
        self._run("2026-03-09 12:00")
        self.assertTrue(self._open())
        with freeze_time(at("2026-03-09 13:00")):
            self.complaint.with_user(self.seller).stage_id = self.stages["resolved"]
        self.assertFalse(self._open() or self.complaint.escalation_ids)
        self.assertFalse(self._run("2026-03-09 14:00"))
        with freeze_time(at("2026-03-09 15:00")):
            self.complaint.action_reopen()
        self.assertTrue(self._run("2026-03-09 16:00"))

    def test_a_moved_due_date_takes_it_back(self):
        self._rule(hours=0)
        self._run("2026-03-09 12:00")
        with freeze_time(at("2026-03-09 13:00")):
            self.complaint.with_user(self.seller).promised_on = at("2026-03-12 12:00")
        self.assertFalse(self._open() or self.complaint.escalation_ids)
        self.assertFalse(self._run("2026-03-12 11:59"))
        self.assertTrue(self._run("2026-03-12 12:00"))
        # Moved, but still in the past: nothing to take back, nothing to repeat.
        with freeze_time(at("2026-03-13 12:00")):
            self.complaint.promised_on = at("2026-03-12 16:00")
        self.assertTrue(self._open())
        self.assertFalse(self._run("2026-03-13 12:00"))

    def test_not_while_the_customer_is_awaited(self):
        self._rule(deadline="answer", hours=0)
        self._rule(hours=0)
        with freeze_time(at("2026-03-02 09:00")):
            self.complaint.stage_id = self.stages["waiting"]
        self.assertFalse(self._run("2026-03-20 12:00"))
        with freeze_time(at("2026-03-20 13:00")):
            self.complaint.stage_id = self.stages["in_progress"]
        self.assertEqual(len(self._run("2026-03-20 13:00")), 1, "the answer only")

    def test_whom(self):
        rule = self._rule(hours=0, user_id=self.manager.id)
        self.complaint.user_id = False
        self.assertEqual(rule._find_recipient(self.complaint), self.leader)
        self.complaint.team_id = False
        self.assertEqual(rule._find_recipient(self.complaint), self.manager)
        rule.user_id = False
        self.assertFalse(self._run("2026-03-09 12:00"), "nobody is there")
        self.complaint.user_id = self.seller
        self.assertEqual(self._run("2026-03-09 12:15").user_id, self.seller, "now there is")
        with self.assertRaises(ValidationError):
            self._rule(recipient="user")

    def test_only_who_may_read_it(self):
        clerk = self._new_user("no_complaints", "base.group_user")
        rule = self._rule(recipient="user", user_id=clerk.id)
        self.assertEqual(rule._find_recipient(self.complaint), self.leader)
        self.leader.active = False
        self.assertFalse(rule._find_recipient(self.complaint))

    def test_a_new_responsible_takes_it_over(self):
        self._rule(hours=0)
        self._run("2026-03-09 12:00")
        with freeze_time(at("2026-03-09 13:00")):
            self.complaint.user_id = self.colleague
        self.assertEqual(self._open().user_id, self.colleague)
        self.assertEqual(self.complaint.escalation_ids.user_id, self.colleague)

    def test_severity_team_and_duplicates(self):
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": self.company.id})
        high = self._complaint(
            received_on=at("2026-03-02 08:00"), severity="high", team_id=self.team.id
        )
        elsewhere = self._complaint(
            received_on=at("2026-03-02 08:00"), severity="critical", team_id=other_team.id
        )
        duplicate = self._complaint(
            received_on=at("2026-03-02 08:00"), severity="critical", team_id=self.team.id,
            duplicate_of_id=high.id,
        )  # fmt: skip
        everything = self.complaint | high | elsewhere | duplicate
        everything.user_id = self.seller
        self._rule(min_severity="high", team_ids=self.team.ids)
        self._run("2026-03-20 12:00")
        self.assertEqual(everything.filtered("escalation_ids"), high)
        high.severity = "low"
        self.assertFalse(high.escalation_ids)

    def test_each_company_by_its_own_hours(self):
        second = self._new_company("Zweite GmbH")
        second.resource_calendar_id.tz = "America/New_York"
        self.env.user.company_ids |= second
        person = self._new_user("new_york", "crm_complaints.group_complaint_all")
        person.company_ids |= second
        theirs = self.env["crm.complaint"].create(
            {"name": "Theirs", "company_id": second.id, "received_on": at("2026-03-02 14:00"),
             "user_id": person.id, "promised_on": at("2026-03-05 16:00")}
        )  # fmt: skip
        self.complaint.promised_on = at("2026-03-05 16:00")
        self._rule(company_id=False, hours=2)
        # New York is six hours behind: 16:00 is 10:00 there.
        self._run("2026-03-05 18:00")
        self.assertTrue(theirs.escalation_ids)
        self.assertFalse(self.complaint.escalation_ids)
        self._run("2026-03-06 09:00")
        self.assertTrue(self.complaint.escalation_ids)

    def test_a_rule_that_is_deleted_leaves_its_activities(self):
        rule = self._rule(hours=0)
        self._run("2026-03-09 12:00")
        rule.unlink()
        self.assertFalse(self.complaint.escalation_ids)
        self.assertTrue(self._open())
