# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..merging.catalogue import KEY
from ..merging.quoted import quoted
from .crm_merge import MANAGER


class CrmMerge(models.Model):
    """Who may merge what.

    Customers: data quality managers who may write all of the records. A merge moves documents
    of colleagues, so that a salesperson merges no customers, his own ones included. Leads: every
    salesperson who may write all of them, as in Odoo.
    """

    _inherit = "crm.merge"

    @api.model
    def _refusals(self, job, earlier=None):
        """Why the merge is not possible: list of sentences, empty where it is.

        :param earlier: set of records that are merged into others, if the caller knows it
        :raise AccessError: where the user may not even read one of the records
        """
        records = self._records_of(job)
        if records._name not in ("res.partner", "crm.lead"):
            return [self.env._("Only customers and leads can be merged.")]
        if len(job.master) != 1 or not job.others or job.master in job.others:
            return [self.env._("Choose the record to keep and at least one other.")]
        if records.exists() != records:
            return [self.env._("One of the records was deleted meanwhile.")]
        records.check_access("read")
        refusals = self._refused_rights(records)
        if not refusals:
            if earlier is None:
                earlier = self.sudo()._merged_away(records)
            gone = records.filtered(lambda record: record in earlier)
            if gone:
                refusals.append(
                    self.env._(
                        "“%s” was merged before. Undo that merge first.", gone[0].display_name
                    )
                )
            refusals += self._refused_choices(job)
        if not refusals and records._name == "res.partner":
            refusals += self._refused_family(records)
            refusals += self._refused_logins(job)
        if not refusals and not self.env.su:
            refusals += self._refused_companies(job)
        return refusals

    @api.model
    def _merged_away(self, records):
        """Those of the records that are merged into another one at present."""
        name = "merged_partner_ids" if records._name == "res.partner" else "merged_lead_ids"
        domain = [("state", "in", ("done", "expired")), (name, "in", records.ids)]
        merged = records.browse()
        for merge in self.with_context(active_test=False).search(domain):
            merged |= merge._merged() & records
        return merged.filtered(lambda record: not record.active)

    def _refused_rights(self, records):
        if self.env.su:
            return []
        if records._name == "res.partner" and not self.env.user.has_group(MANAGER):
            return [self.env._("Only data quality managers merge customers.")]
        if records._name == "crm.lead" and not self.env.user.has_group(
            "sales_team.group_sale_salesman"
        ):
            return [self.env._("Only salespeople merge leads.")]
        try:
            records.check_access("write")
        except AccessError:
            return [self.env._("You may not change all of these records.")]
        return []

    def _refused_family(self, partners):
        """A contact and a company above it are not the same."""
        for partner in partners:
            above = partner.sudo().parent_id
            seen = partner.browse()
            while above and above not in seen:
                if above in partners:
                    return [
                        self.env._(
                            "“%(contact)s” belongs to “%(company)s”: a contact cannot be merged "
                            "with its own company.",
                            contact=partner.display_name,
                            company=above.display_name,
                        )
                    ]
                seen |= above
                above = above.parent_id
        return []

    def _refused_logins(self, job):
        """Two logins cannot become one without a decision."""
        users = self._logins(job)
        if len(users) < 2:
            return []
        chosen = users.filtered(lambda user: user.id == job.choices.get("login"))
        if not chosen:
            return [
                self.env._(
                    "Several of these contacts can log in (%s). Decide which login stays: the "
                    "others will be archived.",
                    ", ".join(users.mapped("login")),
                )
            ]
        lost = (users - chosen).filtered("active").with_env(self.env)
        if lost and not (self.env.su or lost.has_access("write")):
            return [
                self.env._("Only an administrator can decide which login stays: ask one for help.")
            ]
        if self.env.user in lost:
            return [self.env._("You cannot archive your own login.")]
        return []

    def _logins(self, job):
        """All users of the customers, archived ones included."""
        records = self._records_of(job).sudo().with_context(active_test=False)
        return records.user_ids

    def _refused_companies(self, job):
        """Documents of other companies move too: only by somebody who may enter these."""
        used = self._companies_of(job.others) | (job.master | job.others).sudo().company_id
        foreign = used - self.env.user.company_ids
        if not foreign:
            return []
        return [
            self.env._(
                "Documents of companies that you have no access to hang on these records. Ask "
                "somebody with access to all of them to merge."
            )
        ]

    @api.model
    def _companies_of(self, records):
        """Companies of all rows that name the records."""
        parts = []
        for column in self._columns(records._name):
            if column.kind != KEY or "company_id" not in column.columns:
                continue
            condition = self._movable_rows(column.table, "t") or SQL("TRUE")
            parts.append(
                SQL(
                    "SELECT t.company_id FROM %s t WHERE t.%s = ANY(%s) AND %s",
                    quoted(column.table),
                    quoted(column.name),
                    records.ids,
                    condition,
                )
            )
        self.env.flush_all()
        rows = self.env.execute_query(SQL(" UNION ").join(parts)) if parts else []
        return self.env["res.company"].sudo().browse(sorted(key for (key,) in rows if key))
