# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

# Records judged again and committed at a time.
STEP = 500
# A long transaction commits records with the time of its start: so far back they are asked again.
OVERLAP = timedelta(hours=1)


class CrmQualityCheck(models.Model):
    """Findings of records that somebody has edited since the check are judged again.

    Not while the record is written, which would slow down every write, but when their list is
    opened, and by a scheduled job.
    """

    _inherit = "crm.quality.check"

    refreshed_to = fields.Datetime(
        readonly=True,
        copy=False,
        help="What was edited before has been judged again; empty: nothing since the start.",
    )

    @api.model
    def _cron_refresh_findings(self):
        """Judge again what was edited, committing after each step."""
        cron = self.env["ir.cron"]
        checks = self.search(
            Domain("run_state", "=", "done")
            & Domain("details_deleted_on", "=", False)
            & Domain("finding_count", ">", 0),
            order="refreshed_to NULLS FIRST, id",
        )
        cron._commit_progress(remaining=len(checks))
        for check in checks:
            since = check.refreshed_to or check.started_on
            while since:
                since = check._refresh_step(since)
                if not cron._commit_progress(0 if since else 1):
                    return

    def _refresh_edited(self):
        """Judge again what was edited, if that is quickly done; else the job does it soon."""
        for check in self.sudo().filtered(lambda check: check.run_state == "done"):
            since = check.refreshed_to or check.started_on
            found = check._edited(since, STEP + 1)
            if len(found) > STEP:
                self.env.ref("crm_data_quality.ir_cron_refresh_findings").sudo()._trigger()
            else:
                check._judge_again(found)

    def _refresh_step(self, since):
        """Judge again what was edited first since a moment.

        :return: the moment to go on from; None when all is done
        """
        self.ensure_one()
        # the time of this transaction: what commits later is asked the next time
        now = self.env.cr.now()
        found = self._edited(since, STEP)
        self._judge_again(found)
        if len(found) < STEP:
            self.refreshed_to = max(now - OVERLAP, self.started_on)
            return None
        # all that was written at the same moment belongs to one step: the next begins after it
        last = found[-1][1]
        self.refreshed_to = last.replace(microsecond=0)
        return last + timedelta(microseconds=1)

    def _judge_again(self, found):
        """Judge the open findings of records again.

        :param found: as `_edited` returns them
        """
        records = self.env[self.subject].browse(key for key, _moment in found)
        for ids in split_every(STEP, records.ids):
            self.env["crm.quality.finding"]._refresh_fixed(records.browse(ids), set(), self)

    def _edited(self, since, limit):
        """Records with open findings that were edited since: list of (id, moment), oldest first.

        More than the limit, where several were written at the moment of the last.
        """
        self.ensure_one()
        table = SQL.identifier(self.env[self.subject]._table)
        own = SQL.identifier(self._subject_field())
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT s.id, s.write_date FROM %(table)s s
                 WHERE s.write_date >= %(since)s AND EXISTS (
                       SELECT FROM crm_quality_finding f
                        WHERE f.%(own)s = s.id AND f.check_id = %(check)s
                              AND NOT COALESCE(f.is_accepted, FALSE))
                 ORDER BY s.write_date FETCH FIRST %(limit)s ROWS WITH TIES
                """,
                table=table,
                own=own,
                since=since,
                check=self.id,
                limit=limit,
            )
        )
