# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
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
    def _regroup_ids(self, company_id, kind, cluster_ids, pair_ids):
        """Group anew clusters and pairs of one company and kind with all that hangs on them.

        Set-based. What comes out depends on the open pairs only, not on the groups so far: a
        search of what changed gives what a search of everything would give.
        """
        self.env.flush_all()
        pairs, clusters = self._closure(company_id, kind, cluster_ids, pair_ids)
        denied = self._denied({node for pair in pairs.values() for node in pair[1:3]})
        company = self.env["res.company"].browse(company_id)
        weights = self.env["crm.duplicate.search"]._weights_of(company, kind)
        excluded = self._apart(pairs.values(), weights.families)

        def separate(first, second):
            if denied and any(
                (min(one, two), max(one, two)) in denied for one in first for two in second
            ):
                return True
            return excluded(first, second)

        groups = components([pair[:3] for pair in pairs.values()], separate)
        homes = self._homes(groups, clusters)
        self._store_groups(company_id, kind, groups, homes, pairs)
        self._close(clusters - set(homes))
        self.env.invalidate_all()

    @api.model
    def _homes(self, groups, cluster_ids):
        """The cluster of each group: the one that most of its members are in, else a new id."""
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
        created = self.env.execute_query(
            SQL(
                "SELECT nextval('crm_duplicate_cluster_id_seq') FROM generate_series(1, %s)",
                len(missing),
            )
        )
        for number, (home,) in zip(missing, created, strict=True):
            homes[number] = home
        return homes

    @api.model
    def _store_groups(self, company_id, kind, groups, homes, pairs):
        """Write clusters, members and links."""
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
        self._store_figures(company_id, kind, figures)
        self._store_members(members, homes)
        self._store_links(pairs, inner)

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
    def _store_figures(self, company_id, kind, figures):
        """Write clusters, new ones too, in one statement."""
        columns = [list(column) for column in zip(*figures, strict=True)] or [[], [], [], []]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_cluster AS old (
                       id, company_id, kind, res_model, state, score, band, member_count,
                       surplus_count, found_on, create_uid, create_date, write_uid, write_date)
                SELECT new.id, %(company)s, %(kind)s, %(model)s, 'open', new.score, new.band,
                       new.members, new.members - 1, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(ids)s::int[], %(scores)s::float[], %(bands)s::varchar[],
                              %(members)s::int[]) AS new (id, score, band, members)
                ON CONFLICT (id) DO UPDATE
                   SET score = EXCLUDED.score, band = EXCLUDED.band, state = EXCLUDED.state,
                       member_count = EXCLUDED.member_count,
                       surplus_count = EXCLUDED.surplus_count
                 WHERE (old.score, old.band, old.state, old.member_count) IS DISTINCT FROM
                       (EXCLUDED.score, EXCLUDED.band, EXCLUDED.state, EXCLUDED.member_count)
                """,
                company=company_id,
                kind=kind,
                model=self.new({"kind": kind}).res_model,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                ids=columns[0],
                scores=columns[1],
                bands=columns[2],
                members=columns[3],
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
