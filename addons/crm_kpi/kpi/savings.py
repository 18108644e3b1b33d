# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When the effect of a saving falls, without the ORM."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

# An open recurring saving has its effects laid out this many months ahead.
MONTHS_AHEAD = 12


def horizon(today: date) -> date:
    """Last day for which effects of an open recurring saving are laid out."""
    return today.replace(day=1) + relativedelta(months=MONTHS_AHEAD + 1, days=-1)


def monthly_shares(first: date, last: date) -> list[tuple[date, float]]:
    """Share of every calendar month that lies within first..last, both included.

    :return: (first day of the month that counts, share 0..1 of the month's days)
    """
    shares = []
    day = first
    while day <= last:
        month_start = day.replace(day=1)
        next_month = month_start + relativedelta(months=1)
        until = min(next_month - timedelta(days=1), last)
        days = (next_month - month_start).days
        shares.append((day, ((until - day).days + 1) / days))
        day = next_month
    return shares
