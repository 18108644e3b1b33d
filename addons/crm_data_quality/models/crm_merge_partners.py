# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..merging.recompute import changed_columns, editable_dependents, recompute
from ..merging.snapshot import Snapshot
from .crm_merge_quiet import QUIET
from .crm_merge_values import PICTURE


class CrmMerge(models.Model):
    """How customers are merged."""

    _inherit = "crm.merge"

    def _merge_partners(self, jobs):
        """Merge customers, one pass per table for all merges.

        :param self: heads as superuser, one for each job
        """
        people = Snapshot(self.env)
        self._watch_families(people)
        orders = self._orders(jobs)
        pictures = self._chosen_pictures(jobs, orders)
        preferred = self._preference(orders)
        consent = self._consent()
        self._settle_logins(jobs)
        self._write_values(jobs, orders, people)
        self._fill_company_values(preferred)
        self._fill_properties(jobs, orders)
        families = self._partners().commercial_partner_id
        mover = self._mover()
        mover.move("res.partner", self._pairs(), snapshot=people)
        self._swap_pictures(pictures)
        self.env.invalidate_all()
        others = self._all_merged()
        others.with_context(**QUIET).write({"active": False})
        moved = {row_id for name, row_id in mover.own_rows if name == "parent_id"}
        self._sync_contacts(self.env["res.partner"].browse(sorted(moved)))
        self.env.flush_all()
        changes = changed_columns(self.env, self)
        for name, row_id in mover.own_rows:
            changes.setdefault(("res_partner", name), []).append(row_id)
        partners = self._partners()
        recompute(self.env, changes, partners | families | partners.commercial_partner_id)
        self._unite_consent(consent)
        self.env.flush_all()
        people.journal()
        self._judge_anew(partners | self.env["res.partner"].browse(sorted(moved)))

    def _judge_anew(self, partners):
        """Findings of the last checks that the merge, or its undo, has put right or brought back."""
        changed = {
            name for table, name in changed_columns(self.env, self) if table == "res_partner"
        }
        if changed:
            self.env["crm.quality.finding"]._refresh_fixed(partners, changed)

    def _partners(self):
        """Kept and merged customers."""
        return self.partner_id | self._all_merged()

    def _all_merged(self):
        return self.with_context(active_test=False).merged_partner_ids

    def _watch_families(self, people):
        """Odoo passes addresses and commercial data on within a company: watch all of it."""
        own = {}
        for merge in self:
            own.update(dict.fromkeys((merge.partner_id | merge._merged()).ids, merge.id))
        people.watch("res_partner", own)
        relatives = self.env.execute_query(
            SQL(
                """
                SELECT relative.id, min(own.merge_id)
                  FROM unnest(%s::int[], %s::int[]) AS own (id, merge_id)
                  JOIN res_partner partner ON partner.id = own.id
                  JOIN res_partner relative
                    ON relative.commercial_partner_id = partner.commercial_partner_id
                 GROUP BY relative.id
                """,
                list(own),
                list(own.values()),
            )
        )
        people.watch("res_partner", dict(relatives))

    def _orders(self, jobs):
        """For each job its records, the most active first."""
        records = jobs[0].master.browse(
            [record.id for job in jobs for record in job.master | job.others]
        )
        place = {record: number for number, record in enumerate(self._by_activity(records))}
        return [self._records_of(job).sorted(place.get) for job in jobs]

    def _preference(self, orders):
        """Rows (merge id, customer id, place) of the merged ones: the last place wins."""
        return [
            (merge.id, partner.id, -number)
            for merge, ordered in zip(self, orders, strict=True)
            for number, partner in enumerate(ordered)
            if partner != merge.partner_id
        ]

    def _settle_logins(self, jobs):
        """Archive the logins that were not chosen; the others go with the customer."""
        lost = {}
        for merge, job in zip(self, jobs, strict=True):
            users = self._logins(job)
            if len(users) > 1:
                chosen = job.choices["login"]
                away = users.filtered(lambda user, chosen=chosen: user.active and user.id != chosen)
                lost.update(dict.fromkeys(away.ids, merge.id))
        if not lost:
            return
        logins = Snapshot(self.env)
        logins.watch("res_users", lost)
        self.env["res.users"].browse(lost).with_env(jobs[0].master.env).write({"active": False})
        self.env.flush_all()
        logins.journal()

    def _write_values(self, jobs, orders, people):
        """Write the chosen values, as the user; what follows from them is journalled."""
        written = {}
        for merge, job, ordered in zip(self, jobs, orders, strict=True):
            values = merge.with_env(job.master.env)._new_values(job, ordered)
            if values:
                written[job.master] = merge.id, values
        if not written:
            return
        followers = Snapshot(self.env)
        masters = self.env["res.partner"].union(*(master.sudo() for master in written))
        names = {name for _merge, values in written.values() for name in values}
        merge_ids = {master.id: merge_id for master, (merge_id, _values) in written.items()}
        for model, ids in editable_dependents(masters, names).items():
            rows = self._attribute(model, ids, merge_ids, names)
            (people if model == "res.partner" else followers).watch(self.env[model]._table, rows)
        # a new name is passed on to the holder of the bank accounts
        banks = masters.with_context(active_test=False).bank_ids
        followers.watch(banks._table, {bank.id: merge_ids[bank.partner_id.id] for bank in banks})
        for master, (_merge_id, values) in written.items():
            master.with_context(**QUIET).write(values)
        self.env.flush_all()
        followers.journal()

    def _attribute(self, model, ids, merge_ids, names):
        """To which merge a change of each record belongs: dict record id → merge id."""
        if len(set(merge_ids.values())) == 1:
            return dict.fromkeys(ids, next(iter(merge_ids.values())))
        found = {}
        links = [
            name
            for name, field in self.env[model]._fields.items()
            if field.type == "many2one" and field.store and field.comodel_name == "res.partner"
        ]
        for record in self.env[model].browse(ids):
            merge_id = next(filter(None, (merge_ids.get(record[name].id) for name in links)), None)
            if merge_id:
                found[record.id] = merge_id
        left = ids - set(found)
        for partner_id, merge_id in merge_ids.items() if left else ():
            partner = self.env["res.partner"].browse(partner_id)
            own = editable_dependents(partner, names).get(model, set())
            found.update(dict.fromkeys(own & left, merge_id))
        return found

    def _fill_company_values(self, preferred):
        """Values per company that only merged customers have."""
        if not preferred:
            return
        columns = [list(column) for column in zip(*preferred, strict=True)]
        for name, field in self.env["res.partner"]._fields.items():
            if not (field.company_dependent and field.store):
                continue
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner kept
                       SET %(name)s = merged.held || COALESCE(kept.%(name)s, '{}')
                      FROM (SELECT head.partner_id,
                                   jsonb_object_agg(part.key, part.value ORDER BY wish.place)
                                       AS held
                              FROM unnest(%(merges)s::int[], %(partners)s::int[], %(places)s::int[])
                                   AS wish (merge_id, partner_id, place)
                              JOIN crm_merge head ON head.id = wish.merge_id
                              JOIN res_partner other ON other.id = wish.partner_id,
                                   jsonb_each(other.%(name)s) part
                             GROUP BY head.partner_id) merged
                     WHERE kept.id = merged.partner_id
                       AND NOT COALESCE(kept.%(name)s, '{}') @> merged.held
                    """,
                    name=SQL.identifier(name),
                    merges=columns[0],
                    partners=columns[1],
                    places=columns[2],
                )
            )

    def _sync_contacts(self, contacts):
        """Contacts that came to another company take over its commercial data, as in Odoo."""
        companies = self.env["res.company"].search([])
        for contact in contacts.with_context(**QUIET):
            if not contact.is_company and self._differs_from_company(contact, companies):
                contact._commercial_sync_from_company()

    def _differs_from_company(self, contact, companies):
        """Whether Odoo would pass on anything: most contacts have the same values already."""
        above = contact.commercial_partner_id
        if above == contact:
            return False
        dependent = contact._company_dependent_commercial_fields()
        return any(
            above[name] and contact[name] != above[name] for name in contact._commercial_fields()
        ) or any(
            contact.with_company(company)[name] != above.with_company(company)[name]
            for company in companies
            for name in dependent
        )

    # ------------------------------------------------------------ pictures
    def _chosen_pictures(self, jobs, orders):
        """Rows (kept id, id of the customer whose picture was chosen, merge id)."""
        records = jobs[0].master.browse([partner.id for ordered in orders for partner in ordered])
        with_picture = self._with_picture(records)
        rows = []
        for merge, job, ordered in zip(self, jobs, orders, strict=True):
            chosen = (job.choices or {}).get(PICTURE)
            if not chosen:
                chosen = next((item.id for item in ordered if item.id in with_picture), None)
            if chosen and chosen != job.master.id and chosen in with_picture:
                rows.append((job.master.id, chosen, merge.id))
        return rows

    def _swap_pictures(self, rows):
        """Exchange the files of the pictures: none is lost, not even the one that goes."""
        if not rows:
            return
        partners = self.env["res.partner"]
        names = [
            name
            for name, field in partners._fields.items()
            if field.type == "binary" and PICTURE in (name, field.related)
        ]
        kept, chosen, merges = (list(column) for column in zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """
                WITH pair AS (
                    SELECT * FROM unnest(%(kept)s::int[], %(chosen)s::int[], %(merges)s::int[])
                           AS pair (kept, chosen, merge_id)
                ), swapped AS (
                    UPDATE ir_attachment t
                       SET res_id = CASE WHEN t.res_id = kept THEN chosen ELSE kept END
                      FROM pair
                     WHERE t.res_model = 'res.partner' AND t.res_field = ANY(%(names)s)
                       AND t.res_id IN (kept, chosen)
                 RETURNING merge_id, t.id, kept, chosen, t.res_id
                )
                INSERT INTO crm_merge_line
                       (merge_id, table_name, row_id, action, old_values, new_values)
                SELECT merge_id, 'ir_attachment', id, 'update',
                       jsonb_build_object('res_id', kept + chosen - res_id),
                       jsonb_build_object('res_id', res_id)
                  FROM swapped
                """,
                kept=kept,
                chosen=chosen,
                merges=merges,
                names=names,
            )
        )
