# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from statistics import median

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KpiCase

NOW = "2026-11-23 13:02:00"


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestFigures(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = {
            # 28 February 23:30 UTC is 1 March in Berlin
            "A": cls.make_lead("2026-02-28 23:30:00", cls.north, "anna", expected_revenue=100),
            "B": cls.make_lead("2026-03-01 10:00:00", cls.south, "bernd", expected_revenue=200),
            "C": cls.make_lead("2026-03-15 10:00:00", cls.north, "anna", expected_revenue=400),
            # 31 March 22:30 UTC is 1 April in Berlin: summer time
            "D": cls.make_lead("2026-03-31 22:30:00", cls.north, "anna", expected_revenue=800),
            "E": cls.make_lead("2026-03-20 10:00:00", None, None, expected_revenue=1600),
            "F": cls.make_lead("2025-03-20 10:00:00", cls.north, "anna", expected_revenue=10),
        }
        cls.leads["C"].active = False
        cls.count = cls.make_kpi("t_count", cls.make_measure("t_count"))
        cls.value = cls.make_kpi(
            "t_value",
            cls.make_measure("t_value", aggregate="sum", field_name="expected_revenue"),
            unit="money",
        )
        cls.median = cls.make_kpi(
            "t_median",
            cls.make_measure("t_median", aggregate="median", field_name="expected_revenue"),
            unit="money",
        )
        cls.share = cls.make_kpi(
            "t_share",
            kind="ratio",
            numerator_id=cls.make_measure("t_big", domain="[('expected_revenue', '>=', 400)]").id,
            denominator_id=cls.count.measure_id.id,
            factor=100,
            unit="percent",
            decimals=1,
        )
        cls.kpis = cls.count | cls.value | cls.median | cls.share

    def card(self, kpi, user="max", period="month:2026-03", **context):
        return self.as_user(kpi, user, period, **context).card

    def filters(self, **members):
        return json.dumps(members)

    def test_month_ends_at_local_midnight(self):
        self.assertEqual(self.card(self.count)["value"], 4)  # A, B, C (archived), E
        self.assertEqual(self.card(self.count, period="month:2026-04")["value"], 1)
        self.assertEqual(self.card(self.value)["value"], 2300)
        utc = self.as_user(self.count, "max", "month:2026-03").with_context(tz="UTC")
        self.assertEqual(utc.card["value"], 4)  # B, C, D, E

    def test_other_aggregates(self):
        self.assertEqual(self.card(self.median)["value"], median([100, 200, 400, 1600]))
        share = self.card(self.share)
        self.assertEqual((share["numerator"], share["denominator"], share["value"]), (2, 4, 50))

    def test_figures_asked_together_equal_those_asked_alone(self):
        together = {kpi.id: kpi.card for kpi in self.as_user(self.kpis, "max", "month:2026-03")}
        for kpi in self.kpis:
            self.assertEqual(together[kpi.id], self.card(kpi))

    def test_comparison(self):
        deltas = {delta["against"]: delta for delta in self.card(self.value)["deltas"]}
        self.assertEqual(deltas["previous"]["kind"], "new")
        self.assertEqual(deltas["last_year"]["kind"], "percent")
        self.assertIn("22,900", deltas["last_year"]["text"])  # 2300 against 10
        nothing = self.card(self.count, period="month:2024-01")
        self.assertEqual([delta["kind"] for delta in nothing["deltas"]], ["none", "none"])

    def test_click_opens_exactly_the_records(self):
        for user in ("max", "olga", "lena", "anna"):
            for period in ("month:2026-03", "month:2026-04", "quarter:2026-Q1", "year:2026"):
                kpi = self.as_user(self.count, user, period)
                with self.subTest(user=user, period=period):
                    self.assertEqual(len(self.drilled(kpi)), kpi.card["value"])
                    value = self.as_user(self.value, user, period)
                    records = self.drilled(value)
                    self.assertEqual(sum(records.mapped("expected_revenue")), value.card["value"])
                    share = self.as_user(self.share, user, period)
                    for side in ("numerator", "denominator"):
                        self.assertEqual(len(self.drilled(share, side)), share.card[side])

    def test_each_role_sees_own_records_only(self):
        # salespersons read their own and unassigned leads, a leader those of the team besides
        expected = {"anna": 3, "bernd": 2, "lena": 3, "olga": 4, "max": 4}
        for user, count in expected.items():
            with self.subTest(user=user):
                self.assertEqual(self.card(self.count, user)["value"], count)

    def test_breakdown_adds_up_and_drills(self):
        kpi = self.as_user(self.value, "max", "month:2026-03")
        breakdown = kpi.get_breakdown("team")
        rows = {row["id"]: row for row in breakdown["rows"]}
        self.assertEqual(
            {member: row["card"]["value"] for member, row in rows.items()},
            {self.north.id: 500, self.south.id: 200, False: 1600},
        )
        self.assertEqual(rows[False]["label"], "Unassigned")
        self.assertTrue(breakdown["additive"])
        self.assertEqual(
            sum(row["card"]["value"] for row in rows.values()), breakdown["total"]["value"]
        )
        for member, row in rows.items():
            records = self.drilled(kpi, member={"dimension": "team", "id": member})
            self.assertEqual(sum(records.mapped("expected_revenue")), row["card"]["value"])

    def test_filter(self):
        card = self.card(self.count, kpi_filters=self.filters(team=[self.north.id]))
        self.assertEqual(card["value"], 2)
        card = self.card(self.count, kpi_filters=self.filters(team=[self.north.id, False]))
        self.assertEqual(card["value"], 3)
        card = self.card(self.count, kpi_filters=self.filters(campaign=[1]))
        self.assertEqual(card["state"], "unavailable")
        self.assertIn("Campaign", card["reason"])

    def test_persons_are_shown_as_the_company_wants(self):
        def rows(user):
            kpi = self.as_user(self.count, user, "month:2026-03")
            return {row["label"]: row["card"]["value"] for row in kpi.get_breakdown("user")["rows"]}

        self.company.kpi_person_visibility = "everyone"
        self.assertEqual(
            rows("olga"),
            {self.users["anna"].name: 2, self.users["bernd"].name: 1, "Unassigned": 1},
        )
        self.company.kpi_person_visibility = "own"
        self.assertEqual(rows("olga"), {"Other persons": 3, "Unassigned": 1})
        self.assertEqual(rows("lena"), {self.users["anna"].name: 2, "Unassigned": 1})
        self.assertEqual(rows("max")[self.users["bernd"].name], 1)
        card = self.card(self.count, "olga", kpi_filters=self.filters(user=[self.users["anna"].id]))
        self.assertEqual(card["state"], "unavailable")
        kpi = self.as_user(self.count, "olga", "month:2026-03")
        with self.assertRaises(UserError):
            kpi.action_open_records(member={"dimension": "user", "id": self.users["anna"].id})
        self.company.kpi_person_visibility = "nobody"
        kpi = self.as_user(self.count, "max", "month:2026-03")
        self.assertEqual(kpi.get_breakdown("user")["total"]["state"], "unavailable")

    def test_two_companies_two_currencies(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.env.ref("base.CHF").id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2026-01-01", 0.8), ("2026-03-10", 0.5))
            ]
        )
        for created in ("2026-03-05 10:00:00", "2026-03-09 23:30:00"):
            self.make_lead(created, company=self.other_company, expected_revenue=80)
        both = self.company | self.other_company
        # 5 March: 80 CHF at 0.8 CHF per EUR; 9 March 23:30 UTC is 10 March in Berlin
        kpi = self.as_user(self.value, "max", "month:2026-03", companies=both)
        self.assertAlmostEqual(kpi.card["value"], 2300 + 80 / 0.8 + 80 / 0.5)
        only = self.as_user(self.value, "max", "month:2026-03", companies=self.other_company)
        self.assertAlmostEqual(only.card["value"], 160)
        self.assertIn("CHF", only.card["text"])
        foreign = self.as_user(self.count, "max", "month:2026-03")
        self.assertEqual(foreign.card["value"], 4, "the other company is not chosen")

    def test_no_data_is_not_zero(self):
        empty_source = self.source.copy(
            {"code": "t_empty", "domain": "[('name', '=', 'never used')]"}
        )
        kpi = self.make_kpi("t_never", self.make_measure("t_never", source_id=empty_source.id))
        self.assertEqual(self.card(kpi)["state"], "no_data")
        zero = self.card(self.count, period="month:2026-06")
        self.assertEqual((zero["state"], zero["value"]), ("ok", 0))
        for kpi in self.median | self.share:
            card = self.card(kpi, period="month:2026-06")
            self.assertEqual((card["state"], card["value"]), ("no_data", None))

    def test_hidden_without_access(self):
        source = self.env["crm.kpi.source"].create(
            {"name": "Versions", "code": "t_version", "model_name": "hr.version"}
        )
        measure = self.make_measure("t_versions", source_id=source.id)
        kpi = self.make_kpi("t_versions", measure)
        card = self.card(kpi, "anna")
        self.assertEqual((card["state"], card["value"]), ("hidden", None))
        self.assertIn("role", card["reason"])
        both = self.as_user(self.count | kpi, "anna", "month:2026-03")
        self.assertEqual([one.card["state"] for one in both], ["ok", "hidden"])

    def test_portal_and_strangers_see_nothing(self):
        stranger = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Stranger",
                    "login": "kpi_stranger",
                    "group_ids": [fields.Command.set([self.env.ref("base.group_user").id])],
                }
            )
        )
        with self.assertRaises(AccessError):
            self.count.with_user(stranger).read(["name", "card"])

    def test_nonsense_gets_a_clear_error(self):
        for context in (
            {"kpi_period": "month:2026-99"},
            {"kpi_period": {"a": 1}},
            {"kpi_compare": "yesterday"},
            {"kpi_filters": "team"},
            {"kpi_filters": '{"nonsense": [1]}'},
            {"kpi_filters": '{"team": "1 OR 1=1"}'},
            {"kpi_filters": '{"team": [[1]]}'},
            {"kpi_filters": {"team": [1]}},
        ):
            with self.subTest(context=context), self.assertRaises(UserError):
                self.env["crm.kpi"].with_context(**context).dashboard_info()
        kpi = self.as_user(self.count, "max", "month:2026-03")
        for arguments in (("nonsense",), ("value", {"dimension": "x"}), ("value", {"id": 1})):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                kpi.action_open_records(*arguments)
        with self.assertRaises(UserError):
            kpi.get_breakdown("nonsense")

    def test_stock_is_taken_at_the_end(self):
        stock = self.make_kpi(
            "t_stock",
            self.make_measure(
                "t_stock",
                time_kind="stock",
                date_field=False,
                date_from_field="create_date",
                date_to_field="date_closed",
            ),
        )
        self.leads["B"].flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = %s WHERE id = %s",
            ("2026-03-31 21:59:59", self.leads["B"].id),
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = %s WHERE id = %s",
            ("2026-03-31 22:00:00", self.leads["A"].id),
        )
        self.env.invalidate_all()
        march = self.as_user(stock, "max", "month:2026-03")
        self.assertEqual(march.card["value"], 4)  # A closes in April, C, E, F still open
        self.assertEqual(len(self.drilled(march)), 4)
        april = self.as_user(stock, "max", "month:2026-04")
        self.assertEqual(april.card["value"], 4)  # D has come, A has gone
        self.assertTrue(march.card["is_stock"])

    def test_average_stock_counts_parts_of_the_period(self):
        average = self.make_kpi(
            "t_average",
            self.make_measure(
                "t_average",
                time_kind="stock_average",
                date_field=False,
                date_from_field="create_date",
                date_to_field="date_closed",
                domain=f"[('id', '=', {self.leads['C'].id})]",
            ),
            decimals=2,
        )
        april = self.as_user(average, "max", "month:2026-04")
        self.assertAlmostEqual(april.card["value"], 1.0)
        march = self.as_user(average, "max", "month:2026-03")
        # from 15 March 11:00 local time; March has one hour less
        self.assertAlmostEqual(march.card["value"], (31 * 24 - 1 - 14 * 24 - 11) / (31 * 24 - 1))

    def test_age_of_a_stock(self):
        age = self.make_kpi(
            "t_age",
            self.make_measure(
                "t_age",
                time_kind="stock",
                aggregate="median",
                date_field=False,
                date_from_field="create_date",
                domain=f"[('id', '=', {self.leads['C'].id})]",
            ),
            unit="days",
        )
        march = self.as_user(age, "max", "month:2026-03")
        self.assertAlmostEqual(march.card["value"], 16.5)  # 15 March 10:00 → 31 March 22:00 UTC
        now = self.as_user(age, "max", "this_month")
        self.assertAlmostEqual(now.card["value"], 253 + 3 / 24 + 2 / 1440, places=4)

    def test_formula(self):
        derived = self.make_kpi("t_derived", kind="derived", formula="t_value / t_count - 100")
        self.assertEqual(self.card(derived)["value"], 2300 / 4 - 100)

    def test_few_queries_for_many_figures(self):
        self.as_user(self.kpis, "max", "month:2026-03").mapped("card")
        self.env.invalidate_all()
        self.env.flush_all()
        # definitions, one query for flows, one for the median, targets
        with self.assertQueryCount(40):
            self.as_user(self.kpis, "max", "month:2026-03").mapped("card")

    def test_favourites_are_personal(self):
        anna = self.count.with_user(self.users["anna"])
        anna.is_favorite = True
        self.assertTrue(anna.is_favorite)
        self.assertFalse(self.count.with_user(self.users["bernd"]).is_favorite)
        found = (
            self.env["crm.kpi"].with_user(self.users["anna"]).search([("is_favorite", "=", True)])
        )
        self.assertEqual(found, self.count)
        with self.assertRaises(AccessError):
            anna.name = "Mine"
