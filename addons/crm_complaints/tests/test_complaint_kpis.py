# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from statistics import median

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import ComplaintCase, at

COMPLAINT_CODES = [
    "complaints_received",
    "complaints_per_100_orders",
    "complaint_first_answer",
    "complaint_resolution",
    "complaint_resolution_p90",
    "complaints_open",
    "complaints_overdue",
    "complaints_repeat",
    "complaint_cost",
    "complaint_satisfaction",
]


@tagged("post_install", "-at_install")
class TestComplaintKpis(ComplaintCase):
    """The KPIs of the addon against values computed by hand from the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo()
        for text in ("2026-03-02 09:00", "2026-03-10 09:00", "2026-03-30 09:00"):
            with freeze_time(at(text)):
                cls._order(partner=cls.other_customer)
        cls.complaints = cls.env["crm.complaint"]
        plan = (
            # received, severity, first answer, resolved, stage, satisfaction
            ("2026-02-27 16:00", "normal", "2026-03-02 09:00", "2026-03-04 10:00", "resolved", "satisfied"),
            ("2026-03-02 08:00", "critical", "2026-03-02 10:00", "2026-03-05 08:00", "resolved", "dissatisfied"),
            ("2026-03-03 08:00", "low", None, None, "in_progress", None),
            ("2026-03-20 08:00", "high", "2026-03-20 09:00", None, "in_progress", None),
            ("2026-03-21 08:00", "normal", None, "2026-03-23 09:00", "rejected", None),
            ("2026-04-01 08:00", "normal", None, None, "new", None),
        )  # fmt: skip
        for received, severity, answered, resolved, stage, satisfaction in plan:
            complaint = cls._complaint(
                received_on=at(received), severity=severity, user_id=cls.seller.id
            )
            complaint.first_answer_on = answered and at(answered)
            complaint.write(
                {
                    "stage_id": cls.stages[stage].id,
                    **({"resolved_on": at(resolved)} if resolved else {}),
                }
            )
            if satisfaction:
                with freeze_time(at("2026-03-06 12:00")):
                    complaint.satisfaction = satisfaction
                    complaint.flush_recordset()
            cls.complaints |= complaint
        duplicate = cls._complaint(received_on=at("2026-03-22 08:00"))
        duplicate.duplicate_of_id = cls.complaints[3]
        cls.complaints[0].cost_ids = [
            Command.create({"amount": 40, "date": "2026-03-31"}),
            Command.create({"amount": 5, "date": "2026-04-01"}),
        ]
        cls.env.flush_all()

    def _figure(self, code, period="month:2026-03", user=None):
        kpi = (
            self.env["crm.kpi"]
            .with_user(user or self.manager)
            .with_context(
                allowed_company_ids=self.company.ids, kpi_period=period, tz="Europe/Berlin"
            )
            .search([("code", "=", code)])
        )
        with freeze_time(at("2026-05-04 09:00")):
            return kpi.card

    def test_every_kpi_can_be_computed(self):
        kpis = self.env["crm.kpi"].search(
            [
                (
                    "group_id",
                    "in",
                    [
                        self.env.ref("crm_kpi.kpi_group_complaints").id,
                        self.env.ref("crm_kpi.kpi_group_cancellations").id,
                    ],
                )
            ]
        )
        self.assertLessEqual(set(COMPLAINT_CODES), set(kpis.mapped("code")))
        for code in kpis.mapped("code"):
            card = self._figure(code)
            self.assertIn(card["state"], ("ok", "no_data"), f"{code}: {card['reason']}")

    def test_march(self):
        expected = {
            "complaints_received": 4,
            "complaints_per_100_orders": 4 / 3 * 100,
            # 2 hours (Friday 16:00 to Monday 9:00), 2 hours, 1 hour
            "complaint_first_answer": median([2, 2, 1]),
            # 1 + 16 + 2 hours and 24 hours; the rejected one is left out
            "complaint_resolution": median([19 / 8, 24 / 8]),
            "complaints_open": 2,
            # low: 80 hours from 3 March = 17 March 8:00; high: 16 hours = 23 March evening
            "complaints_overdue": 2,
            # all of the same customer but the one in February
            "complaints_repeat": 100,
            "complaint_cost": 40,
            "complaint_satisfaction": 50,
        }
        for code, value in expected.items():
            self.assertAlmostEqual(self._figure(code)["value"], value, places=6, msg=code)

    def test_overdue_is_a_stock_at_the_end(self):
        # On 8 March the critical one was overdue from 2 to 5 March only.
        self.assertEqual(self._figure("complaints_overdue", "day:2026-03-03")["value"], 1)
        self.assertEqual(self._figure("complaints_overdue", "day:2026-03-08")["value"], 0)
        self.assertEqual(self._figure("complaints_overdue", "day:2026-03-17")["value"], 1)

    def test_figure_equals_its_records(self):
        kpi = (
            self.env["crm.kpi"]
            .with_user(self.manager)
            .with_context(
                allowed_company_ids=self.company.ids, kpi_period="month:2026-03", tz="Europe/Berlin"
            )
            .search([("code", "=", "complaints_received")])
        )
        with freeze_time(at("2026-05-04 09:00")):
            action = kpi.action_open_records()
        records = self.env[action["res_model"]].with_user(self.manager)
        records = records.with_context(**action.get("context", {})).search(action["domain"])
        self.assertEqual(records.sudo(), self.complaints[1:5])

    def test_a_salesperson_sees_only_own_figures(self):
        self.complaints[1:3].user_id = self.colleague
        self.complaints.team_id = False
        self.env.flush_all()
        own = self.complaints[1:5].filtered(lambda c: c.user_id == self.colleague)
        value = self._figure("complaints_received", user=self.colleague)["value"]
        seen = self.complaints.with_user(self.colleague).search(
            [("id", "in", self.complaints[1:5].ids)]
        )
        self.assertEqual(seen.sudo(), own)
        self.assertEqual(value, len(own))

    def test_churn(self):
        self.company.churn_default_days = 100
        self.env["crm.customer.end"].create(
            {
                "partner_id": self.other_customer.id,
                "ended_on": "2026-04-10",
                "reason_id": self.env.ref("crm_complaints.end_reason_price").id,
            }
        )
        with freeze_time(at("2026-04-15 09:00")):
            self._order(partner=self.customer)
            self._order(partner=self.other_customer)
        self.env.flush_all()
        march = {"customers_active": 1, "customers_lost": 0}
        april = {
            "customers_active": 2,
            "customers_lost": 1,
            "customer_churn": 100,
            "revenue_churn": 100,
            "customers_won_back": 1,
        }
        for period, expected in (("month:2026-03", march), ("month:2026-04", april)):
            for code, value in expected.items():
                figure = self._figure(code, period)["value"] or 0
                self.assertAlmostEqual(figure, value, places=6, msg=f"{code} {period}")

    def test_cancelled_orders_by_reason(self):
        price = self.env.ref("crm_complaints.cancellation_reason_price")
        with freeze_time(at("2026-04-02 09:00")):
            first, second = self._order(), self._order()
            first.write(
                {"state": "cancel", "cancellation_reason_id": price.id, "cancelled_by": "customer"}
            )
            second.action_cancel()
        self.env.flush_all()
        kpi = (
            self.env["crm.kpi"]
            .with_user(self.manager)
            .with_context(
                allowed_company_ids=self.company.ids, kpi_period="month:2026-04", tz="Europe/Berlin"
            )
            .search([("code", "=", "cancelled_orders")])
        )
        with freeze_time(at("2026-05-04 09:00")):
            rows = kpi.get_breakdown("cancellation_reason")["rows"]
        not_given = self.env.ref("crm_complaints.cancellation_reason_not_given")
        figures = {row["id"]: row["card"]["value"] for row in rows}
        self.assertEqual(figures, {price.id: 1, not_given.id: 1})
        self.assertEqual(self._figure("cancellations_explained", "month:2026-04")["value"], 50)
