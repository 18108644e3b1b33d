# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import log

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

SIMILAR = 5
"""Similar complaints that are shown."""
COMMON = 2000
"""A term in more complaints is not rare: it finds none, it only counts a little."""
RARE_TERMS = 15
"""Rarest terms of a complaint that find others."""
SHARED = 2
"""Terms that two similar complaints share at least, where there are so many."""
NAMED = 4
"""Words in common that are named."""


class CrmComplaint(models.Model):
    """Complaints that say the same."""

    _inherit = "crm.complaint"

    @api.readonly
    def get_similar(self):
        """Complaints of the same company that share the rarest terms, as the viewer.

        A shared term counts the more the fewer complaints have it (its inverse document
        frequency), and long texts do not win by their length.

        :return: list of dict id, name, stage, closed (whether it is), words (in common)
        :raise AccessError: for who may not read the complaint, and for customers
        """
        self.ensure_one()
        if self.env.user.share:
            raise AccessError(self.env._("Only employees compare complaints."))
        self.check_access("read")
        terms = self._rated_terms()
        found = self._find_similar(terms)
        complaints = self.browse([row[0] for row in found])
        return [
            {
                "id": complaint.id,
                "name": complaint.display_name,
                "stage": complaint.stage_id.display_name,
                "closed": complaint.is_closed,
                "words": self._words_in_common(terms, keys),
            }
            for complaint, (_id, keys) in zip(complaints, found, strict=True)
        ]

    def _rated_terms(self):
        """dict key → (spelling here, weight, whether it is rare); without terms nobody shares"""
        self.env["crm.complaint.text"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT config, key, spelling
                      FROM crm_complaint_text, unnest(term_keys, spellings) AS term(key, spelling)
                     WHERE complaint_id = %(id)s),
                known AS (
                    SELECT count(*) AS number FROM crm_complaint_text
                     WHERE config = (SELECT config FROM own LIMIT 1))
                SELECT own.key, own.spelling, known.number,
                       (SELECT count(*) FROM (
                            SELECT FROM crm_complaint_text text
                             WHERE text.term_keys @> ARRAY[own.key] LIMIT %(limit)s) found)
                  FROM own, known
                """,
                id=self.id,
                limit=COMMON + 1,
            )
        )
        return {
            key: (spelling, log(1 + total / number), number <= COMMON)
            for key, spelling, total, number in found
            if number > 1
        }

    def _find_similar(self, terms):
        """The complaints with the highest sum of weights of shared terms.

        :return: list of (id, shared keys), the most similar first
        """
        rare = sorted(
            (key for key, (_spelling, _weight, is_rare) in terms.items() if is_rare),
            key=lambda key: -terms[key][1],
        )[:RARE_TERMS]
        if not rare:
            return []
        others = self._search(
            Domain("company_id", "=", self.company_id.id) & Domain("id", "!=", self.id)
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT text.complaint_id, array_agg(own.key)
                  FROM crm_complaint_text text
            CROSS JOIN unnest(text.term_keys) AS term(key)
                  JOIN unnest(%(keys)s::bigint[], %(weights)s::float8[]) AS own(key, weight)
                    ON own.key = term.key
                 WHERE text.term_keys && %(rare)s::bigint[] AND text.complaint_id IN %(others)s
              GROUP BY text.id HAVING count(*) >= %(least)s
              ORDER BY sum(own.weight) / sqrt(cardinality(text.term_keys)) DESC,
                       text.complaint_id DESC
                 LIMIT %(limit)s
                """,
                keys=[*terms],
                weights=[weight for _spelling, weight, _is_rare in terms.values()],
                rare=rare,
                others=others.subselect(),
                least=min(SHARED, len(terms)),
                limit=SIMILAR,
            )
        )
        return found

    @api.model
    def _words_in_common(self, terms, keys):
        """Spellings of the shared words, the rarest first; phrases are made of them."""
        words = [key for key in keys if not key & 1] or keys
        words.sort(key=lambda key: (-terms[key][1], terms[key][0]))
        return [terms[key][0] for key in words[:NAMED]]
