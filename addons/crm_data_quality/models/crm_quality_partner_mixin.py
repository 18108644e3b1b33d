# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools
from collections.abc import Collection

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmQualityPartnerMixin(models.AbstractModel):
    """Records about a customer or lead: visible only to those who may read that record.

    A record rule cannot say this: its domain is evaluated as superuser, so it would not
    follow the rules that an administrator puts on customers and leads.
    """

    _name = "crm.quality.partner.mixin"
    _description = "Visible Like the Customer or Lead"
    # many2one fields of which each record fills one
    _subject_fields = ("partner_id",)

    def _readable_domain(self):
        """Records about customers and leads that the user may read, archived ones included."""
        readable = []
        for name in self._subject_fields:
            subjects = self.env[self._fields[name].comodel_name]
            if subjects.has_access("read"):
                readable.append(self._linked_domain(name, subjects))
        return Domain.OR(readable)

    def _linked_domain(self, name, subjects):
        """Records whose link leads to a record that the user may read.

        By a join, so that the first page of a million findings asks about its own customers
        only: "in" with a subquery would read all customers first.
        """
        if type(subjects)._search is not models.BaseModel._search:
            # another addon has more to say than record rules
            return Domain(name, "in", subjects._search(Domain.TRUE, active_test=False))
        seen = subjects.sudo().with_context(active_test=False)
        rule = Domain(self.env["ir.rule"]._compute_domain(subjects._name, "read"))
        rule = self._without_all_companies(rule.optimize_full(seen))
        if rule.is_true():
            return Domain(name, "!=", False)

        def to_sql(_model, alias, query):
            joined = query.left_join(alias, name, subjects._table, "id", name)
            linked = SQL("%s IS NOT NULL", SQL.identifier(joined, "id"))
            return SQL("(%s AND %s)", linked, rule._to_sql(seen, joined, query))

        return Domain.custom(to_sql=to_sql)

    def _without_all_companies(self, rule):
        """A rule without the condition to be of any company or of none, which all records meet.

        Without it nobody who sees all companies has to join a million customers to count.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        every = {False, *companies._search(Domain.TRUE).get_result_ids()}

        def simplified(condition):
            is_met = (
                condition.field_expr == "company_id"
                and condition.operator == "in"
                and isinstance(condition.value, Collection)
                and every <= set(condition.value)
            )
            return Domain.TRUE if is_met else condition

        return rule.map_conditions(simplified)

    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self._readable_domain()
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        forbidden = self.browse()
        for name in self._subject_fields:
            subjects = self.sudo()[name].with_env(self.env)
            hidden = subjects - subjects._filtered_access("read")
            if hidden:
                ids = set(hidden._ids)
                forbidden |= self.filtered(
                    lambda record, name=name, ids=ids: record.sudo()[name].id in ids
                )
        if not forbidden:
            return None
        error = self.env["ir.rule"]._make_access_error
        return forbidden, functools.partial(error, operation, forbidden)
