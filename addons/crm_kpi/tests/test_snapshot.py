# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_target import TargetCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 14:00:00")
class TestSnapshot(TargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["crm.kpi.source"].create({
            "name": "Leads due", "code": "test_snapshot", "model_name": "crm.lead",
            "include_archived": True,
            "dimension_ids": [
                Command.create({
                    "dimension_id": cls.env.ref("crm_kpi.dimension_company").id,
                    "field_name": "company_id",
                })
            ],
        })  # fmt: skip
        all_due, won = cls.env["crm.kpi.measure"].create([
            {
                "name": name, "code": f"test_{name}", "source_id": cls.source.id,
                "date_field": "date_deadline", "domain": domain,
            }
            for name, domain in (("due", "[]"), ("won", "[('priority', '=', '3')]"))
        ])  # fmt: skip
        cls.kpi = cls.env["crm.kpi"].create({
            "name": "Top share", "code": "test_share", "kind": "ratio", "unit": "percent",
            "factor": 100, "numerator_id": won.id, "denominator_id": all_due.id,
            "group_id": cls.env.ref("crm_kpi.kpi_group_support").id,
        })  # fmt: skip
        cls.env["crm.kpi"].search([("id", "!=", cls.kpi.id)]).active = False
        cls.first, cls.second = (
            cls._lead(day, priority) for day, priority in (("2026-03-31", "3"), ("2026-03-01", "0"))
        )
        cls._lead("2026-04-01", "3")
        cls.env["crm.kpi.snapshot"].search([]).unlink()

    @classmethod
    def _lead(cls, day, priority, company=None):
        return cls.env["crm.lead"].create({
            "name": "Lead", "date_deadline": day, "priority": priority, "team_id": False,
            "user_id": False, "company_id": (company or cls.company).id,
        })  # fmt: skip

    def _snapshots(self, key="month:2026-03", user=None, company=None):
        return self.env["crm.kpi.snapshot"].with_user(user or self.manager).search(
            [("period_key", "=", key), ("company_id", "=", (company or self.company).id)]
        )  # fmt: skip

    def test_march_stays_explained_after_records_changed(self):
        self.env["crm.kpi.snapshot"]._cron_take()
        snapshot = self._snapshots()
        self.assertEqual(
            (snapshot.value, snapshot.numerator, snapshot.denominator, snapshot.count),
            (50, 1, 2, 2),
        )
        self.assertEqual(snapshot.difference, "Unchanged.")
        self.assertFalse(snapshot.is_different)
        self.second.date_deadline = "2026-04-02"
        self.env.invalidate_all()
        self.assertEqual((snapshot.value, snapshot.today_value), (50, 100))
        self.assertTrue(snapshot.is_different)
        self.assertEqual(
            snapshot.difference,
            "Then 50% (1 / 2), today 100% (1 / 1): records changed after the figure was taken.",
        )

    def test_changed_definition_is_named(self):
        self.env["crm.kpi.snapshot"]._cron_take()
        self.kpi.numerator_id.domain = "[]"
        self.assertIn("definition of the KPI has changed", self._snapshots().difference)

    def test_cron_is_idempotent_and_closes_quarter_and_year(self):
        take = self.env["crm.kpi.snapshot"]._cron_take
        take()
        take()
        self.assertEqual(len(self._snapshots()), 1)
        self.assertEqual(self._snapshots("quarter:2026-Q1").count, 2)
        self.assertFalse(self._snapshots("year:2026") + self._snapshots("month:2026-04"))
        with freeze_time("2027-01-01 14:00:00"):
            take()
        for key in ("month:2026-12", "quarter:2026-Q4", "year:2026"):
            self.assertEqual(len(self._snapshots(key)), 1)
        self.assertEqual(self._snapshots("month:2026-12").state, "no_data")
        self.assertIs(self._snapshots("month:2026-12").value, False)

    def test_each_company_has_its_own_figure(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._lead("2026-03-05", "0", other)
        self.env["crm.kpi.snapshot"]._cron_take()
        self.assertEqual(self._snapshots().denominator, 2)
        foreign = self.env["crm.kpi.snapshot"].search(
            [("company_id", "=", other.id), ("period_key", "=", "month:2026-03")]
        )
        self.assertEqual((foreign.numerator, foreign.denominator), (0, 1))
        self.assertFalse(foreign.is_different)
        self.assertFalse(self._snapshots(company=other), "the manager is not in that company")

    def test_what_has_no_company_is_reported_for_none_of_several(self):
        self.source.dimension_ids.unlink()
        self.env["res.company"].create({"name": "Other"})
        self.env["crm.kpi.snapshot"]._cron_take()
        snapshot = self._snapshots()
        self.assertEqual((snapshot.state, snapshot.value), ("unavailable", False))
        self.assertIn("Company", snapshot.reason)
        self.assertEqual(snapshot.difference, snapshot.reason)

    def test_what_is_known_of_the_present_only(self):
        self.kpi.numerator_id.write(
            {"time_kind": "stock", "date_from_field": "date_deadline", "has_history": False}
        )
        self.kpi.write({"kind": "simple", "measure_id": self.kpi.numerator_id.id, "factor": 1})
        self.env["crm.kpi.snapshot"]._cron_take()
        snapshot = self._snapshots()
        self.assertEqual((snapshot.state, snapshot.value), ("ok", 1))
        self.assertEqual(snapshot.difference, "Unchanged.")
        with freeze_time("2026-04-20 14:00:00"):
            self.env.invalidate_all()
            self.assertEqual(snapshot.value, 1)
            self.assertIn("Only the present state is known", snapshot.difference)

    def test_only_managers_of_all_documents_read(self):
        self.env["crm.kpi.snapshot"]._cron_take()
        for user in (self.seller, self.leader, self.viewer):
            with self.assertRaises(AccessError):
                self._snapshots(user=user)
        own_only = self.seller.copy({"login": "target_own_manager"})
        own_only.group_ids += self.env.ref("crm_kpi.group_kpi_manager")
        self.assertFalse(self._snapshots(user=own_only))
        with self.assertRaises(AccessError):
            self.kpi.with_user(own_only).action_take_snapshot()
        with self.assertRaises(AccessError):
            self._snapshots().write({"value": 99})
        with self.assertRaises(AccessError):
            self._snapshots().copy()

    def test_restricted_records_stay_hidden(self):
        self.source.model_name = "hr.employee"
        (self.kpi.numerator_id + self.kpi.denominator_id).write(
            {"date_field": "create_date", "domain": "[]"}
        )
        self.env["crm.kpi.snapshot"]._cron_take()
        snapshot = self._snapshots(user=self.env.ref("base.user_root"))
        self.assertTrue(snapshot.is_restricted)
        self.assertFalse(self._snapshots())

    def test_by_hand_in_a_running_period(self):
        kpi = self.kpi.with_user(self.manager).with_context(kpi_period="this_month")
        action = kpi.action_take_snapshot()
        snapshot = self.env["crm.kpi.snapshot"].with_user(self.manager).search(action["domain"])
        self.assertEqual(
            (snapshot.period_key, snapshot.taken_by_id), ("month:2026-04", self.manager)
        )
        self.assertEqual(str(snapshot.date_to), "2026-04-01")
        self.assertFalse(snapshot.is_automatic)
        self._lead("2026-04-01", "0")
        self.env.invalidate_all()
        self.assertIn("the period was not over yet", snapshot.difference)

    def test_nonsense_period(self):
        for key in ("month:2026-13", "tomorrow", 7, ["today"]):
            with self.assertRaisesRegex(UserError, "not a period"):
                self.kpi.with_user(self.manager).with_context(kpi_period=key).action_take_snapshot()
