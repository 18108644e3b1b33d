# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common_leads import LeadProcessCommon

MOMENTS = ("won_on", "lost_on", "closed_on", "first_response_on", "waiting_since")
DURATIONS = (
    "days_to_won",
    "work_hours_to_won",
    "days_to_first_response",
    "work_hours_to_first_response",
)
STAY = ("stage_id", "next_stage_id", "outcome", "user_id", "team_id", "company_id")


@tagged("post_install", "-at_install")
class TestLeadHistory(LeadProcessCommon):
    """What the history says must equal what was recorded as it happened."""

    T0 = datetime(2026, 3, 2, 8, 0)
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.customer = cls.env["res.partner"].create({"name": "Customer GmbH", "is_company": True})

    def _at(self, moment, action):
        """Do something at a moment, up to the end of its transaction."""
        with freeze_time(moment):
            result = action()
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.flush_all()
        return result

    def _tracked_lead(self, moment, **values):
        lead = self._lead(
            moment, **{"partner_id": self.customer.id, "user_id": self.anna.id, **values}
        )
        self._at(moment, lambda: None)
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = %s WHERE id = %s", (moment, lead.id)
        )
        lead.invalidate_recordset()
        return lead

    def _picture(self, leads):
        self.env.flush_all()
        self.env.invalidate_all()
        picture = {}
        for lead in leads:
            picture[lead] = {
                **{name: lead[name] for name in MOMENTS},
                **{
                    name: lead[name] if lead[name] is False else round(lead[name], 6)
                    for name in DURATIONS
                },
                "stays": [
                    {
                        **{name: log[name] for name in STAY},
                        "entered_on": log.entered_on.replace(microsecond=0),
                        "left_on": log.left_on and log.left_on.replace(microsecond=0),
                        "days": log.days if log.days is False else round(log.days, 4),
                        "hours": log.work_hours
                        if log.work_hours is False
                        else round(log.work_hours, 4),
                    }
                    for log in lead.stage_log_ids.sorted(lambda log: (log.entered_on, log.id))
                ],
            }
        return picture

    def _fill_anew(self, leads):
        """Forget everything that was recorded, then fill it from the chatter."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE crm_lead
               SET won_on = NULL, lost_on = NULL, closed_on = NULL, first_response_on = NULL,
                   waiting_since = NULL, days_to_won = NULL, work_hours_to_won = NULL,
                   days_to_first_response = NULL, work_hours_to_first_response = NULL
             WHERE id = ANY(%s)
            """,
            [leads.ids],
        )
        self.env.cr.execute("DELETE FROM crm_lead_stage_log WHERE lead_id = ANY(%s)", [leads.ids])
        self.env.invalidate_all()
        self.env["crm.lead"]._kpi_fill_history()

    def test_history_equals_what_was_recorded(self):
        rng = random.Random(2026)
        leads = self.env["crm.lead"]
        for _number in range(16):
            moment = self.T0 + timedelta(hours=rng.randrange(500))
            lead = self._tracked_lead(moment)
            leads |= lead
            for _step in range(rng.randrange(9)):
                moment += timedelta(hours=rng.randrange(2, 200), minutes=rng.randrange(60))
                actions = [
                    lambda lead=lead: lead.write({"stage_id": self.new.id}),
                    lambda lead=lead: lead.write({"stage_id": self.talk.id}),
                    lambda lead=lead: lead.write({"stage_id": self.won.id}),
                    lambda lead=lead: lead.write({"user_id": self.bert.id}),
                    lambda lead=lead: lead.write({"team_id": self.other_team.id}),
                    lambda lead=lead: self._from_customer(lead),
                    lambda lead=lead: self._to_customer(lead),
                ]
                if lead.won_status == "pending":
                    actions.append(lead.action_set_lost)
                if lead.won_status == "lost":
                    actions.append(lead.action_restore)
                self._at(moment, rng.choice(actions))
        before = self._picture(leads)
        self.assertIn("won", leads.mapped("won_status"))
        self.assertIn("lost", leads.mapped("won_status"))
        self._fill_anew(leads)
        after = self._picture(leads)
        for lead in leads:
            self.assertEqual(after[lead], before[lead], lead)
        self.assertFalse(any(leads.mapped("dates_estimated")))
        self.assertFalse(any(leads.stage_log_ids.mapped("is_estimated")))
        # a second run changes nothing
        self.env["crm.lead"]._kpi_fill_history()
        self.assertEqual(self._picture(leads), before)
        # neither does filling given leads anew
        leads[:3]._kpi_fill_history()
        self.assertEqual(self._picture(leads), before)

    def _from_customer(self, lead):
        return lead.message_post(
            body="When?",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )

    def _to_customer(self, lead):
        return lead.message_post(
            body="Tomorrow",
            author_id=self.anna.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_restored_lead_is_open(self):
        lead = self._tracked_lead(self.T0)
        self._at(self.T0 + timedelta(days=1), lead.action_set_lost)
        self._at(self.T0 + timedelta(days=3), lead.action_restore)
        before = self._picture(lead)
        self._fill_anew(lead)
        self.assertEqual(self._picture(lead), before)
        self.assertEqual(lead.stage_log_ids.outcome, "open")

    def test_untracked_past_is_estimated(self):
        won, lost, moved = (self._tracked_lead(self.T0) for _n in range(3))
        T1, T2 = self.T0 + timedelta(days=4), self.T0 + timedelta(days=9)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_id = %s, won_status = 'won', date_closed = %s,"
            " date_last_stage_update = %s WHERE id = %s",
            (self.won.id, T2, T1, won.id),
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET active = FALSE, probability = 0, won_status = 'lost',"
            " date_closed = %s WHERE id = %s",
            (T1, lost.id),
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_id = %s, date_last_stage_update = %s WHERE id = %s",
            (self.talk.id, T1, moved.id),
        )
        self._fill_anew(won | lost | moved)
        self.assertEqual((won.won_on, won.dates_estimated), (T2, True))
        self.assertEqual((lost.lost_on, lost.dates_estimated), (T1, True))
        self.assertEqual(lost.stage_log_ids.is_estimated, True)
        self.assertEqual(moved.stage_log_ids.entered_on, T1)
        self.assertTrue(moved.stage_log_ids.is_estimated)
        self.assertFalse(moved.dates_estimated)

    def test_labels_of_another_language(self):
        """Tracking stores the label that the author saw."""
        self.env["res.lang"]._activate_lang("de_DE")
        selection = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "crm.lead"),
                ("field_id.name", "=", "won_status"),
                ("value", "=", "lost"),
            ]
        )
        selection.with_context(lang="de_DE").name = "Verloren"
        lead = self._tracked_lead(self.T0, probability=40)
        german = lead.with_context(lang="de_DE")
        # archived first, lost a day later: only the status tells the true day
        self._at(self.T0 + timedelta(days=1), german.action_archive)
        self._at(self.T0 + timedelta(days=2), lambda: german.write({"probability": 0}))
        self.assertEqual(lead.lost_on, self.T0 + timedelta(days=2))
        before = self._picture(lead)
        self._fill_anew(lead)
        self.assertEqual(self._picture(lead), before)

    def test_merged_lead_keeps_the_history_of_the_master(self):
        head = self._tracked_lead(self.T0)
        tail = self._tracked_lead(self.T0)
        self._at(self.T0 + timedelta(days=2), lambda: head.write({"stage_id": self.talk.id}))
        self._at(self.T0 + timedelta(days=1), lambda: self._to_customer(tail))
        self._at(self.T0 + timedelta(days=4), lambda: tail.write({"user_id": self.bert.id}))
        self._at(self.T0 + timedelta(days=5), lambda: (head | tail)._merge_opportunity())
        self.assertFalse(tail.exists())
        before = self._picture(head)
        self.assertEqual(len(before[head]["stays"]), 2)
        self.assertEqual(head.first_response_on, self.T0 + timedelta(days=1))
        self._fill_anew(head)
        self.assertEqual(self._picture(head), before)

    def test_contacts_of_the_past(self):
        lead = self._tracked_lead(self.T0)
        self._at(self.T0 + timedelta(days=1), lambda: self._from_customer(lead))
        self._at(self.T0 + timedelta(days=2), lambda: self._to_customer(lead))
        self._at(self.T0 + timedelta(days=3), lambda: self._from_customer(lead))
        self._at(self.T0 + timedelta(days=4), lambda: self._from_customer(lead))
        names = ["last_contact_in_on", "last_contact_out_on", "waiting_since"]
        before = self.customer.read(names)
        self.assertEqual(
            [before[0][name] for name in names],
            [self.T0 + timedelta(days=days) for days in (4, 2, 3)],
        )
        self.customer.write(dict.fromkeys(names, False))
        self.env.flush_all()
        self.env["res.partner"]._kpi_fill_contacts()
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.read(names), before)
