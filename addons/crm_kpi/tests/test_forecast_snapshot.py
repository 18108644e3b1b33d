# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common_leads import LeadProcessCommon


@tagged("post_install", "-at_install")
class TestForecastSnapshot(LeadProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Snapshot = cls.env["crm.forecast.snapshot"]
        cls.Snapshot.search([]).unlink()
        cls.deal = cls._lead(
            datetime(2026, 1, 10, 9, 0),
            expected_revenue=1000.0,
            probability=30.0,
            date_deadline="2026-03-15",
        )

    def _take(self, moment):
        with freeze_time(moment):
            self.Snapshot._cron_take_snapshot()
        return self.Snapshot.search([("lead_id", "=", self.deal.id)], order="snapshot_date")

    def test_copies_the_pipeline(self):
        snapshot = self._take("2026-02-01 00:05:00")
        self.assertRecordValues(
            snapshot,
            [
                {
                    "name": "Deal",
                    "snapshot_date": date(2026, 2, 1),
                    "taken_on": datetime(2026, 2, 1, 0, 5),
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "team_id": self.team.id,
                    "user_id": self.anna.id,
                    "date_deadline": date(2026, 3, 15),
                    "expected_revenue": 1000.0,
                    "prorated_revenue": 300.0,
                    "probability": 30.0,
                }
            ],
        )
        self.deal.write(
            {"expected_revenue": 500.0, "date_deadline": "2026-05-01", "user_id": self.bert.id}
        )
        second, fresh = self._take("2026-03-01 00:05:00")
        self.assertEqual((second.expected_revenue, second.user_id), (1000.0, self.anna))
        self.assertEqual((fresh.expected_revenue, fresh.user_id), (500.0, self.bert))
        self.assertEqual(fresh.date_deadline, date(2026, 5, 1))

    def test_once_a_month(self):
        self._take("2026-02-01 00:05:00")
        self.deal.expected_revenue = 9.0
        late = self._lead(datetime(2026, 2, 10, 9, 0))
        self.assertEqual(len(self._take("2026-02-20 10:00:00")), 1)
        self.assertEqual(self._take("2026-02-20 10:00:00").expected_revenue, 1000.0)
        self.assertFalse(self.Snapshot.search([("lead_id", "=", late.id)]))

    def test_only_open_opportunities(self):
        lead = self._lead(datetime(2026, 1, 10), type="lead")
        won = self._lead(datetime(2026, 1, 10), stage_id=self.won.id)
        lost = self._lead(datetime(2026, 1, 10))
        lost.action_set_lost()
        archived = self._lead(datetime(2026, 1, 10), probability=50)
        archived.action_archive()
        self._take("2026-02-01 00:05:00")
        self.assertFalse(
            self.Snapshot.search([("lead_id", "in", (lead | won | lost | archived).ids)])
        )

    def test_stays_when_the_opportunity_goes(self):
        snapshot = self._take("2026-02-01 00:05:00")
        self.deal.unlink()
        snapshot.invalidate_recordset()
        self.assertEqual((snapshot.name, snapshot.expected_revenue), ("Deal", 1000.0))
        self.assertFalse(snapshot.lead_id)

    def test_roles(self):
        mine = self.deal
        led = self._lead(datetime(2026, 1, 10), user_id=self.bert.id)
        foreign = self._lead(
            datetime(2026, 1, 10), user_id=self.bert.id, team_id=self.other_team.id
        )
        other = self.env["res.company"].create({"name": "Elsewhere AG"})
        abroad = self._lead(
            datetime(2026, 1, 10), company_id=other.id, team_id=False, user_id=False
        )
        self._take("2026-02-01 00:05:00")
        ids = (mine | led | foreign | abroad).ids

        def seen(user):
            return self.Snapshot.with_user(user).search([("lead_id", "in", ids)]).sudo().lead_id

        self.assertEqual(seen(self.anna), mine)
        self.assertEqual(seen(self.leader), mine | led)
        self.assertEqual(seen(self.boss), mine | led | foreign)
        for user in (self.anna, self.boss):
            self.assertFalse(self.Snapshot.with_user(user).has_access("write"))
            self.assertFalse(self.Snapshot.with_user(user).has_access("create"))
