# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers of complaints by term, as the viewer may read the complaints."""

from collections import Counter, defaultdict

from odoo.fields import Domain
from odoo.tools import SQL

from .rising import MIN_CASES

TOP = 25
"""Words, and phrases, that are shown."""
BOILERPLATE = 0.8
"""A term in a larger share of all complaints of its language says nothing: a form's own words."""
BOILERPLATE_FROM = 30
"""Complaints of a language from which words can be told to be a form's own."""
SPELLING_SAMPLE = 2_000
"""Latest complaints whose spelling decides how a term is shown."""
GROUPED_TERMS = 1000
"""Terms that are counted by group, the most frequent ones."""


class TermCounter:
    """Numbers of complaints by term in a period and in the one compared with.

    ``counts`` has for each key (see ``complaint_words.term_key``) the number of complaints of
    both periods; of many complaints only terms that stand in at least MIN_CASES of them.

    :param model: crm.complaint in the viewer's environment, whose rules apply
    :param config: dictionary of the counted language
    :param in_now: domain of the complaints of the period
    :param in_before: domain of those of the period compared with, or None
    :param total_now: number of the complaints of the period, if it is known
    """

    def __init__(self, model, config, in_now, in_before, total_now=None):
        self.env, self.model, self.config = model.env, model, config
        self.in_now, self.in_before = list(in_now), in_before and list(in_before)
        self.is_compared = bool(in_before)
        self.total_now = self._total(in_now) if total_now is None else total_now
        self.total_before = self._total(in_before) if in_before else 0
        self.counts = self._count()
        self._boilerplate = self._find_boilerplate()
        self._stems, self._spellings = {}, {}
        self.load_spellings([*self.top(False), *self.top(True), *self._boilerplate])

    def _texts(self, domain):
        """SQL of the rows of the viewer's complaints in this language."""
        return SQL(
            "crm_complaint_text text WHERE text.config = %s AND text.complaint_id IN %s",
            self.config,
            self.model._search(domain).subselect(),
        )

    def _total(self, domain):
        return self.env.execute_query(SQL("SELECT count(*) FROM %s", self._texts(domain)))[0][0]

    def _count(self):
        """dict key → (complaints of the period, complaints of the one before)"""
        term = "SELECT unnest(text.term_keys) AS key, %s AS is_now FROM %s"
        parts = [SQL(term, True, self._texts(self.in_now))]
        if self.total_before:
            parts.append(SQL(term, False, self._texts(self.in_before)))
        # Of many complaints, rarer terms are neither among the first nor tested.
        is_small = self.total_now + self.total_before < 100 * MIN_CASES
        found = self.env.execute_query(
            SQL(
                """
                SELECT key, count(*) FILTER (WHERE is_now), count(*) FILTER (WHERE NOT is_now)
                  FROM (%s) terms
              GROUP BY key HAVING count(*) >= %s
                """,
                SQL(" UNION ALL ").join(parts),
                1 if is_small else MIN_CASES,
            )
        )
        return {key: (now, before) for key, now, before in found}

    # ------------------------------------------------------------------
    # Terms that say nothing
    # ------------------------------------------------------------------
    def _find_boilerplate(self):
        """Keys of terms in almost all complaints of the language, whatever is filtered here:
        among complaints about deliveries the word “delivery” says what it should."""
        least = BOILERPLATE * self.total_now
        candidates = [key for key, (now, _before) in self.counts.items() if now > least]
        total = candidates and self._total(Domain.TRUE)
        if not total or total < BOILERPLATE_FROM:
            return set()
        found = self.env.execute_query(
            SQL(
                """
                SELECT key FROM (SELECT unnest(text.term_keys) AS key FROM %s) terms
                 WHERE key = ANY(%s::bigint[]) GROUP BY key HAVING count(*) > %s
                """,
                self._texts(Domain.TRUE),
                candidates,
                BOILERPLATE * total,
            )
        )
        return {key for (key,) in found}

    def is_boilerplate(self, key):
        """Whether a term stands in almost all complaints of its language."""
        return key in self._boilerplate

    def hidden(self):
        """Spellings of the terms that are left out for that."""
        return sorted(self.spelling(key) for key in self._boilerplate)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------
    def shares(self, key):
        """Shares of the complaints with the term, now and before; None without complaints."""
        now, before = self.counts[key]
        return (
            now / self.total_now if self.total_now else None,
            before / self.total_before if self.total_before else None,
        )

    def top(self, phrases):
        """Keys of the most frequent words or phrases that are said more than once."""
        keys = [
            key
            for key, (now, _before) in self.counts.items()
            if now > 1 and key & 1 == phrases and not self.is_boilerplate(key)
        ]
        return sorted(keys, key=lambda key: (-self.counts[key][0], key))[:TOP]

    def by_group(self, field_name):
        """Numbers of complaints of the period by member of a dimension.

        :return: (dict member → Counter of keys, Counter of members); no member is False
        """
        frequent = sorted(self.counts, key=lambda key: -self.counts[key][0])[:GROUPED_TERMS]
        query = self.model._search(self.in_now)
        alias = query.table
        member = self.model._field_to_sql(alias, field_name, query)
        query.add_join(
            "JOIN",
            "text",
            "crm_complaint_text",
            SQL(
                "text.complaint_id = %s AND text.config = %s",
                SQL.identifier(alias, "id"),
                self.config,
            ),
        )
        rows = query.select(SQL("%s AS member", member), SQL("text.term_keys"))
        found = self.env.execute_query(
            SQL("SELECT member, count(*) FROM (%s) complaints GROUP BY member", rows)
        )
        totals = Counter({name or False: count for name, count in found})
        found = self.env.execute_query(
            SQL(
                """
                SELECT member, key, count(*)
                  FROM (%s) complaints CROSS JOIN unnest(term_keys) AS key
                 WHERE key = ANY(%s::bigint[]) GROUP BY member, key
                """,
                rows,
                frequent,
            )
        )
        groups = defaultdict(Counter)
        for name, key, count in found:
            groups[name or False][key] = count
        return groups, totals

    # ------------------------------------------------------------------
    # Names
    # ------------------------------------------------------------------
    def load_spellings(self, keys):
        """Find how terms are written most often: in the latest complaints of the period, or,
        where they do not stand there, in all of it."""
        texts = self._texts(self.in_now)
        latest = SQL("%s ORDER BY text.complaint_id DESC LIMIT %s", texts, SPELLING_SAMPLE)
        self._read_spellings(latest, [key for key in keys if key not in self._spellings])
        missing = [key for key in keys if key not in self._spellings]
        rare = SQL("%s AND text.term_keys && %s::bigint[]", texts, missing)
        self._read_spellings(rare, missing)

    def _read_spellings(self, texts, keys):
        if not keys:
            return
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (key) key, stem, spelling
                  FROM (SELECT key, stem, spelling, count(*) AS number
                          FROM (SELECT text.term_keys, text.stems, text.spellings FROM %s) texts,
                               unnest(term_keys, stems, spellings) AS term(key, stem, spelling)
                         WHERE key = ANY(%s::bigint[])
                      GROUP BY key, stem, spelling) spellings
              ORDER BY key, number DESC, spelling
                """,
                texts,
                keys,
            )
        )
        for key, stem, spelling in found:
            self._stems[key], self._spellings[key] = stem, spelling

    def spelling(self, key):
        """The term as it is written most often."""
        return self._spellings[key]

    def name(self, key):
        """The term as the field ``said`` of complaints finds it."""
        return f"{self.config}:{self._stems[key]}"

    def term_cell(self, key):
        """Cell of a table with the term."""
        spelling = self.spelling(key)
        return {"text": spelling, "value": spelling, "domain": self.domain(key)}

    def domain(self, key, before=False):
        """Domain of the complaints that say a term, in the period or in the one before."""
        return [*(self.in_before if before else self.in_now), ("said", "=", self.name(key))]

    def in_language(self):
        """Domain of the complaints of the period in this language."""
        return [*self.in_now, ("said", "=", f"{self.config}:")]
