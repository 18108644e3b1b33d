# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ComplaintCase, at, naive_work_hours


@tagged("post_install", "-at_install")
class TestComplaintTime(ComplaintCase):
    """Deadlines, waiting and durations in working time."""

    def _move(self, complaint, stage, moment):
        with freeze_time(moment):
            complaint.stage_id = self.stages[stage]

    def test_due_date_in_working_time(self):
        # Normal: 8 hours to answer, 40 hours to resolve. Friday 15:00.
        complaint = self._complaint(received_on=at("2026-03-06 15:00"))
        self.assertEqual(complaint.severity, "normal")
        self.assertEqual(complaint.answer_due_on, at("2026-03-09 15:00"))
        self.assertEqual(complaint.due_on, at("2026-03-13 15:00"))
        complaint.severity = "critical"  # 2 and 8 hours
        self.assertEqual(complaint.answer_due_on, at("2026-03-06 17:00"))
        self.assertEqual(complaint.due_on, at("2026-03-09 15:00"))

    def test_due_date_over_a_change_of_the_clock(self):
        # Summer time begins on Sunday, 29 March 2026.
        complaint = self._complaint(received_on=at("2026-03-27 16:00"), severity="critical")
        self.assertEqual(complaint.due_on, at("2026-03-30 16:00"))

    def test_company_rule_wins(self):
        self.env["crm.complaint.deadline"].create(
            {
                "severity": "normal",
                "company_id": self.company.id,
                "answer_hours": 1,
                "resolution_hours": 4,
            }
        )
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        self.assertEqual(complaint.due_on, at("2026-03-02 12:00"))

    def test_promised_date_takes_precedence(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        complaint.promised_on = at("2026-04-01 12:00")
        self.assertEqual(complaint.due_on, at("2026-04-01 12:00"))
        complaint.promised_on = False
        self.assertEqual(complaint.due_on, at("2026-03-06 17:00"))

    def test_waiting_holds_the_deadline(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))  # due Friday 17:00
        self._move(complaint, "waiting", at("2026-03-03 17:00"))
        self.assertFalse(complaint.due_on)
        self.assertEqual(complaint.waiting_since, at("2026-03-03 17:00"))
        self._move(complaint, "in_progress", at("2026-03-10 08:00"))
        self.assertFalse(complaint.waiting_since)
        # Wednesday, Thursday, Friday, Monday: 32 hours waited, 24 hours left.
        self.assertEqual(complaint.waiting_hours, 32)
        self.assertEqual(complaint.due_on, at("2026-03-12 17:00"))

    def test_a_missed_deadline_stays_missed_while_waiting(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"), severity="critical")
        due = at("2026-03-02 17:00")
        self._move(complaint, "waiting", at("2026-03-04 08:00"))
        self.assertEqual(complaint.due_on, due)
        self._move(complaint, "in_progress", at("2026-03-05 08:00"))
        self.assertEqual(complaint.due_on, due)

    def test_overdue_now(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"), severity="critical")
        waiting = self._complaint(received_on=at("2026-03-02 08:00"), severity="low")
        self._move(waiting, "waiting", at("2026-03-02 09:00"))
        both = complaint | waiting
        for moment, overdue in (
            (at("2026-03-02 16:59"), self.env["crm.complaint"]),
            (at("2026-03-02 17:01"), complaint),
        ):
            with freeze_time(moment):
                both.invalidate_recordset(["is_overdue"])
                self.assertEqual(both.filtered("is_overdue"), overdue)
                domain = [("id", "in", both.ids)]
                found = both.search([*domain, ("is_overdue", "=", True)])
                self.assertEqual(found, overdue)
                self.assertEqual(both.search([*domain, ("is_overdue", "=", False)]), both - found)

    def test_resolution_without_waiting(self):
        complaint = self._complaint(received_on=at("2026-03-02 10:00"))
        self.assertIs(complaint.work_days_to_resolution, False)
        self._move(complaint, "waiting", at("2026-03-03 09:30"))
        self._move(complaint, "in_progress", at("2026-03-05 14:00"))
        self._move(complaint, "resolved", at("2026-03-09 11:15"))
        self.assertEqual(complaint.resolved_on, at("2026-03-09 11:15"))
        expected = naive_work_hours(
            at("2026-03-02 10:00"), at("2026-03-03 09:30")
        ) + naive_work_hours(at("2026-03-05 14:00"), at("2026-03-09 11:15"))
        self.assertAlmostEqual(complaint.work_days_to_resolution, expected / 8, places=6)

    def test_closing_while_waiting_ends_the_wait(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        self._move(complaint, "waiting", at("2026-03-02 12:00"))
        self._move(complaint, "resolved", at("2026-03-04 12:00"))
        self.assertFalse(complaint.waiting_since)
        self.assertAlmostEqual(complaint.work_days_to_resolution, 0.5, places=6)

    def test_reopening_clears_what_closing_wrote(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        self._move(complaint, "resolved", at("2026-03-03 08:00"))
        self.assertTrue(complaint.is_closed)
        with freeze_time(at("2026-03-04 08:00")):
            complaint.action_reopen()
        self.assertEqual(complaint.stage_id, self.stages["in_progress"])
        self.assertFalse(complaint.resolved_on)
        self.assertIs(complaint.work_days_to_resolution, False)
        self.assertEqual(complaint.reopen_count, 1)
        self._move(complaint, "resolved", at("2026-03-06 08:00"))
        self.assertAlmostEqual(complaint.work_days_to_resolution, 4, places=6)

    def test_open_is_null_in_the_database(self):
        complaint = self._complaint()
        complaint.flush_recordset()
        self.env.cr.execute(
            "SELECT work_days_to_resolution, work_hours_to_first_answer, resolved_on"
            " FROM crm_complaint WHERE id = %s",
            [complaint.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (None, None, None))

    def test_wrong_dates_are_refused(self):
        complaint = self._complaint(received_on=at("2026-03-02 08:00"))
        with self.assertRaises(ValidationError):
            complaint.resolved_on = at("2026-03-03 08:00")  # still open
        with self.assertRaises(ValidationError):
            complaint.write(
                {"stage_id": self.stages["resolved"].id, "resolved_on": at("2026-03-01 08:00")}
            )

    def test_import_of_a_closed_complaint_keeps_its_date(self):
        complaint = self._complaint(
            received_on=at("2025-01-07 08:00"),
            stage_id=self.stages["resolved"].id,
            resolved_on=at("2025-01-08 12:00"),
        )
        self.assertEqual(complaint.resolved_on, at("2025-01-08 12:00"))
        self.assertAlmostEqual(complaint.work_days_to_resolution, 1.5, places=6)

    def test_changed_flags_of_a_stage_reach_its_complaints(self):
        stage = self.env["crm.complaint.stage"].create({"name": "At the lawyer", "sequence": 35})
        complaint = self._complaint(stage_id=stage.id)
        stage.is_closed = True
        self.assertTrue(complaint.resolved_on)
        stage.is_closed = False
        self.assertFalse(complaint.resolved_on)
        with self.assertRaises(ValidationError):
            stage.is_rejected = True

    def test_random_walk_keeps_the_invariants(self):
        dice = random.Random(19)
        for _walk in range(5):
            now = at("2026-02-02 08:00") + timedelta(minutes=dice.randrange(10000))
            complaint = self._complaint(received_on=now)
            received, waits, waiting_from, resolved, reopened = now, [], None, None, 0
            for _step in range(12):
                now += timedelta(minutes=dice.randrange(1, 4000))
                name = dice.choice(list(self.stages))
                self._move(complaint, name, now)
                closed = name in ("resolved", "rejected")
                if name == "waiting":
                    waiting_from = waiting_from or now
                elif waiting_from:
                    waits.append((waiting_from, now))
                    waiting_from = None
                if resolved and not closed:
                    reopened += 1
                resolved = (resolved or now) if closed else None

                self.assertEqual(complaint.resolved_on or None, resolved)
                self.assertEqual(complaint.waiting_since or None, waiting_from)
                self.assertEqual(complaint.reopen_count, reopened)
                waited = sum(naive_work_hours(*wait) for wait in waits)
                self.assertAlmostEqual(complaint.waiting_hours, waited, places=6)
                if resolved:
                    hours = naive_work_hours(received, resolved) - waited
                    self.assertAlmostEqual(complaint.work_days_to_resolution, hours / 8, places=6)
                else:
                    self.assertIs(complaint.work_days_to_resolution, False)

    def test_closed_without_a_date_is_refused(self):
        complaint = self._complaint(stage_id=self.stages["resolved"].id)
        with self.assertRaises(ValidationError):
            complaint.resolved_on = False
        complaint.write({"stage_id": self.stages["in_progress"].id, "resolved_on": False})
        self.assertFalse(complaint.resolved_on)
        # an import with an empty column: closing still gives the date
        complaint.write({"stage_id": self.stages["resolved"].id, "resolved_on": False})
        self.assertTrue(complaint.resolved_on)

    def test_one_stage_stays_open(self):
        open_stages = self.env["crm.complaint.stage"].search([("is_closed", "=", False)])
        self.env["crm.complaint"].with_context(active_test=False).search([]).unlink()
        for take_away in (
            lambda: open_stages.write({"active": False}),
            lambda: open_stages.write({"is_waiting": True}),
            lambda: open_stages.unlink(),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                take_away()
        open_stages[1:].unlink()
        complaint = self._complaint(stage_id=self.stages["resolved"].id)
        complaint.action_reopen()
        self.assertEqual(complaint.stage_id, open_stages[0], "the only one left")

    def test_holidays_are_no_working_time(self):
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Good Friday and Easter Monday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": at("2026-04-03 00:00"),
                "date_to": at("2026-04-06 23:59"),
            }
        )
        holidays = {date(2026, 4, 3), date(2026, 4, 6)}
        dice = random.Random(7)
        for _number in range(25):
            received = at("2026-03-26 06:00") + timedelta(minutes=dice.randrange(8 * 1440))
            answered = received + timedelta(minutes=dice.randrange(5 * 1440))
            resolved = answered + timedelta(minutes=dice.randrange(7 * 1440))
            complaint = self._complaint(received_on=received)
            complaint.first_answer_on = answered
            self._move(complaint, "resolved", resolved)
            hours = naive_work_hours(received, answered, holidays)
            self.assertAlmostEqual(complaint.work_hours_to_first_answer, hours, places=6)
            hours = naive_work_hours(received, resolved, holidays)
            self.assertAlmostEqual(complaint.work_days_to_resolution, hours / 8, places=6)

    def test_over_the_end_of_summer_time(self):
        # The clock goes back on Sunday, 25 October 2026; a night shift would see it.
        for received, resolved in (
            ("2026-10-23 15:30", "2026-10-26 09:15"),
            ("2026-10-24 12:00", "2026-10-25 03:30"),
            ("2026-10-25 01:00", "2026-10-26 08:01"),
        ):
            complaint = self._complaint(received_on=at(received))
            self._move(complaint, "resolved", at(resolved))
            expected = naive_work_hours(at(received), at(resolved)) / 8
            self.assertAlmostEqual(complaint.work_days_to_resolution, expected, places=6)
