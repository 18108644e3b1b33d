# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every shipped KPI against figures computed in plain Python (see naive_catalogue)."""

import json
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_catalogue import CatalogueCase
from .common_facts import MARCH, NOW
from .naive_catalogue import CATALOGUE, half, tenth
from .naive_world import World


@tagged("post_install", "-at_install", "kpi_catalogue")
@freeze_time(NOW)
class TestCatalogue(CatalogueCase):
    def shipped(self):
        """The KPIs that this addon ships."""
        return self.env["crm.kpi"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", "crm_kpi"), ("model", "=", "crm.kpi")])
            .mapped("res_id")
        )

    def check(self, user, period, first, last, timezone="Europe/Berlin", companies=None):
        seen = self.as_user(self.shipped(), user, period, companies=companies)
        seen = seen.with_context(tz=timezone)
        world = World(seen.env, first, last, timezone, NOW)
        for kpi in seen:
            with self.subTest(kpi=kpi.code, user=user, period=period, timezone=timezone):
                try:
                    expected = CATALOGUE[kpi.code](world)
                except AccessError:
                    self.assertEqual((kpi.card["state"], kpi.card["value"]), ("hidden", None))
                    continue
                self.compare(kpi.card, expected)
                self.check_drill(kpi, world)

    def compare(self, card, expected):
        self.assertIn(card["state"], ("ok", "no_data"), card["reason"])
        if expected is None:
            self.assertIsNone(card["value"])
        elif card["state"] == "no_data":
            self.assertEqual(expected, 0, "only nothing at all may be no data")
        else:
            self.assertAlmostEqual(card["value"], expected, places=4)

    def check_drill(self, kpi, world):
        """A click opens the records whose count or sum is the figure."""
        card = kpi.card
        if card["state"] != "ok":
            return
        for side in card["drill"]:
            measure = kpi._measure_of_side(side)
            records, value = self.drilled(kpi, side), card[side]
            name = measure.field_name
            match measure.aggregate:
                case "count":
                    self.assertEqual(len(records), value)
                case "count_distinct":
                    self.assertEqual(len(set(records.mapped(name))), value)
                case "sum" if measure.time_kind != "stock_average":
                    moment = measure._date_field_names()[0]
                    total = world.money(records, name, moment) * measure.factor
                    self.assertAlmostEqual(total, value, places=4)
                case "median" | "p90" if not measure.is_age:
                    self.assertEqual(len(records), card["count"])
                    figure = half if measure.aggregate == "median" else tenth
                    self.assertAlmostEqual(figure(records, name), value, places=4)

    def test_every_shipped_kpi_is_computed_here(self):
        self.assertEqual(set(self.shipped().mapped("code")), set(CATALOGUE))

    def test_as_administrator(self):
        self.check("adam", "month:2026-03", *MARCH)
        self.check("adam", "month:2026-03", *MARCH, companies=self.both)
        self.check("adam", "this_month", date(2026, 5, 1), date(2026, 5, 20))

    def test_as_manager(self):
        self.check("max", "month:2026-03", *MARCH)
        self.check("max", "month:2026-04", date(2026, 4, 1), date(2026, 4, 30))
        self.check("max", "this_month", date(2026, 5, 1), date(2026, 5, 20))
        self.check("max", "quarter:2026-Q1", date(2026, 1, 1), date(2026, 3, 31))

    def test_as_team_leader(self):
        self.check("lena", "month:2026-03", *MARCH)

    def test_as_salesperson(self):
        self.check("anna", "month:2026-03", *MARCH)
        self.check("bernd", "month:2026-04", date(2026, 4, 1), date(2026, 4, 30))

    def test_without_a_sales_role(self):
        self.check("vera", "month:2026-03", *MARCH)
        seen = self.as_user(self.shipped(), "vera", "month:2026-03")
        self.assertIn("hidden", {kpi.card["state"] for kpi in seen})

    def test_two_companies_in_two_currencies(self):
        self.check("max", "month:2026-03", *MARCH, companies=self.both)
        self.check("max", "month:2026-03", *MARCH, companies=self.other_company)

    def test_other_time_zones(self):
        self.check("max", "month:2026-03", *MARCH, timezone="America/New_York")
        self.check("lena", "month:2026-03", *MARCH, timezone="Pacific/Auckland")

    def test_days_and_week_of_the_clock_change(self):
        for period, day, timezone in (
            ("day:2026-03-29", date(2026, 3, 29), "Europe/Berlin"),
            ("day:2025-10-26", date(2025, 10, 26), "Europe/Berlin"),
            ("day:2026-03-08", date(2026, 3, 8), "America/New_York"),
            ("day:2025-11-02", date(2025, 11, 2), "America/New_York"),
            ("day:2026-04-05", date(2026, 4, 5), "Pacific/Auckland"),
            ("day:2025-09-28", date(2025, 9, 28), "Pacific/Auckland"),
        ):
            self.check("max", period, day, day, timezone)
        self.check("max", "week:2026-W13", date(2026, 3, 23), date(2026, 3, 29))
        self.check("max", "month:2025-10", date(2025, 10, 1), date(2025, 10, 31))

    def check_members(self, code, members, period=MARCH):
        """Filtered figures and the rows of a breakdown, each computed alone."""
        seen = self.as_user(self.shipped(), "adam", "month:2026-03")
        for kpi in seen:
            if code not in kpi._dimensions().mapped("code"):
                continue
            breakdown = kpi.get_breakdown(code)
            rows = {row["id"]: row["card"] for row in breakdown["rows"]}
            for member in members:
                world = World(seen.env, *period, "Europe/Berlin", NOW, only=(code, member))
                expected = CATALOGUE[kpi.code](world)
                filters = json.dumps({code: [member]})
                filtered = kpi.with_context(kpi_filters=filters).card
                with self.subTest(kpi=kpi.code, dimension=code, member=member):
                    self.compare(filtered, expected)
                    row = rows.get(member)
                    if row:
                        self.compare(row, expected)
                    else:
                        self.assertFalse(expected)
            if breakdown["additive"] and breakdown["total"]["state"] == "ok":
                with self.subTest(kpi=kpi.code, dimension=code, member="all"):
                    total = sum(card["value"] or 0.0 for card in rows.values())
                    self.assertAlmostEqual(total, breakdown["total"]["value"], places=4)

    def test_by_team(self):
        self.check_members("team", [self.north.id, self.south.id, False])

    def test_by_person(self):
        self.check_members("user", [self.users["anna"].id, self.users["lena"].id, False])

    def test_every_shipped_kpi_resolves(self):
        kpis = self.env["crm.kpi"].with_context(active_test=False).search([])
        for kpi in self.as_user(kpis, "adam", "month:2026-03"):
            with self.subTest(kpi=kpi.code):
                self.assertIn(kpi.card["state"], ("ok", "no_data"), kpi.card["reason"])
                self.assertTrue(kpi.explanation)
