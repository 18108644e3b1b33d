# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

# Pairs grouped between two commits: about a second, so that Cancel answers.
GROUP_BATCH = 4000


class CrmDuplicateSearch(models.Model):
    """The last phase of a search: drop what was not found again, group the rest."""

    _inherit = "crm.duplicate.search"

    def _step_group(self, _memo):
        """Group some of the pairs that were found, with all that hangs on them."""
        self.env.flush_all()
        clusters = self.env["crm.duplicate.cluster"]
        scope = (self.company_id.id, self.kind)
        if not self.last_key:
            affected = self._drop_outdated_pairs() | self._shrunk_clusters()
            for some in split_every(GROUP_BATCH, sorted(affected)):
                clusters._regroup_ids(*scope, some, [])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_duplicate_pair
                 WHERE search_id = %s AND decision = 'none' AND id > %s ORDER BY id LIMIT %s
                """,
                self.id,
                self.last_key,
                GROUP_BATCH,
            )
        )
        pair_ids = [key for (key,) in rows]
        if pair_ids:
            clusters._regroup_ids(*scope, [], pair_ids)
            self.write({"last_key": pair_ids[-1], "done_count": self.done_count + len(pair_ids)})
        if len(pair_ids) < GROUP_BATCH:
            self.env["crm.duplicate.candidate"]._forget(self)
            self.write({"run_state": "done", "finished_on": fields.Datetime.now()})

    def _count_found(self):
        """Number of pairs to group."""
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM crm_duplicate_pair"
                " WHERE search_id = %s AND decision = 'none'",
                self.id,
            )
        )
        return count

    def _drop_outdated_pairs(self):
        """Delete open pairs of what was compared that this search did not find again.

        :return: set of ids of their clusters
        """
        dirty = self._dirty()
        compared = SQL("TRUE") if dirty is None else self._changed_pairs(dirty)
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_duplicate_pair pair
                 WHERE company_id = %s AND kind = %s AND decision = 'none'
                       AND search_id IS DISTINCT FROM %s AND %s
                RETURNING cluster_id
                """,
                self.company_id.id,
                self.kind,
                self.id,
                compared,
            )
        )
        self.env["crm.duplicate.pair"].invalidate_model(flush=False)
        return {cluster for (cluster,) in rows if cluster}

    def _changed_pairs(self, dirty):
        """SQL condition on ``pair``: one of its records has changed.

        :param dirty: SQL condition on ``profile``
        """
        sides = (("left_partner_id", "partner_id"), ("right_partner_id", "partner_id"),
                 ("left_lead_id", "lead_id"), ("right_lead_id", "lead_id"))  # fmt: skip
        queries = [
            SQL(
                "SELECT p.id FROM crm_duplicate_profile profile"
                " JOIN crm_duplicate_pair p ON p.%s = profile.%s WHERE %s",
                SQL.identifier(side),
                SQL.identifier(link),
                dirty,
            )
            for side, link in sides
        ]
        return SQL("pair.id IN (%s)", SQL(" UNION ALL ").join(queries))

    def _shrunk_clusters(self):
        """Open clusters that have lost a record past Odoo's own deletion.

        Only a search of everything asks; a deletion by Odoo groups the clusters itself.
        """
        if self._dirty() is not None:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cluster.id FROM crm_duplicate_cluster cluster
                  LEFT JOIN crm_duplicate_member member ON member.cluster_id = cluster.id
                 WHERE cluster.company_id = %s AND cluster.kind = %s AND cluster.state = 'open'
                 GROUP BY cluster.id HAVING cluster.member_count <> count(member.id)
                """,
                self.company_id.id,
                self.kind,
            )
        )
        return {cluster for (cluster,) in rows}
