# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import compress

from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL, Query

# A filter with a query of its own, as one on the leads of a customer, is asked on its own: only
# there the database can begin with the records of the batch.
OWN_QUERY = "SELECT"


class CrmQualityRule(models.Model):
    """Filters of all rules of a check, answered for a batch by one query.

    A query for each filter took a fifth of the time of a check.
    """

    _inherit = "crm.quality.rule"

    def _answer_filters(self, batch):
        """Fill ``batch.applicable`` with the answers of those filters that look at the records'
        own columns; any other is asked when its rule is judged.

        Filters are translated once for a run: what they compare with, as the day of today, is
        that of the beginning.
        """
        if "filters" not in batch.memo:
            batch.memo["filters"] = self._translate_filters(batch)
        conditions, source = batch.memo["filters"]
        if not conditions or not batch.rows:
            return
        table = self[0]._filtered_records(batch)._table
        found = batch.env.execute_query(
            SQL(
                "SELECT %s, %s FROM %s WHERE %s = ANY(%s)",
                SQL.identifier(table, "id"),
                SQL(", ").join(SQL("(%s) IS TRUE", sql) for sql in conditions.values()),
                source,
                SQL.identifier(table, "id"),
                list(batch.rows),
            )
        )
        if not found:
            return
        ids, *answers = zip(*found, strict=True)
        for text, answer in zip(conditions, answers, strict=True):
            batch.applicable[text] = set(compress(ids, answer))

    def _translate_filters(self, batch):
        """Conditions of the filters that one query can answer.

        :return: tuple (dict text → SQL condition, SQL of the table with what is joined to it)
        """
        conditions = {}
        query = None
        for rule in self:
            records = rule._filtered_records(batch)
            query = query or Query(records.env, records._table, records._table_sql)
            for text in rule._filter_texts():
                # broken filters are told about where their rule is judged
                if text in conditions or rule._domain_problem(text):
                    continue
                condition = rule._translate_filter(records, text, query)
                if condition:
                    conditions[text] = condition
        return conditions, query and query.from_clause

    def _filter_texts(self):
        """Texts of the filters that the rule asks about its records."""
        self.ensure_one()
        texts = [self.applicable_domain] + [self.rule_domain] * (self.kind == "domain")
        return [(text or "[]").strip() for text in texts]

    def _filtered_records(self, batch):
        """Model of the rule's records as filters see it: archived ones included."""
        self.ensure_one()
        return batch.env[self.subject].with_context(active_test=False)

    def _translate_filter(self, records, text, query):
        """Condition of a filter; None where it has a query of its own or needs none.

        :param query: takes the tables that the condition joins
        """
        try:
            domain = self._parse_domain(text).optimize_full(records)
            if domain.is_true() or domain.is_false():
                return None
            # tried alone, so that what is not taken over leaves no join behind
            trial = Query(records.env, records._table, records._table_sql)
            condition = domain._to_sql(records, records._table, trial)
            if OWN_QUERY in f"{condition.code} {trial.from_clause.code}".upper():
                return None
            if any(kind.code != "LEFT JOIN" for kind, _table, _on in trial._joins.values()):
                return None
            return domain._to_sql(records, records._table, query)
        except AccessError:
            # the filter looks at what this person must not see: its rule is not checked
            return None
