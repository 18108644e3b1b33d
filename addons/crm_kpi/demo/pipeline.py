# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invents what became of every inquiry, as plain Python and without the database.

Each deal has its own random generator, seeded by its month and number: the same
inquiry has the same fate tomorrow, and what lies in the future has not happened yet.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, log
from random import Random

from . import names, story

LOST_REASONS = (
    "Too expensive",
    "Competitor was faster",
    "Project cancelled",
    "No answer",
    "No need",
)
STAGES = ("new", "qualified", "proposition", "won")
CHANCE = {"new": 12, "qualified": 30, "proposition": 55, "won": 100}


@dataclass
class Quote:
    """One quotation; moments that have not come yet are None."""

    drafted: datetime
    sent: datetime | None = None
    confirmed: datetime | None = None
    cancelled: datetime | None = None
    valid_days: int = 30
    discount: float = 0.0
    invoiced: list = field(default_factory=list)
    """Moments of the invoices, each for an equal share."""
    credited: datetime | None = None
    credited_share: float = 0.0
    record: object = None


@dataclass
class Deal:
    """One inquiry and its fate."""

    key: str
    created: datetime
    kind: str
    team: str
    seller: str
    title: str
    lines: list
    """(number of the product, quantity) of what is asked for."""
    customer: object = None
    company_name: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    campaign: object = None
    medium: str = "website"
    source: str | None = None
    is_repeat: bool = False
    answered: datetime | None = None
    converted: datetime | None = None
    qualified: datetime | None = None
    won: datetime | None = None
    lost: datetime | None = None
    lost_reason: str = ""
    quotes: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    """(asked, answered or None): what the customer wrote in between."""
    expected_close: datetime | None = None
    record: object = None

    @property
    def closed(self):
        return self.won or self.lost

    @property
    def offered(self):
        return min((quote.sent for quote in self.quotes if quote.sent), default=None)

    def stage_at(self, moment):
        """Stage of the deal at a moment, lost or not."""
        for stage, entered in (
            ("won", self.won),
            ("proposition", self.offered),
            ("qualified", self.qualified),
        ):
            if entered and entered <= moment:
                return stage
        return "new"

    @property
    def value(self):
        """List price of what is asked for."""
        return sum(names.PRODUCTS[number][1] * quantity for number, quantity in self.lines)


class Market:
    """Who asks, and whose turn it is to say yes.

    :param known: customers that have bought
    :param strangers: customers to come, in their order
    """

    def __init__(self, known, strangers):
        self.known, self.strangers = known, iter(strangers)
        self.luck = dict.fromkeys(story.TEAM, 0.5)

    def customer(self, rng):
        return rng.choices(self.known, [customer.weight for customer in self.known])[0]

    def newcomer(self, team):
        """The next customer to come, at home where the team sells."""
        customer = next(self.strangers)
        customer.team = team
        self.known.append(customer)
        return customer

    def is_won(self, rng, team, rate):
        """Whether an offer is won: by chance, but no team is unlucky for a whole month."""
        self.luck[team] += rate
        won = self.luck[team] + rng.uniform(-0.6, 0.6) >= 1
        self.luck[team] -= won
        return won


def invent_deals(clock, seed, customers, legacy, campaigns, scale):
    """All deals up to now, in the order of their creation.

    :param legacy: number of the customers that bought before the story begins
    :param campaigns: {first day of a month: campaigns of it}
    """
    drafts = []
    for month in clock.months():
        growth = 1.08 ** (-clock.age(month) / 12)
        count = round(story.LEADS_PER_MONTH * scale * growth * story.SEASON[month.month])
        for number in range(count):
            key = f"{seed}-{month:%Y-%m}-{number}"
            moment = clock.in_month(Random(f"{key}-day"), month)
            if moment <= clock.now:
                drafts.append((moment, month, key))
    market = Market(list(customers[:legacy]), list(customers[legacy:]))
    return [
        _invent(clock, Random(key), key, moment, campaigns[month], market)
        for moment, month, key in sorted(drafts, key=lambda draft: (draft[0], draft[2]))
    ]


def _invent(clock, rng, key, created, campaigns, market):
    age = clock.age(created)
    deal = Deal(key, created, "lead", "", "", "", _lines(rng))
    deal.is_repeat = rng.random() < 0.42
    serious = rng.random()
    if deal.is_repeat:
        _from_customer(rng, deal, market.customer(rng))
        deal.kind = "opportunity" if rng.random() < 0.6 else "lead"
    else:
        _from_stranger(rng, deal, campaigns)
    team = story.TEAM[deal.team]
    deal.seller = _seller(rng, deal.team, age)
    if rng.random() < team.size - 1:
        number, quantity = deal.lines[0]
        deal.lines[0] = (number, quantity + 1)
    deal.title = rng.choice(names.PROJECTS).format(n=rng.randrange(1, 9))
    pace = team.pace(age)

    if rng.random() < 0.95:
        deal.answered = clock.after(rng, created, 1.1 * pace * _spread(rng, 0.9))
    ready = deal.answered or clock.after(rng, created, 5)
    chance = 0.85 if deal.is_repeat else 0.5 if deal.campaign else 0.62
    if serious > chance:
        # some of the poor ones are simply forgotten
        if rng.random() < 0.97:
            deal.lost = clock.after(rng, ready, 9 * _spread(rng, 0.6))
            deal.lost_reason = rng.choice(("No need", "No need", "No answer", "Too expensive"))
        _end(clock, rng, deal)
        return deal
    if deal.kind == "lead":
        deal.converted = ready = clock.after(rng, ready, 2.5 * pace * _spread(rng, 0.7))
    deal.qualified = clock.after(rng, ready, 1.5 * pace * _spread(rng, 0.8))
    if rng.random() < 0.47:
        if rng.random() < 0.98:
            deal.lost = clock.after(rng, deal.qualified, 16 * _spread(rng, 0.6))
            deal.lost_reason = rng.choice(
                ("Project cancelled", "No answer", "Competitor was faster")
            )
        _end(clock, rng, deal)
        return deal
    _offer(clock, rng, deal, team, pace, market)
    if deal.customer is None and deal.quotes[0].drafted <= clock.now:
        # becomes a customer on record with the first offer, or turns out to be one
        deal.customer = market.newcomer(deal.team) if rng.random() < 0.6 else market.customer(rng)
    _end(clock, rng, deal)
    return deal


def _from_customer(rng, deal, customer):
    deal.customer = customer
    deal.team = customer.team
    deal.medium = rng.choice(("phone", "phone", "email", "direct"))


def _from_stranger(rng, deal, campaigns):
    deal.team = rng.choices(
        [team.code for team in story.TEAMS], [team.share for team in story.TEAMS]
    )[0]
    deal.company_name = f"{rng.choice(names.SURNAMES)} {rng.choice(names.TRADES)}"
    deal.contact_name = f"{rng.choice(names.FIRST_NAMES)} {rng.choice(names.SURNAMES)}"
    deal.email = f"anfrage{rng.randrange(10**6)}@kontakt.example"
    deal.phone = f"+49 40 555{rng.randrange(1000, 9999)}"
    if rng.random() < 0.54:
        deal.campaign = rng.choices(campaigns, [entry.channel.pull for entry in campaigns])[0]
        deal.medium, deal.source = deal.campaign.channel.medium, deal.campaign.channel.source
    else:
        deal.medium, deal.source = rng.choice(
            (("website", "search_engine"), ("website", None), ("phone", None), ("direct", "referral"),
             ("facebook", "facebook"), ("linkedin", "linkedin"))
        )  # fmt: skip


def _seller(rng, team, age):
    there = [
        person for person in story.SELLERS if person.team_at(age) == team and person.is_there(age)
    ]
    return rng.choices(there, [person.weight for person in there])[0].login


def _lines(rng):
    """One to three products; a large one seldom."""
    first = rng.choices(range(len(names.PRODUCTS)), (10, 9, 8, 8, 1.2, 1.6, 7, 9, 5, 6))[0]
    lines = [(first, 1 if names.PRODUCTS[first][1] > 20000 else rng.choice((1, 1, 2, 3)))]
    for number in rng.sample((2, 3, 6, 7, 8, 9), rng.choice((0, 1, 1, 2))):
        if number != first:
            lines.append((number, rng.choice((1, 1, 2))))
    return lines


def _spread(rng, sigma):
    """Factor around 1 with a long tail, as durations have it."""
    return exp(min(rng.gauss(0, sigma), log(6)))


def _offer(clock, rng, deal, team, pace, market):
    """The quotation, its revision, and the customer's decision."""
    drafted = clock.after(rng, deal.qualified, 4 * pace * _spread(rng, 0.7))
    sent = clock.after(rng, drafted, 1.6 * pace * _spread(rng, 0.8))
    age = clock.age(sent)
    discount = rng.choice((0, 0, 0, 3, 5, 5, 8, 10))
    if deal.team == "export" and age < 5:
        discount += 4
    quote = Quote(drafted, sent, discount=discount)
    deal.quotes.append(quote)
    if rng.random() < 0.2:
        revised = clock.after(rng, sent, 7 * _spread(rng, 0.5))
        quote.cancelled = revised
        quote = Quote(
            revised - timedelta(hours=2), revised, discount=discount + rng.choice((0, 2, 4))
        )
        deal.quotes.append(quote)
    rate = team.win_rate(age) + (0.06 if deal.is_repeat else -0.05)
    patience = 17 * (0.55 + 0.45 * pace) * _spread(rng, 0.55)
    decided = clock.after(rng, quote.sent, patience)
    if market.is_won(rng, deal.team, rate):
        quote.valid_days = max(30, int(patience) + 5)
        quote.confirmed = deal.won = decided
        _deliver(clock, rng, quote)
    elif rng.random() < 0.8:
        quote.valid_days = max(30, int(patience) + 5)
        deal.lost = decided
        if rng.random() < 0.5:
            quote.cancelled = decided
        deal.lost_reason = rng.choice(
            ("Too expensive", "Too expensive", "Competitor was faster", "Project cancelled")
        )
    else:
        quote.valid_days = rng.choice((21, 30, 30))
        if rng.random() < 0.96:
            deal.lost = clock.after(rng, quote.sent, quote.valid_days + 6 + rng.random() * 20)
            deal.lost_reason = "No answer"


def _deliver(clock, rng, quote):
    """Invoices and what goes wrong after the order."""
    age = clock.age(quote.confirmed)
    if rng.random() < 0.06:
        quote.cancelled = clock.after(rng, quote.confirmed, 4 + rng.random() * 26)
        return
    first = clock.after(rng, quote.confirmed, 9 * _spread(rng, 0.5))
    quote.invoiced.append(first)
    if rng.random() < 0.15:
        quote.invoiced.append(clock.after(rng, first, 25 + rng.random() * 10))
    if rng.random() < (0.09 if age > story.MEASURE_AGE else 0.05):
        quote.credited = clock.after(rng, quote.invoiced[-1], 10 + rng.random() * 25)
        quote.credited_share = rng.choice((0.1, 0.2, 0.3, 0.5))


def _end(clock, rng, deal):
    """Add the talk in between, then forget everything that lies in the future."""
    last = deal.closed or clock.now
    moment = deal.answered or deal.created
    while rng.random() < 0.45:
        moment = clock.after(rng, moment, 3 + rng.random() * 12)
        if moment >= last:
            break
        answered = clock.after(rng, moment, 0.5 + rng.random() * 2) if rng.random() < 0.96 else None
        deal.questions.append((moment, answered))
        if answered is None:
            break
        moment = answered
    true_close = deal.closed or deal.created + timedelta(days=70)
    deal.expected_close = true_close + timedelta(days=rng.gauss(0, 11))

    def past(moment):
        return moment if moment and moment <= clock.now else None

    for name in ("answered", "converted", "qualified", "won", "lost"):
        setattr(deal, name, past(getattr(deal, name)))
    deal.quotes = [quote for quote in deal.quotes if past(quote.drafted)]
    for quote in deal.quotes:
        for name in ("sent", "confirmed", "cancelled", "credited"):
            setattr(quote, name, past(getattr(quote, name)))
        quote.invoiced = [moment for moment in quote.invoiced if past(moment)]
        if not quote.invoiced:
            quote.credited = None
    deal.questions = [(asked, past(answer)) for asked, answer in deal.questions if past(asked)]


def invent_old_orders(clock, seed, customers):
    """One order for each customer from the half year before the story."""
    deals = []
    months = clock.months(extra=6)[:6]
    for customer in customers:
        key = f"{seed}-old-{customer.number}"
        rng = Random(key)
        confirmed = clock.in_month(rng, rng.choice(months))
        age = clock.age(confirmed)
        drafted = clock.at_work(rng, confirmed - timedelta(days=12))
        quote = Quote(
            drafted=drafted,
            sent=clock.after(rng, drafted, 1),
            confirmed=confirmed,
            discount=rng.choice((0, 0, 5)),
            invoiced=[clock.after(rng, confirmed, 10)],
        )
        deals.append(
            Deal(
                key, quote.drafted, "", customer.team, _seller(rng, customer.team, age), "",
                _lines(rng), customer=customer, won=confirmed, quotes=[quote],
            )
        )  # fmt: skip
    return deals
