# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Fields of a duplicate's part that name a record, with the model of that record.
SIDES = {
    "partner_id": "res.partner",
    "lead_id": "crm.lead",
    "left_partner_id": "res.partner",
    "right_partner_id": "res.partner",
    "left_lead_id": "crm.lead",
    "right_lead_id": "crm.lead",
}


class CrmDuplicateVisibility(models.AbstractModel):
    """Duplicates: visible only to those who may read every record that they speak of.

    Explanations hold values of the records. A record rule cannot say this: its domain is
    evaluated as superuser, so it would not follow the rules that an administrator puts on
    customers and leads.
    """

    _name = "crm.duplicate.visibility"
    _description = "Visible Like All Its Records"

    @api.model
    def _hidden_query(self):
        """SQL query of the ids that speak of a record the user may not read."""
        raise NotImplementedError

    @api.model
    def _hidden_where(self, alias):
        """SQL condition on a row of the model's table: it speaks of a record the user may not read.

        Models with many rows say it of the row itself, so that only rows that are asked for are
        looked at.

        :param alias: alias of the table
        """
        return SQL("%s IN (%s)", SQL.identifier(alias, "id"), self._hidden_query())

    @api.model
    def _hidden_condition(self, alias, names):
        """SQL condition: a row names a record that the user may not read.

        :param alias: alias of a table with the columns ``names``
        :param names: keys of SIDES
        """
        conditions = []
        for name in names:
            column = SQL.identifier(alias, name)
            model = self.env[SIDES[name]]
            if not model.has_access("read"):
                conditions.append(SQL("%s IS NOT NULL", column))
                continue
            query = model.with_context(active_test=False)._search(Domain.TRUE)
            query.add_where(SQL("%s = %s", SQL.identifier(query.table, "id"), column))
            conditions.append(
                SQL("(%s IS NOT NULL AND NOT EXISTS (%s))", column, query.select(SQL("1")))
            )
        return SQL("(%s)", SQL(" OR ").join(conditions))

    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if not (self.env.su or bypass_access or query.is_empty()):
            query.add_where(SQL("NOT (%s)", self._hidden_where(query.table)))
        return query

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        self.env.flush_all()
        hidden = {
            key
            for (key,) in self.env.execute_query(
                SQL(
                    "SELECT part.id FROM %s part WHERE part.id = ANY(%s) AND (%s)",
                    SQL.identifier(self._table),
                    list(self.ids),
                    self._hidden_where("part"),
                )
            )
        }
        if not hidden:
            return None
        forbidden = self.filtered(lambda record: record.id in hidden)
        error = self.env["ir.rule"]._make_access_error
        return forbidden, functools.partial(error, operation, forbidden)
