# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every KPI of the groups 1 and 4 against plain Python, for each role and two companies."""

import random
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_kpi.tests.common import KpiCase

from .naive_complaints import CATALOGUE, ComplaintWorld

NOW = datetime(2026, 5, 20, 9, 30)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
# Around midnight in Berlin at month ends, and around the change of the clock
MOMENTS = [
    datetime(2026, 2, 10, 8, 0),
    datetime(2026, 2, 28, 22, 59),
    datetime(2026, 2, 28, 23, 0),
    datetime(2026, 3, 2, 9, 0),
    datetime(2026, 3, 17, 12, 0),
    datetime(2026, 3, 29, 0, 59),
    datetime(2026, 3, 29, 1, 0),
    datetime(2026, 3, 31, 21, 59, 59),
    datetime(2026, 3, 31, 22, 0),
    datetime(2026, 4, 20, 8, 0),
    datetime(2026, 5, 20, 9, 0),
]
# Figures of money that a salesperson without all documents may not see
FORBIDDEN = {"revenue_churn": ("anna", "bernd", "lena")}


@tagged("post_install", "-at_install", "kpi_catalogue")
@freeze_time(NOW)
class TestNaiveComplaints(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(23)
        cls.both = cls.company | cls.other_company
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Kunde {number}", "is_company": True} for number in range(6)]
        )
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.env.ref("base.CHF").id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2026-01-01", 0.8), ("2026-03-31", 0.9), ("2026-04-01", 0.96))
            ]
        )
        cls.stages = cls.env["crm.complaint.stage"].search([])
        cls._make_complaints()
        cls._make_orders()
        cls._make_cancellations()
        cls._make_ends()
        cls._make_lifecycles()
        cls.env.invalidate_all()

    @classmethod
    def _moment(cls, empty=0.3):
        return None if cls.dice.random() < empty else cls.dice.choice(MOMENTS)

    @classmethod
    def _owner(cls):
        company = cls.dice.choice((cls.company, cls.company, cls.other_company))
        team, user = cls.dice.choice(
            (
                (cls.north.id, cls.users["anna"].id),
                (cls.south.id, cls.users["bernd"].id),
                (cls.north.id, cls.users["lena"].id),
                (None, None),
            )
        )
        if company == cls.other_company:
            team = None
        return {"company_id": company.id, "team_id": team, "user_id": user}

    @classmethod
    def _set_columns(cls, record, **columns):
        record.flush_recordset()
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value) for name, value in columns.items()
                ),
                record.id,
            )
        )

    @classmethod
    def _make_complaints(cls):
        """Living complaints with real durations; only who wrote them is nobody of the users."""
        complaints = cls.env["crm.complaint"]
        for number in range(80):
            received = cls._moment(0)
            owner = cls._owner()
            complaint = complaints.create(
                {
                    "name": f"Complaint {number}",
                    "partner_id": cls.dice.choice([*cls.partners.ids, False]),
                    "received_on": received,
                    "severity": cls.dice.choice(("low", "normal", "high", "critical")),
                    **owner,
                }
            )
            if cls.dice.random() < 0.6:
                complaint.first_answer_on = received + timedelta(hours=cls.dice.randrange(200))
            stage = cls.dice.choice(cls.stages)
            values = {"stage_id": stage.id}
            if stage.is_closed:
                values["resolved_on"] = received + timedelta(hours=cls.dice.randrange(900))
            complaint.write(values)
            if cls.dice.random() < 0.4:
                complaint.satisfaction = cls.dice.choice(("satisfied", "neutral", "dissatisfied"))
                cls._set_columns(complaint, rated_on=cls._moment(0))
            if cls.dice.random() < 0.5:
                complaint.cost_ids.create(
                    {
                        "complaint_id": complaint.id,
                        "amount": cls.dice.randrange(1, 900),
                        "date": cls._moment(0).date(),
                    }
                )
            if cls.dice.random() < 0.1:
                complaint.active = False
            others = complaints.search(
                [("company_id", "=", owner["company_id"]), ("id", "!=", complaint.id)]
            )
            if others and cls.dice.random() < 0.15:
                complaint.duplicate_of_id = others[0]

    @classmethod
    def _make_orders(cls):
        orders = cls.env["sale.order"].create(
            [{"partner_id": cls.dice.choice(cls.partners.ids)} for _number in range(60)]
        )
        cls.env.flush_all()
        for order in orders:
            state = cls.dice.choice(("sent", "sale", "cancel", "cancel"))
            cancelled = state == "cancel"
            cls._set_columns(
                order,
                **cls._owner(),
                state=state,
                confirmed_on=(state != "sent" and cls._moment(0.2)) or None,
                cancelled_on=(cancelled and cls._moment(0)) or None,
                cancelled_by=(cancelled and cls.dice.choice(("customer", "us", "not_given")))
                or None,
                amount_untaxed_company=cls.dice.randrange(100, 9000, 50),
            )

    @classmethod
    def _make_cancellations(cls):
        orders = cls.env["sale.order"].search([("partner_id", "in", cls.partners.ids)])
        reasons = cls.env["crm.cancellation.reason"].search([])
        for number, order in enumerate(orders):
            entries = cls.env["crm.cancellation"].create(
                [
                    {
                        "kind": cls.dice.choice(("order", "part", "credit")),
                        "order_id": order.id,
                        "cancelled_on": cls._moment(0),
                        "reason_id": cls.dice.choice(reasons.ids),
                    }
                    for _entry in range(number % 3)
                ]
            )
            for entry in entries:
                cls._set_columns(
                    entry,
                    company_id=order.company_id.id,
                    team_id=order.team_id.id or None,
                    user_id=order.user_id.id or None,
                    value_counted=cls.dice.randrange(0, 4000, 10),
                )

    @classmethod
    def _make_ends(cls):
        reason = cls.env.ref("crm_complaints.end_reason_price")
        days = sorted({moment.date() for moment in MOMENTS})
        ends = cls.env["crm.customer.end"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "ended_on": day,
                    "reason_id": reason.id,
                    "user_id": cls._owner()["user_id"],
                }
                for partner in cls.partners
                for company in cls.both
                for day in cls.dice.sample(days, 3)
            ]
        )
        for end in ends:
            cls._set_columns(end, won_back_on=NOW.date() if cls.dice.random() < 0.4 else None)
        # What the ends made of the orders gives way to invented rows.
        cls.env["crm.customer.lifecycle"].search([]).unlink()

    @classmethod
    def _make_lifecycles(cls):
        lifecycles = cls.env["crm.customer.lifecycle"]
        # not today: a stock of dates knows the running day only from tomorrow on
        days = sorted({moment.date() for moment in MOMENTS} - {NOW.date()})
        for partner in cls.partners:
            for start in cls.dice.sample(days, 4):
                later = [day for day in days if day >= start]
                lost = cls.dice.choice([None, *later])
                lifecycles.create(
                    {
                        **cls._owner(),
                        "partner_id": partner.id,
                        "active_from": start,
                        "lost_on": lost,
                        "lost_kind": lost and cls.dice.choice(("ended", "silent")),
                        "is_won_back": cls.dice.choice((True, False)),
                        "revenue_12m": cls.dice.randrange(0, 9000, 10),
                    }
                )

    # ------------------------------------------------------------ comparison
    def _kpis(self):
        groups = self.env.ref("crm_kpi.kpi_group_complaints") | self.env.ref(
            "crm_kpi.kpi_group_cancellations"
        )
        kpis = self.env["crm.kpi"].with_context(active_test=False)
        # archived KPIs count, archived records do not: the context must not go on
        return kpis.search([("group_id", "in", groups.ids)]).with_env(self.env)

    def _check(self, user, period, first, last, companies=None, timezone="Europe/Berlin"):
        seen = self.as_user(self._kpis(), user, period, companies=companies)
        seen = seen.with_context(tz=timezone)
        world = ComplaintWorld(seen.env, first, last, timezone, NOW)
        for kpi in seen:
            card = kpi.card
            with self.subTest(kpi=kpi.code, user=user, period=period):
                if user in FORBIDDEN.get(kpi.code, ()):
                    self.assertNotIn(card["state"], ("ok", "no_data"))
                    self.assertFalse(card["value"])
                    continue
                expected = CATALOGUE[kpi.code](world)
                self.assertIn(card["state"], ("ok", "no_data"), card["reason"])
                if expected is None:
                    self.assertIsNone(card["value"])
                elif card["state"] == "no_data":
                    self.assertEqual(expected, 0, "only nothing at all may be no data")
                else:
                    self.assertAlmostEqual(card["value"], expected, places=4)
                if kpi.kind != "derived":
                    self._check_drill(kpi, card)

    def _check_drill(self, kpi, card):
        """A click opens as many records as the figure says."""
        for side in card["drill"] if card["state"] == "ok" else ():
            measure = kpi._measure_of_side(side)
            records = self.drilled(kpi, side)
            if measure.aggregate == "count":
                self.assertEqual(len(records), card[side])
            elif measure.aggregate == "sum" and len(kpi.env.companies) == 1:
                total = sum(records.mapped(measure.field_name)) * measure.factor
                self.assertAlmostEqual(total, card[side], places=4)

    def test_every_kpi_has_its_counterpart(self):
        shipped = self._kpis().filtered(lambda kpi: kpi.get_external_id()[kpi.id])
        self.assertEqual(set(shipped.mapped("code")), set(CATALOGUE))

    def test_as_manager(self):
        self._check("max", "month:2026-03", *MARCH)
        self._check("max", "month:2026-04", date(2026, 4, 1), date(2026, 4, 30))
        self._check("max", "this_month", date(2026, 5, 1), date(2026, 5, 20))
        self._check("max", "quarter:2026-Q1", date(2026, 1, 1), date(2026, 3, 31))
        self._check("max", "day:2026-03-29", date(2026, 3, 29), date(2026, 3, 29))

    def test_as_salesperson(self):
        self._check("anna", "month:2026-03", *MARCH)
        self._check("bernd", "quarter:2026-Q1", date(2026, 1, 1), date(2026, 3, 31))

    def test_as_team_leader(self):
        self._check("lena", "month:2026-03", *MARCH)

    def test_second_company_and_both(self):
        self._check("max", "month:2026-03", *MARCH, companies=self.other_company)
        self._check("anna", "month:2026-03", *MARCH, companies=self.other_company)

    def test_other_time_zone(self):
        self._check("max", "month:2026-03", *MARCH, timezone="America/New_York")

    def test_two_currencies(self):
        """Money of both companies in the currency of the first, at the rate of its day."""
        for user in ("max", "anna"):
            self._check(user, "month:2026-03", *MARCH, companies=self.both)
