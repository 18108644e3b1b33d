# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which of the windows asked for a record lies, as SQL: one number for each record."""

from odoo.tools import SQL

from . import stocks


class Spans:
    """Numbers spans of time, so that one query answers several windows.

    Each method below adds what it needs to the query and returns the SQL of the number
    of a record's span and, for each window, the numbers of the spans it is made of.

    :param windows: list of :class:`Window`
    :param now: naive UTC datetime of the question
    :param today: the viewer's local date
    """

    def __init__(self, windows, now, today):
        self.windows = windows
        self.now = now
        self.today = today

    def of_shape(self, shape, measure, model, query):
        """The spans for a shape of query (see ``Planner._group_key``)."""
        if shape == "buckets" or (shape == "windows" and self.is_one_bucket_each(measure, model)):
            return self.buckets(measure, model, query)
        if shape == "stays":
            return self.stays(measure, model, query)
        return self.joined(measure, model, query)

    def stock_bounds(self, measure, window):
        """Between which moments a record of a stock must exist."""
        return stocks.bounds(measure, window, self.now, self.today)

    def buckets(self, measure, model, query):
        """Cut time at all bounds at once: each record falls into exactly one bucket."""
        field = model._fields[measure.date_field]
        column = model._field_to_sql(model._table, measure.date_field, query)
        bounds, buckets = self._cut(field.type)
        query.add_where(SQL("%s >= %s AND %s < %s", column, bounds[0], column, bounds[-1]))
        return self._moment_number(column, bounds, field.type == "date"), buckets

    def _cut(self, field_type):
        """All bounds of the windows in their order, and the buckets that make up each window."""
        bounds = sorted({bound for window in self.windows for bound in window.bounds(field_type)})
        buckets = []
        for window in self.windows:
            start, end = window.bounds(field_type)
            buckets.append(range(bounds.index(start) + 1, bounds.index(end) + 1))
        return bounds, buckets

    def is_one_bucket_each(self, measure, model):
        """Whether each window is one bucket: then even medians need no more than one scan."""
        _bounds, buckets = self._cut(model._fields[measure.date_field].type)
        return all(len(numbers) == 1 for numbers in buckets)

    def stays(self, measure, model, query):
        """From which to which moment asked for each record belongs to the stock, in one scan."""
        is_date = model._fields[measure.date_from_field].type == "date"
        moments = [self.stock_bounds(measure, window)[1] for window in self.windows]
        ordered = sorted(set(moments))
        begins, ends = stocks.stay(measure, model, query)
        query.add_where(SQL("%s < %s", begins, ordered[-1]))
        first = self._moment_number(begins, ordered, is_date)
        last = SQL("%s", len(ordered))
        if ends:
            query.add_where(SQL("(%s IS NULL OR %s >= %s)", ends, ends, ordered[0]))
            last = SQL("COALESCE(%s, %s)", self._moment_number(ends, ordered, is_date), last)
        # both numbers in one, so that all queries have the same columns
        stays = [
            [
                start * (len(ordered) + 1) + end
                for start in range(number + 1)
                for end in range(number + 1, len(ordered) + 1)
            ]
            for number in map(ordered.index, moments)
        ]
        return SQL("%s * %s + %s", first, len(ordered) + 1, last), stays

    @staticmethod
    def _moment_number(column, moments, is_date):
        """How many of the moments lie at or before the value of a column."""
        if is_date:  # width_bucket knows no dates: count days
            days = [(moment - moments[0]).days for moment in moments]
            return SQL("width_bucket(%s - %s::date, %s)", column, moments[0], days)
        return SQL("width_bucket(%s, %s::timestamp[])", column, moments)

    def joined(self, measure, model, query):
        """Join the windows: a record may lie in several."""
        # The period before is often part of the trend, too: join it once.
        numbers, spans = {}, []
        for window in self.windows:
            if measure.time_kind == "flow":
                bounds = window.bounds(model._fields[measure.date_field].type)
            else:
                bounds = self.stock_bounds(measure, window)
            spans.append((numbers.setdefault(bounds, len(numbers)),))
        starts, ends = zip(*numbers, strict=True)
        first = measure.date_field if measure.time_kind == "flow" else measure.date_from_field
        kind = SQL("date") if model._fields[first].type == "date" else SQL("timestamp")
        table = SQL(
            "(SELECT n, s::%s AS s, e::%s AS e FROM (VALUES %s) AS v(n, s, e))",
            kind,
            kind,
            SQL(", ").join(SQL("%s", (n, *bounds)) for bounds, n in numbers.items()),
        )
        if measure.time_kind == "flow":
            begins, left = model._field_to_sql(model._table, first, query), None
        else:
            begins, left = stocks.stay(measure, model, query)
        condition = SQL("%s < kpi_window.e", begins)
        if measure.time_kind == "flow":
            # the outer bounds once more, so that an index can serve
            query.add_where(SQL("%s >= %s AND %s < %s", begins, min(starts), begins, max(ends)))
            condition = SQL("%s AND %s >= kpi_window.s", condition, begins)
        elif left:
            condition = SQL("%s AND (%s IS NULL OR %s >= kpi_window.s)", condition, left, left)
        query.add_join("JOIN", "kpi_window", table, condition)
        return SQL("kpi_window.n"), spans
