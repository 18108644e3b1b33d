# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..merging.catalogue import KEY, PAIR
from ..merging.quoted import quoted
from ..merging.recompute import changed_columns, recompute
from ..merging.snapshot import Snapshot
from .crm_merge_quiet import QUIET
from .crm_merge_values import ADDRESS


class CrmMerge(models.Model):
    """How leads are merged: by Odoo's own method, journalled, the others kept in the archive."""

    _inherit = "crm.merge"

    def _merge_leads(self, job):
        """Merge leads; `self` is the head, as superuser."""
        self.ensure_one()
        leads = job.master | job.others
        ordered = self._by_activity(leads)
        consent = self._consent()
        mover = self._mover()
        # tags and the like first: Odoo's method adds, and what it adds would not be known
        mover.move("crm.lead", self._pairs(), only=lambda column: not column.has_id, is_last=False)
        self.env.invalidate_all()
        before = Snapshot(self.env)
        before.watch("crm_lead", dict.fromkeys(leads.ids, self.id))
        known = self._watch_rows(leads, before)
        # the user writes: his rights hold, and Odoo's summary of the merge is his
        job.master.with_context(crm_merge_master=job.master.id).union(
            job.others.with_context(crm_merge_master=job.master.id)
        )._merge_opportunity(auto_unlink=False, max_length=0)
        self._write_lead_choices(job)
        self.env.flush_all()
        self._fill_properties([job], [ordered])
        before.journal()
        self._journal_new_rows(leads, known)
        # Odoo takes along those followers who took part lately; the others stay
        mover.move(
            "crm.lead",
            self._pairs(),
            only=lambda column: column.has_id and column.table != "mail_followers",
        )
        changes = changed_columns(self.env, self)
        self._archive_leads()
        recompute(self.env, changes, leads.sudo().partner_id)
        self._unite_consent(consent)

    def _write_lead_choices(self, job):
        values = {}
        for name, record_id in (job.choices or {}).items():
            if record_id != job.master.id:
                choice = {name: record_id}
                source = job.master.browse(record_id)
                wanted = self.with_env(job.master.env)._new_values(
                    job._replace(choices=choice), source | job.master | job.others
                )
                values.update(wanted)
        names = self._named_by(job.choices or {}, job.master)
        values = {name: value for name, value in values.items() if name in names}
        if values:
            job.master.with_context(**QUIET).write(values)

    def _named_by(self, choices, lead):
        names = set(choices)
        if "address" in names:
            names.update(name for name in ADDRESS if name in lead._fields)
        return names

    def _lead_columns(self):
        """Columns of tables with ids that name leads, except the table of leads itself.

        Also of rows that do not move: Odoo's method may change the stage, and its history follows.
        """
        return [
            column
            for column in self._columns("crm.lead", with_staying=True)
            if column.has_id and column.kind in (KEY, PAIR) and column.table != "crm_lead"
        ]

    def _rows_of(self, column, leads):
        condition = SQL("t.%s = ANY(%s)", quoted(column.name), leads.ids)
        if column.kind == PAIR:
            condition = SQL(
                "%s AND t.%s = %s",
                condition,
                quoted(column.model_column),
                column.model_value,
            )
        rows = self.env.execute_query(
            SQL("SELECT t.id FROM %s t WHERE %s", quoted(column.table), condition)
        )
        return {row_id for (row_id,) in rows}

    def _watch_rows(self, leads, before):
        """Watch everything that names the leads: Odoo's method may change it.

        :return: dict table → ids of its rows
        """
        known = {}
        for column in self._lead_columns():
            known.setdefault(column.table, set()).update(self._rows_of(column, leads))
        for table, ids in known.items():
            before.watch(table, dict.fromkeys(ids, self.id))
        return known

    def _journal_new_rows(self, leads, known):
        """Rows that Odoo's method has added; its summary in the chatter stays."""
        for column in self._lead_columns():
            if column.table == "mail_message":
                continue
            fresh = self._rows_of(column, leads) - known[column.table]
            if not fresh:
                continue
            known[column.table] |= fresh
            model = self._mover()._model_of(column.table)
            records = self.env[model].browse(sorted(fresh))
            self._journal_added(records, [self] * len(records))

    def _archive_leads(self):
        """Archive without what Odoo does with lost leads: a merged lead was not lost.

        Odoo would date its closing and, where its probability is 0, count it as lost.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH archived AS (
                    UPDATE crm_lead t SET active = FALSE, is_merged = TRUE
                      FROM crm_lead before
                     WHERE before.id = t.id AND t.id = ANY(%s)
                 RETURNING t.id, before.active, before.is_merged
                )
                INSERT INTO crm_merge_line
                       (merge_id, table_name, row_id, action, old_values, new_values)
                SELECT %s, 'crm_lead', id, 'update',
                       jsonb_build_object('active', active, 'is_merged', is_merged),
                       '{"active": false, "is_merged": true}'
                  FROM archived
                """,
                self._merged().ids,
                self.id,
            )
        )
