# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.blocks import pairs
from ..quality.duplicates.keys import CHECKSUM_BITS, MAX_BLOCK, REPORTED, key_name, most

# More cut blocks than these are no reading; the largest are told.
MAX_REPORT = 50
# Changed records whose keys are looked up one by one; of more, all keys are grouped at once.
MAX_LOOKUP = 20_000
# Pairs in a portion: compared between two commits in less than a second, so that Cancel answers.
PORTION = 20_000


class CrmDuplicateCandidate(models.Model):
    """Blocks of profiles that share a key and are to be compared: the work list of a search.

    One row is a portion of the work: many blocks in one text, a tenth of what their pairs would
    take. Blocks of one place are in one portion, so that a profile is read once or twice instead
    of once per key, and a pair that shares several keys is mostly compared once.
    """

    _name = "crm.duplicate.candidate"
    _description = "Candidates of the Search for Duplicates"
    _log_access = False

    search_id = fields.Many2one("crm.duplicate.search", required=True, ondelete="cascade")
    blocks = fields.Text(
        required=True,
        help="Ids of profiles with blanks between them: those that changed, a slash, those that "
        "did not and are not compared with each other; a comma, the next block.",
    )

    _search_index = models.Index("(search_id, id)")

    def init(self):
        # made anew by every search: no need to survive a crash of the database server
        self.env.cr.execute(SQL("ALTER TABLE crm_duplicate_candidate SET UNLOGGED"))

    @api.model
    def _fill(self, search, scope, is_lookup, total):
        """Find the candidates of a search in SQL.

        :param scope: SQL condition on ``profile``: the records that are compared
        :param is_lookup: whether keys of changed records are looked up one by one
        :param total: number of records that are compared
        :return: tuple (number of portions, cut blocks as list of size, key, id of a profile)
        """
        self.env.cr.execute(SQL("SET LOCAL work_mem = '64MB'"))
        self._forget(search)
        dirty = search._dirty()
        blocks = self._lookup(search, scope) if is_lookup else self._everything(scope, dirty)
        # millions of groups of few rows: sorting is much faster than hashing, alone than in parallel
        self.env.cr.execute(
            SQL("SET LOCAL enable_hashagg = off; SET LOCAL max_parallel_workers_per_gather = 0")
        )
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE duplicate_block ON COMMIT DROP AS
                SELECT key, count(*) AS size, min(id) AS example,
                       count(*) FILTER (WHERE is_changed) AS changed,
                       CASE WHEN count(*) <= %(most)s
                            THEN concat(
                                array_to_string(array_agg(id) FILTER (WHERE is_changed), ' '), '/',
                                array_to_string(array_agg(id) FILTER (WHERE NOT is_changed), ' '))
                       END AS ids
                  FROM (%(blocks)s) AS keyed
                 GROUP BY key HAVING count(*) > 1 AND bool_or(is_changed)
                """,
                most=self._most(total),
                blocks=blocks,
            )
        )
        self.env.cr.execute(SQL("RESET enable_hashagg; RESET max_parallel_workers_per_gather"))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_candidate (search_id, blocks)
                SELECT %s, string_agg(ids, ',')
                  FROM (SELECT block.ids,
                               sum(changed * (2 * size - changed - 1) / 2) OVER (
                                   ORDER BY profile.zip COLLATE "C", profile.city COLLATE "C",
                                            block.example, block.key
                               )::bigint / %s AS portion
                          FROM duplicate_block block
                          JOIN crm_duplicate_profile profile ON profile.id = block.example
                         WHERE block.ids IS NOT NULL) AS placed
                 GROUP BY portion ORDER BY portion
                """,
                search.id,
                PORTION,
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
    def _most(self, total):
        """SQL expression of how many records may share ``key``."""
        limits, others = most(total)
        if not limits:
            return SQL("%s", others)
        return SQL(
            "CASE (key >> %s) & 15 %s ELSE %s END",
            CHECKSUM_BITS,
            SQL(" ").join(SQL("WHEN %s THEN %s", kind, limit) for kind, limit in limits.items()),
            others,
        )

    @api.model
    def _everything(self, scope, dirty):
        """SQL query of (key, id of a profile, whether it changed): of all keys.

        :param dirty: SQL condition on ``profile``; None: all count as changed
        """
        return SQL(
            "SELECT unnest(profile.keys) AS key, profile.id, %s AS is_changed"
            " FROM crm_duplicate_profile profile WHERE %s",
            dirty or SQL("TRUE"),
            scope,
        )

    @api.model
    def _lookup(self, search, scope):
        """SQL query like that of `_everything`: of the keys that changed records have."""
        return SQL(
            """
            SELECT changed.key, member.id, %s AS is_changed
              FROM (SELECT DISTINCT unnest(profile.keys) AS key
                      FROM crm_duplicate_profile profile WHERE %s AND %s) AS changed
              CROSS JOIN LATERAL (%s) AS member
            """,
            search._dirty("member"),
            scope,
            search._dirty(),
            self.env["crm.duplicate.profile"]._sharing(SQL("changed.key"), scope, MAX_BLOCK + 1),
        )

    @api.model
    def _forget(self, search):
        self.env.cr.execute(
            SQL("DELETE FROM crm_duplicate_candidate WHERE search_id = %s", search.id)
        )

    @api.model
    def _portions(self, search):
        """Ids of all portions of a search."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_duplicate_candidate WHERE search_id = %s ORDER BY id", search.id
            )
        )
        return [key for (key,) in rows]

    @api.model
    def _next(self, search, after):
        """The next portion: tuple (id, blocks); None: it was the last."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, blocks FROM crm_duplicate_candidate"
                " WHERE search_id = %s AND id > %s ORDER BY id LIMIT 1",
                search.id,
                after,
            )
        )
        return rows[0] if rows else None

    @api.model
    def _pairs_of(self, key):
        """Pairs of one portion, as a set of (id, id) of profiles."""
        ((blocks,),) = self.env.execute_query(
            SQL("SELECT blocks FROM crm_duplicate_candidate WHERE id = %s", key)
        )
        return pairs(blocks)
