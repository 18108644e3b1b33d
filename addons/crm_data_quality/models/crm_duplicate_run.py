# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality import background
from ..quality.duplicates import distance

RUNNING = ("waiting", "running")

# Companies with fewer records are searched while the person waits.
AT_ONCE = 2000
# A profile that another company's search is just writing is not seen yet: look at it twice.
OVERLAP = timedelta(seconds=10)


class CrmDuplicateSearch(models.Model):
    """The run of a search: read, block, compare, group; each step committed with its place."""

    _inherit = "crm.duplicate.search"

    def action_start(self):
        """Start the search: few records at once, many in the background."""
        for search in self:
            if search.run_state != "draft":
                raise UserError(search.env._("This search was started already."))
            search.check_access("write")
            search.sudo().write(
                {
                    "run_state": "waiting",
                    "phase": search._read_phases()[0],
                    "started_on": fields.Datetime.now(),
                    "method": distance.method(),
                    "step_count": search.sudo()._count_to_read(),
                }
            )
            search._launch()
        return True

    def action_cancel(self):
        """Stop after the current step; what was done so far is kept for resuming."""
        for search in self:
            search.check_access("write")
            if search.run_state in RUNNING:
                search.sudo().run_state = "cancelled"
        return True

    def action_resume(self):
        """Go on where the search was cancelled."""
        for search in self:
            search.check_access("write")
            if search.run_state != "cancelled":
                raise UserError(search.env._("Only a cancelled search can be resumed."))
            search.sudo().run_state = "waiting"
            search._launch()
        return True

    def _launch(self):
        self.ensure_one()
        if self.sudo().step_count <= AT_ONCE and not self.is_full:
            self.sudo()._run()
        else:
            self.env.ref("crm_data_quality.ir_cron_run_duplicate_searches").sudo()._trigger()

    # ------------------------------------------------------------ background
    @api.model
    def _cron_run_searches(self):
        """Run waiting searches, committing after each step, until the job's time is used up."""
        domain = Domain("run_state", "in", RUNNING)
        waiting = self.search(domain, order="started_on, id")
        background.work_off(waiting, domain, RUNNING, "_try_step")

    def _try_step(self, memo):
        """One step; a search that cannot go on says why and lets others run."""
        _done, reason = background.attempt(self, self._step, memo)
        if reason:
            self.run_state = "cancelled"
            self.message_post(body=self.env._("The search was stopped: %s", reason))

    def _run(self):
        """Run the whole search in this transaction."""
        memo = {}
        while self.run_state in RUNNING:
            self._step(memo)

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

    def _pair_condition(self):
        """SQL condition on ``l`` and ``r``, the profiles of a pair; None: any two."""
        if self.kind == "leads_customers":
            return SQL("(l.lead_id IS NULL) <> (r.lead_id IS NULL)")
        return None

    def _previous(self):
        """The last finished search of the same scope."""
        return self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("run_state", "=", "done")
            & Domain("id", "!=", self.id),
            order="finished_on desc, id desc",
            limit=1,
        )

    def _dirty(self, alias="profile"):
        """SQL condition on a profile: it changed since the last search; None: look at all."""
        previous = self._previous()
        if self.is_full or not previous:
            return None
        return SQL("%s >= %s", SQL.identifier(alias, "changed_on"), previous.watermark - OVERLAP)

    def _since(self):
        """Time before which no record was written that the last search has not read; None: of
        all. A day is longer than any transaction lasts that was open then."""
        previous = self._previous()
        if self.is_full or not previous:
            return None
        return previous.watermark - timedelta(days=1)

    def _count_to_read(self):
        profiles = self.env["crm.duplicate.profile"]
        self.env.flush_all()
        total = 0
        for source in self._sources():
            ((count,),) = self.env.execute_query(
                SQL(
                    "SELECT count(*) %s",
                    profiles._to_read(source, self.company_id, self._since(), self.is_full),
                )
            )
            total += count
        return total
