# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..quality.duplicates.gates import excluded

_SIDES = ("left_partner_id", "right_partner_id", "left_lead_id", "right_lead_id")


class CrmDuplicateCluster(models.Model):
    """What hangs together: what must be looked at to group some records anew.

    A node is a record as one number: the id of a customer, or minus the id of a lead.
    """

    _inherit = "crm.duplicate.cluster"

    @api.model
    def _closure(self, company_id, kind, cluster_ids, pair_ids):
        """All open pairs and clusters that hang on some of them, however far.

        :return: tuple (dict id of a pair → (weight, left node, right node, score, is automatic),
            set of ids of clusters)
        """
        scope = SQL("pair.company_id = %s AND pair.kind = %s", company_id, kind)
        clusters = set(cluster_ids)
        pairs = self._read_pairs(SQL("%s AND pair.id = ANY(%s)", scope, list(pair_ids)))
        if clusters:
            inner = SQL("%s AND pair.cluster_id = ANY(%s)", scope, list(clusters))
            pairs.update(self._read_pairs(inner))
        fresh = {node for pair in pairs.values() for node in pair[1:3]}
        fresh |= self._nodes_of(clusters)
        seen = set()
        while fresh:
            seen |= fresh
            found = {}
            for side, ids in self._by_side(fresh):
                found.update(self._read_pairs(SQL("%s AND pair.%s = ANY(%s)", scope, side, ids)))
            homes = self._clusters_of(fresh, company_id, kind) - clusters
            pairs.update(found)
            clusters |= homes
            fresh = {node for pair in found.values() for node in pair[1:3]}
            fresh |= self._nodes_of(homes)
            fresh -= seen
        return pairs, clusters

    @api.model
    def _by_side(self, nodes):
        """Columns of a pair in which a node may be: list of (column, ids)."""
        customers = [node for node in nodes if node > 0]
        leads = [-node for node in nodes if node < 0]
        ids = (customers, customers, leads, leads)
        return [
            (SQL.identifier(name), some) for name, some in zip(_SIDES, ids, strict=True) if some
        ]

    @api.model
    def _read_pairs(self, condition):
        """Open pairs: dict id → (weight, left node, right node, score, is automatic)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, weight, COALESCE(left_partner_id, -left_lead_id),
                       COALESCE(right_partner_id, -right_lead_id), score, band = 'automatic'
                  FROM crm_duplicate_pair pair
                 WHERE decision = 'none' AND weight <> 0 AND %s
                """,
                condition,
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _nodes_of(self, cluster_ids):
        """Members of clusters, as a set of nodes."""
        if not cluster_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(partner_id, -lead_id) FROM crm_duplicate_member"
                " WHERE cluster_id = ANY(%s)",
                list(cluster_ids),
            )
        )
        return {node for (node,) in rows}

    @api.model
    def _clusters_of(self, nodes, company_id, kind):
        """Open clusters that hold some nodes, as a set of ids."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT cluster.id FROM crm_duplicate_cluster cluster
                  JOIN (SELECT cluster_id FROM crm_duplicate_member WHERE partner_id = ANY(%s)
                        UNION ALL
                        SELECT cluster_id FROM crm_duplicate_member WHERE lead_id = ANY(%s)
                       ) AS member ON member.cluster_id = cluster.id
                 WHERE cluster.company_id = %s AND cluster.kind = %s AND cluster.state = 'open'
                """,
                [node for node in nodes if node > 0],
                [-node for node in nodes if node < 0],
                company_id,
                kind,
            )
        )
        return {key for (key,) in rows}

    @api.model
    def _denied(self, nodes):
        """Pairs of nodes of which a person said that they are not the same, in any company."""
        found = set()
        for side, ids in self._by_side(nodes):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT COALESCE(left_partner_id, -left_lead_id),
                           COALESCE(right_partner_id, -right_lead_id)
                      FROM crm_duplicate_pair WHERE decision = 'not_duplicate' AND %s = ANY(%s)
                    """,
                    side,
                    ids,
                )
            )
            found.update((min(row), max(row)) for row in rows)
        return found

    @api.model
    def _apart(self, pairs, families):
        """Function (nodes, nodes) → whether a gate keeps the records out of one cluster.

        :param pairs: values of what `_read_pairs` returns; whom to expect
        :param families: whether relatives are among the records; see `Weights`
        """
        degree = {}
        for pair in pairs:
            for node in pair[1:3]:
                degree[node] = degree.get(node, 0) + 1
        # two records with one link between them are a cluster of two: the pair has passed the gates
        nodes = {
            node
            for pair in pairs
            if max(degree[pair[1]], degree[pair[2]]) > 1
            for node in pair[1:3]
        }
        found = self.env["crm.duplicate.profile"]._read_profiles(
            SQL(
                "(partner_id = ANY(%s) OR lead_id = ANY(%s))",
                [node for node in nodes if node > 0],
                [-node for node in nodes if node < 0],
            )
        )
        profiles = {profile.key: profile for profile in found.values()}

        def known(nodes):
            return [profiles[node] for node in nodes if node in profiles]

        def apart(first, second):
            if len(first) + len(second) == 2:
                return False
            return any(
                excluded(one, two, families) for one in known(first) for two in known(second)
            )

        return apart
