# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import KpiCase


@tagged("post_install", "-at_install")
class TestExpectation(KpiCase):
    """March 2026 has 22 working days (Monday to Friday), and summer time begins on the 29th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "company_id": cls.company.id,
                "tz": "Europe/Berlin",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        cls.number = cls.make_measure("t_number")
        cls.kpi = cls.make_kpi("t_expected", cls.number)

    def row(self, kpi, moment, user="max", period="this_month", method="run_rate", **context):
        """The row of a method at a UTC moment; None where nothing is expected."""
        kpi.invalidate_recordset(["card"], flush=False)
        with freeze_time(moment):
            answer = self.as_user(kpi, user, period, **context).get_expectation()
        if not answer:
            return None
        self.label = answer["label"]
        rows = {row["method"]: row for row in answer["rows"]}
        return rows[method]

    def six_leads(self, **values):
        # the first belongs to March in Berlin only, as does the last to April
        for moment in ("2026-02-28 23:30:00", "2026-03-02 09:00:00", "2026-03-03 09:00:00",
                       "2026-03-07 09:00:00", "2026-03-16 09:00:00", "2026-03-17 08:00:00",
                       "2026-02-28 22:30:00", "2026-03-31 22:30:00"):  # fmt: skip
            self.make_lead(moment, self.north, "anna", **values)

    def test_pace_by_working_days(self):
        self.six_leads()
        # Tuesday the 17th: 5 + 5 + 2 of 22 working days
        row = self.row(self.kpi, "2026-03-17 10:00:00")
        self.assertEqual((row["state"], row["value"], row["text"]), ("ok", 6 / 12 * 22, "11"))
        self.assertIn("6 so far ÷ 12 working days", row["formula"])
        self.assertIn("× 22 working days", row["formula"])
        self.assertIn("Mar 31, 2026", self.label)
        self.assertFalse(row["target_text"])
        # Saturday: the days so far are those of Friday
        self.assertEqual(self.row(self.kpi, "2026-03-21 10:00:00")["value"], 6 / 15 * 22)

    def test_holidays_of_the_company(self):
        self.six_leads()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Feiertag",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": datetime(2026, 3, 18, 0, 0),
                "date_to": datetime(2026, 3, 18, 22, 0),
            }
        )
        self.assertEqual(self.row(self.kpi, "2026-03-17 10:00:00")["value"], 6 / 12 * 21)

    def test_end_of_the_month_at_the_clock_change(self):
        self.six_leads()
        # 23:59 in Berlin, summer time: Monday the 30th, 21 of 22 working days
        row = self.row(self.kpi, "2026-03-30 21:59:00")
        self.assertEqual(row["value"], 6 / 21 * 22)
        # from midnight on it is the last day: nothing is left to expect
        self.assertIsNone(self.row(self.kpi, "2026-03-30 22:00:00"))
        # April has run for a day
        row = self.row(self.kpi, "2026-03-31 22:31:00")
        self.assertEqual((row["state"], row["value"], row["text"]), ("no_data", None, ""))
        self.assertIn("3 working days and 5 cases", row["reason"])
        # over in New York that is still the last day of March
        kpi = self.as_user(self.kpi, "max", "this_month").with_context(tz="America/New_York")
        with freeze_time("2026-03-31 22:31:00"):
            self.assertFalse(kpi.get_expectation())

    def test_periods_that_do_not_run(self):
        self.six_leads()
        for period in ("month:2026-02", "month:2026-04", "last_30_days", "today"):
            self.assertIsNone(self.row(self.kpi, "2026-03-17 10:00:00", period=period), period)

    def test_too_few_days_or_cases(self):
        for _number in range(9):
            self.make_lead("2026-03-03 09:00:00", self.north, "anna")
        self.assertEqual(self.row(self.kpi, "2026-03-03 10:00:00")["state"], "no_data")
        self.assertEqual(self.row(self.kpi, "2026-03-04 10:00:00")["value"], 9 / 3 * 22)
        for _number in range(4):
            self.make_lead("2026-04-02 09:00:00", self.north, "anna")
        row = self.row(self.kpi, "2026-04-20 10:00:00")
        self.assertEqual(row["state"], "no_data")
        self.assertIn("14 and 4", row["reason"])

    def test_share_of_the_target(self):
        self.six_leads()
        self.env["crm.kpi.target"].create(
            {
                "kpi_id": self.kpi.id,
                "company_id": self.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "value": 10,
            }
        )
        self.assertEqual(
            self.row(self.kpi, "2026-03-17 10:00:00")["target_text"], "110% of the target"
        )

    def test_kinds_of_figures(self):
        """What grows by the day is scaled, what does not stays, the rest says why not."""
        self.six_leads(expected_revenue=100)
        half = self.make_measure("t_won", domain="[('user_id', '!=', False)]")
        revenue = self.make_measure("t_revenue", aggregate="sum", field_name="expected_revenue")
        average = self.make_measure("t_avg", aggregate="avg", field_name="expected_revenue")
        persons = self.make_measure("t_persons", aggregate="count_distinct", field_name="user_id")
        once = self.make_measure("t_once", growth="none")
        each = self.make_measure(
            "t_each", aggregate="count_distinct", field_name="user_id", growth="days"
        )
        stock = self.make_measure(
            "t_stock", time_kind="stock", date_field=False, date_from_field="create_date"
        )
        at_start = self.make_measure(
            "t_start", time_kind="stock_start", date_field=False, date_from_field="create_date"
        )
        share = {"kind": "ratio", "unit": "percent", "factor": 100}
        sides = {"numerator_id": half.id, "denominator_id": self.number.id}
        per_old = {"kind": "ratio", "numerator_id": self.number.id, "denominator_id": at_start.id}
        scaled = 6 / 12 * 22
        for code, measure, values, expected in (
            ("sum", revenue, {"unit": "money"}, 600 / 12 * 22),
            ("average", average, {"unit": "money"}, 100),
            ("each", each, {}, 1 / 12 * 22),
            ("persons", persons, {}, "come in evenly"),
            ("once", once, {}, "come in evenly"),
            ("stock", stock, {}, "A stock"),
            ("start", at_start, {}, "A stock"),
            ("share", None, {**share, **sides}, 100),
            ("cohort", None, {**share, **sides, "is_cohort": True}, "followed on"),
            ("formula", None, {"kind": "derived", "formula": "2 * t_number"}, "formula"),
        ):
            with self.subTest(code):
                kpi = self.make_kpi(f"t_x_{code}", measure, **values)
                row = self.row(kpi, "2026-03-17 10:00:00")
                if isinstance(expected, (int, float)):
                    self.assertAlmostEqual(row["value"], expected, 6)
                    self.assertTrue(row["formula"])
                else:
                    self.assertIsNone(row["value"])
                    self.assertIn(expected, row["reason"])
        # six in March, five there before: only the numerator grows
        for _number in range(4):
            self.make_lead("2026-02-02 09:00:00", self.north, "anna")
        row = self.row(self.make_kpi("t_x_old", **per_old), "2026-03-17 10:00:00")
        self.assertAlmostEqual(row["value"], scaled / 5, 6)

    def test_few_cases_among_many(self):
        """What grows is what needs the cases: four lost of a thousand say little."""
        at_start = self.make_measure(
            "t_start", time_kind="stock_start", date_field=False, date_from_field="create_date"
        )
        kpi = self.make_kpi(
            "t_x_rate", kind="ratio", numerator_id=self.number.id, denominator_id=at_start.id
        )
        for moment, times in (("2026-02-02 09:00:00", 9), ("2026-03-02 09:00:00", 4)):
            for _number in range(times):
                self.make_lead(moment, self.north, "anna")
        row = self.row(kpi, "2026-03-17 10:00:00")
        self.assertIsNone(row["value"])
        self.assertIn("12 and 4", row["reason"])
        self.make_lead("2026-03-03 09:00:00", self.north, "anna")
        self.assertAlmostEqual(self.row(kpi, "2026-03-17 10:00:00")["value"], 5 / 9 / 12 * 22, 6)

    def test_outlook(self):
        """Open opportunities by expected closing, the overdue included."""
        weighted = self.make_measure(
            "t_weighted",
            aggregate="sum",
            field_name="probability",
            factor=0.01,
            domain="[('type', '=', 'opportunity'), ('active', '=', True),"
            " ('won_status', '=', 'pending')]",
            date_field="date_deadline",
        )
        self.six_leads()
        self.kpi.outlook_measure_id = weighted
        row = self.row(self.kpi, "2026-03-17 10:00:00", method="outlook")
        self.assertEqual(row["state"], "no_data", "nothing open is not 0")
        for deadline, probability, user in (
            ("2026-03-31", 50, "anna"),
            ("2026-02-10", 20, "bernd"),
            ("2026-04-01", 90, "anna"),
            (False, 90, "anna"),
        ):
            lead = self.make_lead("2026-01-01 09:00:00", self.north, user, type="opportunity")
            lead.write({"date_deadline": deadline, "probability": probability})
        lost = self.make_lead("2026-01-01 09:00:00", self.north, "anna", type="opportunity")
        lost.date_deadline = "2026-03-20"
        lost.action_set_lost()
        self.env.flush_all()
        row = self.row(self.kpi, "2026-03-17 10:00:00", method="outlook")
        self.assertAlmostEqual(row["value"], 6 + 0.5 + 0.2, 6)
        self.assertIn("t_weighted", row["formula"])
        # a salesperson's own leads and opportunities only
        row = self.row(self.kpi, "2026-03-17 10:00:00", user="anna", method="outlook")
        self.assertAlmostEqual(row["value"], 6 + 0.5, 6)
        # bernd has no lead in March: nothing so far, and one opportunity to come
        row = self.row(self.kpi, "2026-03-17 10:00:00", user="bernd", method="outlook")
        self.assertAlmostEqual(row["value"], 0.2, 6)

    def test_german(self):
        self.six_leads()
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"].search([("name", "=", "crm_kpi")])._update_translations(
            ["de_DE"]
        )
        row = self.row(self.kpi, "2026-03-17 10:00:00", lang="de_DE")
        self.assertEqual(self.label, "Erwartet bis 31.03.2026")
        self.assertEqual(
            row["formula"],
            "6 bisher ÷ 12 Arbeitstage bis heute × 22 Arbeitstage des Zeitraums",
        )

    def test_every_shipped_kpi_answers(self):
        """None fails, and each tells a figure with its formula or a reason."""
        kpis = self.env["crm.kpi"].search([])
        self.users["vera"] = new_test_user(
            self.env, "kpi_vera", "crm_kpi.group_kpi_user", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        for user in ("max", "anna", "lena", "vera"):
            with freeze_time("2026-03-17 10:00:00"):
                for kpi in self.as_user(kpis, user, "this_month"):
                    for row in kpi.get_expectation()["rows"]:
                        with self.subTest(user=user, kpi=kpi.code, method=row["method"]):
                            self.assertEqual(bool(row["formula"]), row["state"] == "ok")
                            self.assertEqual(bool(row["reason"]), row["state"] != "ok")

    def test_asked_by_those_who_may_not(self):
        for groups in ("base.group_portal", "base.group_user"):
            user = new_test_user(self.env, f"kpi_{groups[-5:]}", groups)
            with self.assertRaises(AccessError):
                self.kpi.with_user(user).get_expectation()
        with self.assertRaises(UserError):
            self.row(self.kpi, "2026-03-17 10:00:00", period="never")
        with self.assertRaises(UserError):
            self.row(self.kpi, "2026-03-17 10:00:00", kpi_filters='{"nothing": [1]}')
