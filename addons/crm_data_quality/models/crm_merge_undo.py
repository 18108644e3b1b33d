# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..merging.recompute import changed_columns, recompute
from ..merging.undo import Undo
from .crm_merge_quiet import QUIET

_BATCH = 1000


class CrmMerge(models.Model):
    """The way back, and the end of it."""

    _inherit = "crm.merge"

    def action_undo(self):
        """Restore what has not changed since the merge; `undo_report` says what has.

        :raise UserError: when the merge was undone or has expired, or a later one hinders
        """
        self._check_undo()
        later_first = self.sudo().sorted("id", reverse=True)
        kept = {merge._kept() for merge in later_first}
        if any(record in kept for merge in later_first for record in merge._merged()):
            # merged again later: step by step
            for merge in later_first:
                merge._undo()
        else:
            for model in set(later_first.mapped("res_model")):
                later_first.filtered(lambda merge, model=model: merge.res_model == model)._undo()
        return True

    def _check_undo(self):
        """Whether all of these merges can be undone together."""
        self.check_access("read")
        written = {}
        for merge in self:
            if merge.state == "expired":
                raise UserError(
                    self.env._("This merge can no longer be undone: its journal was deleted.")
                )
            if merge.state != "done":
                raise UserError(self.env._("This merge was undone before."))
            if not merge.can_undo:
                raise AccessError(
                    self.env._("A merge is undone by who made it or by a data quality manager.")
                )
            records = merge._written()
            written.setdefault(records._name, []).extend(records.ids)
        for name, ids in written.items():
            self.env[name].browse(ids).check_access("write")
        self._check_later_merges()

    def _check_later_merges(self):
        """What was merged on since has to be undone first, or in the same call."""
        for model, name in (("res.partner", "merged_partner_ids"), ("crm.lead", "merged_lead_ids")):
            merge_of = {}
            own = self.filtered(lambda merge, model=model: merge.res_model == model)
            for merge in own.sorted("id"):
                merge_of.setdefault(merge._kept(), merge)
            later = (
                self.sudo()
                .with_context(active_test=False)
                .search(
                    Domain("state", "=", "done")
                    & Domain("id", "not in", self.ids)
                    & Domain(name, "in", [record.id for record in merge_of])
                )
            )
            for other in later:
                for record in other._merged().with_env(self.env):
                    merge = merge_of.get(record)
                    if merge and merge.id < other.id:
                        raise UserError(
                            self.env._(
                                "“%s” was merged later. Undo that merge first.", merge.display_name
                            )
                        )

    def _undo(self):
        """Undo merges of one model, none of which stands on another; `self` as superuser."""
        records = self.env[self[0].res_model].browse(
            [record.id for merge in self for record in merge._kept() | merge._merged()]
        )
        records.lock_for_update(allow_referencing=True)
        self.env.flush_all()
        Undo(self.env, self).run()
        changes = changed_columns(self.env, self)
        self.env.invalidate_all()
        partners = records if records._name == "res.partner" else records.partner_id
        quiet = self.with_context(**QUIET)
        recompute(quiet.env, changes, partners | partners.commercial_partner_id)
        quiet._judge_anew(partners)
        self._reopen_clusters()
        reports = self._undo_reports()
        by_report = defaultdict(self.browse)
        for merge in self:
            by_report[reports.get(merge, False)] |= merge
        for report, merges in by_report.items():
            merges.write(
                {
                    "state": "partly" if report else "undone",
                    "undone_by": self.env.uid,
                    "undone_on": fields.Datetime.now(),
                    "undo_report": report,
                }
            )
        self._note_undo()

    def _undo_reports(self):
        """dict merge → rows that were not restored, one sentence each; without those in full

        Rows of tables without a model are told by their number.
        """
        rows = self.env["crm.merge.line"].search(
            [("merge_id", "in", self.ids), ("undo_state", "not in", (False, "restored"))]
        )
        models_of = {
            model._table: name
            for name, model in self.env.registry.items()
            if model._auto and not model._abstract
        }
        sentences = defaultdict(dict)
        for line in rows:
            sentence = self._not_restored(line, models_of.get(line.table_name))
            sentences[line.merge_id][sentence] = True
        return {merge: "\n".join(found) for merge, found in sentences.items()}

    def _not_restored(self, line, model):
        what = self.env["ir.model"]._get(model).name if model else line.table_name
        record = self.env[model].browse(line.row_id).exists() if model and line.row_id else None
        name = line.row_id or ""
        # the report is for whoever undoes it: no names that he may not read
        seen = record.with_env(self.env(su=False)) if record else None
        if seen and seen.has_access("read"):
            name = seen.display_name
        if line.undo_state == "missing":
            return self.env._("%(kind)s “%(name)s”: deleted since.", kind=what, name=name)
        if line.undo_state == "failed":
            return self.env._(
                "%(kind)s “%(name)s”: cannot be restored beside what was entered since.",
                kind=what,
                name=name,
            )
        labels = [
            record._fields[column].get_description(self.env)["string"]
            if record is not None and column in record._fields
            else column
            for column in (line.kept_columns or "").split(",")
        ]
        return self.env._(
            "%(kind)s “%(name)s”: %(fields)s changed since.",
            kind=what,
            name=name,
            fields=", ".join(labels),
        )

    def _reopen_clusters(self):
        """What was merged because of duplicates is to be looked at again."""
        clusters = self.cluster_id.filtered(lambda cluster: cluster.state == "merged")
        clusters.pair_ids.filtered(lambda pair: pair.decision == "merged")._decide("none")
        clusters.write({"state": "open"})

    # ------------------------------------------------------------ expiry
    @api.model
    def _cron_expire(self):
        """Delete journals whose time is over, in batches."""
        today = fields.Date.context_today(self)
        domain = Domain("expires_on", "<=", today) & Domain("line_ids", "!=", False)
        remaining = self.search_count(domain)
        while merges := self.search(domain, limit=_BATCH):
            merges._forget()
            remaining = max(remaining - len(merges), 0)
            if not self.env["ir.cron"]._commit_progress(len(merges), remaining=remaining):
                break
        late = Domain("expires_on", "<=", today) & Domain("state", "=", "done")
        self.search(late)._forget()

    def _forget(self):
        """Delete the journal: these merges can no longer be undone."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_merge_line WHERE merge_id = ANY(%s)", list(self.ids))
        )
        self.env["crm.merge.line"].invalidate_model(flush=False)
        self.invalidate_recordset(["line_ids"])
        self.filtered(lambda merge: merge.state == "done").write({"state": "expired"})
        self.write({"undo_report": False})

    @api.model
    def _erase(self, records):
        """Delete the journals that speak of records whose personal data is erased.

        :param records: customers or leads, as superuser
        """
        kept, merged = (
            ("partner_id", "merged_partner_ids")
            if records._name == "res.partner"
            else ("lead_id", "merged_lead_ids")
        )
        domain = Domain(kept, "in", records.ids) | Domain(merged, "in", records.ids)
        if records._name == "crm.lead":
            domain |= Domain("linked_lead_ids", "in", records.ids)
        self.sudo().with_context(active_test=False).search(domain)._forget()
