# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..quality.batch import Batch
from .crm_background_run import CrmBackgroundRun

# Records read and compared at a time.
READ_SIZE = 2000
# Corrections written and committed at a time: few enough that the rows they lock are free again
# within a second or two.
WRITE_SIZE = 50
# More than this runs in the background.
AT_ONCE = 100
# What a run becomes when it is stopped.
STOPPED = {"preparing": "draft", "applying": "cancelled", "undoing": "done"}


class CrmQualityFix(models.Model):
    """The run of corrections: batch by batch, each committed with the place reached."""

    _inherit = "crm.quality.fix"
    _run_cron = "crm_data_quality.ir_cron_run_fixes"
    _running_states = ("preparing", "applying", "undoing")
    _finished_states = ("ready", "done", "undone")
    # what only the run may write, beside the state: the journal must tell the truth
    _run_fields = CrmBackgroundRun._run_fields | {
        "last_id", "line_count", "applied_count", "left_out_count", "undone_count", "kept_count",
        "applied_on", "expires_on", "is_expired",
    }  # fmt: skip
    _scope_fields = frozenset(("method", "subject", "scope_domain", "result_id", "company_id"))

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
            fix._begin("preparing")
        return True

    def action_apply(self):
        """Write the ticked corrections."""
        for fix in self:
            fix.check_access("write")
            if fix.run_state not in ("ready", "cancelled"):
                raise UserError(fix.env._("Look through the corrections first."))
            if not fix.selected_count:
                raise UserError(fix.env._("Tick at least one correction."))
            fix._begin("applying")
        return True

    def action_start(self):
        """Look for corrections."""
        return self.action_prepare()

    def action_resume(self):
        """Go on writing where it was cancelled."""
        return self.action_apply()

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
            fix._begin("undoing")
        return True

    def _is_small(self):
        if self.run_state == "preparing":
            found = self._records().search_count(self._scope(), limit=READ_SIZE + 1)
            return found <= READ_SIZE
        return self.step_count <= AT_ONCE

    def _after_stop(self, _problem):
        """What was written stays and can be undone; a search for corrections begins anew."""
        if self.run_state == "draft":
            self.line_ids.unlink()
            self.write({"last_id": 0, "line_count": 0})

    def _stopped_state(self):
        return STOPPED[self.run_state]

    def _progress_words(self):
        if self.run_state == "preparing":
            return self.env._(
                "%s corrections found", formatLang(self.env, self.line_count, digits=0)
            )
        return self.env._(
            "%(done)s of %(total)s corrections",
            done=formatLang(self.env, self.done_count, digits=0),
            total=formatLang(self.env, self.step_count, digits=0),
        )

    @api.model
    def _cron_run_fixes(self):
        """Go on with all corrections, committing after each batch, while the job has time."""
        self._work_off()

    def _run_batch(self, memo):
        step = {
            "preparing": self._prepare_batch,
            "applying": self._apply_batch,
            "undoing": self._undo_batch,
        }
        return step[self.run_state](memo)

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
            }
        )
        if len(found) < READ_SIZE:
            self._end("ready")
        return len(found)

    def _end(self, state):
        self.write({"run_state": state, "finished_on": fields.Datetime.now()})

    def _proposals(self, records, memo):
        """Values of the lines for what should change of some records."""
        fixer = self.env["crm.quality.fixer"].with_env(records.env)
        memo["subject"] = self.subject
        batch = Batch(env=records.env, check=None, rows={}, memo=memo)
        lines = self.env["crm.quality.fix.line"].with_env(records.env)
        own = "partner_id" if self.subject == "res.partner" else "lead_id"
        values = defaultdict(dict)
        certain = set()
        for method in self._methods():
            field_name = fixer._target(method, self.subject)
            if not records._has_field_access(records._fields[field_name], "read"):
                continue
            rows = fixer._read_rows(method, records.filtered(lambda r: r.id not in certain))
            canonical = fixer._fix_fields()[method][0]
            for key, (better, is_certain) in fixer._propose(method, batch, rows).items():
                old = rows[key][canonical]
                line = lines.new({own: key, "field_name": field_name})
                if is_certain:
                    # what is only a good guess need not be looked at any more
                    certain.add(key)
                    values[key].clear()
                elif field_name in values[key]:
                    continue
                values[key][field_name] = {
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
        for found in values.values():
            if len(found) > 1:
                for line_values in found.values():
                    line_values["is_alternative"] = True
        return [line_values for found in values.values() for line_values in found.values()]

    # ------------------------------------------------------------ applying and undoing
    def _apply_batch(self, _memo):
        domain = [("fix_id", "=", self.id), ("state", "=", "open"), ("is_selected", "=", True)]
        lines = self.env["crm.quality.fix.line"].search(domain, order="id", limit=WRITE_SIZE)
        surplus = lines._surplus()
        done = dict.fromkeys(surplus, ("alternative", False))
        done |= self._write_lines(lines - surplus, "old_key", "new_key")
        self._store_outcome(done, "applied", "left_out")
        left_out = sum(1 for reason, _message in done.values() if reason)
        self.applied_count += len(lines) - left_out
        self.left_out_count += left_out
        if len(lines) < WRITE_SIZE:
            self._end("done")
            self.applied_on = self.finished_on
        self._start_expiry()
        return len(lines)

    def _undo_batch(self, _memo):
        domain = [("fix_id", "=", self.id), ("state", "=", "applied")]
        lines = self.env["crm.quality.fix.line"].search(domain, order="id", limit=WRITE_SIZE)
        done = self._write_lines(lines, "new_key", "old_key")
        self._store_outcome(done, "undone", "kept")
        kept = sum(1 for reason, _message in done.values() if reason)
        self.kept_count += kept
        self.undone_count += len(lines) - kept
        self.applied_count -= len(lines)
        if len(lines) < WRITE_SIZE:
            self._end("undone")
        return len(lines)

    def _store_outcome(self, done, state, refused):
        """Write down what became of lines.

        :param done: dict line → (reason or False, message or False)
        :param state: of the lines without a reason
        :param refused: of the others
        """
        groups = defaultdict(list)
        for line, outcome in done.items():
            groups[outcome].append(line.id)
        for (reason, message), ids in groups.items():
            self.env["crm.quality.fix.line"].browse(ids).write(
                {"state": refused if reason else state, "reason": reason, "message": message}
            )

    def _write_lines(self, lines, seen, wanted):
        """Write values with the rights of the person, where the value still is what was seen.

        :param seen: the key that the record must still have
        :param wanted: the key to write
        :return: dict line → (reason or False, message or False)
        """
        records = self._records().with_context(active_test=False)
        records = records.browse(line._subject().id for line in lines)
        there = records.exists()
        allowed = there._filtered_access("write")
        free = allowed.try_lock_for_update(allow_referencing=True)
        free.invalidate_recordset()
        done, pending = {}, []
        for line in lines:
            # what Odoo reads to write one of them, it reads for all of them
            record = records.browse(line._subject().id).with_prefetch(free._ids)
            if record not in there:
                done[line] = "gone", False
            elif record not in allowed:
                done[line] = "access", False
            elif record not in free:
                done[line] = "busy", False
            elif reason := self._obstacle(line, record, line[seen]):
                done[line] = reason, False
            else:
                pending.append((line, record, line._from_key(line[wanted])))
        done |= self._write_values(pending)
        self.env["crm.quality.finding"]._refresh_fixed(free, set(lines.mapped("field_name")))
        return done

    def _obstacle(self, line, record, seen):
        """Why a value must not be written, as a code; False if it may."""
        field = record._fields[line.field_name]
        if not record._has_field_access(field, "write"):
            return "access"
        current = field.convert_to_read(record[line.field_name], record, use_display_name=False)
        return line._to_key(current) != (seen or False) and "changed"

    def _write_values(self, pending):
        """Write all at once; if Odoo refuses one of the values, one by one.

        :param pending: list of (line, record, value)
        :return: dict line → (reason or False, message or False)
        """
        try:
            with self.env.cr.savepoint():
                for line, record, value in pending:
                    record.write({line.field_name: value})
                self.env.flush_all()
        except OperationalError:
            raise
        except UserError as error:
            for _line, record, _value in pending:
                record.invalidate_recordset()
            if len(pending) == 1:
                return {pending[0][0]: ("refused", str(error).splitlines()[0])}
            middle = len(pending) // 2
            return self._write_values(pending[:middle]) | self._write_values(pending[middle:])
        return {line: (False, False) for line, _record, _value in pending}
