# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..kpi.working_time import WorkingTime


@tagged("post_install", "-at_install")
class TestWorkingTime(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Berlin GmbH"})
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "Europe/Berlin"
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Labour Day",
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "date_from": datetime(2026, 4, 30, 22, 0),
                "date_to": datetime(2026, 5, 1, 21, 59, 59),
            }
        )
        cls.time = WorkingTime.for_company(
            cls.company, datetime(2026, 1, 1), datetime(2026, 12, 31)
        )

    def test_day_and_week(self):
        # Monday 9:00 to 17:00 in Berlin, an hour of it lunch
        self.assertAlmostEqual(
            self.time.hours(datetime(2026, 1, 5, 8, 0), datetime(2026, 1, 5, 16, 0)), 7.0
        )
        # one whole week, weekend left out
        start = datetime(2026, 1, 4, 23, 0)
        self.assertAlmostEqual(self.time.hours(start, start + timedelta(days=7)), 40.0)
        self.assertAlmostEqual(self.time.days(start, start + timedelta(days=7)), 5.0)
        self.assertEqual(self.time.hours(datetime(2026, 1, 10), datetime(2026, 1, 11)), 0.0)
        self.assertAlmostEqual(self.time.hours(start + timedelta(days=7), start), -40.0)

    def test_daylight_saving(self):
        # Friday noon local time before the change to Monday noon after it: same working
        # hours as any other weekend, although the weekend has 71 and 73 hours.
        spring = self.time.hours(datetime(2026, 3, 27, 11, 0), datetime(2026, 3, 30, 10, 0))
        autumn = self.time.hours(datetime(2026, 10, 23, 10, 0), datetime(2026, 10, 26, 11, 0))
        plain = self.time.hours(datetime(2026, 3, 20, 11, 0), datetime(2026, 3, 23, 11, 0))
        self.assertAlmostEqual(plain, 8.0)
        self.assertAlmostEqual(spring, plain)
        self.assertAlmostEqual(autumn, plain)

    def test_holidays_of_the_company(self):
        start = datetime(2026, 4, 29, 22, 0)  # Thursday 0:00 in Berlin
        self.assertAlmostEqual(self.time.hours(start, start + timedelta(days=2)), 8.0)
        # a holiday of another company must not shorten our week
        other = self.env["res.company"].create({"name": "Other AG"})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Elsewhere",
                "company_id": other.id,
                "calendar_id": False,
                "date_from": datetime(2026, 6, 8, 0, 0),
                "date_to": datetime(2026, 6, 12, 23, 0),
            }
        )
        fresh = WorkingTime.for_company(self.company, datetime(2026, 6, 1), datetime(2026, 7, 1))
        monday = datetime(2026, 6, 7, 22, 0)
        self.assertAlmostEqual(fresh.hours(monday, monday + timedelta(days=7)), 40.0)

    def test_equals_stock_on_random_pairs(self):
        rng = random.Random(19)
        domain = [("time_type", "=", "leave"), ("company_id", "in", [False, self.company.id])]
        begin = datetime(2026, 1, 1)
        for _n in range(150):
            first, second = sorted(
                begin + timedelta(seconds=rng.randrange(364 * 86400)) for _i in range(2)
            )
            self.assertAlmostEqual(
                self.time.hours(first, second),
                self.calendar.get_work_hours_count(first, second, domain=domain),
                places=6,
                msg=f"{first} – {second}",
            )

    def test_sql_equals_python(self):
        rng = random.Random(7)
        begin = datetime(2026, 1, 1)
        for _n in range(40):
            first, second = (
                begin + timedelta(seconds=rng.randrange(364 * 86400)) for _i in range(2)
            )
            query = SQL(
                "SELECT %s",
                self.time.sql_hours(SQL("%s::timestamp", first), SQL("%s::timestamp", second)),
            )
            [[hours]] = self.env.execute_query(query)
            self.assertAlmostEqual(hours, self.time.hours(first, second), places=6)

    def test_sql_of_a_missing_moment(self):
        known, missing = SQL("%s::timestamp", datetime(2026, 3, 2, 12, 0)), SQL("NULL::timestamp")
        for start, end in ((known, missing), (missing, known)):
            rows = self.env.execute_query(SQL("SELECT %s", self.time.sql_hours(start, end)))
            self.assertEqual(rows, [(None,)])

    def test_grows_beyond_the_prepared_span(self):
        small = WorkingTime.for_company(self.company, datetime(2026, 1, 5), datetime(2026, 1, 6))
        self.assertAlmostEqual(
            small.hours(datetime(2025, 11, 3), datetime(2026, 2, 2)),
            self.time.hours(datetime(2025, 11, 3), datetime(2026, 2, 2)),
        )

    def test_add_hours(self):
        friday = datetime(2026, 3, 27, 15, 0)  # 16:00 in Berlin, one hour to go
        self.assertEqual(self.time.add_hours(friday, 1), datetime(2026, 3, 27, 16, 0))
        # two hours more: Monday 10:00 in summer time
        self.assertEqual(self.time.add_hours(friday, 3), datetime(2026, 3, 30, 8, 0))
        # a weekend start counts from Monday 8:00 on
        self.assertEqual(
            self.time.add_hours(datetime(2026, 3, 28, 12, 0), 0.5), datetime(2026, 3, 30, 6, 30)
        )
        small = WorkingTime.for_company(self.company, datetime(2026, 1, 5), datetime(2026, 1, 6))
        start = datetime(2026, 1, 5, 7, 0)
        for hours in (0.5, 4, 4.25, 40, 333.5):
            end = small.add_hours(start, hours)
            self.assertAlmostEqual(small.hours(start, end), hours)

    def test_without_working_hours(self):
        none = WorkingTime(
            self.env, self.env["resource.calendar"], datetime(2026, 1, 1), datetime(2026, 1, 2)
        )
        self.assertEqual(none.hours(datetime(2026, 1, 3), datetime(2026, 1, 4)), 24.0)
        self.assertEqual(none.days(datetime(2026, 1, 3), datetime(2026, 1, 4)), 1.0)
        self.assertEqual(none.add_hours(datetime(2026, 1, 3), 30), datetime(2026, 1, 4, 6, 0))

    def test_calendar_without_any_attendance(self):
        empty = self.env["resource.calendar"].create({"name": "Nobody works", "attendance_ids": []})
        empty.attendance_ids.unlink()
        time = WorkingTime(self.env, empty, datetime(2026, 1, 1), datetime(2026, 1, 2))
        self.assertEqual(time.hours(datetime(2026, 1, 1), datetime(2026, 6, 1)), 0.0)
        with self.assertRaises(UserError):
            time.add_hours(datetime(2026, 1, 1), 1)
