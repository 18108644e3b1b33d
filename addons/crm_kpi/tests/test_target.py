# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
TODAY = date(2026, 11, 23)


class TargetCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = {
            "seller": "sales_team.group_sale_salesman",
            "other": "sales_team.group_sale_salesman",
            "leader": "sales_team.group_sale_salesman,crm_kpi.group_kpi_team_leader",
            "viewer": "sales_team.group_sale_salesman_all_leads",
            "manager": "sales_team.group_sale_manager",
        }
        for name, groups in users.items():
            setattr(cls, name, new_test_user(cls.env, f"target_{name}", groups=groups))
        cls.company = cls.env.company
        cls.company.kpi_person_visibility = "own"
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Weekdays", "company_id": cls.company.id, "tz": "Europe/Berlin"}
        )
        cls.north, cls.south = cls.env["crm.team"].create(
            [
                {"name": "North", "user_id": cls.leader.id, "company_id": cls.company.id},
                {"name": "South", "company_id": cls.company.id},
            ]
        )
        cls.north.member_ids = cls.seller
        cls.south.member_ids = cls.other
        cls.orders = cls.env.ref("crm_kpi.kpi_new_deals")
        cls.win_rate = cls.env.ref("crm_kpi.kpi_offer_win_rate")
        cls.env["crm.kpi.target"].search([]).unlink()

    def _target(self, value, kpi=None, span=NOVEMBER, **scope):
        return self.env["crm.kpi.target"].create(
            {
                "kpi_id": (kpi or self.orders).id,
                "date_from": span[0],
                "date_to": span[1],
                "value": value,
                "company_id": self.company.id,
                **scope,
            }
        )

    def _resolve(self, viewer=None, kpi=None, span=NOVEMBER, as_of=TODAY, **filters):
        kpi = kpi or self.orders
        targets = self.env["crm.kpi.target"].with_user(viewer or self.manager)
        return targets._resolve(kpi, *span, as_of, filters).get(kpi.id)

    def _value(self, *args, **kwargs):
        found = self._resolve(*args, **kwargs)
        return found and found["value"]


@tagged("post_install", "-at_install")
class TestTarget(TargetCommon):
    # Which target applies

    def test_company_target_with_pace_and_amber(self):
        self._target(210)
        self.assertEqual(self._resolve(), {"value": 210, "pace": 160, "amber": 10})

    def test_public_holiday_changes_distribution_and_pace(self):
        self._target(200)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Day of Repentance",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 11, 17, 23, 0),
                "date_to": datetime(2026, 11, 18, 23, 0),
            }
        )
        self.assertEqual(self._resolve()["pace"], 150, "15 of 20 working days")
        week = (date(2026, 11, 16), date(2026, 11, 22))
        self.assertEqual(self._value(span=week), 40, "4 of 20 working days")

    def test_personal_leave_is_no_holiday(self):
        self._target(210)
        resource = self.env["resource.resource"].create(
            {"name": "Anna", "calendar_id": self.company.resource_calendar_id.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Anna is away",
                "calendar_id": self.company.resource_calendar_id.id,
                "resource_id": resource.id,
                "date_from": datetime(2026, 11, 2, 6, 0),
                "date_to": datetime(2026, 11, 6, 18, 0),
            }
        )
        self.assertEqual(self._resolve()["pace"], 160)

    def test_year_target_over_months_adds_up(self):
        year = (date(2026, 1, 1), date(2026, 12, 31))
        self._target(1000, span=year)
        months = [
            (date(2026, m, 1), date(2026, m, 28 if m == 2 else 30 if m in (4, 6, 9, 11) else 31))
            for m in range(1, 13)
        ]
        values = [self._value(span=month) for month in months]
        self.assertAlmostEqual(sum(values), 1000)
        self.assertLess(values[1], values[6], "February has fewer working days than July")

    def test_company_is_sum_of_its_teams_unless_it_has_its_own(self):
        self._target(30, team_id=self.north.id)
        self._target(20, team_id=self.south.id)
        self.assertEqual(self._value(), 50)
        self.assertEqual(self._value(team=[self.north.id]), 30)
        self.assertEqual(self._value(team=[self.north.id, self.south.id]), 50)
        self._target(60)
        self.assertEqual(self._value(), 60)

    def test_team_is_sum_of_its_persons_only_if_all_have_one(self):
        self.north.member_ids = self.seller | self.leader
        self._target(5, user_id=self.seller.id)
        self.assertIsNone(self._value(team=[self.north.id]))
        self._target(7, user_id=self.leader.id)
        self.assertEqual(self._value(team=[self.north.id]), 12)

    def test_members_without_target_give_none(self):
        self._target(30, team_id=self.north.id)
        self.assertIsNone(self._value(team=[self.north.id, self.south.id]))
        self.assertIsNone(self._value(team=[False]))

    def test_ratio_falls_back_to_the_wider_scope(self):
        self._target(25, kpi=self.win_rate)
        self.assertEqual(self._value(kpi=self.win_rate, team=[self.north.id]), 25)
        self.assertEqual(self._value(kpi=self.win_rate, user=[self.seller.id]), 25)
        self._target(30, kpi=self.win_rate, team_id=self.north.id)
        self.assertEqual(self._value(kpi=self.win_rate, user=[self.seller.id]), 30)
        self.assertEqual(self._value(kpi=self.win_rate, user=[self.other.id]), 25)
        self.assertIsNone(self._value(kpi=self.win_rate, team=[self.north.id, self.south.id]))
        self.assertEqual(self._resolve(kpi=self.win_rate)["pace"], 25, "a ratio has no part")

    def test_target_says_nothing_about_another_filter(self):
        self._target(210)
        self.assertIsNone(self._value(campaign=[1]))
        self.assertIsNone(self._value(team=[self.north.id], department=[1]))

    def test_additive_target_of_company_is_not_the_target_of_a_person(self):
        self._target(210)
        self.assertIsNone(self._value(user=[self.seller.id]))

    # Who looks

    def test_viewer_of_own_records_is_measured_by_own_target(self):
        self._target(210)
        self._target(30, team_id=self.north.id)
        self._target(5, user_id=self.seller.id)
        self.assertEqual(self._value(self.viewer), 210)
        self.assertEqual(self._value(self.seller), 5)
        self.assertIsNone(self._value(self.other))
        self.assertEqual(self._value(self.leader), 30)

    def test_person_targets_follow_the_setting(self):
        own = self._target(5, user_id=self.seller.id)
        targets = self.env["crm.kpi.target"]

        def readers():
            users = self.seller | self.other | self.leader | self.viewer | self.manager
            return users.filtered(lambda user: own in targets.with_user(user).search([]))

        self.assertEqual(readers(), self.seller | self.leader | self.manager)
        self.company.kpi_person_visibility = "everyone"
        self.assertEqual(len(readers()), 5)
        self.company.kpi_person_visibility = "nobody"
        self.assertFalse(readers())

    def test_only_managers_set_targets(self):
        for user in (self.seller, self.leader, self.viewer):
            with self.assertRaises(AccessError):
                self.env["crm.kpi.target"].with_user(user).create(
                    {
                        "kpi_id": self.orders.id,
                        "date_from": NOVEMBER[0],
                        "date_to": NOVEMBER[1],
                        "value": 1,
                    }
                )

    # Companies and currencies

    def test_two_companies(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.manager.write({"company_ids": [Command.link(second.id)]})
        self._target(100)
        both = self.env["crm.kpi.target"].with_user(self.manager)
        both = both.with_context(allowed_company_ids=[self.company.id, second.id])
        ask = (self.orders, *NOVEMBER, TODAY)
        self.assertFalse(both._resolve(*ask, {}), "one of the two has no target")
        self._target(20, company_id=second.id)
        self.assertEqual(both._resolve(*ask, {})[self.orders.id]["value"], 120)
        self.assertEqual(both._resolve(*ask, {"company": [second.id]})[self.orders.id]["value"], 20)
        self.assertEqual(self._value(company=[self.company.id]), 100)

    def test_target_without_company_is_for_all_of_them(self):
        self.env["res.company"].create({"name": "Third"})
        everything = self._target(500, company_id=False)
        self.assertIsNone(self._value(), "one company is not all of them")
        ratio = self._target(25, kpi=self.win_rate, company_id=False)
        self.assertEqual(self._value(kpi=self.win_rate), 25)
        self.assertEqual((everything + ratio).currency_id, self.company.currency_id)

    def test_money_is_converted_to_the_viewers_currency(self):
        foreign = self.env["res.currency"].create(
            {
                "name": "TSX",
                "symbol": "X",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 2, "company_id": self.company.id})
                ],
            }
        )
        second = self.env["res.company"].create({"name": "Abroad", "currency_id": foreign.id})
        revenue = self.env.ref("crm_kpi.kpi_revenue")
        self.manager.write({"company_ids": [Command.link(second.id)]})
        self._target(1000, kpi=revenue, company_id=second.id)
        self._target(100, kpi=revenue)
        targets = self.env["crm.kpi.target"].with_user(self.manager)
        targets = targets.with_context(allowed_company_ids=[self.company.id, second.id])
        found = targets._resolve(revenue, *NOVEMBER, TODAY, {})
        self.assertAlmostEqual(found[revenue.id]["value"], 600)

    # Input

    def test_overlap_is_refused(self):
        first = self._target(10)
        self._target(10, team_id=self.north.id)
        self._target(10, kpi=self.win_rate)
        self._target(10, span=(date(2026, 12, 1), date(2026, 12, 31)))
        with self.assertRaisesRegex(ValidationError, "already"):
            self._target(10, span=(date(2026, 11, 30), date(2026, 12, 1)))
        with self.assertRaisesRegex(ValidationError, "already"):
            first.date_to = date(2026, 12, 1)

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self._target(1, span=NOVEMBER[::-1])
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self._target(1, amber_band=150)
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self.company.kpi_amber_band = -1
            self.company.flush_recordset()
        target = self._target(1)
        for value in (float("nan"), float("inf")):
            with self.assertRaisesRegex(ValidationError, "number"):
                self._target(value, team_id=self.north.id)
            with self.assertRaisesRegex(ValidationError, "number"):
                target.write({"value": value})
        with self.assertRaisesRegex(ValidationError, "one person"):
            self._target(1, team_id=self.north.id, user_id=self.seller.id)
        self.assertEqual(target.value, 1)

    def test_amber_band_comes_from_the_nearest(self):
        target = self._target(210)
        self.company.kpi_amber_band = 8
        self.assertEqual(self._resolve()["amber"], 8)
        self.orders.amber_band = 0
        self.assertEqual(self._resolve()["amber"], 0, "zero is a band, not an empty one")
        target.amber_band = 5
        self.assertEqual(self._resolve()["amber"], 5)

    def test_all_kpis_in_one_search(self):
        kpis = self.env["crm.kpi"].search([])
        self._target(210)
        self._target(25, kpi=self.win_rate)
        targets = self.env["crm.kpi.target"].with_user(self.manager)
        self.assertEqual(len(targets._resolve(kpis, *NOVEMBER, TODAY, {})), 2)
        self.env.invalidate_all()
        few = self.orders | self.win_rate
        with self.assertQueryCount(25):
            targets._resolve(few, *NOVEMBER, TODAY, {})
        for kpi in kpis - few:
            self._target(7, kpi=kpi)
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            targets._resolve(kpis, *NOVEMBER, TODAY, {})
