# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_target import TargetCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestTargetGrid(TargetCommon):
    def setUp(self):
        super().setUp()
        self.targets = self.env["crm.kpi.target"].with_user(self.manager)

    def _load(self, year=2026, kpi=None):
        return self.targets.load_grid((kpi or self.orders).id, year)

    def _row(self, grid, level, member):
        return next(r for r in grid["rows"] if (r["level"], r["id"]) == (level, member.id))

    def _save(self, *rows, grid=None, kpi=None):
        grid = grid or self._load(kpi=kpi)
        return self.targets.save_grid((kpi or self.orders).id, 2026, list(rows), grid["stamp"])

    def _values(self, level, member, values):
        return {"level": level, "id": member.id, "values": values}

    def test_rows_are_company_teams_and_persons(self):
        grid = self._load()
        rows = [(row["level"], row["id"]) for row in grid["rows"]]
        self.assertEqual(rows[0], ("company", self.company.id))
        north = rows.index(("team", self.north.id))
        self.assertEqual(rows[north + 1], ("user", self.seller.id))
        self.assertEqual(self._row(grid, "user", self.seller)["parent"], ["team", self.north.id])
        self.assertEqual(len(grid["working_days"]), 12)
        self.assertEqual(grid["working_days"][10], 21)
        self.assertTrue(grid["kpi"]["is_distributed"])
        self.assertIn(self.orders.id, [kpi["id"] for kpi in grid["kpis"]])

    def test_block_of_persons_survives_a_reload(self):
        block = [[100.5 * month + person for month in range(12)] for person in range(2)]
        saved = self._save(
            self._values("user", self.seller, block[0]), self._values("user", self.other, block[1])
        )
        for grid in (saved, self._load()):
            self.assertEqual(self._row(grid, "user", self.seller)["values"], block[0])
            self.assertEqual(self._row(grid, "user", self.other)["values"], block[1])
        self.assertEqual(self._load(2025)["rows"][0]["values"], [None] * 12)
        found = self._value(user=[self.seller.id])
        self.assertEqual(found, block[0][10], "the dashboard uses what the grid saved")

    def test_save_keeps_records_and_removes_empty_months(self):
        self._save(self._values("team", self.north, [10.0] * 12))
        before = self.targets.search([("team_id", "=", self.north.id)]).sorted("date_from")
        before[0].note = "agreed in January"
        self._save(self._values("team", self.north, [11.0] + [10.0] * 10 + [None]))
        after = self.targets.search([("team_id", "=", self.north.id)]).sorted("date_from")
        self.assertEqual(after, before[:11])
        self.assertEqual((after[0].value, after[0].note), (11, "agreed in January"))
        self._save(self._values("team", self.north, [None] * 12))
        self.assertFalse(self.targets.search([("team_id", "=", self.north.id)]))

    def test_year_target_is_spread_and_replaced_when_edited(self):
        self._target(
            1000, span=(date(2026, 1, 1), date(2026, 12, 31)), team_id=self.north.id, amber_band=5
        )
        row = self._row(self._load(), "team", self.north)
        self.assertTrue(row["is_spread"])
        self.assertAlmostEqual(sum(row["values"]), 1000)
        self._save(self._values("team", self.north, row["values"]))
        row = self._row(self._load(), "team", self.north)
        self.assertFalse(row["is_spread"])
        self.assertAlmostEqual(sum(row["values"]), 1000, places=2)
        targets = self.targets.search([("team_id", "=", self.north.id)])
        self.assertEqual(len(targets), 12)
        self.assertEqual(set(targets.mapped("amber_band")), {5})

    def test_target_beyond_the_year_is_locked(self):
        fiscal = (date(2025, 10, 1), date(2026, 9, 30))
        self._target(1000, span=fiscal, team_id=self.north.id)
        row = self._row(self._load(), "team", self.north)
        self.assertIn("2025-10-01", row["locked"])
        with self.assertRaisesRegex(UserError, "beyond the year"):
            self._save(self._values("team", self.north, [1.0] * 12))

    def test_somebody_else_saved_meanwhile(self):
        grid = self._load()
        self._save(self._values("team", self.north, [1.0] * 12))
        with self.assertRaisesRegex(UserError, "meanwhile"):
            self._save(self._values("team", self.north, [2.0] * 12), grid=grid)
        self.assertEqual(self._row(self._load(), "team", self.north)["values"], [1.0] * 12)

    def test_garbage_is_refused_with_row_and_month(self):
        good = [1.0] * 11
        for value in ("1.000", float("nan"), float("inf"), True, [], {}, 1e13, 10**400):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "North, month 12"):
                self._save(self._values("team", self.north, [*good, value]))
        for values in (None, [], good, [1.0] * 13, "x" * 12, 7):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "twelve"):
                self._save(self._values("team", self.north, values))
        for row in ({}, {"level": "team"}, {"level": "planet", "id": 1, "values": [1.0] * 12},
                    {"level": "team", "id": 0, "values": [1.0] * 12},
                    {"level": ["team"], "id": {}, "values": [1.0] * 12}):  # fmt: skip
            with self.subTest(row=row), self.assertRaisesRegex(UserError, "cannot be planned"):
                self._save(row)
        for rows in (None, "rows", {}, [1], [[1]]):
            with self.subTest(rows=rows), self.assertRaisesRegex(UserError, "cannot be read"):
                self.targets.save_grid(self.orders.id, 2026, rows, self._load()["stamp"])
        for year in ("2026", 0, -1, 99999, True, 2026.0, None):
            with self.subTest(year=year), self.assertRaisesRegex(UserError, "year"):
                self.targets.save_grid(self.orders.id, year, [], "")
        for kpi in ("1", -1, 0, None, True, [1], 2**40):
            with self.subTest(kpi=kpi), self.assertRaisesRegex(UserError, "no such KPI"):
                self.targets.save_grid(kpi, 2026, [], "")
        self.assertFalse(self.targets.search([]))

    def test_nothing_is_saved_when_one_row_is_wrong(self):
        with self.assertRaises(UserError):
            self._save(
                self._values("team", self.north, [1.0] * 12),
                self._values("team", self.south, ["x"] * 12),
            )
        self.assertFalse(self.targets.search([]))

    def test_only_managers_plan(self):
        for user in (self.seller, self.leader, self.viewer):
            targets = self.targets.with_user(user)
            with self.assertRaises(AccessError):
                targets.load_grid()
            with self.assertRaises(AccessError):
                targets.save_grid(self.orders.id, 2026, [], "")

    def test_persons_are_left_out_where_nobody_may_see_them(self):
        self.company.kpi_person_visibility = "nobody"
        levels = {row["level"] for row in self._load()["rows"]}
        self.assertEqual(levels, {"company", "team"})
        with self.assertRaisesRegex(UserError, "cannot be planned"):
            self._save(self._values("user", self.seller, [1.0] * 12))

    def test_last_years_actuals_add_up(self):
        source = self.env["crm.kpi.source"].create({
            "name": "Leads due", "code": "test_lead", "model_name": "crm.lead",
            "dimension_ids": [
                Command.create({
                    "dimension_id": self.env.ref(f"crm_kpi.dimension_{code}").id,
                    "field_name": f"{code}_id",
                })
                for code in ("team", "user")
            ],
        })  # fmt: skip
        measure = self.env["crm.kpi.measure"].create(
            {
                "name": "Leads due",
                "code": "test_lead",
                "source_id": source.id,
                "date_field": "date_deadline",
            }
        )
        kpi = self.env["crm.kpi"].create(
            {
                "name": "Leads due",
                "code": "test_lead",
                "group_id": self.env.ref("crm_kpi.kpi_group_support").id,
                "measure_id": measure.id,
            }
        )
        due = [("2025-03-31", self.seller), ("2025-04-30", self.seller), ("2025-05-31", self.other)]
        for day, user in due:
            self.env["crm.lead"].create({
                "name": "Lead", "user_id": user.id, "date_deadline": day,
                "team_id": user.sale_team_id.id, "company_id": self.company.id,
            })  # fmt: skip
        grid = self._load(kpi=kpi)
        north, south = (self._row(grid, "team", team) for team in (self.north, self.south))
        company = self._row(grid, "company", self.company)
        self.assertEqual(company["last_year"][2:5], [1, 1, 1])
        self.assertEqual(company["last_year_total"], 3)
        self.assertEqual(north["last_year"][2:5], [1, 1, 0])
        self.assertEqual((north["last_year_total"], south["last_year_total"]), (2, 1))
        self.assertEqual(self._row(grid, "user", self.seller)["last_year_total"], 2)

    def test_ratio_is_planned_month_by_month(self):
        grid = self._save(self._values("company", self.company, [25.0] * 12), kpi=self.win_rate)
        self.assertFalse(grid["kpi"]["is_distributed"])
        quarter = (date(2026, 1, 1), date(2026, 3, 31))
        self.assertEqual(self._value(kpi=self.win_rate, span=quarter), 25)
