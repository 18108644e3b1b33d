# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmPrivacy(models.AbstractModel):
    """What the search for duplicates and the merges remember of a person goes with the person."""

    _inherit = "crm.privacy"

    @api.model
    def _with_merged(self, records):
        """Customers or leads together with the records that were merged into them, which are
        archived and still say who it was."""
        merges = self.env["crm.merge"].sudo().with_context(active_test=False)
        kept, merged = (
            ("partner_id", "merged_partner_ids")
            if records._name == "res.partner"
            else ("lead_id", "merged_lead_ids")
        )
        found = todo = records
        while todo:
            domain = Domain(kept, "in", todo.ids) & Domain("state", "!=", "undone")
            todo = merges.search(domain)[merged].with_env(records.env) - found
            found |= todo
        return found

    @api.model
    def _same_person(self, partners):
        return self._with_merged(super()._same_person(partners))

    @api.model
    def _erase_personal_data(self, partners, leads):
        result = super()._erase_personal_data(partners, leads)
        for records in (partners, leads):
            if not records:
                continue
            self.env["crm.merge"]._erase(records.sudo())
            clusters = self.env["crm.duplicate.cluster"].sudo()._of_records(records)
            self.env["crm.duplicate.profile"].sudo()._erase(records)
            clusters._lost_members()
        return result


class CrmDuplicateProfile(models.Model):
    _inherit = "crm.duplicate.profile"

    @api.model
    def _erase(self, records):
        """Delete what the search stored of customers or leads: normalised values, their counts,
        memberships, and links with their reasons."""
        self.env.flush_all()
        name = "partner_id" if records._name == "res.partner" else "lead_id"
        ids = list(records.ids)
        queries = [
            SQL(
                """
                DELETE FROM crm_duplicate_frequency frequency
                 USING crm_duplicate_profile profile
                 WHERE %s = ANY(%s) AND frequency.field IN ('name', 'email', 'phone')
                       AND frequency.value IN (profile.name, profile.email, profile.phone)
                """,
                SQL.identifier("profile", name),
                ids,
            )
        ]
        for table, columns in (
            ("crm_duplicate_profile", (name,)),
            ("crm_duplicate_member", (name,)),
            ("crm_duplicate_pair", (f"left_{name}", f"right_{name}")),
        ):
            queries += [
                SQL(
                    "DELETE FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    ids,
                )
                for column in columns
            ]
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all(flush=False)
