# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a user sees of a period, by plain searches and in plain Python."""

from datetime import datetime, timedelta

import pytz

# Where another field than the dimension's name tells the member.
MEMBER_FIELDS = {("user", "account.move"): "invoice_user_id"}


class World:
    """What one user sees of one period, by plain searches.

    :param only: (dimension, member) to look at the records of one team or person only
    """

    def __init__(self, env, first, last, timezone, now, only=None):
        self.env = env
        self.only = only
        self.first, self.last = first, last
        self.zone = pytz.timezone(timezone)
        self.now = now
        self.today = pytz.utc.localize(now).astimezone(self.zone).date()

    def all(self, model, domain=()):
        records = self.env[model].with_context(active_test=False).search(list(domain))
        if self.only:
            dimension, member = self.only
            name = MEMBER_FIELDS.get((dimension, model), f"{dimension}_id")
            records = records.filtered(lambda record: record[name].id == member)
        return records

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

    def present(self, count):
        """A stock of which nobody knows what it was: none for periods that are over."""
        return count if self.last + timedelta(days=2) >= self.today else None

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
            if record._name == "utm.campaign":
                currency = record.currency_id
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

    def campaign_cost(self):
        companies = self.env.companies
        campaigns = self.flow(
            self.all("utm.campaign"),
            "cost_date",
            lambda c: c.cost > 0 and (not c.company_id or c.company_id in companies),
        )
        return self.money(campaigns, "cost", "cost_date")

    def clicks(self):
        clicks = self.all("link.tracker.click")
        companies = self.env.companies
        return self.flow(
            clicks,
            "create_date",
            lambda click: (
                click.campaign_id
                and (not click.campaign_id.company_id or click.campaign_id.company_id in companies)
            ),
        )

    def customers(self):
        partners = self.all("res.partner", [("active", "=", True)])
        return partners.filtered(lambda partner: partner.commercial_partner_id == partner)

    def activities(self):
        return self.all("mail.activity", [("res_model", "=", "crm.lead")])

    def open_offers(self, youngest=0, oldest=None):
        offers = self.stock(self.offers(), "offer_sent_on", "offer_decided_on")
        return [
            offer
            for offer in offers
            if youngest < (self.end() - offer.offer_sent_on) / timedelta(days=1)
            and (not oldest or (self.end() - offer.offer_sent_on) / timedelta(days=1) <= oldest)
        ]

    def effects(self, name):
        effects = self.all("crm.saving.effect", [("state", "=", "verified")])
        return self.money(self.flow(effects, "date"), name, "date")

    def savings_proposed(self, test=bool):
        savings = self.all("crm.saving", [("state", "!=", "rejected")])
        return self.flow(savings, "proposed_on", test)

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
