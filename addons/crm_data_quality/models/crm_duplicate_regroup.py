# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..quality.duplicates.union import components, weakest


class CrmDuplicateCluster(models.Model):
    """Clusters from what is open between their records: after a search, a decision, a deletion.

    A node is a record as one number: the id of a customer, or minus the id of a lead.
    """

    _inherit = "crm.duplicate.cluster"

    def _regroup(self, pairs=None):
        """Group the members of these clusters anew.

        The largest group keeps a cluster's id. A cluster in which nothing is open any more is
        dismissed and keeps its members, so that it can be opened again; one that lost its records
        is deleted.

        :param pairs: further pairs that may join clusters of the same company and kind
        """
        pairs = pairs or self.env["crm.duplicate.pair"]
        todo = defaultdict(lambda: [[], []])
        for cluster in self:
            todo[cluster.company_id.id, cluster.kind][0].append(cluster.id)
        for pair in pairs:
            todo[pair.company_id.id, pair.kind][1].append(pair.id)
        for (company_id, kind), (cluster_ids, pair_ids) in todo.items():
            self._regroup_ids(company_id, kind, cluster_ids, pair_ids)

    @api.model
    def _of_records(self, records):
        """Clusters that hold some customers or leads."""
        name = "partner_id" if records._name == "res.partner" else "lead_id"
        members = self.env["crm.duplicate.member"].search([(name, "in", records.ids)])
        return members.cluster_id

    def _lost_members(self):
        """Group anew, or delete, clusters of which records were deleted."""
        if not self:
            return
        self.env.invalidate_all()
        opened = self.filtered(lambda cluster: cluster.state == "open")
        opened._regroup()
        (self - opened).filtered(lambda cluster: len(cluster.member_ids) < 2).unlink()

    @api.model
    def _regroup_ids(self, company_id, kind, cluster_ids, pair_ids, apart=None):
        """Group anew clusters and pairs of one company and kind, set-based.

        :param apart: function (nodes, nodes) → whether the records must not be in one cluster
        """
        self.env.flush_all()
        pairs = self._read_pairs(cluster_ids, pair_ids)
        denied = self._denied({node for pair in pairs.values() for node in pair[1:3]})

        def separate(first, second):
            if denied and any(
                (min(one, two), max(one, two)) in denied for one in first for two in second
            ):
                return True
            return bool(apart and apart(first, second))

        links = [pair[:3] for pair in pairs.values()]
        groups = components(links, separate)
        homes = self._homes(groups, cluster_ids, company_id, kind)
        self._store_groups(groups, homes, pairs)
        self._close(set(cluster_ids) - set(homes))
        self.env.invalidate_all()

    @api.model
    def _read_pairs(self, cluster_ids, pair_ids):
        """Open pairs: dict id → (weight, left node, right node, score, is automatic)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, weight, COALESCE(left_partner_id, -left_lead_id),
                       COALESCE(right_partner_id, -right_lead_id), score, band = 'automatic'
                  FROM crm_duplicate_pair
                 WHERE decision = 'none' AND weight <> 0
                       AND (cluster_id = ANY(%s) OR id = ANY(%s))
                """,
                list(cluster_ids),
                list(pair_ids),
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _denied(self, nodes):
        """Pairs of nodes of which a person said that they are not the same, in any company."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(left_partner_id, -left_lead_id) AS one,
                       COALESCE(right_partner_id, -right_lead_id) AS two
                  FROM crm_duplicate_pair WHERE decision = 'not_duplicate'
                """
            )
        )
        return {
            (min(one, two), max(one, two)) for one, two in rows if one in nodes and two in nodes
        }

    @api.model
    def _homes(self, groups, cluster_ids, company_id, kind):
        """The cluster of each group: the one that most of its members are in, else a new one."""
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(partner_id, -lead_id), cluster_id FROM crm_duplicate_member"
                " WHERE cluster_id = ANY(%s)",
                list(cluster_ids),
            )
        )
        where = dict(rows)
        claims = []
        for number, group in enumerate(groups):
            counts = defaultdict(int)
            for node in group:
                if node in where:
                    counts[where[node]] += 1
            claims += [(-count, cluster, number) for cluster, count in counts.items()]
        homes, taken = [None] * len(groups), set()
        for _count, cluster, number in sorted(claims):
            if homes[number] is None and cluster not in taken:
                homes[number] = cluster
                taken.add(cluster)
        missing = [number for number, home in enumerate(homes) if home is None]
        created = self.create([{"company_id": company_id, "kind": kind} for _number in missing])
        created.flush_recordset()
        for number, cluster in zip(missing, created, strict=True):
            homes[number] = cluster.id
        return homes

    @api.model
    def _store_groups(self, groups, homes, pairs):
        """Write members, links and figures of the clusters."""
        members = [
            (home, node) for group, home in zip(groups, homes, strict=True) for node in group
        ]
        home_of = {node: home for home, node in members}
        inner = defaultdict(list)
        for pair_id, (weight, left, right, score, automatic) in pairs.items():
            home = home_of.get(left)
            if home and home == home_of.get(right):
                inner[home].append((weight, left, right, score, automatic, pair_id))
        figures = []
        for group, home in zip(groups, homes, strict=True):
            links = inner[home]
            last = weakest(group, links)
            certain = components([link[:3] for link in links if link[4]])
            is_automatic = len(certain) == 1 and len(certain[0]) == len(group)
            figures.append((home, last[3], "automatic" if is_automatic else "review", len(group)))
        self._store_members(members, homes)
        self._store_links(pairs, inner)
        self._store_figures(figures)

    @api.model
    def _store_members(self, members, homes):
        home_ids, nodes = [home for home, _node in members], [node for _home, node in members]
        wanted = SQL(
            "SELECT home, CASE WHEN node > 0 THEN node END AS partner_id,"
            " CASE WHEN node < 0 THEN -node END AS lead_id"
            " FROM unnest(%s::int[], %s::int[]) AS wanted (home, node)",
            home_ids,
            nodes,
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_duplicate_member member
                 WHERE member.cluster_id = ANY(%s) AND NOT EXISTS (
                       SELECT 1 FROM (%s) AS w WHERE w.home = member.cluster_id
                              AND w.partner_id IS NOT DISTINCT FROM member.partner_id
                              AND w.lead_id IS NOT DISTINCT FROM member.lead_id)
                """,
                homes,
                wanted,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_member (cluster_id, company_id, partner_id, lead_id)
                SELECT w.home, cluster.company_id, w.partner_id, w.lead_id
                  FROM (%s) AS w JOIN crm_duplicate_cluster cluster ON cluster.id = w.home
                ON CONFLICT DO NOTHING
                """,
                wanted,
            )
        )

    @api.model
    def _store_links(self, pairs, inner):
        homes = {link[5]: home for home, links in inner.items() for link in links}
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_duplicate_pair pair SET cluster_id = NULLIF(new.home, 0)
                  FROM unnest(%s::int[], %s::int[]) AS new (id, home)
                 WHERE pair.id = new.id AND pair.cluster_id IS DISTINCT FROM NULLIF(new.home, 0)
                """,
                list(pairs),
                [homes.get(pair_id, 0) for pair_id in pairs],
            )
        )

    @api.model
    def _store_figures(self, figures):
        columns = [list(column) for column in zip(*figures, strict=True)] or [[], [], [], []]
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_duplicate_cluster cluster
                   SET score = new.score, band = new.band, state = 'open',
                       member_count = new.members, surplus_count = new.members - 1
                  FROM unnest(%s::int[], %s::float[], %s::varchar[], %s::int[])
                       AS new (id, score, band, members)
                 WHERE cluster.id = new.id
                """,
                *columns,
            )
        )

    @api.model
    def _close(self, cluster_ids):
        """Clusters without an open link: dismissed where a person decided so, else deleted."""
        clusters = self.browse(cluster_ids)
        decided = self.env["crm.duplicate.pair"]._read_group(
            [("cluster_id", "in", clusters.ids), ("decision", "=", "not_duplicate")],
            ["cluster_id"],
        )
        dismissed = self.browse([cluster.id for (cluster,) in decided]).filtered(
            lambda one: len(one.member_ids) > 1
        )
        dismissed.write({"state": "dismissed"})
        (clusters - dismissed).unlink()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def unlink(self):
        """Clusters that lose a member are grouped anew."""
        clusters = self.env["crm.duplicate.cluster"].sudo()
        touched = clusters._of_records(self)
        result = super().unlink()
        touched._lost_members()
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def unlink(self):
        """Clusters that lose a member are grouped anew."""
        clusters = self.env["crm.duplicate.cluster"].sudo()
        touched = clusters._of_records(self)
        result = super().unlink()
        touched._lost_members()
        return result
