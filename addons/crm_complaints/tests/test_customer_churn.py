# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestCustomerChurn(ComplaintCase):
    """Churn has one moment: the begin of the period counts the active, its days the lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.churn_default_days = 3000
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Kunde {number}", "is_company": True} for number in range(5)]
        )
        with freeze_time(at("2026-02-10 09:00")):
            for number, customer in enumerate(cls.customers[:4]):
                cls._order(partner=customer, price=100.0 * (number + 1))

    def end(self, customer, day):
        self.env["crm.customer.end"].create(
            {
                "partner_id": customer.id,
                "ended_on": day,
                "reason_id": self.env.ref("crm_complaints.end_reason_price").id,
            }
        )
        self.env.flush_all()

    def card(self, code, moment, period="this_month", zone="Europe/Berlin"):
        """The card at a moment given in UTC."""
        kpi = self.env["crm.kpi"].search([("code", "=", code)]).with_user(self.manager)
        kpi = kpi.with_context(
            allowed_company_ids=self.company.ids, kpi_period=period, tz=zone
        )  # fmt: skip
        kpi.invalidate_recordset(["card"], flush=False)
        with freeze_time(moment):
            return kpi.card

    def churn(self, *args, **kwargs):
        card = self.card("customer_churn", *args, **kwargs)
        return card["numerator"], card["denominator"], card["value"]

    def test_lost_today(self):
        """A customer lost today counts as lost at once, among as many as there were."""
        with freeze_time("2026-03-10 09:00:00"):
            self.end(self.customers[0], "2026-03-10")
        for moment in ("2026-03-10 09:00:00", "2026-03-10 22:59:59", "2026-03-10 23:00:01",
                       "2026-03-11 09:00:00"):  # fmt: skip
            with self.subTest(moment):
                self.assertEqual(self.churn(moment), (1, 4, 25))
        card = self.card("revenue_churn", "2026-03-10 09:00:00")
        self.assertEqual((card["numerator"], card["denominator"]), (100, 1000))
        self.assertAlmostEqual(card["value"], 10)

    def test_started_today(self):
        """A customer who begins in the period is not among those of its start."""
        with freeze_time("2026-03-10 09:00:00"):
            self._order(partner=self.customers[4])
            self.end(self.customers[0], "2026-03-09")
        for moment in ("2026-03-10 10:00:00", "2026-03-11 10:00:00"):
            with self.subTest(moment):
                self.assertEqual(self.churn(moment), (1, 4, 25))

    def test_first_day_of_the_month(self):
        with freeze_time("2026-03-01 09:00:00"):
            self.end(self.customers[0], "2026-02-28")
            self.end(self.customers[1], "2026-03-01")
        self.assertEqual(self.churn("2026-03-01 10:00:00")[:2], (1, 3))
        # in February nobody was active when it began
        self.assertEqual(self.churn("2026-03-01 10:00:00", "last_month")[:2], (1, 0))
        self.assertEqual(
            self.card("customer_churn", "2026-03-01 10:00:00", "last_month")["state"], "no_data"
        )

    def test_midnight_of_the_user_at_the_clock_change(self):
        """The last hour of March, summer time: in Berlin it is April already."""
        with freeze_time("2026-03-31 09:00:00"):
            self.end(self.customers[0], "2026-03-31")
        before, after = "2026-03-31 21:59:59", "2026-03-31 22:00:00"
        self.assertEqual(self.churn(before), (1, 4, 25))
        self.assertEqual(self.churn(after), (0, 3, 0))
        self.assertEqual(self.churn(after, "last_month"), (1, 4, 25))
        self.assertEqual(self.churn(after, zone="America/New_York"), (1, 4, 25))

    def test_sides_open_their_records(self):
        with freeze_time("2026-03-10 09:00:00"):
            self.end(self.customers[0], "2026-03-10")
            self._order(partner=self.customers[4])
            kpi = self.env["crm.kpi"].search([("code", "=", "customer_churn")])
            kpi = kpi.with_user(self.manager).with_context(
                allowed_company_ids=self.company.ids, kpi_period="this_month", tz="Europe/Berlin"
            )
            for side, expected in (
                ("numerator", self.customers[0]),
                ("denominator", self.customers[:4]),
            ):
                action = kpi.action_open_records(side)
                rows = kpi.env[action["res_model"]].search(action["domain"])
                self.assertEqual(rows.partner_id.sudo(), expected, side)
