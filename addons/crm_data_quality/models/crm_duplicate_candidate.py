# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.keys import MAX_BLOCK, REPORTED, key_name

# More cut blocks than these are no reading; the largest are told.
MAX_REPORT = 50
# Changed records whose keys are looked up one by one; of more, all keys are grouped at once.
MAX_LOOKUP = 20_000


class CrmDuplicateCandidate(models.Model):
    """Two profiles that share a key and are to be compared: the work list of a running search."""

    _name = "crm.duplicate.candidate"
    _description = "Candidate of the Search for Duplicates"
    _log_access = False

    search_id = fields.Many2one("crm.duplicate.search", required=True, ondelete="cascade")
    left_id = fields.Integer(required=True)
    right_id = fields.Integer(required=True)

    _search_index = models.Index("(search_id, id)")

    def init(self):
        # made anew by every search: no need to survive a crash of the database server
        self.env.cr.execute(SQL("ALTER TABLE crm_duplicate_candidate SET UNLOGGED"))

    @api.model
    def _fill(self, search, scope, dirty, pair_condition):
        """Find the candidates of a search in SQL.

        :param scope: SQL condition on ``profile``: the records that are compared
        :param dirty: SQL condition on ``profile``: those that changed; None: all
        :param pair_condition: SQL condition on ``l`` and ``r``, the profiles of a pair; None: any
        :return: tuple (number of candidates, cut blocks as dict key → (size, id of a profile))
        """
        self.env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
        self._forget(search)
        blocks = self._blocks(scope, dirty)
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE duplicate_block ON COMMIT DROP AS
                SELECT key, count(*) AS size, min(id) AS example,
                       CASE WHEN count(*) <= %s THEN array_agg(id ORDER BY id) END AS ids
                  FROM (%s) AS keyed GROUP BY key HAVING count(*) > 1
                """,
                MAX_BLOCK,
                blocks,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_candidate (search_id, left_id, right_id)
                SELECT %s, left_id, right_id
                  FROM (SELECT DISTINCT ids[i] AS left_id, ids[j] AS right_id
                          FROM duplicate_block block
                          CROSS JOIN generate_series(1, array_length(ids, 1)) AS i
                          CROSS JOIN generate_series(i + 1, array_length(ids, 1)) AS j
                         WHERE ids IS NOT NULL) AS pair
                  %s
                 ORDER BY left_id, right_id
                """,
                search.id,
                SQL(
                    """
                    JOIN crm_duplicate_profile l ON l.id = left_id
                    JOIN crm_duplicate_profile r ON r.id = right_id AND %s
                    """,
                    pair_condition,
                )
                if pair_condition
                else SQL(),
            )
        )
        count = self.env.cr.rowcount
        cut = self.env.execute_query(
            SQL("SELECT key, size, example FROM duplicate_block WHERE ids IS NULL")
        )
        self.env.cr.execute(SQL("DROP TABLE duplicate_block"))
        reported = sorted(
            ((size, key_name(key), example) for key, size, example in cut), reverse=True
        )
        return count, [row for row in reported if row[1] in REPORTED][:MAX_REPORT]

    @api.model
    def _blocks(self, scope, dirty):
        """SQL query of (key, id of a profile): of all keys, or of those that changed records have."""
        if dirty is None:
            return SQL(
                "SELECT unnest(profile.keys) AS key, profile.id"
                " FROM crm_duplicate_profile profile WHERE %s",
                scope,
            )
        return SQL(
            """
            SELECT changed.key, member.id
              FROM (SELECT DISTINCT unnest(profile.keys) AS key
                      FROM crm_duplicate_profile profile WHERE %s AND %s) AS changed
              CROSS JOIN LATERAL (
                   SELECT profile.id FROM crm_duplicate_profile profile
                    WHERE profile.keys @> ARRAY[changed.key] AND %s LIMIT %s) AS member
            """,
            scope,
            dirty,
            scope,
            MAX_BLOCK + 1,
        )

    @api.model
    def _forget(self, search):
        self.env.cr.execute(
            SQL("DELETE FROM crm_duplicate_candidate WHERE search_id = %s", search.id)
        )

    @api.model
    def _next(self, search, after, limit):
        """The next candidates: list of (id, id of the left profile, id of the right one)."""
        return self.env.execute_query(
            SQL(
                "SELECT id, left_id, right_id FROM crm_duplicate_candidate"
                " WHERE search_id = %s AND id > %s ORDER BY id LIMIT %s",
                search.id,
                after,
                limit,
            )
        )
