# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..merging.snapshot import Snapshot


class CrmMerge(models.Model):
    """Who did not want to be written to under one address does not under any of the others."""

    _inherit = "crm.merge"

    def _consent(self):
        """Addresses before the merge: dict merge → (set of e-mails, set of phone numbers)."""
        known = {}
        for merge in self:
            records = merge._kept() | merge._merged()
            known[merge] = tuple(
                {value for value in records.mapped(name) if value}
                for name in ("email_normalized", "phone_sanitized")
            )
        return known

    def _unite_consent(self, known):
        """Carry blacklists and opt-outs over to all addresses.

        :param known: answer of `_consent` before the merge
        """
        for number, (model, column) in enumerate(
            (("mail.blacklist", "email"), ("phone.blacklist", "number"))
        ):
            addresses = {
                merge: values[number] | self._own_addresses(merge, number)
                for merge, values in known.items()
            }
            self._unite_blacklist(model, column, addresses)
        if "mailing.subscription" in self.env:
            self._unite_subscriptions({merge: values[0] for merge, values in known.items()})

    def _own_addresses(self, merge, number):
        value = merge._kept()[("email_normalized", "phone_sanitized")[number]]
        return {value} if value else set()

    def _unite_blacklist(self, model, column, addresses):
        if model not in self.env:
            return
        blacklist = self.env[model].with_context(active_test=False)
        values = set().union(*addresses.values())
        entries = {
            entry[column]: entry for entry in blacklist.search([(column, "in", list(values))])
        }
        wanted = {}
        for merge, own in addresses.items():
            if any(value in entries and entries[value].active for value in own):
                for value in own:
                    if value not in entries or not entries[value].active:
                        wanted.setdefault(value, merge)
        if not wanted:
            return
        again = {entries[value].id: merge.id for value, merge in wanted.items() if value in entries}
        before = Snapshot(self.env)
        before.watch(blacklist._table, again)
        blacklist.browse(again).action_unarchive()
        fresh = {value: merge for value, merge in wanted.items() if value not in entries}
        created = blacklist.create([{column: value} for value in fresh])
        self.env.flush_all()
        before.journal()
        self._journal_added(created, list(fresh.values()))

    def _journal_added(self, records, merges):
        """Write down that a merge has created records.

        :param merges: for each record the merge that did
        """
        if not records:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_merge_line (merge_id, table_name, row_id, action, new_values)
                SELECT added.merge_id, %s, t.id, 'insert', to_jsonb(t)
                  FROM %s t JOIN unnest(%s::int[], %s::int[]) AS added (id, merge_id)
                       ON added.id = t.id
                """,
                records._table,
                SQL.identifier(records._table),
                list(records.ids),
                [merge.id for merge in merges],
            )
        )
