# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.tools import SQL

from ..quality.crew import MOST, Crew, Line, best_size
from ..quality.duplicates import blocks as block_texts
from ..quality.duplicates import work
from .crm_duplicate_candidate import MAX_LOOKUP

_logger = logging.getLogger(__name__)

PROCESSES = "crm_data_quality.processes"
"""System parameter: helper processes of a search, 0 for none."""
# Records read between two commits: less than a second, so that Cancel answers.
READ_BATCH = 3000
# Pieces of work for which helper processes are not worth their start.
FEW = 4


class CrmDuplicateSearch(models.Model):
    """What one step of a search does: reading, blocking, comparing."""

    _inherit = "crm.duplicate.search"

    def _step_read_customers(self, memo):
        """Bring the profiles of some customers up to date."""
        self._read("customers", memo)

    def _step_read_leads(self, memo):
        """Bring the profiles of some leads up to date."""
        self._read("leads", memo)

    def _read(self, source, memo):
        profiles = self.env["crm.duplicate.profile"]
        if not self.last_key and self.step_count > MAX_LOOKUP:
            profiles._index_later()
        sign = 1 if source == "customers" else -1
        region = self.company_id.country_id.code or ""

        def fetch(last):
            if memo.get("is_read"):
                return None
            rows = profiles._fetch(
                source, self.company_id, self.last_key if last is None else last, READ_BATCH,
                self._since(), self.is_full,
            )  # fmt: skip
            memo["is_read"] = len(rows) < READ_BATCH
            if not rows:
                return None
            wanted = [row for row in rows if row[3]]
            gone = [row[0][0] for row in rows if not row[3]]
            heads = [(row[0][0], *row[1:3]) for row in wanted]
            ticket = rows[-1][0][0], len(rows), heads, gone
            return rows[-1][0][0], ticket, "read", (sign, region, [row[0] for row in wanted])

        taken = self._line(memo, self.step_count // READ_BATCH).take(fetch)
        if taken:
            (last, count, heads, gone), texts = taken
            if heads:
                profiles._store(source, heads, texts)
            profiles._remove(source, gone)
            self.write({"done_count": self.done_count + count, "last_key": last})
            return
        memo.clear()  # the helpers are not needed any more
        profiles._remove(source, profiles._outdated(source, self.company_id, self._since()))
        phases = [*self._read_phases(), "block"]
        following = phases[phases.index(self.phase) + 1]
        if following == "block":
            self._enter("block")
        else:
            self.write({"phase": following, "last_key": 0})

    def _line(self, memo, count, shared=()):
        """The work of the present phase: in this process, or where there is much of it, by helpers.

        :param count: pieces of work
        :param shared: function that returns the arguments of `work.share`, or nothing
        """
        if memo.get("phase") != self.phase:
            size = self._helpers() if count > FEW else 0
            memo["line"] = Line(Crew(work, size, shared and shared()))
            memo["phase"] = self.phase
        return memo["line"]

    @api.model
    def _helpers(self):
        """Number of helper processes: what the system parameter says, else what suits the machine."""
        wanted = self.env["ir.config_parameter"].sudo().get_param(PROCESSES)
        if not wanted:
            return best_size()
        if not wanted.strip().isdecimal():
            _logger.warning("System parameter %s is no number: %r", PROCESSES, wanted)
            return best_size()
        return min(int(wanted), MOST)

    def _step_block(self, _memo):
        """Count values and find the candidates."""
        if not self.last_key:
            # after reading, so that what this search has read itself is no change for the next
            # one; committed before looking, so that nothing is missed between the two
            self.write({"watermark": self._safe_time(), "last_key": 1})
            return
        scope, dirty = self._scope(), self._dirty()
        self.env["crm.duplicate.profile"]._index_keys()
        total = self._count_profiles(scope)
        if dirty is None:
            self.env.cr.execute(SQL("ANALYZE crm_duplicate_profile"))
            self.env["crm.duplicate.frequency"]._count(self.company_id, self.kind, scope)
        is_lookup = (
            dirty is not None and self._count_profiles(SQL("%s AND %s", scope, dirty)) <= MAX_LOOKUP
        )
        count, cut = self.env["crm.duplicate.candidate"]._fill(self, scope, is_lookup, total)
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
        candidates = self.env["crm.duplicate.candidate"]
        is_mixed = self.kind == "leads_customers"

        def fetch(last):
            portion = candidates._next(self, self.last_key if last is None else last)
            if portion is None:
                return None
            key, blocks = portion
            return key, key, "compare", (self._text_of(blocks), blocks, is_mixed)

        if self.step_count <= FEW:
            taken = self._compare_few(is_mixed)
        else:
            taken = self._line(memo, self.step_count, self._shared).take(fetch)
        if not taken:
            memo.clear()
            if self.done_count < self.step_count:
                self._enter("block")  # the database server crashed meanwhile: make the list anew
            else:
                self._enter("group", self._count_found())
            return
        key, (count, columns) = taken
        self._store_pairs(columns)
        self.write(
            {
                "done_count": self.done_count + 1,
                "compared_count": self.compared_count + count,
                "last_key": key,
            }
        )

    def _compare_few(self, is_mixed):
        """The next portion compared, with the counts of its own values only."""
        portion = self.env["crm.duplicate.candidate"]._next(self, self.last_key)
        if not portion:
            return None
        key, blocks = portion
        text = self._text_of(blocks)
        frequencies = self.env["crm.duplicate.frequency"]._load(
            self.company_id, self.kind, work.profiles_of(text)[0].values()
        )
        return key, work.compare(frequencies, text, blocks, is_mixed)

    def _text_of(self, blocks):
        """The profiles in blocks as one text."""
        return self.env["crm.duplicate.profile"]._read_text(
            SQL("profile.id = ANY(%s)", block_texts.members(blocks))
        )

    def _shared(self):
        """How common values are, for comparing."""
        return self.env["crm.duplicate.frequency"]._share(self.company_id, self.kind)

    def _store_pairs(self, columns):
        """Write pairs in one statement; what was decided about a pair stays.

        :param columns: see `work.compare`
        """
        if not columns:
            return
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
                  FROM (SELECT CASE WHEN l > 0 THEN l END AS lp, CASE WHEN r > 0 THEN r END AS rp,
                               CASE WHEN l < 0 THEN -l END AS ll, CASE WHEN r < 0 THEN -r END AS rl,
                               score, weight, band, reasons
                          FROM unnest(%(columns)s) AS t (l, r, score, weight, band, reasons)) AS new
                 WHERE (new.lp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.lp))
                       AND (new.rp IS NULL OR EXISTS (SELECT FROM res_partner WHERE id = new.rp))
                       AND (new.ll IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.ll))
                       AND (new.rl IS NULL OR EXISTS (SELECT FROM crm_lead WHERE id = new.rl))
                ON CONFLICT (company_id, COALESCE(left_partner_id, 0),
                       COALESCE(right_partner_id, 0), COALESCE(left_lead_id, 0),
                       COALESCE(right_lead_id, 0)) DO UPDATE
                   SET score = EXCLUDED.score, weight = EXCLUDED.weight, band = EXCLUDED.band,
                       reasons = EXCLUDED.reasons, search_id = EXCLUDED.search_id
                 WHERE (old.weight, old.band, old.reasons, old.search_id) IS DISTINCT FROM
                       (EXCLUDED.weight, EXCLUDED.band, EXCLUDED.reasons, EXCLUDED.search_id)
                """,
                company=self.company_id.id,
                kind=self.kind,
                search=self.id,
                uid=self.env.uid,
                columns=SQL(", ").join(
                    SQL("%s::" + kind, column)
                    for column, kind in zip(
                        columns,
                        ("int[]", "int[]", "float[]", "float[]", "varchar[]", "text[]"),
                        strict=True,
                    )
                ),
            )
        )
        self.env["crm.duplicate.pair"].invalidate_model(flush=False)
