# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import UTC, date, timedelta
from itertools import pairwise
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import BERLIN, ComplaintCase, at, naive_work_hours

HOURS = {"low": 80, "normal": 40, "high": 16, "critical": 8}
HOLIDAYS = frozenset([date(2026, 4, 3), date(2026, 4, 6)])


def naive_due(received, hours, waits):
    """The deadline counted minute by minute (Mon-Fri 8-12 and 13-17 in Berlin, no holidays).

    :param waits: tuples of begin and end, in order; the end is None while a wait lasts
    :return: naive UTC datetime, False while a wait holds the clock
    """
    left, moment = hours * 60, received
    while left:
        for begin, end in waits:
            if begin <= moment and (end is None or moment < end):
                if end is None:
                    return False
                moment = end
        local = moment.replace(tzinfo=UTC).astimezone(BERLIN)
        office = local.weekday() < 5 and local.hour in (8, 9, 10, 11, 13, 14, 15, 16)
        if office and local.date() not in HOLIDAYS:
            left -= 1
        moment += timedelta(minutes=1)
    return moment


@tagged("post_install", "-at_install")
class TestComplaintWalk(ComplaintCase):
    """Whatever happens to complaints in whatever order: what must hold does hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Good Friday to Easter Monday",
                "calendar_id": cls.company.resource_calendar_id.id,
                "company_id": cls.company.id,
                "date_from": at("2026-04-03 00:00"),
                "date_to": at("2026-04-06 23:59"),
            }
        )
        cls.env["crm.complaint"].with_context(active_test=False).search([]).unlink()
        cls.env["crm.complaint.escalation"].search([]).active = False
        for deadline in ("answer", "resolution"):
            cls.env["crm.complaint.escalation"].create(
                {"name": deadline, "deadline": deadline, "user_id": cls.manager.id}
            )
        cls.other_team = cls.env["crm.team"].create({"name": "South", "company_id": cls.company.id})
        cls.env["crm.complaint.stage"].create(
            {"name": "Testing", "sequence": 22, "team_ids": [Command.link(cls.other_team.id)]}
        )
        template = cls.env.ref("crm_complaints.mail_template_rating")
        (cls.stages["resolved"] | cls.stages["rejected"]).rating_template_id = template

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------
    def _steps(self):
        return (
            [self._step_stage] * 5
            + [self._step_merge, self._step_unmerge] * 2
            + [self._step_reply, self._step_reopen] * 2
            + [self._step_answer, self._step_reassign, self._step_team]
            + [self._step_promise, self._step_severity]
        )

    def _pick(self, merged=False):
        return self.dice.choice(self.cases.filtered(lambda c: bool(c.merged_on) == merged))

    def _step_stage(self):
        complaint = self._pick()
        stages = self.env["crm.complaint.stage"].search([])._of_team(complaint.team_id)
        stage = self.dice.choice(stages)
        self.reopened[complaint] += complaint.is_closed and not stage.is_closed
        complaint.stage_id = stage

    def _step_reopen(self):
        complaint = self._pick()
        self.reopened[complaint] += complaint.is_closed
        complaint.action_reopen()

    def _step_reply(self):
        """The customer writes, maybe to one that was merged."""
        complaint = self.dice.choice(self.cases)
        original = complaint._get_original()
        self.reopened[original] += original.is_closed
        complaint.message_post(
            body="Hello?", message_type="email", author_id=self.contact.id,
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        self.written += 1

    def _step_answer(self):
        self._pick().action_answered_by_phone()

    def _step_reassign(self):
        self._pick().user_id = self.dice.choice([self.seller, self.colleague, self.manager])

    def _step_team(self):
        self._pick().team_id = self.dice.choice([self.team, self.other_team])

    def _step_promise(self):
        moment = self.now + timedelta(hours=self.dice.randrange(200))
        self._pick().promised_on = self.dice.choice([False, moment.replace(second=0)])

    def _step_severity(self):
        self._pick().severity = self.dice.choice(list(HOURS))

    def _step_merge(self):
        open_ones = self.cases.filtered(lambda c: not c.merged_on)
        if len(open_ones) < 2:
            return
        master, duplicate = (
            self.env["crm.complaint"].browse(record.id)
            for record in self.dice.sample(list(open_ones), 2)
        )
        self.reopened[master] += master.is_closed and not duplicate.is_closed
        master._merge(duplicate)

    def _step_unmerge(self):
        if self.cases.filtered("merged_on"):
            self._pick(merged=True).action_unmerge()
            self.taken_apart += 1

    # ------------------------------------------------------------------
    # What must hold
    # ------------------------------------------------------------------
    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        for complaint in self.cases:
            self._check_stage(complaint)
            self._check_times(complaint)
            self._check_escalations(complaint)
            self.assertEqual(complaint.reopen_count, self.reopened[complaint])
        whole = self.cases.filtered(lambda c: not c.merged_on)
        source = self.env.ref("crm_complaints.source_complaint")
        counted = self.cases.search([("id", "in", self.cases.ids), *safe_eval(source.domain)])
        self.assertEqual(counted, whole, "a merged complaint is in no figure")
        self.assertEqual(sum(whole.mapped("cost_amount")), self.cost, "all costs, each once")
        bodies = [m.body for m in whole.message_ids if "Hello?" in (m.body or "")]
        self.assertEqual(len(bodies), self.written, "no message is lost")

    def _check_stage(self, complaint):
        self.assertEqual(bool(complaint.resolved_on), complaint.stage_id.is_closed)
        self.assertEqual(complaint.is_closed, complaint.stage_id.is_closed)
        self.assertEqual(complaint.stage_id, complaint.stage_id._counterpart(complaint.team_id))
        self.assertFalse(complaint.rating_requested_on and not complaint.is_closed)
        if complaint.merged_on:
            self.assertTrue(complaint.is_closed and complaint.duplicate_of_id)

    def _check_times(self, complaint):
        waits = [(wait.started_on, wait.ended_on or None) for wait in complaint.wait_ids]
        running = [begin for begin, end in waits if end is None]
        self.assertEqual(len(running), int(complaint.stage_id.is_waiting))
        self.assertEqual(complaint.waiting_since or None, running[0] if running else None)
        for (_begin, end), (begin, _end) in pairwise(waits):
            self.assertLessEqual(end, begin, "waits overlap")
        waited = sum(naive_work_hours(begin, end, HOLIDAYS) for begin, end in waits if end)
        self.assertAlmostEqual(complaint.waiting_hours, waited, places=6)
        due = naive_due(complaint.received_on, HOURS[complaint.severity], waits)
        self.assertEqual(complaint.due_on, complaint.promised_on or due)
        if complaint.resolved_on:
            hours = naive_work_hours(complaint.received_on, complaint.resolved_on, HOLIDAYS)
            for begin, end in waits:
                if begin < complaint.resolved_on:
                    end = min(end, complaint.resolved_on)
                    hours -= naive_work_hours(begin, end, HOLIDAYS)
            self.assertAlmostEqual(complaint.work_days_to_resolution, hours / 8, places=6)
        else:
            self.assertIs(complaint.work_days_to_resolution, False)

    def _check_escalations(self, complaint):
        kind = self.env.ref("crm_complaints.mail_activity_type_escalation")
        activities = complaint.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(activities, complaint.escalation_ids.activity_id)
        expected = set()
        if not complaint.is_closed and not complaint.is_waiting:
            if complaint.due_on and complaint.due_on <= self.now:
                expected.add("resolution")
            if complaint.answer_due_on <= self.now and not complaint.first_answer_on:
                expected.add("answer")
        self.assertEqual(set(complaint.escalation_ids.rule_id.mapped("deadline")), expected)
        self.assertEqual(len(activities), len(expected))
        self.escalated += len(expected)

    def _walk(self, seed, steps):
        self.dice = random.Random(seed)
        self.now = at("2026-03-24 08:00") + timedelta(minutes=self.dice.randrange(3000))
        self.cases = self.env["crm.complaint"]
        with freeze_time(self.now):
            for number in range(4):
                received = self.now - timedelta(minutes=self.dice.randrange(4000))
                self.cases |= self._complaint(
                    name=f"Case {number}", received_on=received, user_id=self.seller.id,
                    team_id=self.team.id, severity=self.dice.choice(list(HOURS)),
                    cost_ids=[Command.create({"amount": 10 + number, "date": "2026-03-24"})],
                )  # fmt: skip
        self.cost = sum(self.cases.mapped("cost_amount"))
        self.reopened = dict.fromkeys(self.cases, 0)
        self.written = self.taken_apart = self.escalated = 0
        choices = self._steps()
        for number in range(steps):
            self.now += timedelta(minutes=self.dice.randrange(1, 1500))
            step = self.dice.choice(choices)
            with self.subTest(seed=seed, step=number, what=step.__name__), freeze_time(self.now):
                step()
                self.env["crm.complaint.escalation"]._cron_escalate()
                self._check()

    def test_random_walk(self):
        """Over the begin of summer time (29 March) and Easter, from Good Friday to Monday."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 0):
            for seed in (3, 5, 8):
                self._walk(seed, steps=30)
                # Otherwise the walk says nothing.
                self.assertTrue(self.written and self.taken_apart and self.escalated)
                self.assertTrue(sum(self.reopened.values()))
                self.cases.unlink()

    def test_due_dates_against_a_count_of_minutes(self):
        dice = random.Random(26)
        for _number in range(20):
            received = at("2026-03-26 06:00") + timedelta(minutes=dice.randrange(10 * 1440))
            severity = dice.choice(list(HOURS))
            complaint = self._complaint(received_on=received, severity=severity)
            waits, moment = [], received
            for _wait in range(dice.randrange(3)):
                begin = moment + timedelta(minutes=dice.randrange(3000))
                moment = begin + timedelta(minutes=dice.randrange(1, 4000))
                waits.append((begin, moment))
                with freeze_time(begin):
                    complaint.stage_id = self.stages["waiting"]
                with freeze_time(moment):
                    complaint.stage_id = self.stages["in_progress"]
            self.assertEqual(complaint.due_on, naive_due(received, HOURS[severity], waits))
            answer = {"low": 16, "normal": 8, "high": 4, "critical": 2}[severity]
            self.assertEqual(complaint.answer_due_on, naive_due(received, answer, []))
