# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestSavingTime(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "saving_time_seller", groups="sales_team.group_sale_salesman"
        )
        source = cls.env["crm.kpi.source"].create(
            {"name": "Leads", "code": "test_time", "model_name": "crm.lead"}
        )
        # any stored number does as the duration of a case
        measure = cls.env["crm.kpi.measure"].create({
            "name": "Hours", "code": "test_time", "source_id": source.id, "aggregate": "median",
            "field_name": "expected_revenue", "date_field": "date_deadline",
        })  # fmt: skip
        cls.kpi = cls.env["crm.kpi"].create({
            "name": "Offer written", "code": "test_time", "unit": "hours", "direction": "down",
            "measure_id": measure.id, "group_id": cls.env.ref("crm_kpi.kpi_group_durations").id,
        })  # fmt: skip
        for day, hours in (("2025-10-01", 10), ("2025-10-31", 20), ("2026-10-01", 5),
                           ("2026-10-15", 5), ("2026-10-31", 5)):  # fmt: skip
            cls._lead(cls.seller, day, hours)
        cls._lead(cls.env.user, "2026-10-15", 5)

    @classmethod
    def _lead(cls, user, day, hours):
        return cls.env["crm.lead"].create(
            {"name": "Case", "user_id": user.id, "date_deadline": day, "expected_revenue": hours}
        )

    def _wizard(self, **values):
        return (
            self.env["crm.saving.time"]
            .with_user(self.seller)
            .create({"kpi_id": self.kpi.id, "cost_per_hour": 60, "effort": 50, **values})
        )

    def test_last_month_against_the_year_before(self):
        wizard = self._wizard()
        self.assertEqual((wizard.before_value, wizard.now_value), (15, 5))
        self.assertEqual(wizard.cases, 3, "only the cases this person may see")
        self.assertEqual((wizard.hours_saved, wizard.amount), (15, 900))
        saving = self.env["crm.saving"].browse(wizard.action_propose()["res_id"])
        self.assertEqual((saving.state, saving.user_id), ("proposed", self.seller))
        self.assertEqual((saving.baseline_cost, saving.planned_cost), (1350, 450))
        self.assertEqual(saving.planned_saving, 900)
        self.assertEqual(saving.effect_ids.planned_amount, 900)
        self.assertIn("2025-10-01 to 2025-10-31", saving.baseline_source)

    def test_days_count_by_working_hours(self):
        self.kpi.unit = "days"
        self.assertEqual(self._wizard(hours_per_day=8).hours_saved, 120)

    def test_nothing_to_propose(self):
        with self.assertRaisesRegex(UserError, "no figure"):
            self._wizard(before_from="2020-01-01", before_to="2020-01-31").action_propose()
        with self.assertRaisesRegex(UserError, "no figure"):
            self._wizard(before_from="2025-10-31", before_to="2025-10-01").action_propose()
        longer = self._wizard(before_from="2026-10-01", before_to="2026-10-31",
                              now_from="2025-10-01", now_to="2025-10-31")  # fmt: skip
        with self.assertRaisesRegex(UserError, "not become shorter"):
            longer.action_propose()

    def test_form(self):
        form = Form(self.env["crm.saving.time"].with_user(self.seller))
        form.kpi_id = self.kpi
        form.cost_per_hour = 60
        self.assertTrue(form.is_known)
        self.assertEqual(form.save().amount, 180)
