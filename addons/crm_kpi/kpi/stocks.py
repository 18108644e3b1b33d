# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a record belongs to a stock: as a filter, and as SQL."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL

# Kinds of stock that are taken at one moment: the end of the period, or its begin.
MOMENTS = ("stock", "stock_start")


def _is_date(measure, model):
    return model._fields[measure.date_from_field].type == "date"


def bounds(measure, window, now, today):
    """Between which moments a record must exist: both the end or both the begin of the
    window, but for an average."""
    is_date = _is_date(measure, measure.source_id._get_model())
    start, end = window.bounds("date" if is_date else "datetime")
    if measure.time_kind == "stock_start":
        return start, start
    if measure.time_kind == "stock_average":
        end = min(end, today + timedelta(days=1) if is_date else now)
        return min(start, end), end
    # a day that still runs is not over for anybody: nothing due today is overdue
    end = min(end, today if is_date else now)
    return end, end


def domain(measure, start, end):
    """The records that belong to the stock between two moments (see :func:`bounds`)."""
    begins, ends = measure.date_from_field, measure.date_to_field
    youngest, oldest = measure._age_limits()
    found = Domain(begins, "<", end - timedelta(days=youngest or 0))
    if oldest:
        found &= Domain(begins, ">=", end - timedelta(days=oldest))
    if ends:
        found &= Domain(ends, "=", False) | Domain(ends, ">=", start)
    return found


def stay(measure, model, query):
    """SQL of the moments at which a record comes into the stock and leaves it (or None); with
    limits of age it comes when old enough and leaves when too old."""
    begins = model._field_to_sql(model._table, measure.date_from_field, query)
    ends = None
    if measure.date_to_field:
        ends = model._field_to_sql(model._table, measure.date_to_field, query)
    day = SQL("1") if _is_date(measure, model) else SQL("INTERVAL '1 day'")
    youngest, oldest = measure._age_limits()
    if oldest:
        too_old = SQL("(%s + %s * %s)", begins, oldest, day)
        ends = SQL("LEAST(%s, %s)", ends, too_old) if ends else too_old
    if youngest:
        begins = SQL("(%s + %s * %s)", begins, youngest, day)
    return begins, ends


def overlap(measure, model, query):
    """SQL of the share of the window ``kpi_window`` during which a record existed."""
    begins, ends = stay(measure, model, query)
    ends = SQL("LEAST(%s, kpi_window.e)", ends) if ends else SQL("kpi_window.e")
    length = SQL("(%s - GREATEST(%s, kpi_window.s))", ends, begins)
    whole = SQL("(kpi_window.e - kpi_window.s)")
    if not _is_date(measure, model):
        length = SQL("EXTRACT(EPOCH FROM %s)", length)
        whole = SQL("EXTRACT(EPOCH FROM %s)", whole)
    return SQL("GREATEST(0, %s)::float / NULLIF(%s, 0)", length, whole)
