# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common_leads import LeadProcessCommon


@tagged("post_install", "-at_install")
class TestStageLog(LeadProcessCommon):
    T0 = datetime(2026, 3, 2, 8, 0)
    T1 = datetime(2026, 3, 4, 8, 0)
    T2 = datetime(2026, 3, 9, 8, 0)
    T3 = datetime(2026, 3, 16, 8, 0)

    def test_stays_follow_the_stage(self):
        lead = self._lead(self.T0)
        self._write(self.T1, lead, stage_id=self.talk.id)
        self._write(self.T2, lead, stage_id=self.won.id)
        self.assertEqual(
            self._stays(lead),
            [
                (self.new, self.T0, self.T1, "moved"),
                (self.talk, self.T1, self.T2, "moved"),
                (self.won, self.T2, False, "won"),
            ],
        )
        first, second, third = lead.stage_log_ids.sorted("entered_on")
        self.assertEqual(first.next_stage_id, self.talk)
        self.assertEqual(first.days, 2.0)
        self.assertEqual(first.work_hours, 16.0)
        self.assertEqual(second.days, 5.0)
        self.assertEqual(second.work_hours, 24.0)
        self.assertIs(third.days, False)
        self.env.cr.execute("SELECT days FROM crm_lead_stage_log WHERE id = %s", [third.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_same_stage_is_no_change(self):
        lead = self._lead(self.T0)
        self._write(self.T1, lead, stage_id=self.new.id)
        self.assertEqual(self._stays(lead), [(self.new, self.T0, False, "open")])

    def test_lost_and_restored(self):
        lead = self._lead(self.T0)
        with freeze_time(self.T1):
            lead.action_set_lost()
            lead.flush_recordset()
        self.assertEqual(self._stays(lead), [(self.new, self.T0, self.T1, "lost")])
        self.assertEqual((lead.lost_on, lead.closed_on, lead.won_on), (self.T1, self.T1, False))
        with freeze_time(self.T2):
            lead.action_restore()
            lead.flush_recordset()
        self.assertEqual(self._stays(lead), [(self.new, self.T0, False, "open")])
        self.assertEqual((lead.lost_on, lead.closed_on), (False, False))
        self.assertIs(lead.stage_log_ids.days, False)

    def test_won_reopened_and_lost(self):
        lead = self._lead(self.T0)
        self._write(self.T1, lead, stage_id=self.won.id)
        self.assertEqual((lead.won_on, lead.closed_on), (self.T1, self.T1))
        self.assertEqual(lead.days_to_won, 2.0)
        self._write(self.T2, lead, stage_id=self.talk.id)
        self.assertEqual((lead.won_on, lead.closed_on), (False, False))
        self.assertIs(lead.days_to_won, False)
        with freeze_time(self.T3):
            lead.action_set_lost()
            lead.flush_recordset()
        self.assertEqual(
            self._stays(lead),
            [
                (self.new, self.T0, self.T1, "moved"),
                (self.won, self.T1, self.T2, "moved"),
                (self.talk, self.T2, self.T3, "lost"),
            ],
        )

    def test_lost_then_won(self):
        lead = self._lead(self.T0)
        with freeze_time(self.T1):
            lead.action_set_lost()
        with freeze_time(self.T2):
            lead.action_set_won()
            lead.flush_recordset()
        self.assertEqual((lead.won_on, lead.lost_on, lead.closed_on), (self.T2, False, self.T2))
        stays = self._stays(lead)
        self.assertEqual(stays[-1][0].is_won, True)
        self.assertEqual(stays[-1][3], "won")
        self.assertNotIn("lost", [stay[3] for stay in stays])

    def test_won_written_on_a_lost_lead(self):
        lead = self._lead(self.T0)
        with freeze_time(self.T1):
            lead.action_set_lost()
        self._write(self.T2, lead, stage_id=self.won.id)
        self.assertEqual(
            self._stays(lead),
            [
                (self.new, self.T0, self.T2, "moved"),
                (self.won, self.T2, False, "won"),
            ],
        )

    def test_archiving_is_no_loss(self):
        lead = self._lead(self.T0, probability=40)
        with freeze_time(self.T1):
            lead.action_archive()
            lead.flush_recordset()
        self.assertTrue(lead.date_closed, "stock writes a closing date; we must not")
        self.assertFalse(lead.closed_on)
        self.assertEqual(self._stays(lead), [(self.new, self.T0, False, "open")])

    def test_holder_is_copied_while_current_and_frozen_after(self):
        lead = self._lead(self.T0)
        self._write(self.T1, lead, user_id=self.bert.id, team_id=self.other_team.id)
        self.assertEqual(lead.stage_log_ids.user_id, self.bert)
        self.assertEqual(lead.stage_log_ids.team_id, self.other_team)
        self._write(self.T2, lead, stage_id=self.talk.id)
        self._write(self.T3, lead, user_id=self.anna.id, team_id=self.team.id)
        first, second = lead.stage_log_ids.sorted("entered_on")
        self.assertEqual((first.user_id, first.team_id), (self.bert, self.other_team))
        self.assertEqual((second.user_id, second.team_id), (self.anna, self.team))

    def test_stage_becomes_won_and_back(self):
        lead = self._lead(self.T0)
        with freeze_time(self.T1):
            self.new.is_won = True
            lead.flush_recordset()
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(lead.won_on, self.T1)
        self.assertEqual(self._stays(lead), [(self.new, self.T0, False, "won")])

    def test_salesperson_may_hand_over_and_move(self):
        lead = self._lead(self.T0).with_user(self.anna)
        with freeze_time(self.T1):
            lead.write({"stage_id": self.talk.id, "user_id": self.bert.id})
            lead.sudo().flush_recordset()
        first, second = lead.sudo().stage_log_ids.sorted("entered_on")
        self.assertEqual((first.user_id, second.user_id), (self.anna, self.bert))

    def test_delete_takes_the_history_along(self):
        lead = self._lead(self.T0)
        log = lead.stage_log_ids
        lead.unlink()
        self.assertFalse(log.exists())

    def test_copy_starts_anew(self):
        lead = self._lead(self.T0)
        self._write(self.T1, lead, stage_id=self.won.id)
        copy = lead.copy()
        self.assertFalse(copy.won_on or copy.closed_on or copy.first_response_on)
        self.assertEqual(len(copy.stage_log_ids), 1)

    def test_merge_keeps_the_history_of_the_master(self):
        head = self._lead(self.T0)
        tail = self._lead(self.T1)
        self._write(self.T2, head, stage_id=self.talk.id)
        head.first_response_on = self.T3
        tail.first_response_on = self.T2
        tail.waiting_since = self.T3
        tail_logs = tail.stage_log_ids
        merged = (head | tail).merge_opportunity()
        self.assertEqual(merged, head)
        self.assertFalse(tail_logs.exists())
        self.assertEqual(len(head.stage_log_ids), 2)
        self.assertEqual(head.first_response_on, self.T2)
        self.assertEqual(head.waiting_since, self.T3)

    def test_slow_threshold_needs_eight_won_deals(self):
        for number in range(1, 8):
            lead = self._lead(self.T0, stage_id=self.talk.id)
            self._write(self.T0 + timedelta(days=number), lead, stage_id=self.won.id)
        self.env["crm.stage"]._cron_update_slow_thresholds()
        self.assertIs(self.talk.slow_after_days, False)
        lead = self._lead(self.T0, stage_id=self.talk.id)
        self._write(self.T0 + timedelta(days=8), lead, stage_id=self.won.id)
        waiting = self._lead(self.T0, stage_id=self.talk.id)
        early = self._lead(self.T0, type="lead", stage_id=self.talk.id)
        self.env["crm.stage"]._cron_update_slow_thresholds()
        # 1…8 days: the 75th percentile lies at 6.25
        self.assertEqual(self.talk.slow_after_days, 6.25)
        self.assertIs(self.won.slow_after_days, False)
        slow_on = self.T0 + timedelta(days=6.25)
        self.assertEqual(waiting.slow_since, slow_on)
        self.assertEqual(waiting.stage_log_ids.slow_on, slow_on)
        self.assertFalse(early.slow_since, "only opportunities are deals to speed up")
        with freeze_time(slow_on + timedelta(hours=1)):
            waiting.invalidate_recordset(["is_slow"])
            self.assertTrue(waiting.is_slow)
            self.assertIn(waiting, waiting.search([("is_slow", "=", True)]))
            self.assertNotIn(waiting, waiting.search([("is_slow", "=", False)]))
        # a deal that moves on starts a new clock, a won one has none
        self._write(self.T3, waiting, stage_id=self.new.id)
        self.assertFalse(waiting.slow_since)
        self._write(self.T3, waiting, stage_id=self.talk.id)
        self.assertEqual(waiting.slow_since, self.T3 + timedelta(days=6.25))
        self._write(self.T3 + timedelta(days=1), waiting, stage_id=self.won.id)
        self.assertFalse(waiting.slow_since)

    def test_roles(self):
        mine = self._lead(self.T0)
        led = self._lead(self.T0, user_id=self.bert.id)
        foreign = self._lead(self.T0, user_id=self.bert.id, team_id=self.other_team.id)
        other_company = self.env["res.company"].create({"name": "Elsewhere AG"})
        abroad = self._lead(self.T0, company_id=other_company.id, team_id=False, user_id=False)
        every = (mine | led | foreign | abroad).stage_log_ids

        def seen(user):
            return (
                self.Log.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .search([("id", "in", every.ids)])
                .lead_id
            )

        self.assertEqual(seen(self.anna), mine)
        self.assertEqual(seen(self.bert), led | foreign)
        self.assertEqual(seen(self.leader), mine | led)
        self.assertEqual(seen(self.boss), mine | led | foreign)
        # the leader also reads the leads themselves, without changing them
        Lead = self.env["crm.lead"].with_user(self.leader)
        self.assertEqual(Lead.search([("id", "in", (mine | led | foreign).ids)]), mine | led)
        self.assertFalse(led.with_user(self.leader).has_access("write"))
        self.assertFalse(every[0].with_user(self.boss).has_access("write"))

    def test_batch_needs_no_query_per_lead(self):
        def create(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads = self.env["crm.lead"].create(
                [
                    {
                        "name": f"Deal {number}",
                        "type": "opportunity",
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "user_id": self.anna.id,
                        "stage_id": self.new.id,
                    }
                    for number in range(count)
                ]
            )
            self.env.flush_all()
            return leads, self.env.cr.sql_log_count - before

        create(10)  # fills the caches
        _few, queries_few = create(10)
        leads, queries_many = create(90)
        self.assertLessEqual(queries_many, queries_few + 10)

        def move(leads, stage):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.write({"stage_id": stage.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries_few = move(leads[:10], self.talk)
        queries_many = move(leads[10:], self.talk)
        self.assertLessEqual(queries_many, queries_few + 10)
