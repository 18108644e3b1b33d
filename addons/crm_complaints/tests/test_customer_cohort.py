# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import random
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ComplaintCase, at

TODAY = "2026-05-20 10:00"
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_of(day, unit):
    """First day of the period, counted back day by day."""
    while day.day != 1 or (day.month - 1) % MONTHS[unit]:
        day -= timedelta(days=1)
    return day


@tagged("post_install", "-at_install")
@freeze_time(at(TODAY))
class TestCustomerCohort(ComplaintCase):
    """Cohorts against plain Python over the rows and orders that the viewer may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(3)
        cls.company.write({"churn_min_days": 60, "churn_default_days": 200})
        cls.today = date(2026, 5, 20)
        partners = cls.env["res.partner"].create(
            [{"name": f"Kohorte {number}", "is_company": True} for number in range(24)]
        )
        reason = cls.env.ref("crm_complaints.end_reason_price")
        for partner in partners:
            day = date(2024, 11, 1) + timedelta(days=cls.dice.randrange(500))
            user = cls.dice.choice((cls.seller, cls.colleague))
            while day < cls.today:
                # also shortly before midnight in Berlin
                hour = cls.dice.choice(("09:00", "23:30", "00:15"))
                with freeze_time(at(f"{day} {hour}")):
                    cls._order(partner=partner, user=user, price=cls.dice.randrange(10, 500))
                day += timedelta(days=cls.dice.choice((10, 30, 45, 100, 320)))
            if cls.dice.random() < 0.2:
                cls.env["crm.customer.end"].create(
                    {
                        "partner_id": partner.id,
                        "company_id": cls.company.id,
                        "ended_on": day - timedelta(days=400),
                        "reason_id": reason.id,
                        "user_id": user.id,
                    }
                )
        cls.env.flush_all()
        cls.env["crm.customer.lifecycle"]._refresh()

    def _as(self, user):
        return self.env["crm.customer.lifecycle"].with_user(user)

    def _naive(self, user, unit, domain=()):
        """{cohort: (customers, {period: (active, order value)})}"""
        rows = self._as(user).search([]).sudo()
        firsts = self._as(user).search([("is_won_back", "=", False), *domain]).sudo()
        orders = self.env["sale.order"].with_user(user).search([("state", "=", "sale")]).sudo()
        cohorts = {}
        for first in firsts:
            cohorts.setdefault(period_of(first.active_from, unit), []).append(first.partner_id)
        table = {}
        for cohort, members in cohorts.items():
            cells, period = {}, cohort
            while period <= self.today:
                following = period + relativedelta(months=MONTHS[unit])
                end = following - timedelta(days=1)
                active = {
                    row.partner_id
                    for row in rows
                    if row.active_from <= end and (not row.lost_on or row.lost_on > end)
                }
                value = sum(
                    order.amount_untaxed_company
                    for order in orders
                    if order.commercial_partner_id in members
                    and period <= self._berlin_day(order.confirmed_on) < following
                )
                cells[period] = (sum(member in active for member in members), value)
                period = following
            table[cohort] = (len(members), cells)
        return table

    def _berlin_day(self, moment):
        return next(
            day
            for day in (moment.date(), moment.date() + timedelta(days=1))
            if at(f"{day} 00:00") <= moment < at(f"{day + timedelta(days=1)} 00:00")
        )

    def _check(self, user, unit, domain=()):
        naive = self._naive(user, unit, domain)
        self.assertTrue(naive)
        customers = self._as(user).load_cohorts(list(domain), unit, "customers")
        revenue = self._as(user).load_cohorts(list(domain), unit, "revenue")
        shown = {date.fromisoformat(row["start"]): row for row in customers["rows"]}
        oldest = min(shown)
        self.assertEqual(set(shown), {cohort for cohort in naive if cohort >= oldest})
        for by_value in revenue["rows"]:
            cohort = date.fromisoformat(by_value["start"])
            size, cells = naive[cohort]
            row = shown[cohort]
            self.assertEqual((row["size"], by_value["size"]), (size, size))
            first_value = cells[cohort][1]
            for step, (period, (active, value)) in enumerate(cells.items()):
                cell, money = row["cells"][step], by_value["cells"][step]
                self.assertEqual((cell["value"], cell["lost"]), (active, size - active))
                self.assertAlmostEqual(cell["percent"], 100 * active / size)
                self.assertAlmostEqual(money["value"], value)
                self.assertAlmostEqual(money["percent"], 100 * value / first_value)
                self.assertEqual(cell["is_running"], period == period_of(self.today, unit))
            self.assertFalse(any(row["cells"][len(cells) :]), "the time has not come")
        for step, total in enumerate(customers["total"]):
            done = [
                row["cells"][step]
                for row in customers["rows"]
                if row["cells"][step] and not row["cells"][step]["is_running"]
            ]
            if not done:
                self.assertIsNone(total)
                continue
            self.assertEqual(total["value"], sum(cell["value"] for cell in done))
            self.assertEqual(total["base"], sum(cell["value"] + cell["lost"] for cell in done))
        return customers

    def test_against_plain_python(self):
        for unit in MONTHS:
            with self.subTest(unit):
                self._check(self.manager, unit)

    def test_each_role_sees_its_own(self):
        tables = {
            user.login: self._check(user, "quarter")
            for user in (self.seller, self.colleague, self.leader, self.all_seller)
        }
        sizes = {
            login: sum(row["size"] for row in table["rows"]) for login, table in tables.items()
        }
        self.assertEqual(
            sizes["complaint_allseller"], sizes["complaint_seller"] + sizes["complaint_colleague"]
        )
        self.assertTrue(sizes["complaint_seller"] and sizes["complaint_colleague"])

    def test_filtered(self):
        self._check(self.manager, "month", [("user_id", "=", self.seller.id)])

    def test_click_opens_exactly_the_customers(self):
        for user, unit in ((self.manager, "quarter"), (self.seller, "month")):
            lifecycles = self._as(user)
            table = lifecycles.load_cohorts([], unit, "customers")
            revenue = lifecycles.load_cohorts([], unit, "revenue")
            for row, by_value in zip(table["rows"], revenue["rows"], strict=True):
                action = lifecycles.action_open_cohort([], unit, row["start"], 0, "all")
                self.assertEqual(lifecycles.search_count(action["domain"]), row["size"])
                for step, cell in enumerate(row["cells"]):
                    if not cell:
                        continue
                    for side, count in (("active", cell["value"]), ("lost", cell["lost"])):
                        action = lifecycles.action_open_cohort([], unit, row["start"], step, side)
                        found = lifecycles.search(action["domain"])
                        self.assertEqual(len(found), count)
                        self.assertEqual(len(found.partner_id), count)
                    action = lifecycles.action_open_cohort([], unit, row["start"], step, "orders")
                    orders = self.env["sale.order"].with_user(user).search(action["domain"])
                    self.assertAlmostEqual(
                        sum(orders.sudo().mapped("amount_untaxed_company")),
                        by_value["cells"][step]["value"],
                    )

    def test_two_companies_and_currencies(self):
        second = self._new_company("Zweite GmbH")
        chf = self.env.ref("base.CHF")
        chf.active = True
        second.currency_id = chf
        for company, day, rate in (
            (self.company, "2024-01-01", 0.8),
            (self.company, "2025-06-01", 0.5),
        ):
            self.env["res.currency.rate"].create(
                {"currency_id": chf.id, "company_id": company.id, "name": day, "rate": rate}
            )
        self.env.user.company_ids |= second
        self.manager.company_ids |= second
        partner = self.env["res.partner"].create({"name": "Beide", "is_company": True})
        for moment, price in (("2025-05-31 23:30", 80), ("2025-06-01 00:30", 50)):
            with freeze_time(at(moment)):
                order = (
                    self.env["sale.order"]
                    .with_company(second)
                    .create(
                        {
                            "partner_id": partner.id,
                            "company_id": second.id,
                            "order_line": [
                                (0, 0, {"product_id": self.product.id, "price_unit": price})
                            ],
                        }
                    )
                )
                order.order_line.tax_ids = False
                order.action_confirm()
                self.env.flush_all()
        both = self._as(self.manager).with_context(allowed_company_ids=(self.company | second).ids)
        domain = [("partner_id", "=", partner.id)]
        table = both.load_cohorts(domain, "month", "revenue")
        [row] = table["rows"]
        self.assertEqual(row["start"], "2025-05-01")
        # 80 CHF at 0.8 and 50 CHF at 0.5 CHF a euro
        self.assertAlmostEqual(row["cells"][0]["value"], 100)
        self.assertAlmostEqual(row["cells"][1]["value"], 100)
        one = self._as(self.manager).load_cohorts(domain, "month", "revenue")
        self.assertFalse(one["rows"], "nothing of a company that is not chosen")

    def test_without_orders_to_read(self):
        handler = self._new_user("cohort_handler", "crm_complaints.group_complaint_user")
        table = self._as(handler).load_cohorts([], "quarter", "revenue")
        self.assertTrue(table["orders_hidden"])
        self.assertFalse(table["rows"])

    def test_nonsense_is_refused(self):
        lifecycles = self._as(self.manager)
        for arguments in (
            ([], "week", "customers"),
            ([], "month", "money"),
            ("x", "month", "revenue"),
        ):
            with self.assertRaises(UserError):
                lifecycles.load_cohorts(*arguments)
        start = lifecycles.load_cohorts([], "quarter", "customers")["rows"][0]["start"]
        for arguments in (
            (start, -1, "active"), (start, 99, "active"), (start, "1", "active"),
            (start, 0, "everything"), ("2025-02-17", 0, "active"), ("never", 0, "active"),
            (None, 0, "active"),
        ):  # fmt: skip
            with self.assertRaises(UserError):
                lifecycles.action_open_cohort([], "quarter", *arguments)

    def test_no_portal_user(self):
        portal = self._new_user("cohort_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self._as(portal).load_cohorts([], "quarter", "customers")


@tagged("post_install", "-at_install")
class TestCohortExport(HttpCase, ComplaintCase):
    def test_workbook(self):
        with freeze_time(at("2026-01-10 09:00")):
            self._order(price=120)
            self.env.flush_all()
        self.authenticate("complaint_boss", "complaint_boss")
        answer = self.url_open(
            "/crm_complaints/cohorts.xlsx?unit=year&measure=customers&filters==1%2B1&domain="
            + json.dumps([["partner_id", "=", self.customer.id]])
        )
        self.assertEqual(answer.status_code, 200)
        sheet = load_workbook(io.BytesIO(answer.content)).active
        values = [[cell.value for cell in line] for line in sheet.iter_rows()]
        self.assertEqual(values[2][0], "=1+1")
        self.assertEqual(sheet["A3"].data_type, "s", "a text, no formula")
        row = next(line for line in values if line[0] == "2026")
        self.assertEqual(row[1:3], [1, 1])
        for query in (
            "unit=week",
            "domain=x",
            "domain=%7B%7D&unit=nonsense",
            "domain=[[%22x%22,%22=%22,1]]",
        ):
            answer = self.url_open(f"/crm_complaints/cohorts.xlsx?{query}")
            self.assertEqual(answer.status_code, 404)
