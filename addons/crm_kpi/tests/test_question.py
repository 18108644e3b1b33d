# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What viewers may ask, in which time zone they ask, and what becomes of nonsense."""

import json

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..kpi.figures import Question
from .common import KpiCase


@tagged("-at_install", "post_install")
@freeze_time("2026-11-23 13:02:00")
class TestQuestion(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_lead("2026-03-01 10:00:00", cls.north, "anna")
        cls.count = cls.make_kpi("t_count", cls.make_measure("t_count"))

    def test_filters_hold_ids_only(self):
        for filters in (
            '{"team": ["Nord"]}',
            '{"team": [true]}',
            '{"team": [1.5]}',
            '{"team": [4294967296]}',
            '{"team": [null]}',
            '{"team": {"id": 1}}',
            '{"team": [NaN]}',
            "[" * 100000,
        ):
            kpi = self.as_user(self.count, "max", "month:2026-03", kpi_filters=filters)
            with self.subTest(filters=filters[:30]), self.assertRaises(UserError):
                self.assertTrue(kpi.card)

    def test_arguments_of_calls(self):
        kpi = self.as_user(self.count, "max", "month:2026-03")
        for side, member in (
            (["value"], None),
            ("value", {"dimension": "team", "id": "Nord"}),
            ("value", {"dimension": "team", "id": True}),
            ("value", {"dimension": "team", "id": 4294967296}),
            ("value", {"dimension": {"code": "team"}, "id": 1}),
            ("value", [1]),
        ):
            with self.subTest(side=side, member=member), self.assertRaises(UserError):
                kpi.action_open_records(side, member)
        for code in (["team"], {"code": "team"}, 7, None, "campaign"):
            with self.subTest(code=code), self.assertRaises(UserError):
                kpi.get_breakdown(code)

    def test_periods_beyond_the_calendar(self):
        for key in (
            "day:9999-12-31",
            "week:9999-W52",
            "month:9999-12",
            "year:9999",
            "custom:2026-01-01:9999-12-31",
        ):
            kpi = self.as_user(self.count, "max", key)
            with self.subTest(key=key), self.assertRaises(UserError):
                self.assertTrue(kpi.card)

    def test_far_periods_have_figures(self):
        for key in ("year:1900", "year:2198", "custom:1900-01-01:2198-12-31", "day:2028-02-29"):
            with self.subTest(key=key):
                kpi = self.as_user(self.count, "max", key)
                self.assertEqual(kpi.card["state"], "ok")
                self.assertTrue(kpi.get_trend()["labels"])

    def test_zone_of_the_company_for_users_without_one(self):
        self.users["max"].tz = False
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        env = self.env(user=self.users["max"], context={"allowed_company_ids": self.company.ids})
        question = Question(env)
        self.assertEqual(question.timezone, "Pacific/Auckland")
        self.assertEqual(str(question.today), "2026-11-24")
        self.assertEqual(Question(env(context={"tz": "America/New_York"})).today.day, 23)

    def test_the_strictest_of_the_companies_decides_about_persons(self):
        self.company.kpi_person_visibility = "everyone"
        self.other_company.kpi_person_visibility = "nobody"
        both = self.company | self.other_company
        alone = self.as_user(self.count, "olga", "month:2026-03")
        self.assertEqual(alone.get_breakdown("user")["rows"][0]["id"], self.users["anna"].id)
        together = self.as_user(self.count, "olga", "month:2026-03", companies=both)
        self.assertFalse(together.get_breakdown("user")["rows"])
        self.other_company.kpi_person_visibility = "own"
        (row,) = self.as_user(self.count, "olga", "month:2026-03", companies=both).get_breakdown(
            "user"
        )["rows"]
        self.assertEqual(row["label"], "Other persons")

    def test_no_stock_of_a_period_that_has_not_begun(self):
        stock = self.make_kpi(
            "t_stock",
            self.make_measure(
                "t_stock", time_kind="stock", date_field=False, date_from_field="create_date"
            ),
        )
        average = self.make_kpi(
            "t_average",
            self.make_measure(
                "t_average",
                time_kind="stock_average",
                date_field=False,
                date_from_field="create_date",
            ),
        )
        for kpi in stock | average:
            with self.subTest(kpi=kpi.code):
                now = self.as_user(kpi, "max", "this_month").card
                self.assertEqual((now["state"], now["value"]), ("ok", 1))
                later = self.as_user(kpi, "max", "month:2026-12").card
                self.assertEqual((later["state"], later["value"]), ("no_data", None))
                self.assertIn("not begun", later["reason"])
                self.assertEqual(later["deltas"][0]["kind"], "none")

    def test_filter_by_records_without_a_team(self):
        self.make_lead("2026-03-02 10:00:00")
        filters = json.dumps({"team": [False]})
        kpi = self.as_user(self.count, "max", "month:2026-03", kpi_filters=filters)
        self.assertEqual(kpi.card["value"], 1)
