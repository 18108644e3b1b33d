# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..kpi.currency import rate_table
from .common import KpiCase

FIRST = date(2016, 1, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-05-20 09:30:00")
class TestCurrency(KpiCase):
    """Every amount at the rate of its own day, as stock converts it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(7)
        cls.env["res.currency.rate"].search([]).unlink()
        cls.both = cls.company | cls.other_company
        cls.kpi = cls.make_kpi(
            "t_value",
            cls.make_measure("t_value", aggregate="sum", field_name="expected_revenue"),
            unit="money",
        )

    def make_rates(self, currency, days, company):
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.env.ref(currency).id,
                    "company_id": company and company.id,
                    "name": day,
                    "rate": self.random.uniform(0.5, 2.0),
                }
                for day in days
            ]
        )

    def days(self, count, start=FIRST):
        return self.random.sample([start + timedelta(days=n) for n in range(3000)], count)

    def check(self):
        self.env.invalidate_all()
        for company, period in (
            (self.company, "custom:2015-01-01:2026-05-20"),
            (self.other_company, "custom:2015-01-01:2026-05-20"),
            (self.company, "year:2020"),
        ):
            others = self.both - company
            seen = self.as_user(self.kpi, "max", period, companies=company | others)
            leads = self.drilled(seen)
            self.assertTrue(leads)
            expected = sum(
                lead.company_id.currency_id._convert(
                    lead.expected_revenue,
                    company.currency_id,
                    company,
                    lead.create_date.date(),
                    round=False,
                )
                for lead in leads.with_company(company)
            )
            with self.subTest(company=company.name, period=period):
                self.assertAlmostEqual(seen.card["value"], expected, places=3)

    def make_leads(self):
        for day in self.days(60, FIRST - timedelta(days=300)):
            self.make_lead(
                f"{day} 10:00:00",
                company=self.random.choice(self.both),
                expected_revenue=self.random.randrange(100, 1000),
            )

    def test_no_rates(self):
        self.make_leads()
        self.check()

    def test_shared_rates(self):
        self.make_leads()
        self.make_rates("base.CHF", self.days(40), None)
        self.check()

    def test_own_rates_before_shared_ones(self):
        self.make_leads()
        for company in (None, self.company, self.other_company):
            for currency in ("base.EUR", "base.CHF"):
                self.make_rates(currency, self.days(15), company)
        self.check()

    def test_daily_rates_are_read_once(self):
        """Ten years of daily rates make one row of the query for each company."""
        self.make_rates("base.CHF", [FIRST + timedelta(days=n) for n in range(3650)], self.company)
        env = self.env(context={"allowed_company_ids": self.both.ids})
        table = rate_table(env, by_company=True)
        self.assertEqual(table.code.count("int[]"), 1)
        _key, days, factors = table.params
        self.assertEqual((len(days), len(factors)), (3650, 3651))
