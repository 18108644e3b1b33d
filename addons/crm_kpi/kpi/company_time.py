# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of a company: its days begin and end in its own time zone."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo.tools import SQL


def company_timezone(company):
    """Time zone of the company's working hours, else of its address, else UTC."""
    company = company.sudo()
    return ZoneInfo(company.resource_calendar_id.tz or company.partner_id.tz or "UTC")


def local_day(moment, zone):
    """Date on which the naive UTC datetime ``moment`` falls in ``zone``."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def end_of_day(day, zone):
    """Naive UTC datetime of the last second of the local date ``day`` in ``zone``."""
    local = datetime.combine(day, time(23, 59, 59), tzinfo=zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def same_clock_time(moment, day, zone):
    """Naive UTC datetime at which the clock in ``zone`` shows on ``day`` what it
    shows at the naive UTC datetime ``moment``."""
    clock = moment.replace(tzinfo=UTC).astimezone(zone).time()
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def company_zones_sql():
    """Query of ``(company_id, tz)``: the time zone of each company, see above."""
    return SQL(
        """
        SELECT company.id AS company_id, COALESCE(calendar.tz, partner.tz, 'UTC') AS tz
          FROM res_company company
     LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
     LEFT JOIN res_partner partner ON partner.id = company.partner_id
        """
    )
