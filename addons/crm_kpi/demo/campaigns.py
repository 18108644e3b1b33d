# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Campaigns with their cost, tracked links and clicks."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from . import story
from .bulk import insert_rows, update_rows


@dataclass
class Channel:
    """A kind of campaign that is repeated."""

    title: str
    medium: str
    source: str
    cost: int
    clicks: int
    """Clicks per month of a normal season."""
    pull: float
    """Weight among the campaigns of a month that leads come from."""
    months: tuple
    """Calendar months in which it runs."""


CHANNELS = (
    Channel("LinkedIn-Kampagne", "linkedin", "linkedin", 1400, 260, 1.0, (1, 3, 5, 7, 9, 11)),
    Channel(
        "Suchanzeigen", "google_adwords", "search_engine", 1100, 300, 1.2, (2, 4, 6, 8, 10, 12)
    ),
    Channel("Newsletter", "email", "newsletter", 280, 190, 0.7, tuple(range(1, 13))),
    Channel("Fachmesse Logistik", "direct", "referral", 6400, 60, 1.6, (3, 10)),
)
MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip


@dataclass
class Campaign:
    channel: Channel
    month: object
    record: object = None
    link: object = None


def create_campaigns(env, clock, staff, seed, scale):
    """Campaigns by the first day of their month."""
    plan = [
        Campaign(channel, month)
        for month in clock.months()
        for channel in CHANNELS
        if month.month in channel.months
    ]
    owner = staff.users["ines.einkauf"]
    mediums = {channel.medium: env.ref(f"utm.utm_medium_{channel.medium}") for channel in CHANNELS}
    sources = {channel.source: env.ref(f"utm.utm_source_{channel.source}") for channel in CHANNELS}
    titles = [
        f"{entry.channel.title} {MONTH_NAMES[entry.month.month - 1]} {entry.month.year}"
        for entry in plan
    ]
    records = env["utm.campaign"].create(
        [
            {
                "title": title,
                "user_id": owner.id,
                "company_id": env.company.id,
                "cost": round(entry.channel.cost * (1 + entry.month.month / 60), -1),
                "cost_date": entry.month,
            }
            for title, entry in zip(titles, plan, strict=True)
        ]
    )
    links = env["link.tracker"].create(
        [
            {
                "url": f"https://www.{story.DOMAIN}/{entry.channel.source}/{entry.month:%Y-%m}",
                "title": title,
                "campaign_id": record.id,
                "medium_id": mediums[entry.channel.medium].id,
                "source_id": sources[entry.channel.source].id,
            }
            for title, entry, record in zip(titles, plan, records, strict=True)
        ]
    )
    by_month = {}
    for entry, record, link in zip(plan, records, links, strict=True):
        entry.record, entry.link = record, link
        by_month.setdefault(entry.month, []).append(entry)
    _create_clicks(env, clock, plan, seed, scale)
    env.flush_all()
    for made in (records, links):
        begins = [clock.utc(entry.month, 6) for entry in plan]
        update_rows(
            env, made._table, {"create_date": "timestamp"}, list(zip(made.ids, begins, strict=True))
        )
    return by_month


def _create_clicks(env, clock, plan, seed, scale):
    country = env.ref("base.de").id
    rows = []
    for entry in plan:
        rng = Random(f"{seed}-clicks-{entry.channel.source}-{entry.month}")
        begin = clock.utc(entry.month, 7)
        days = (entry.month + relativedelta(months=1) - entry.month).days
        for _click in range(round(entry.channel.clicks * scale * story.SEASON[entry.month.month])):
            moment = begin + timedelta(days=rng.betavariate(1.2, 1.8) * days)
            address = f"198.51.{rng.randrange(100)}.{rng.randrange(1, 255)}"
            if moment <= clock.now:
                rows.append((entry.link.id, entry.record.id, address, country, moment, moment))
    columns = {
        "link_id": "int4", "campaign_id": "int4", "ip": "varchar", "country_id": "int4",
        "create_date": "timestamp", "write_date": "timestamp",
    }  # fmt: skip
    env["link.tracker.click"].flush_model()
    insert_rows(env, "link_tracker_click", columns, rows)
    env["link.tracker.click"].invalidate_model()
    env.add_to_compute(
        env["link.tracker"]._fields["count"], env["link.tracker"].browse({row[0] for row in rows})
    )
