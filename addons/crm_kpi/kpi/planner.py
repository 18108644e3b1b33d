# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From measures, windows of time and filters to numbers, in one query per source and date.

Everything is asked as the viewer: the ORM gives FROM and WHERE with record
rules, company and field access; this module only adds aggregates. A rollup
would answer a :class:`Question` in place of :meth:`Planner._ask_live`.
"""

import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from . import stocks
from .answers import Aggregate, Answers, Problem, UnavailableError
from .currency import join_rates, rate_table
from .definition import DefinitionError, evaluate_domain, stored_field
from .spans import Spans

_logger = logging.getLogger(__name__)

ADDITIVE = ("count", "sum", "avg")
# Aggregates that leave records without a value out, in the figure and in its records.
OF_VALUES = ("count_distinct", "avg", "median", "p90")
# For so long after its end the present state may stand for a period: the snapshots of a month
# are taken on the day after it, when in some zones the next day has begun.
GRACE = timedelta(days=1)
# Member of the row that sums up persons whose figures the viewer may not see one by one.
OTHERS = -1


class Planner:
    """Answers measures for several windows at once.

    :param windows: list of :class:`Window`
    :param now: naive UTC datetime of the question; a stock is never taken later
    :param today: the viewer's local date
    :param timezone: name of the reporting time zone
    :param filters: dict dimension code → list of ids, False for records without one
    :param split: code of the dimension to split by
    """

    def __init__(self, env, windows, now, today, timezone, filters=None, split=None):
        self.env = env
        self.timezone = timezone
        self.windows = windows
        self.now = now
        self.today = today
        self.filters = filters or {}
        self.split = split
        self.spans = Spans(windows, now, today)
        self._rate_tables = {}

    # ------------------------------------------------------------ questions
    def ask(self, measures):
        """Compute all measures.

        :return: :class:`Answers`; a measure that cannot be computed is in ``problems``
        """
        answers = Answers()
        # or a query that is refused would take pending changes along when it is rolled back
        self.env.flush_all()
        self._guarded(measures, lambda part: self._check(part, answers), answers)
        groups = defaultdict(list)
        for measure in measures:
            if measure.id not in answers.problems:
                groups[self._group_key(measure)].append(measure)
                self._note_gaps(measure, answers)
        for group in groups.values():
            self._guarded(group, lambda part: self._ask_live(part, answers), answers)
        return answers

    def _guarded(self, measures, work, answers):
        """Do ``work`` for measures together; one by one when the database refuses something."""
        try:
            with self.env.cr.savepoint(flush=False):
                work(measures)
        except psycopg2.OperationalError:
            raise  # concurrency and connection are the framework's to handle
        except psycopg2.Error as error:
            if len(measures) > 1:
                for measure in measures:
                    self._guarded(measure, work, answers)
                return
            _logger.warning("KPI measure %s failed", measures[0].code, exc_info=True)
            reason = self.env._("The database refuses this definition: %s", error.pgerror or error)
            answers.problems[measures[0].id] = Problem("error", reason)

    def _check(self, measures, answers):
        """Note which measures have definitions, dimensions or access rights that do not do."""
        for measure in measures:
            try:
                measure._check_resolvable()
                self._query(measure)
            except DefinitionError as error:
                answers.problems[measure.id] = Problem("error", str(error))
            except UnavailableError as error:
                answers.problems[measure.id] = Problem("unavailable", str(error))
            except AccessError:
                reason = self.env._("Not visible for your role.")
                answers.problems[measure.id] = Problem("hidden", reason)

    def _note_gaps(self, measure, answers):
        """Say in which windows nothing can be known about a stock."""
        if measure.time_kind == "flow":
            return
        for number, window in enumerate(self.windows):
            reason = None
            if window.start > self.now:
                reason = self.env._("This period has not begun yet.")
            elif not measure.has_history and self._stock_day(measure, window) < self.today - GRACE:
                reason = self.env._("Only the present state is known, not that of the past.")
            if reason:
                answers.gaps[measure.id, number] = Problem("no_data", reason)

    @staticmethod
    def _stock_day(measure, window):
        return window.first_day if measure.time_kind == "stock_start" else window.end_day

    def domain(self, measure, window, member=None):
        """The records behind a figure, as the query sees them.

        :param member: member of the split dimension; None for all
        :return: :class:`Domain`; search it with the context of ``measure.source_id._get_model()``
        """
        domain = self._base_domain(measure) & evaluate_domain(self.env, measure.domain)
        model = measure.source_id._get_model()
        if measure.time_kind == "flow":
            name = measure.date_field
            start, end = window.bounds(model._fields[name].type)
            domain &= Domain(name, ">=", start) & Domain(name, "<", end)
        else:
            domain &= stocks.domain(measure, *self.spans.stock_bounds(measure, window))
        name = measure.field_name
        if measure.aggregate in OF_VALUES and name and model._fields[name].falsy_value is None:
            domain &= Domain(name, "!=", False)
        if member is not None:
            domain &= Domain(self._split_field(measure), "=", member)
        return domain

    # ------------------------------------------------------------ one measure
    def _group_key(self, measure):
        shape = "buckets" if measure.aggregate in ADDITIVE else "windows"
        if measure.time_kind in stocks.MOMENTS:
            shape = "stays" if shape == "buckets" else "stock"
        elif measure.time_kind == "stock_average":
            shape = "stock_average"
        dates = tuple(measure._date_field_names())
        return measure.source_id.id, measure.time_kind, dates, measure._age_limits(), shape

    def _split_field(self, measure):
        if not self.split:
            return None
        return self._dimension(measure, self.split)

    def _dimension(self, measure, code):
        if code == "user":
            self._check_persons()
        name = measure.source_id._dimension_field(code)
        if not name:
            dimension = self.env["crm.kpi.dimension"].search([("code", "=", code)])
            raise UnavailableError(
                self.env._("Cannot be told apart by %s.", dimension.name or code)
            )
        stored_field(measure.source_id._get_model(), name)
        return name

    def _check_persons(self):
        """A company may keep figures of single persons from colleagues or from everybody."""
        allowed = self.env["res.users"]._kpi_visible_persons()
        if allowed is None:
            return
        if not allowed or not allowed.issuperset(filter(None, self.filters.get("user", ()))):
            raise UnavailableError(
                self.env._("This company does not show figures of these persons.")
            )

    def _base_domain(self, measure):
        domain = measure.source_id._get_domain()
        for code, members in self.filters.items():
            domain &= Domain(self._dimension(measure, code), "in", members)
        return domain

    def _query(self, measure):
        self._split_field(measure)
        model = measure.source_id._get_model()
        try:
            query = model._search(
                self._base_domain(measure), active_test=not measure.source_id.include_archived
            )
            self._condition(measure, model, query)
            self._expression(measure, model, query)
            for name in measure._technical_fields():
                model._field_to_sql(model._table, name, query)
        except (ValueError, KeyError, TypeError) as error:
            raise DefinitionError(
                self.env._(
                    "The filter of “%(measure)s” cannot be used: %(why)s",
                    measure=measure.name,
                    why=error,
                )
            ) from error
        return model, query

    def _condition(self, measure, model, query):
        domain = evaluate_domain(self.env, measure.domain)
        if measure.source_id.include_archived:
            model = model.with_context(active_test=False)
        return domain.optimize_full(model)._to_sql(model, model._table, query)

    def _expression(self, measure, model, query):
        if measure.aggregate == "count":
            return SQL("1")
        if measure.is_age:
            return self._age(measure, model, query)
        return model._field_to_sql(model._table, measure.field_name, query)

    def _age(self, measure, model, query):
        """Calendar days from the start of a record's stay in the stock to the end of the window."""
        begins = model._field_to_sql(model._table, measure.date_from_field, query)
        if model._fields[measure.date_from_field].type == "date":
            return SQL("(kpi_window.e - %s)", begins)
        return SQL("(EXTRACT(EPOCH FROM kpi_window.e - %s) / 86400)", begins)

    # ------------------------------------------------------------ one query
    def _ask_live(self, measures, answers):
        model, query = self._query(measures[0])
        shape = self._group_key(measures[0])[-1]
        member = SQL("NULL")
        if self.split:
            name = self._split_field(measures[0])
            member = model._field_to_sql(model._table, name, query)
            if self.split == "user":
                member = self._visible_person(member)
        span, spans_of_window = self.spans.of_shape(shape, measures[0], model, query)
        columns = []
        for measure in measures:
            columns += self._columns(measure, model, query)
        query.groupby = SQL("1, 2")
        rows = self.env.execute_query(query.select(span, member, *columns))
        for position, measure in enumerate(measures):
            self._collect(measure, rows, 2 + 3 * position, spans_of_window, answers)

    def _visible_person(self, member):
        allowed = self.env["res.users"]._kpi_visible_persons()
        if allowed is None:
            return member
        return SQL(
            "CASE WHEN %(member)s IS NULL OR %(member)s = ANY(%(allowed)s)"
            " THEN %(member)s ELSE %(others)s END",
            member=member,
            allowed=list(allowed),
            others=OTHERS,
        )

    def _columns(self, measure, model, query):
        """The aggregate, the number of records behind it and of those with estimated dates."""
        expression = self._expression(measure, model, query)
        condition = self._condition(measure, model, query)
        rate = self._rate(measure, model, query)
        if rate is not None:
            expression = SQL("(%s * %s)", expression, rate)
        if measure.time_kind == "stock_average":
            expression = SQL("(%s * %s)", expression, stocks.overlap(measure, model, query))
        aggregates = {
            "count": SQL("COUNT(*)"),
            "count_distinct": SQL("COUNT(DISTINCT %s)", expression),
            "sum": SQL("SUM(%s)", expression),
            # kept as a sum until the buckets are put together
            "avg": SQL("SUM(%s)", expression),
            "median": SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", expression),
            "p90": SQL("percentile_cont(0.9) WITHIN GROUP (ORDER BY %s)", expression),
        }
        aggregate = aggregates[measure.aggregate]
        if measure.time_kind == "stock_average" and measure.aggregate == "count":
            aggregate = SQL("SUM(%s)", expression)
        return [
            SQL("%s FILTER (WHERE %s)", aggregate, condition),
            SQL("COUNT(%s) FILTER (WHERE %s)", expression, condition),
            self._estimated(measure, model, query, condition),
        ]

    def _estimated(self, measure, model, query, condition):
        name = measure.source_id.estimated_field
        if not name:
            return SQL("0")
        column = model._field_to_sql(model._table, name, query)
        return SQL("COUNT(*) FILTER (WHERE %s AND %s)", condition, column)

    def _rate(self, measure, model, query):
        """Factor into the viewer's currency at the record's date; None where all are the same."""
        name = measure._rate_field()
        if not name:
            return None
        key = model._field_to_sql(model._table, name, query)
        date_name = measure._date_field_names()[0]
        day = model._field_to_sql(model._table, date_name, query)
        if model._fields[date_name].type == "datetime":
            day = SQL("timezone(%s, timezone('UTC', %s))::date", self.timezone, day)
        by_company = not measure.source_id.currency_field
        if by_company not in self._rate_tables:
            self._rate_tables[by_company] = rate_table(self.env, by_company)
        table = self._rate_tables[by_company]
        return table and join_rates(query, table, key, day)

    def _collect(self, measure, rows, position, spans_of_window, answers):
        """Put buckets together into windows."""
        by_span = defaultdict(list)
        for row in rows:
            if row[position + 1]:
                member = row[1] or False if self.split else None
                by_span[row[0]].append((member, *row[position : position + 3]))
        for number, spans in enumerate(spans_of_window):
            totals = {}
            for span in spans:
                for member, value, count, estimated in by_span.get(span, ()):
                    total = totals.setdefault(member, Aggregate(0.0))
                    total.value += float(value or 0)
                    total.count += count
                    total.estimated += estimated
            for total in totals.values():
                if measure.aggregate == "avg":
                    total.value /= total.count
                total.value *= measure.factor
            answers.aggregates[measure.id, number] = totals

    def has_records(self, measure):
        """Whether the viewer sees any record of the measure's source at all, whenever it was."""
        model = measure.source_id._get_model()
        dated = Domain(measure._date_field_names()[0], "!=", False)
        query = model._search(measure.source_id._get_domain() & dated, limit=1)
        return bool(self.env.execute_query(query.select(SQL("1"))))
