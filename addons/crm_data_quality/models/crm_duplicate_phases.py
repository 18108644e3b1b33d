# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import fields, models
from odoo.tools import SQL

from ..quality.duplicates.gates import excluded
from ..quality.duplicates.score import DOUBT, explain, score
from .crm_duplicate_candidate import MAX_LOOKUP

# Records read and pairs compared between two commits: about a second, so that Cancel answers.
READ_BATCH = 5000
SCORE_BATCH = 20_000


class CrmDuplicateSearch(models.Model):
    """What one step of a search does: reading, blocking, comparing, grouping."""

    _inherit = "crm.duplicate.search"

    def _step_read_customers(self, _memo):
        """Bring the profiles of some customers up to date."""
        self._read("customers")

    def _step_read_leads(self, _memo):
        """Bring the profiles of some leads up to date."""
        self._read("leads")

    def _read(self, source):
        profiles = self.env["crm.duplicate.profile"]
        last, count = profiles._refresh(
            source, self.company_id, self.last_key, READ_BATCH, self._since(), self.is_full
        )
        self.write({"done_count": self.done_count + count, "last_key": last})
        if count == READ_BATCH:
            return
        profiles._remove_outdated(source, self.company_id)
        phases = [*self._read_phases(), "block"]
        following = phases[phases.index(self.phase) + 1]
        if following == "block":
            self._enter("block")
        else:
            self.write({"phase": following, "last_key": 0})

    def _step_block(self, _memo):
        """Count values and find the candidates."""
        scope, dirty, condition = self._scope(), self._dirty(), self._pair_condition()
        # after reading: what this search has read itself is no change for the next one
        ((watermark,),) = self.env.execute_query(SQL("SELECT clock_timestamp() AT TIME ZONE 'UTC'"))
        frequencies = self.env["crm.duplicate.frequency"]
        # keys written a moment ago wait in a list that every lookup would read from end to end
        self.env.cr.execute(
            SQL("SELECT gin_clean_pending_list('crm_duplicate_profile_keys_index')")
        )
        total = self._count_profiles(scope)
        if dirty is None:
            self.env.cr.execute(SQL("ANALYZE crm_duplicate_profile"))
            frequencies._count(self.company_id, self.kind, scope)
        else:
            changed = SQL("(%s OR %s)", self._dirty("l"), self._dirty("r"))
            condition = SQL("%s AND %s", condition, changed) if condition else changed
            if self._count_profiles(SQL("%s AND %s", scope, dirty)) > MAX_LOOKUP:
                dirty = None
        count, cut = self.env["crm.duplicate.candidate"]._fill(self, scope, dirty, condition)
        values = {"total_count": total, "compared_count": count, "watermark": watermark}
        if dirty is None:
            values["report"] = [list(block) for block in cut]
        else:
            values["report"] = self._previous().report
        self.write(values)
        self._enter("score", count)

    def _count_profiles(self, condition):
        ((count,),) = self.env.execute_query(
            SQL("SELECT count(*) FROM crm_duplicate_profile profile WHERE %s", condition)
        )
        return count

    def _step_score(self, memo):
        """Compare some candidates and store those that are alike."""
        rows = self.env["crm.duplicate.candidate"]._next(self, self.last_key, SCORE_BATCH)
        if not rows:
            if self.done_count < self.compared_count:
                self._enter("block")  # the database server crashed meanwhile: make the list anew
            else:
                self._enter("group")
            return
        if "frequencies" not in memo:
            memo["frequencies"] = self.env["crm.duplicate.frequency"]._load(
                self.company_id, self.kind
            )
        ids = sorted({key for row in rows for key in row[1:]})
        profiles = self.env["crm.duplicate.profile"]._read_profiles(
            SQL("profile.id = ANY(%s)", ids)
        )
        found = []
        for _key, left_id, right_id in rows:
            left, right = profiles.get(left_id), profiles.get(right_id)
            if left is None or right is None:
                continue  # deleted meanwhile
            match = score(left, right, memo["frequencies"], DOUBT)
            if match:
                if (left.key < 0) != (right.key < 0):
                    left, right = sorted((left, right), key=lambda one: one.key)
                elif abs(left.key) > abs(right.key):
                    left, right = right, left
                found.append((left, right, match))
        self._store_pairs(found, memo["frequencies"])
        self.write({"done_count": self.done_count + len(rows), "last_key": rows[-1][0]})

    def _store_pairs(self, found, frequencies):
        """Write pairs in one statement; what was decided about a pair stays."""
        if not found:
            return
        columns = zip(
            *(
                (
                    left.key if left.key > 0 else None,
                    right.key if right.key > 0 else None,
                    -left.key if left.key < 0 else None,
                    -right.key if right.key < 0 else None,
                    match.posterior,
                    match.weight,
                    "automatic" if match.automatic else "review",
                    json.dumps(explain(match, left, right, frequencies)),
                )
                for left, right, match in found
            ),
            strict=True,
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_pair AS old (
                       company_id, kind, search_id, decision, create_uid, create_date, write_uid,
                       write_date, left_partner_id, right_partner_id, left_lead_id, right_lead_id,
                       score, weight, band, explanation)
                SELECT %(company)s, %(kind)s, %(search)s, 'none', %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC', new.lp, new.rp, new.ll, new.rl,
                       new.score, new.weight, new.band, new.explanation::jsonb
                  FROM unnest(%(columns)s)
                       AS new (lp, rp, ll, rl, score, weight, band, explanation)
                 WHERE (new.lp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.lp))
                       AND (new.rp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.rp))
                       AND (new.ll IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.ll))
                       AND (new.rl IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.rl))
                ON CONFLICT (company_id, COALESCE(left_partner_id, 0),
                       COALESCE(right_partner_id, 0), COALESCE(left_lead_id, 0),
                       COALESCE(right_lead_id, 0)) DO UPDATE
                   SET score = EXCLUDED.score, weight = EXCLUDED.weight, band = EXCLUDED.band,
                       explanation = EXCLUDED.explanation, search_id = EXCLUDED.search_id
                """,
                company=self.company_id.id,
                kind=self.kind,
                search=self.id,
                uid=self.env.uid,
                columns=SQL(", ").join(
                    SQL("%s::" + kind, list(column))
                    for column, kind in zip(
                        columns,
                        ("int[]", "int[]", "int[]", "int[]", "float[]", "float[]", "varchar[]",
                         "text[]"),
                        strict=True,
                    )
                ),
            )
        )  # fmt: skip
        self.env["crm.duplicate.pair"].invalidate_model(flush=False)

    def _step_group(self, _memo):
        """Drop what was not found again, group the rest, and close the search."""
        self.env.flush_all()
        affected = self._drop_outdated_pairs()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pair.id, pair.cluster_id FROM crm_duplicate_pair pair
                 WHERE pair.search_id = %s AND pair.decision = 'none'
                """,
                self.id,
            )
        )
        affected |= {cluster for _pair, cluster in rows if cluster}
        affected |= self._touched_clusters()
        clusters = self.env["crm.duplicate.cluster"]
        clusters._regroup_ids(
            self.company_id.id,
            self.kind,
            sorted(affected),
            [pair for pair, _cluster in rows],
            self._apart(),
        )
        self.env["crm.duplicate.candidate"]._forget(self)
        self.write({"run_state": "done", "finished_on": fields.Datetime.now()})

    def _drop_outdated_pairs(self):
        """Delete open pairs of changed or vanished records that this search did not find.

        :return: set of ids of their clusters
        """
        dirty = self._dirty()
        sides = (("left_partner_id", "partner_id"), ("right_partner_id", "partner_id"),
                 ("left_lead_id", "lead_id"), ("right_lead_id", "lead_id"))  # fmt: skip
        if dirty is None:
            condition = SQL("TRUE")
        else:
            known = SQL(" OR ").join(
                SQL(
                    "(pair.%s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM crm_duplicate_profile"
                    " profile WHERE profile.%s = pair.%s AND NOT (%s)))",
                    SQL.identifier(side),
                    SQL.identifier(link),
                    SQL.identifier(side),
                    dirty,
                )
                for side, link in sides
            )
            condition = SQL("(%s)", known)
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
                condition,
            )
        )
        return {cluster for (cluster,) in rows if cluster}

    def _touched_clusters(self):
        """Open clusters that hold a record of a pair found now, or that have lost a record."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH node AS (
                    SELECT unnest(ARRAY[COALESCE(left_partner_id, -left_lead_id),
                                        COALESCE(right_partner_id, -right_lead_id)]) AS id
                      FROM crm_duplicate_pair WHERE search_id = %(search)s)
                SELECT member.cluster_id
                  FROM crm_duplicate_member member
                  JOIN crm_duplicate_cluster cluster ON cluster.id = member.cluster_id
                 WHERE cluster.company_id = %(company)s AND cluster.kind = %(kind)s
                       AND cluster.state = 'open'
                       AND COALESCE(member.partner_id, -member.lead_id) IN (SELECT id FROM node)
                UNION
                SELECT cluster.id FROM crm_duplicate_cluster cluster
                 WHERE cluster.company_id = %(company)s AND cluster.kind = %(kind)s
                       AND cluster.state = 'open'
                       AND cluster.member_count <> (SELECT count(*) FROM crm_duplicate_member m
                                                     WHERE m.cluster_id = cluster.id)
                """,
                company=self.company_id.id,
                kind=self.kind,
                search=self.id,
            )
        )
        return {cluster for (cluster,) in rows}

    def _apart(self):
        """Function (nodes, nodes) → whether a gate keeps the records out of one cluster."""
        profiles = {}
        load = self.env["crm.duplicate.profile"]._read_profiles

        def known(nodes):
            missing = [node for node in nodes if node not in profiles]
            if missing:
                found = load(
                    SQL(
                        "(partner_id = ANY(%s) OR lead_id = ANY(%s))",
                        [node for node in missing if node > 0],
                        [-node for node in missing if node < 0],
                    )
                )
                profiles.update({profile.key: profile for profile in found.values()})
            return [profiles[node] for node in nodes if node in profiles]

        def apart(first, second):
            if len(first) + len(second) == 2:
                return False  # the pair itself has passed the gates
            return any(excluded(one, two) for one in known(first) for two in known(second))

        return apart
