# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..quality import background
from ..quality.batch import Batch

_logger = logging.getLogger(__name__)

# Records read and compared at a time.
READ_SIZE = 2000
# Corrections written and committed at a time: few enough that the rows they lock are free again
# within a second or two.
WRITE_SIZE = 50
# More than this runs in the background.
AT_ONCE = 100
RUNNING = ("preparing", "applying", "undoing")
# What a run becomes when it is stopped.
STOPPED = {"preparing": "draft", "applying": "cancelled", "undoing": "done"}


class CrmQualityFix(models.Model):
    """The run of corrections: batch by batch, each committed with the place reached."""

    _inherit = "crm.quality.fix"

    # ------------------------------------------------------------ steps
    def action_prepare(self):
        """Look for corrections: few records at once, many in the background."""
        for fix in self:
            fix.check_access("write")
            if fix.run_state != "draft":
                raise UserError(fix.env._("Corrections were looked for already."))
            for method in fix._methods():
                reason = fix.env["crm.quality.fixer"]._unavailable_reason(method)
                if reason:
                    raise UserError(reason)
            fix.sudo().write({"run_state": "preparing", "problem": False})
            fix._launch(fix._records().search_count(fix._scope(), limit=READ_SIZE + 1) <= READ_SIZE)
        return True

    def action_apply(self):
        """Write the ticked corrections."""
        for fix in self:
            fix.check_access("write")
            if fix.run_state not in ("ready", "cancelled"):
                raise UserError(fix.env._("Look through the corrections first."))
            if not fix.selected_count:
                raise UserError(fix.env._("Tick at least one correction."))
            fix.sudo().write({"run_state": "applying", "problem": False})
            fix._launch(fix.selected_count <= AT_ONCE)
        return True

    def action_cancel(self):
        """Stop after the current batch. What was written stays and can be undone."""
        for fix in self:
            fix.check_access("write")
            if fix.run_state in RUNNING:
                fix.sudo().run_state = STOPPED[fix.run_state]
                if fix.run_state == "draft":
                    fix.sudo().line_ids.unlink()
                    fix.sudo().write({"last_id": 0, "line_count": 0})
        return True

    def action_undo(self):
        """Put back every value that nobody has changed since."""
        for fix in self:
            fix.check_access("write")
            if fix.is_expired:
                raise UserError(
                    fix.env._("The journal of these corrections was deleted after its time.")
                )
            if fix.run_state not in ("done", "cancelled") or not fix.applied_count:
                raise UserError(fix.env._("There is nothing to undo."))
            fix.sudo().write({"run_state": "undoing", "problem": False})
            fix._launch(fix.applied_count <= AT_ONCE)
        return True

    def _launch(self, at_once):
        self.ensure_one()
        if at_once:
            memo = {}
            fix = self.sudo()
            while fix.run_state in RUNNING:
                fix._run_batch(memo)
        else:
            self.env.ref("crm_data_quality.ir_cron_run_fixes").sudo()._trigger()

    # ------------------------------------------------------------ background
    @api.model
    def _cron_run_fixes(self):
        """Go on with all corrections, committing after each batch, while the job has time."""
        domain = Domain("run_state", "in", RUNNING)
        background.work_off(self.search(domain, order="id"), domain, RUNNING, "_try_batch")

    def _try_batch(self, memo):
        """The next batch; corrections that cannot go on stop and let others run."""
        _done, problem = background.attempt(self, self._run_batch, memo)
        if problem:
            self.write({"problem": problem, "run_state": STOPPED[self.run_state]})

    def _run_batch(self, memo):
        self.ensure_one()
        step = {
            "preparing": self._prepare_batch,
            "applying": self._apply_batch,
            "undoing": self._undo_batch,
        }
        step[self.run_state](memo)

    # ------------------------------------------------------------ looking for corrections
    def _prepare_batch(self, memo):
        """Look at the next records, or finish when there are none."""
        domain = self._scope() & Domain("id", ">", self.last_id)
        found = self._records().search(domain, order="id", limit=READ_SIZE)
        lines = self.env["crm.quality.fix.line"]
        created = lines.create(self._proposals(found, memo)) if found else lines
        self.write(
            {
                "last_id": found[-1:].id or self.last_id,
                "line_count": self.line_count + len(created),
                "run_state": "preparing" if len(found) == READ_SIZE else "ready",
            }
        )

    def _proposals(self, records, memo):
        """Values of the lines for what should change of some records."""
        fixer = self.env["crm.quality.fixer"].with_env(records.env)
        memo["subject"] = self.subject
        batch = Batch(env=records.env, check=None, rows={}, memo=memo)
        lines = self.env["crm.quality.fix.line"].with_env(records.env)
        own = "partner_id" if self.subject == "res.partner" else "lead_id"
        values = {}
        for method in self._methods():
            field_name = fixer._target(method, self.subject)
            if not records._has_field_access(records._fields[field_name], "read"):
                continue
            rows = fixer._read_rows(method, records.filtered(lambda r: r.id not in values))
            canonical = fixer._fix_fields()[method][0]
            for key, (better, is_certain) in fixer._propose(method, batch, rows).items():
                old = rows[key][canonical]
                line = lines.new({own: key, "field_name": field_name})
                values[key] = {
                    "fix_id": self.id,
                    own: key,
                    "field_name": field_name,
                    "old_key": lines._to_key(old),
                    "new_key": lines._to_key(better),
                    "old_value": line._text_of(lines._to_key(old)),
                    "new_value": line._text_of(lines._to_key(better)),
                    "is_selected": is_certain,
                    "is_certain": is_certain,
                }
        return list(values.values())

    # ------------------------------------------------------------ applying and undoing
    def _apply_batch(self, _memo):
        domain = [("fix_id", "=", self.id), ("state", "=", "open"), ("is_selected", "=", True)]
        lines = self.env["crm.quality.fix.line"].search(domain, order="id", limit=WRITE_SIZE)
        done = self._write_lines(lines, "old_key", "new_key")
        for line in lines:
            reason, message = done[line]
            line.write(
                {
                    "state": "left_out" if reason else "applied",
                    "reason": reason,
                    "message": message,
                }
            )
        left_out = sum(1 for reason, _message in done.values() if reason)
        self.applied_count += len(lines) - left_out
        self.left_out_count += left_out
        if len(lines) < WRITE_SIZE:
            self.write({"run_state": "done", "applied_on": fields.Datetime.now()})
        self._start_expiry()

    def _undo_batch(self, _memo):
        domain = [("fix_id", "=", self.id), ("state", "=", "applied")]
        lines = self.env["crm.quality.fix.line"].search(domain, order="id", limit=WRITE_SIZE)
        done = self._write_lines(lines, "new_key", "old_key")
        for line in lines:
            reason, message = done[line]
            line.write(
                {"state": "kept" if reason else "undone", "reason": reason, "message": message}
            )
        kept = sum(1 for reason, _message in done.values() if reason)
        self.kept_count += kept
        self.undone_count += len(lines) - kept
        self.applied_count -= len(lines)
        if len(lines) < WRITE_SIZE:
            self.run_state = "undone"

    def _write_lines(self, lines, seen, wanted):
        """Write values with the rights of the person, where the value still is what was seen.

        :param seen: the key that the record must still have
        :param wanted: the key to write
        :return: dict line → (reason or False, message or False)
        """
        records = self._records().with_context(active_test=False, quality_refresh_later=True)
        records = records.browse(line._subject().id for line in lines)
        there = records.exists()
        allowed = there._filtered_access("write")
        free = allowed.try_lock_for_update(allow_referencing=True)
        free.invalidate_recordset()
        done = {}
        for line in lines:
            record = records.browse(line._subject().id)
            if record not in there:
                done[line] = "gone", False
            elif record not in allowed:
                done[line] = "access", False
            elif record not in free:
                done[line] = "busy", False
            else:
                done[line] = self._write_line(line, record, line[seen], line[wanted])
        self.env["crm.quality.finding"]._refresh_fixed(free, set(lines.mapped("field_name")))
        return done

    def _write_line(self, line, record, seen, wanted):
        field = record._fields[line.field_name]
        if not record._has_field_access(field, "write"):
            return "access", False
        current = record.read([line.field_name], load=None)[0][line.field_name]
        if line._to_key(current) != (seen or False):
            return "changed", False
        try:
            with self.env.cr.savepoint():
                record.write({line.field_name: line._from_key(wanted)})
                record.env.flush_all()
        except OperationalError:
            raise
        except UserError as error:
            record.invalidate_recordset()
            return "refused", str(error).splitlines()[0]
        return False, False
