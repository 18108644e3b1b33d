# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

SHARED = {
    "company_id": "company_id",
    "team_id": "team_id",
    "user_id": "user_id",
    "sales_department_id": "sales_department_id",
    "partner_id": "partner_id",
    "commercial_partner_id": "commercial_partner_id",
    "product_id": "order_line.product_id",
}
"""What complaints and orders have in common: field of a complaint → path from an order. The
person who answers for a complaint is compared with the salesperson, as in the KPI."""
OWN = ("duplicate_of_id", "active")
"""Fields that only say which complaints count; orders need not answer to them."""
# An order has several products: only "one of these" can be asked of it.
PICKING = ("=", "in", "child_of", "ilike", "=ilike", "any")


class CrmComplaint(models.Model):
    """How many orders stand against complaints that were searched for."""

    _inherit = "crm.complaint"

    @api.model
    def _orders_by(self, domain, question, dimension):
        """How many orders were confirmed in the period, by the filters that orders share.

        :return: (function member → number of orders, or None; why there is none)
        """
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return None, self.env._("Per 100 orders: orders are not visible for your role.")
        if foreign := self._not_of_orders(domain):
            return None, self.env._(
                "Per 100 orders: not with this filter, as orders cannot be told apart by %s.",
                ", ".join(foreign),
            )
        start, end = question.period.utc_bounds(question.timezone)
        confirmed = Domain("confirmed_on", ">=", start) & Domain("confirmed_on", "<", end)
        confirmed &= Domain("state", "=", "sale") & self._as_filter_of_orders(domain)
        if dimension == "product_id":
            lines = self.env["sale.order.line"]._read_group(
                [("order_id", "any", confirmed)], ["product_id"], ["order_id:count_distinct"]
            )
            numbers = {product.id: number for product, number in lines}
            return (lambda member: member and numbers.get(member)), ""
        if dimension == "team_id":
            groups = orders._read_group(confirmed, ["team_id"], ["__count"])
            numbers = {team.id: number for team, number in groups}
            return numbers.get, ""
        number = orders.search_count(confirmed)
        return (lambda _member: number), ""

    @api.model
    def _not_of_orders(self, domain):
        """Names of the fields in a filter of complaints that orders do not share."""
        lines = [(line.field_expr.partition(".")[0], line) for line in domain.iter_conditions()]
        names = dict.fromkeys(name for name, line in lines if not self._is_shared(line))
        own = dict.fromkeys(name for name, _line in lines if name in OWN)
        if not names and own and self._as_filter_of_orders(domain, Domain.FALSE) != Domain.FALSE:
            # "a duplicate, or …" does not say anything about orders
            names = own
        return [self._fields[name]._description_string(self.env) for name in names]

    @api.model
    def _is_shared(self, line):
        name = line.field_expr.partition(".")[0]
        if name == "product_id":
            values = line.value if isinstance(line.value, (list, tuple, set)) else [line.value]
            return line.operator in PICKING and all(values)
        return name in SHARED or name in OWN

    @api.model
    def _as_filter_of_orders(self, domain, own=Domain.TRUE):
        """A filter of complaints, asked of orders.

        :param own: what stands for the conditions on fields in OWN
        """

        def translate(line):
            name, _dot, rest = line.field_expr.partition(".")
            if name in OWN:
                return own
            path = f"{SHARED[name]}.{rest}" if rest else SHARED[name]
            return Domain(path, line.operator, line.value)

        return domain.map_conditions(translate)
