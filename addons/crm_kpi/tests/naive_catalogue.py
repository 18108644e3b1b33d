# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shipped KPIs in plain Python over what ``search`` returns, to compare the engine with."""

from datetime import datetime, timedelta
from statistics import median

import pytz

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

    def __init__(self, env, first, last, timezone, now):
        self.env = env
        self.first, self.last = first, last
        self.zone = pytz.timezone(timezone)
        self.now = now
        self.today = pytz.utc.localize(now).astimezone(self.zone).date()

    def all(self, model, domain=()):
        return self.env[model].with_context(active_test=False).search(list(domain))

    def local(self, moment):
        if isinstance(moment, datetime):
            return pytz.utc.localize(moment).astimezone(self.zone).date()
        return moment

    def inside(self, moment):
        return bool(moment) and self.first <= self.local(moment) <= self.last

    def flow(self, records, name, test=bool):
        return [record for record in records if self.inside(record[name]) and test(record)]

    def end(self):
        """The moment at which a stock is taken."""
        midnight = datetime.combine(self.last + timedelta(days=1), datetime.min.time())
        end = self.zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
        return min(end, self.now)

    def stock(self, records, begin, end=None, test=bool):
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

    def orders(self, test=bool):
        return self.flow(
            self.all("sale.order"), "confirmed_on", lambda o: o.state == "sale" and test(o)
        )

    def leads(self, name="create_date", test=bool):
        return self.flow(self.all("crm.lead"), name, test)

    def invoices(self, test=bool):
        moves = self.all(
            "account.move",
            [("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted")],
        )
        return self.flow(moves, "invoice_date", test)

    def revenue(self, test=bool, sign=1):
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
        return w.flow(w.all(model), moment, BASE.get(code, bool))

    CATALOGUE[f"{code}_days"] = lambda w: half(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_days_p90"] = lambda w: tenth(cases(w), f"days_{name}")
    CATALOGUE[f"{code}_hours"] = lambda w: half(cases(w), f"work_hours_{name}")
    CATALOGUE[f"{code}_hours_p90"] = lambda w: tenth(cases(w), f"work_hours_{name}")


for process, (model, moment, name) in PROCESSES.items():
    add_process(process, model, moment, name)
