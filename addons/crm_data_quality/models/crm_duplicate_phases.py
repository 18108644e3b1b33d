# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..quality.duplicates.reasons import pack
from ..quality.duplicates.score import DOUBT, explain, score
from .crm_duplicate_candidate import MAX_LOOKUP

# Records read between two commits: about a second, so that Cancel answers.
READ_BATCH = 5000


class CrmDuplicateSearch(models.Model):
    """What one step of a search does: reading, blocking, comparing."""

    _inherit = "crm.duplicate.search"

    def _step_read_customers(self, _memo):
        """Bring the profiles of some customers up to date."""
        self._read("customers")

    def _step_read_leads(self, _memo):
        """Bring the profiles of some leads up to date."""
        self._read("leads")

    def _read(self, source):
        profiles = self.env["crm.duplicate.profile"]
        last, count, gone = profiles._refresh(
            source, self.company_id, self.last_key, READ_BATCH, self._since(), self.is_full
        )
        profiles._remove(source, gone)
        self.write({"done_count": self.done_count + count, "last_key": last})
        if count == READ_BATCH:
            return
        profiles._remove(source, profiles._outdated(source, self.company_id, self._since()))
        phases = [*self._read_phases(), "block"]
        following = phases[phases.index(self.phase) + 1]
        if following == "block":
            self._enter("block")
        else:
            self.write({"phase": following, "last_key": 0})

    def _step_block(self, _memo):
        """Count values and find the candidates."""
        if not self.last_key:
            # after reading, so that what this search has read itself is no change for the next
            # one; committed before looking, so that nothing is missed between the two
            self.write({"watermark": self._safe_time(), "last_key": 1})
            return
        scope, dirty = self._scope(), self._dirty()
        # keys written a moment ago wait in a list that every lookup would read from end to end
        self.env.cr.execute(
            SQL("SELECT gin_clean_pending_list('crm_duplicate_profile_keys_index')")
        )
        total = self._count_profiles(scope)
        if dirty is None:
            self.env.cr.execute(SQL("ANALYZE crm_duplicate_profile"))
            self.env["crm.duplicate.frequency"]._count(self.company_id, self.kind, scope)
        is_lookup = (
            dirty is not None and self._count_profiles(SQL("%s AND %s", scope, dirty)) <= MAX_LOOKUP
        )
        count, cut = self.env["crm.duplicate.candidate"]._fill(self, scope, is_lookup)
        values = {"total_count": total, "compared_count": 0}
        if is_lookup:
            values["report"] = self._previous().report
        else:
            values["report"] = [list(block) for block in cut]
        values["learnt_weights"] = (
            self._learn_weights(scope) if dirty is None else self._previous().learnt_weights
        )
        self.write(values)
        self._enter("score", count)

    def _count_profiles(self, condition):
        ((count,),) = self.env.execute_query(
            SQL("SELECT count(*) FROM crm_duplicate_profile profile WHERE %s", condition)
        )
        return count

    def _step_score(self, memo):
        """Compare some candidates and store those that are alike."""
        portion = self.env["crm.duplicate.candidate"]._next(self, self.last_key)
        if not portion:
            if self.done_count < self.step_count:
                self._enter("block")  # the database server crashed meanwhile: make the list anew
            else:
                self._enter("group")
            return
        key, pairs = portion
        profiles, pairs = self._to_compare(pairs)
        frequencies = self._frequencies(memo, profiles)
        found = []
        for left, right in pairs:
            match = score(left, right, frequencies, DOUBT)
            if match:
                if (left.key < 0) != (right.key < 0):
                    left, right = sorted((left, right), key=lambda one: one.key)
                elif abs(left.key) > abs(right.key):
                    left, right = right, left
                found.append((left, right, match))
        self._store_pairs(found, frequencies)
        self.write(
            {
                "done_count": self.done_count + 1,
                "compared_count": self.compared_count + len(pairs),
                "last_key": key,
            }
        )

    def _to_compare(self, pairs):
        """Profiles of candidates, and those pairs of them that are asked about.

        :param pairs: set of (id, id) of profiles
        :return: tuple (profiles, list of (profile, profile))
        """
        ids = sorted({key for pair in pairs for key in pair})
        profiles = self.env["crm.duplicate.profile"]._read_profiles(
            SQL("profile.id = ANY(%s)", ids)
        )
        # who is missing was deleted meanwhile
        known = [(profiles[one], profiles[two]) for one, two in pairs
                 if one in profiles and two in profiles]  # fmt: skip
        if self.kind == "leads_customers":
            known = [pair for pair in known if (pair[0].key < 0) != (pair[1].key < 0)]
        return list(profiles.values()), known

    def _frequencies(self, memo, profiles):
        """How common the values of profiles are; of a search of everything all counts at once."""
        counts = self.env["crm.duplicate.frequency"]
        if self._dirty() is not None:
            return counts._load(self.company_id, self.kind, profiles)
        if "frequencies" not in memo:
            memo["frequencies"] = counts._load(self.company_id, self.kind)
        return memo["frequencies"]

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
                    pack(explain(match, left, right, frequencies)),
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
                       score, weight, band, reasons)
                SELECT %(company)s, %(kind)s, %(search)s, 'none', %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC', new.lp, new.rp, new.ll, new.rl,
                       new.score, new.weight, new.band, new.reasons
                  FROM unnest(%(columns)s)
                       AS new (lp, rp, ll, rl, score, weight, band, reasons)
                 WHERE (new.lp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.lp))
                       AND (new.rp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.rp))
                       AND (new.ll IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.ll))
                       AND (new.rl IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.rl))
                ON CONFLICT (company_id, COALESCE(left_partner_id, 0),
                       COALESCE(right_partner_id, 0), COALESCE(left_lead_id, 0),
                       COALESCE(right_lead_id, 0)) DO UPDATE
                   SET score = EXCLUDED.score, weight = EXCLUDED.weight, band = EXCLUDED.band,
                       reasons = EXCLUDED.reasons, search_id = EXCLUDED.search_id
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
