# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every shipped KPI against figures computed in plain Python (see naive_catalogue).

The records carry random facts (seeded) with moments crowded around month ends and the
clock change; how these facts come about is tested with the fields themselves.
"""

import json
import random
from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .common import KpiCase
from .naive_catalogue import CATALOGUE, DECIDED, World, half

NOW = datetime(2026, 5, 20, 9, 30)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MOMENTS = [
    datetime(2026, 2, 28, 22, 59),
    datetime(2026, 2, 28, 23, 30),
    datetime(2026, 3, 1, 4, 30),
    datetime(2026, 3, 1, 5, 30),
    datetime(2026, 3, 17, 12, 0),
    datetime(2026, 3, 29, 0, 59),
    datetime(2026, 3, 31, 21, 59, 59),
    datetime(2026, 3, 31, 22, 0),
    datetime(2026, 3, 31, 22, 30),
    datetime(2026, 4, 1, 3, 59),
    datetime(2026, 4, 15, 8, 0),
    datetime(2026, 5, 20, 9, 0),
]


@tagged("post_install", "-at_install", "kpi_catalogue")
@freeze_time(NOW)
class TestCatalogue(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)
        cls.both = cls.company | cls.other_company
        cls.campaigns = cls.env["utm.campaign"].create([{"title": "Messe"}, {"title": "Mailing"}])
        cls.media = cls.env["utm.medium"].search([("name", "in", ("LinkedIn", "Email"))])
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Kunde {number}", "is_company": True} for number in range(8)]
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
        cls.make_leads()
        cls.make_orders()
        cls.make_invoices()
        cls.make_others()
        cls.env.invalidate_all()

    # ------------------------------------------------------------ records
    @classmethod
    def pick(cls, *options):
        return cls.random.choice(options)

    @classmethod
    def moment(cls, empty=0.3):
        return None if cls.random.random() < empty else cls.random.choice(MOMENTS)

    @classmethod
    def set_columns(cls, record, **columns):
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in columns.items()
        )
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                assignments,
                record.id,
            )
        )

    @classmethod
    def owner(cls):
        """Company, team and person of a record; some have none."""
        company = cls.pick(cls.company, cls.company, cls.other_company)
        team, user = cls.pick(
            (cls.north, cls.users["anna"]),
            (cls.south, cls.users["bernd"]),
            (cls.north, cls.users["lena"]),
            (None, None),
        )
        return {
            "company_id": company.id,
            "team_id": team and team.id,
            "user_id": user and user.id,
        }

    @classmethod
    def make_leads(cls):
        cls.leads = cls.env["crm.lead"].create(
            [{"name": f"L{number}", "type": "opportunity"} for number in range(70)]
        )
        cls.env.flush_all()
        for lead in cls.leads:
            status = cls.pick("won", "lost", "pending")
            closed = (status != "pending" and cls.moment(0)) or None
            days = [cls.pick(None, 0.0, 1.5, 3.0, 7.25) for _number in range(4)]
            hours = [cls.pick(None, 0.0, 4.0, 8.5) for _number in range(4)]
            names = ("to_first_response", "to_qualification", "to_first_offer", "to_won")
            cls.set_columns(
                lead,
                **cls.owner(),
                create_date=cls.moment(0),
                type=cls.pick("lead", "opportunity"),
                active=status != "lost",
                won_status=status,
                closed_on=closed,
                won_on=closed if status == "won" else None,
                campaign_id=cls.pick(None, *cls.campaigns.ids),
                medium_id=cls.pick(None, *cls.media.ids),
                expected_revenue=cls.random.randrange(0, 9000, 10),
                prorated_revenue=cls.random.randrange(0, 9000, 10),
                date_conversion=cls.moment(),
                first_response_on=cls.moment(),
                first_offer_on=cls.moment(),
                waiting_since=cls.moment(0.6),
                **{f"days_{name}": value for name, value in zip(names, days, strict=True)},
                **{f"work_hours_{name}": value for name, value in zip(names, hours, strict=True)},
            )
        logs = cls.env["crm.lead.stage.log"].search([("lead_id", "in", cls.leads.ids)])
        for log in logs:
            cls.set_columns(
                log,
                **cls.owner(),
                entered_on=MOMENTS[0],
                left_on=cls.moment(0.4),
                slow_on=cls.moment(0.4),
                days=cls.pick(None, 0.5, 2.0, 9.0),
            )

    @classmethod
    def make_orders(cls):
        orders = cls.env["sale.order"].create(
            [{"partner_id": cls.pick(*cls.partners).id} for _number in range(90)]
        )
        cls.env.flush_all()
        names = ("draft_to_sent", "sent_to_decision", "decision_to_invoice")
        for order in orders:
            state = cls.pick("sent", "sale", "sale", "cancel")
            offer = cls.pick(True, True, False)
            outcome = (offer and cls.pick("open", "won", "lost", "expired")) or None
            value = cls.random.randrange(100, 20000, 50)
            cls.set_columns(
                order,
                **cls.owner(),
                state=state,
                is_offer=offer,
                offer_outcome=outcome,
                offer_sent_on=(offer and cls.moment(0)) or None,
                offer_decided_on=(outcome not in (None, "open") and cls.moment(0)) or None,
                quotation_sent_on=cls.moment(),
                confirmed_on=(state in ("sale", "cancel") and cls.moment(0.2)) or None,
                cancelled_on=(state == "cancel" and cls.moment(0)) or None,
                first_invoiced_on=cls.pick(None, date(2026, 3, 31), date(2026, 4, 1)),
                amount_untaxed_company=value,
                amount_list_company=value * 1.25,
                amount_discount_company=value * 0.25,
                is_first_order=cls.pick(True, False, False),
                campaign_id=cls.pick(None, None, *cls.campaigns.ids),
                opportunity_id=cls.pick(None, *cls.leads.ids[:5]),
                **{f"days_{name}": cls.pick(None, 0.0, 2.5, 14.0) for name in names},
                **{f"work_hours_{name}": cls.pick(None, 0.0, 20.0) for name in names},
            )
            if cls.random.random() < 0.2:
                cls.env.cr.execute(
                    SQL(
                        "INSERT INTO %s VALUES (%s, %s) ON CONFLICT DO NOTHING",
                        SQL.identifier(order._fields["prior_company_ids"].relation),
                        order.id,
                        cls.pick(*cls.both.ids),
                    )
                )

    @classmethod
    def make_invoices(cls):
        journals = {
            company.id: cls.env["account.journal"].create(
                {"name": "KPI", "code": "KPI", "type": "sale", "company_id": company.id}
            )
            for company in cls.both
        }
        for number in range(50):
            owner = cls.owner()
            company = cls.env["res.company"].browse(owner["company_id"])
            kind = cls.pick("out_invoice", "out_invoice", "out_invoice", "out_refund")
            move = (
                cls.env["account.move"]
                .with_company(company)
                .create(
                    {
                        "move_type": kind,
                        "partner_id": cls.pick(*cls.partners).id,
                        "journal_id": journals[company.id].id,
                    }
                )
            )
            cls.env.flush_all()
            sign = -1 if kind == "out_refund" else 1
            cls.set_columns(
                move,
                team_id=owner["team_id"],
                invoice_user_id=owner["user_id"],
                state=cls.pick("posted", "posted", "draft"),
                name=f"KPI/{number}",
                invoice_date=cls.pick(
                    date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
                ),
                amount_untaxed_signed=sign * cls.random.randrange(100, 9000, 10),
                is_new_customer_revenue=cls.pick(True, False),
            )

    @classmethod
    def make_others(cls):
        for partner in cls.partners:
            cls.set_columns(
                partner,
                purchase_due_on=cls.pick(
                    None, date(2026, 3, 31), date(2026, 4, 1), NOW.date(), date(2026, 8, 1)
                ),
            )

    # ------------------------------------------------------------ comparison
    def check(self, user, period, first, last, timezone="Europe/Berlin", companies=None):
        kpis = self.env["crm.kpi"].search([("code", "in", list(CATALOGUE))])
        self.assertEqual(len(kpis), len(CATALOGUE), "every figure computed here is shipped")
        seen = self.as_user(kpis, user, period, companies=companies).with_context(tz=timezone)
        world = World(seen.env, first, last, timezone, NOW)
        for kpi in seen:
            card, expected = kpi.card, CATALOGUE[kpi.code](world)
            with self.subTest(kpi=kpi.code, user=user, period=period, timezone=timezone):
                self.assertIn(card["state"], ("ok", "no_data"), card["reason"])
                if expected is None:
                    self.assertIsNone(card["value"])
                elif card["state"] == "no_data":
                    self.assertEqual(expected, 0, "only nothing at all may be no data")
                else:
                    self.assertAlmostEqual(card["value"], expected, places=4)
                self.check_drill(kpi, card)

    def check_drill(self, kpi, card):
        """A click opens the records whose count or sum is the figure."""
        if card["state"] != "ok":
            return
        for side in card["drill"]:
            measure = kpi._measure_of_side(side)
            value = card[side]
            records = self.drilled(kpi, side)
            if measure.aggregate == "count":
                self.assertEqual(len(records), value)
            elif measure.aggregate == "count_distinct":
                self.assertEqual(len(set(records.mapped(measure.field_name))), value)
            elif measure.aggregate == "sum" and len(kpi.env.companies) == 1:
                total = sum(records.mapped(measure.field_name)) * measure.factor
                self.assertAlmostEqual(total, value, places=4)
            elif measure.aggregate == "median" and not measure.is_age:
                self.assertAlmostEqual(half(records, measure.field_name), value, places=4)

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

    def test_two_companies_in_two_currencies(self):
        self.check("max", "month:2026-03", *MARCH, companies=self.both)
        self.check("max", "month:2026-03", *MARCH, companies=self.other_company)

    def test_other_time_zone(self):
        self.check("max", "month:2026-03", *MARCH, timezone="America/New_York")

    def test_day_and_week_of_the_clock_change(self):
        self.check("max", "day:2026-03-29", date(2026, 3, 29), date(2026, 3, 29))
        self.check("max", "week:2026-W13", date(2026, 3, 23), date(2026, 3, 29))

    def test_filtered_by_team(self):
        kpi = self.env["crm.kpi"].search([("code", "=", "offer_win_rate")])
        for team in (self.north, self.south):
            card = self.as_user(
                kpi, "max", "month:2026-03", kpi_filters=json.dumps({"team": [team.id]})
            ).card
            seen = self.as_user(kpi, "max", "month:2026-03")
            world = World(seen.env, *MARCH, "Europe/Berlin", NOW)
            decided = [offer for offer in world.decided(*DECIDED) if offer.team_id == team]
            won = [offer for offer in decided if offer.offer_outcome == "won"]
            self.assertEqual((card["numerator"], card["denominator"]), (len(won), len(decided)))

    def test_every_shipped_kpi_resolves(self):
        kpis = self.env["crm.kpi"].with_context(active_test=False).search([])
        for kpi in self.as_user(kpis, "max", "month:2026-03"):
            with self.subTest(kpi=kpi.code):
                self.assertNotEqual(kpi.card["state"], "error", kpi.card["reason"])
                self.assertTrue(kpi.explanation)
