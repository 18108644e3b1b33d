# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The time of the demo story: it ends now, and people work during the day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ZONE = ZoneInfo("Europe/Berlin")
MONTHS = 24
"""Full months of history before the running one."""
OPENS, CLOSES = 8, 17


class Clock:
    """Dates relative to one moment, so that the story never looks old.

    :param now: naive UTC datetime at which the story ends
    """

    def __init__(self, now):
        self.now = now.replace(microsecond=0)
        self.today = self.local(self.now).date()
        self.month = self.today.replace(day=1)

    @staticmethod
    def local(moment):
        """The naive UTC datetime as the clock on the company's wall shows it."""
        return moment.replace(tzinfo=UTC).astimezone(ZONE)

    @staticmethod
    def utc(day, hour):
        """Naive UTC datetime of a local date and a (fractional) hour of the day."""
        local = datetime.combine(day, time(), tzinfo=ZONE) + timedelta(hours=hour)
        return local.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def months(self, extra=0):
        """First days of the months of the story, the running one last.

        :param extra: months before the story
        """
        total = MONTHS + extra
        return [self.month - relativedelta(months=total - number) for number in range(total + 1)]

    def age(self, moment):
        """Months between a date or datetime and today, as a float."""
        day = moment.date() if isinstance(moment, datetime) else moment
        return (self.today - day).days / 30.4

    def at_work(self, rng, moment):
        """The next moment from ``moment`` on at which somebody is in the office."""
        local = self.local(moment)
        day, hour = local.date(), local.hour + local.minute / 60
        if hour >= CLOSES:
            day, hour = day + timedelta(days=1), 0
        if day.weekday() >= 5:
            day, hour = day + timedelta(days=7 - day.weekday()), 0
        if hour < OPENS:
            hour = OPENS + rng.random() * 4
        return self.utc(day, hour + rng.random() * 0.3)

    def after(self, rng, moment, days):
        """A moment in the office about ``days`` calendar days after ``moment``."""
        return self.at_work(rng, moment + timedelta(days=days))

    def in_month(self, rng, month):
        """A moment in the office in the month that begins on the date ``month``."""
        last = month + relativedelta(months=1, days=-1)
        day = month + timedelta(days=rng.randrange(last.day))
        if day.weekday() >= 5:
            # a weekend at the end of the month belongs to the week before
            step = 7 - day.weekday()
            day += timedelta(
                days=step if (day + timedelta(days=step)).month == month.month else step - 3
            )
        return self.utc(day, OPENS + rng.random() * (CLOSES - OPENS))
