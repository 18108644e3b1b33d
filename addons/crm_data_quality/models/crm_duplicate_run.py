# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.duplicates import distance

# Companies with fewer records are searched while the person waits.
AT_ONCE = 2000
# A search within one request looks at the data a moment before it looks at the open transactions:
# one that ends in between is found by neither, but it did not begin longer ago than this.
OVERLAP = timedelta(hours=1)


class CrmDuplicateSearch(models.Model):
    """The run of a search: read, block, compare, group; each step committed with its place."""

    _inherit = "crm.duplicate.search"

    def _start_values(self):
        return {
            "phase": self._read_phases()[0],
            "read_from": self._safe_time(),
            "method": distance.method(),
            "step_count": self.sudo()._count_to_read(),
        }

    def _is_small(self):
        return self.step_count <= AT_ONCE and not self.is_full

    def _progress_words(self):
        return dict(self._fields["phase"]._description_selection(self.env)).get(self.phase)

    def _after_stop(self, problem):
        if problem:
            self.message_post(body=self.env._("The search was stopped: %s", problem))

    @api.model
    def _cron_run_searches(self):
        """Run waiting searches, committing after each step, until the job's time is used up."""
        self._work_off()

    def _run_batch(self, memo):
        return self._step(memo)

    def _step(self, memo):
        """One step of the present phase.

        :param memo: dict kept by the caller between steps
        """
        self.ensure_one()
        self.run_state = "running"
        getattr(self, f"_step_{self.phase}")(memo)

    def _enter(self, phase, step_count=1):
        self.write({"phase": phase, "done_count": 0, "last_key": 0, "step_count": step_count})

    # ------------------------------------------------------------ scope
    def _sources(self):
        return ("customers", "leads") if self.kind == "leads_customers" else (self.kind,)

    def _read_phases(self):
        return [f"read_{source}" for source in self._sources()]

    def _scope(self):
        """SQL condition on ``profile``: the records that are compared."""
        sides = {
            "customers": SQL("profile.partner_id IS NOT NULL"),
            "leads": SQL("profile.lead_id IS NOT NULL"),
            # a lead that has its customer is not asked about
            "leads_customers": SQL("(profile.partner_id IS NOT NULL OR profile.family = 0)"),
        }
        return SQL("profile.company_id IN (0, %s) AND %s", self.company_id.id, sides[self.kind])

    def _previous(self):
        """The last finished search of the same scope whose place in time is known."""
        return self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("run_state", "=", "done")
            # empty: an older version weighed differently, or did not note its place in time
            & Domain("watermark", "!=", False)
            & Domain("read_from", "!=", False)
            & Domain("id", "!=", self.id),
            order="finished_on desc, id desc",
            limit=1,
        )

    @api.model
    def _safe_time(self):
        """Time before which everything was written that a later transaction can see: the start of
        the oldest one that is open."""
        ((moment,),) = self.env.execute_query(
            SQL(
                """
                SELECT LEAST(now(), min(xact_start)) AT TIME ZONE 'UTC'
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend'
                """
            )
        )
        return moment

    def _dirty(self, alias="profile"):
        """SQL condition on a profile: it changed since the last search; None: look at all."""
        previous = self._previous()
        if self.is_full or not previous:
            return None
        return SQL("%s >= %s", SQL.identifier(alias, "changed_on"), previous.watermark)

    def _since(self):
        """Time before which no record was written that the last search has not read; None: of
        all."""
        previous = self._previous()
        if self.is_full or not previous:
            return None
        return previous.read_from - OVERLAP

    def _count_to_read(self):
        profiles = self.env["crm.duplicate.profile"]
        return sum(
            profiles._count_written(source, self.company_id, self._since())
            for source in self._sources()
        )
