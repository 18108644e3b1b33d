# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..kpi.periods import RELATIVE, Period, PeriodError, around, parse, utc_midnight

TODAY = date(2026, 11, 23)


@tagged("-at_install", "post_install")
class TestPeriods(BaseCase):
    def span(self, period):
        return period.start.isoformat(), period.last_day.isoformat()

    def test_relative_periods(self):
        expected = {
            "today": ("2026-11-23", "2026-11-23"),
            "this_week": ("2026-11-23", "2026-11-29"),
            "last_week": ("2026-11-16", "2026-11-22"),
            "this_month": ("2026-11-01", "2026-11-30"),
            "last_month": ("2026-10-01", "2026-10-31"),
            "this_quarter": ("2026-10-01", "2026-12-31"),
            "last_quarter": ("2026-07-01", "2026-09-30"),
            "this_year": ("2026-01-01", "2026-12-31"),
            "last_year": ("2025-01-01", "2025-12-31"),
            "last_7_days": ("2026-11-17", "2026-11-23"),
            "last_30_days": ("2026-10-25", "2026-11-23"),
            "last_90_days": ("2026-08-26", "2026-11-23"),
            "last_12_months": ("2025-11-24", "2026-11-23"),
        }
        self.assertEqual(set(expected), set(RELATIVE))
        for key, span in expected.items():
            with self.subTest(key=key):
                self.assertEqual(self.span(parse(key, TODAY)), span)

    def test_absolute_keys_read_what_they_write(self):
        for key in (
            "day:2024-02-29",
            "week:2026-W53",
            "month:2026-03",
            "quarter:2025-Q4",
            "year:2024",
            "custom:2026-01-15:2026-02-14",
        ):
            with self.subTest(key=key):
                self.assertEqual(parse(key, TODAY).key, key)
                self.assertEqual(parse(key, TODAY).to_date(TODAY).key, key)

    def test_iso_week_53_lies_in_two_years(self):
        self.assertEqual(self.span(parse("week:2026-W53", TODAY)), ("2026-12-28", "2027-01-03"))
        # 2025 has 52 weeks only
        self.assertEqual(
            self.span(parse("week:2026-W53", TODAY).last_year()), ("2025-12-22", "2025-12-28")
        )

    def test_last_year_of_the_days_around_29_february(self):
        for day, before in (
            ("2028-02-28", "2027-02-28"),
            ("2028-02-29", "2027-02-28"),
            ("2028-03-01", "2027-03-01"),
            ("2029-02-28", "2028-02-28"),
        ):
            with self.subTest(day=day):
                period = parse(f"day:{day}", TODAY)
                self.assertEqual(self.span(period.last_year()), (before, before))

    def test_nonsense_is_refused(self):
        for key in (
            "",
            "x",
            None,
            7,
            ["this_month"],
            "this_moon",
            "month:2026-13",
            "month:2026",
            "week:2025-W53",
            "quarter:2026-Q5",
            "year:9999",
            "year:0001",
            "day:2026-02-30",
            "custom:2026-02-01:2026-01-31",
            "custom:2026-02-01",
            "month:\N{FULLWIDTH DIGIT TWO}026-01",
            "month:2026-01'; DROP TABLE crm_lead",
        ):
            with self.subTest(key=key), self.assertRaises(PeriodError):
                parse(key, TODAY)

    def test_running_month_is_compared_like_for_like(self):
        period = parse("this_month", TODAY).to_date(TODAY)
        self.assertTrue(period.is_to_date)
        self.assertEqual(self.span(period), ("2026-11-01", "2026-11-23"))
        self.assertEqual(self.span(period.previous()), ("2026-10-01", "2026-10-23"))
        self.assertEqual(self.span(period.last_year()), ("2025-11-01", "2025-11-23"))

    def test_running_quarter_counts_months_and_days(self):
        today = date(2026, 5, 31)
        period = parse("this_quarter", today).to_date(today)
        self.assertEqual(self.span(period.previous()), ("2026-01-01", "2026-02-28"))
        self.assertEqual(self.span(period.last_year()), ("2025-04-01", "2025-05-31"))

    def test_long_month_against_short_month(self):
        today = date(2026, 3, 30)
        period = parse("this_month", today).to_date(today)
        self.assertEqual(self.span(period.previous()), ("2026-02-01", "2026-02-28"))

    def test_last_day_of_a_period_is_the_whole_period(self):
        period = parse("this_month", date(2026, 11, 30)).to_date(date(2026, 11, 30))
        self.assertFalse(period.is_to_date)
        self.assertEqual(self.span(period.previous()), ("2026-10-01", "2026-10-31"))

    def test_leap_day(self):
        today = date(2024, 2, 29)
        self.assertEqual(self.span(parse("today", today).last_year()), ("2023-02-28", "2023-02-28"))
        self.assertEqual(
            self.span(parse("custom:2024-02-01:2024-02-29", today).last_year()),
            ("2023-02-01", "2023-02-28"),
        )

    def test_a_month_ends_at_local_midnight(self):
        march = parse("month:2026-03", TODAY)
        self.assertEqual(
            march.utc_bounds("Europe/Berlin"),
            (datetime(2026, 2, 28, 23), datetime(2026, 3, 31, 22)),
        )
        self.assertEqual(
            march.utc_bounds("America/New_York"),
            (datetime(2026, 3, 1, 5), datetime(2026, 4, 1, 4)),
        )
        self.assertEqual(
            march.utc_bounds("Asia/Kolkata"),
            (datetime(2026, 2, 28, 18, 30), datetime(2026, 3, 31, 18, 30)),
        )

    def test_days_of_the_clock_change(self):
        spring = around(date(2026, 3, 29), "day").utc_bounds("Europe/Berlin")
        autumn = around(date(2026, 10, 25), "day").utc_bounds("Europe/Berlin")
        self.assertEqual((spring[1] - spring[0]).total_seconds() / 3600, 23)
        self.assertEqual((autumn[1] - autumn[0]).total_seconds() / 3600, 25)

    def test_midnight_that_does_not_exist(self):
        # Santiago put its clocks forward at midnight: the day began at 01:00
        self.assertEqual(
            utc_midnight(date(2024, 9, 8), "America/Santiago"), datetime(2024, 9, 8, 4)
        )

    def test_series_ends_with_the_period(self):
        period = parse("this_month", TODAY).to_date(TODAY)
        series = period.series()
        self.assertEqual(len(series), 13)
        self.assertEqual(self.span(series[0]), ("2025-11-01", "2025-11-30"))
        self.assertEqual(series[-1], period)
        for earlier, later in itertools.pairwise(series):
            self.assertEqual(earlier.end, later.start)

    def test_shift_and_back(self):
        for key in ("day:2026-03-29", "week:2026-W01", "month:2026-01", "quarter:2026-Q1"):
            period = parse(key, TODAY)
            for steps in (1, 5, -7):
                self.assertEqual(period.shift(steps).shift(-steps), period)

    def test_future_period_is_not_cut(self):
        period = parse("month:2027-01", TODAY).to_date(TODAY)
        self.assertEqual(period, Period("month", date(2027, 1, 1), date(2027, 2, 1)))
