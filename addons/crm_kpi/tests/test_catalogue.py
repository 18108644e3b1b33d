# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every shipped KPI against figures computed here in plain Python over what ``search`` returns.

The records carry random facts (seeded) with moments crowded around month ends and the
clock change; how these facts come about is tested with the fields themselves.
"""

import json
import random
from datetime import date, datetime, timedelta
from statistics import median

import pytz
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .common import KpiCase

NOW = datetime(2026, 5, 20, 9, 30)
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
WON_LOST = ("won", "lost")
DECIDED = ("won", "lost", "expired")


def percentile(values, share):
    """Linear interpolation between the closest ranks."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


class World:
    """What one user sees of one period, by plain searches."""

    def __init__(self, env, first, last, timezone):
        self.env = env
        self.first, self.last = first, last
        self.zone = pytz.timezone(timezone)
        self.now = NOW
        self.today = pytz.utc.localize(NOW).astimezone(self.zone).date()

    def all(self, model, domain=()):
        return self.env[model].with_context(active_test=False).search(list(domain))

    def local(self, moment):
        if isinstance(moment, datetime):
            return pytz.utc.localize(moment).astimezone(self.zone).date()
        return moment

    def inside(self, moment):
        return bool(moment) and self.first <= self.local(moment) <= self.last

    def flow(self, records, name, test=lambda record: True):
        return [record for record in records if self.inside(record[name]) and test(record)]

    def end(self):
        """The moment at which a stock is taken."""
        midnight = datetime.combine(self.last + timedelta(days=1), datetime.min.time())
        end = self.zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
        return min(end, self.now)

    def stock(self, records, begin, end=None, test=lambda record: True):
        moment = self.end()
        return [
            record
            for record in records
            if record[begin]
            and record[begin] < moment
            and (not end or not record[end] or record[end] >= moment)
            and test(record)
        ]

    def stock_by_day(self, records, begin, end=None):
        day = min(self.last + timedelta(days=1), self.today)
        return [
            record
            for record in records
            if record[begin]
            and record[begin] < day
            and (not end or not record[end] or record[end] >= day)
        ]

    def money(self, records, amount, moment, sign=1):
        """Sum in the viewer's currency, each at the rate of its own day."""
        total = 0.0
        target = self.env.company.currency_id
        for record in records:
            currency = record.company_id.currency_id or target
            day = self.local(record[moment])
            total += sign * currency._convert(
                record[amount], target, self.env.company, day, round=False
            )
        return total

    # -------------------------------------------------------- shared record sets
    def offers(self):
        return self.all("sale.order", [("is_offer", "=", True)])

    def decided(self, *outcomes):
        return self.flow(self.offers(), "offer_decided_on", lambda o: o.offer_outcome in outcomes)

    def orders(self, test=lambda order: True):
        return self.flow(
            self.all("sale.order"), "confirmed_on", lambda o: o.state == "sale" and test(o)
        )

    def leads(self, name="create_date", test=lambda lead: True):
        return self.flow(self.all("crm.lead"), name, test)

    def invoices(self, test=lambda move: True):
        moves = self.all(
            "account.move",
            [("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted")],
        )
        return self.flow(moves, "invoice_date", test)

    def revenue(self, test=lambda move: True, sign=1):
        return self.money(self.invoices(test), "amount_untaxed_signed", "invoice_date", sign)

    def headcount(self):
        last = min(self.last, self.today)
        days = [
            self.first + timedelta(days=number) for number in range((last - self.first).days + 1)
        ]
        total = sum(
            version.headcount_fte
            for version in self.all("hr.version")
            for day in days
            if version.headcount_from
            and version.headcount_from <= day
            and (not version.headcount_to or day < version.headcount_to)
        )
        return total / len(days)


def of_campaign(order):
    """Campaign of the order, or of its opportunity where the viewer may read that."""
    return order.campaign_id or order.opportunity_id._filtered_access("read").campaign_id


def ratio(top, bottom, factor=100):
    return top / bottom * factor if bottom else None


def half(records, name):
    values = [record[name] for record in records if record[name] is not False]
    return median(values) if values else None


def tenth(records, name):
    values = [record[name] for record in records if record[name] is not False]
    return percentile(values, 0.9) if values else None


def new_customers(w):
    companies = w.env.companies
    first = w.orders(lambda o: o.is_first_order and not o.prior_company_ids & companies)
    return len({order.commercial_partner_id for order in first})


CATALOGUE = {
    "offer_win_rate": lambda w: ratio(len(w.decided("won")), len(w.decided(*DECIDED))),
    "offer_win_rate_value": lambda w: ratio(
        w.money(w.decided("won"), "amount_untaxed_company", "offer_decided_on"),
        w.money(w.decided(*DECIDED), "amount_untaxed_company", "offer_decided_on"),
    ),
    "offers_sent": lambda w: len(w.flow(w.offers(), "offer_sent_on")),
    "offer_win_rate_cohort": lambda w: ratio(
        len(w.flow(w.offers(), "offer_sent_on", lambda o: o.offer_outcome == "won")),
        len(w.flow(w.offers(), "offer_sent_on")),
    ),
    "opportunity_win_rate": lambda w: ratio(
        len(w.leads("closed_on", lambda lead: lead.won_status == "won")),
        len(w.leads("closed_on", lambda lead: lead.won_status in WON_LOST)),
    ),
    "average_order_value": lambda w: ratio(
        w.money(w.orders(), "amount_untaxed_company", "confirmed_on"), len(w.orders()), 1
    ),
    "discount_given": lambda w: ratio(
        w.money(w.orders(), "amount_discount_company", "confirmed_on"),
        w.money(w.orders(), "amount_list_company", "confirmed_on"),
    ),
    "open_offers": lambda w: len(w.stock(w.offers(), "offer_sent_on", "offer_decided_on")),
    "open_offers_value": lambda w: w.money(
        w.stock(w.offers(), "offer_sent_on", "offer_decided_on"),
        "amount_untaxed_company",
        "offer_sent_on",
    ),
    "open_offers_age": lambda w: (
        median(
            (w.end() - offer.offer_sent_on).total_seconds() / 86400
            for offer in w.stock(w.offers(), "offer_sent_on", "offer_decided_on")
        )
        if w.stock(w.offers(), "offer_sent_on", "offer_decided_on")
        else None
    ),
    "campaign_leads": lambda w: len(w.leads(test=lambda lead: lead.campaign_id)),
    "campaign_lead_share": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.campaign_id)), len(w.leads())
    ),
    "social_lead_share": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.medium_id.name in ("LinkedIn", "Facebook", "X"))),
        len(w.leads()),
    ),
    "campaign_qualification": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.campaign_id and lead.type == "opportunity")),
        len(w.leads(test=lambda lead: lead.campaign_id)),
    ),
    "campaign_win_rate": lambda w: ratio(
        len(
            w.leads(
                test=lambda lead: (
                    lead.campaign_id and lead.type == "opportunity" and lead.won_status == "won"
                )
            )
        ),
        len(w.leads(test=lambda lead: lead.campaign_id and lead.type == "opportunity")),
    ),
    "campaign_orders": lambda w: len(w.orders(of_campaign)),
    "campaign_revenue": lambda w: w.money(
        w.orders(of_campaign), "amount_untaxed_company", "confirmed_on"
    ),
    "cancelled_orders": lambda w: len(
        w.flow(
            w.all("sale.order"), "cancelled_on", lambda o: o.confirmed_on and o.state == "cancel"
        )
    ),
    "cancelled_value": lambda w: w.money(
        w.flow(
            w.all("sale.order"), "cancelled_on", lambda o: o.confirmed_on and o.state == "cancel"
        ),
        "amount_untaxed_company",
        "cancelled_on",
    ),
    "cancellation_rate": lambda w: ratio(
        len(w.flow(w.all("sale.order"), "confirmed_on", lambda o: o.state == "cancel")),
        len(w.flow(w.all("sale.order"), "confirmed_on")),
    ),
    "value_credited": lambda w: ratio(
        w.revenue(lambda move: move.move_type == "out_refund", -1),
        w.revenue(lambda move: move.move_type == "out_invoice"),
    ),
    "revenue": lambda w: w.revenue(),
    "order_intake": lambda w: w.money(w.orders(), "amount_untaxed_company", "confirmed_on"),
    "new_deals": lambda w: len(w.orders()),
    "new_deals_value": lambda w: w.money(w.orders(), "amount_untaxed_company", "confirmed_on"),
    "deals_won": lambda w: len(w.leads("closed_on", lambda lead: lead.won_status == "won")),
    "new_customers": new_customers,
    "new_customer_revenue_share": lambda w: ratio(
        w.revenue(lambda move: move.is_new_customer_revenue), w.revenue()
    ),
    "time_in_stage": lambda w: half(w.flow(w.all("crm.lead.stage.log"), "left_on"), "days"),
    "pipeline": lambda w: w.money(
        w.stock(
            w.all("crm.lead"),
            "create_date",
            "closed_on",
            lambda lead: lead.type == "opportunity",
        ),
        "prorated_revenue",
        "create_date",
    ),
    "leads_waiting": lambda w: len(w.stock(w.all("crm.lead"), "waiting_since", "closed_on")),
    "slow_deals": lambda w: len(w.stock(w.all("crm.lead.stage.log"), "slow_on", "left_on")),
    "qualified_leads": lambda w: ratio(
        len(w.leads(test=lambda lead: lead.type == "opportunity" and lead.date_conversion)),
        len(w.leads(test=lambda lead: lead.type == "lead" or lead.date_conversion)),
    ),
    "customers_overdue": lambda w: len(
        w.stock_by_day(w.all("res.partner", [("parent_id", "=", False)]), "purchase_due_on")
    ),
}
PROCESSES = {
    "first_response": ("crm.lead", "first_response_on", "to_first_response"),
    "qualification": ("crm.lead", "date_conversion", "to_qualification"),
    "first_offer": ("crm.lead", "first_offer_on", "to_first_offer"),
    "lead_won": ("crm.lead", "won_on", "to_won"),
    "draft_sent": ("sale.order", "quotation_sent_on", "draft_to_sent"),
    "sent_decision": ("sale.order", "offer_decided_on", "sent_to_decision"),
    "order_invoice": ("sale.order", "first_invoiced_on", "decision_to_invoice"),
}
BASE = {
    "draft_sent": lambda order: order.is_offer,
    "sent_decision": lambda order: order.is_offer,
    "order_invoice": lambda order: order.confirmed_on,
}


def add_process(code, model, moment, name):
    def cases(w):
        return w.flow(w.all(model), moment, BASE.get(code, lambda record: True))

    CATALOGUE[f"{code}_days"] = lambda w: half(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_days_p90"] = lambda w: tenth(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_hours"] = lambda w: half(cases(w), f"work_hours_{name}")
    CATALOGUE[f"{code}_hours_p90"] = lambda w: tenth(cases(w), f"work_hours_{name}")


for process, (model, moment, name) in PROCESSES.items():
    add_process(process, model, moment, name)


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
            closed = status != "pending" and cls.moment(0) or None
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
            outcome = offer and cls.pick("open", "won", "lost", "expired") or None
            value = cls.random.randrange(100, 20000, 50)
            cls.set_columns(
                order,
                **cls.owner(),
                state=state,
                is_offer=offer,
                offer_outcome=outcome,
                offer_sent_on=offer and cls.moment(0) or None,
                offer_decided_on=outcome not in (None, "open") and cls.moment(0) or None,
                quotation_sent_on=cls.moment(),
                confirmed_on=state in ("sale", "cancel") and cls.moment(0.2) or None,
                cancelled_on=state == "cancel" and cls.moment(0) or None,
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
    def expected(self, kpi, world):
        return CATALOGUE[kpi.code](world)

    def check(self, user, period, first, last, timezone="Europe/Berlin", companies=None):
        kpis = self.env["crm.kpi"].search([("code", "in", list(CATALOGUE))])
        self.assertEqual(len(kpis), len(CATALOGUE), "every figure computed here is shipped")
        seen = self.as_user(kpis, user, period, companies=companies).with_context(tz=timezone)
        world = World(seen.env, first, last, timezone)
        for kpi in seen:
            card, expected = kpi.card, self.expected(kpi, world)
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
        self.check("max", "month:2026-03", date(2026, 3, 1), date(2026, 3, 31))
        self.check("max", "month:2026-04", date(2026, 4, 1), date(2026, 4, 30))
        self.check("max", "this_month", date(2026, 5, 1), date(2026, 5, 20))
        self.check("max", "quarter:2026-Q1", date(2026, 1, 1), date(2026, 3, 31))

    def test_as_team_leader(self):
        self.check("lena", "month:2026-03", date(2026, 3, 1), date(2026, 3, 31))

    def test_as_salesperson(self):
        self.check("anna", "month:2026-03", date(2026, 3, 1), date(2026, 3, 31))
        self.check("bernd", "month:2026-04", date(2026, 4, 1), date(2026, 4, 30))

    def test_two_companies_in_two_currencies(self):
        march = (date(2026, 3, 1), date(2026, 3, 31))
        self.check("max", "month:2026-03", *march, companies=self.both)
        self.check("max", "month:2026-03", *march, companies=self.other_company)

    def test_other_time_zone(self):
        march = (date(2026, 3, 1), date(2026, 3, 31))
        self.check("max", "month:2026-03", *march, timezone="America/New_York")

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
            world = World(seen.env, date(2026, 3, 1), date(2026, 3, 31), "Europe/Berlin")
            decided = [offer for offer in world.decided(*DECIDED) if offer.team_id == team]
            won = [offer for offer in decided if offer.offer_outcome == "won"]
            self.assertEqual((card["numerator"], card["denominator"]), (len(won), len(decided)))

    def test_every_shipped_kpi_resolves(self):
        kpis = self.env["crm.kpi"].with_context(active_test=False).search([])
        for kpi in self.as_user(kpis, "max", "month:2026-03"):
            with self.subTest(kpi=kpi.code):
                self.assertNotEqual(kpi.card["state"], "error", kpi.card["reason"])
                self.assertTrue(kpi.explanation)
