# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """The commercial customer of an order, and whether he was new."""

    _inherit = "sale.order"

    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Commercial Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index=True,
        help="The company (or the person without one) that the customer belongs to.",
    )
    is_first_order = fields.Boolean(
        compute="_compute_is_first_order",
        store=True,
        help="First confirmed order of the commercial customer in this company.",
    )
    prior_company_ids = fields.Many2many(
        "res.company",
        "sale_order_prior_company_rel",
        "order_id",
        "company_id",
        string="Ordered Before at",
        readonly=True,
        copy=False,
        help="Other companies where the customer had a confirmed order before this one. "
        "Filled on first orders only: with both, 'first order in all companies that I see' "
        "is a plain filter.",
    )

    _kpi_first_order_idx = models.Index("(commercial_partner_id) WHERE is_first_order")

    @api.model
    def _kpi_filled_fields(self):
        return [*super()._kpi_filled_fields(), "commercial_partner_id", "is_first_order"]

    @api.depends("state", "confirmed_on", "commercial_partner_id", "company_id")
    def _compute_is_first_order(self):
        confirmed = self.filtered(lambda order: order.state == "sale" and order.confirmed_on)
        (self - confirmed).is_first_order = False
        if confirmed:
            firsts = self._first_orders(confirmed.commercial_partner_id)
            for order in confirmed:
                order.is_first_order = order._origin.id in firsts

    @api.model
    def _first_orders(self, partners):
        """First confirmed orders of commercial customers, one per company.

        :returns: {order id: ids of the companies where the customer ordered before}
        """
        if not partners.ids:
            return {}
        self.flush_model(["commercial_partner_id", "company_id", "confirmed_on", "state"])
        rows = self.env.execute_query(first_orders_sql(partners.ids))
        companies_so_far = defaultdict(list)
        firsts = {}
        for order_id, partner_id, company_id, _confirmed_on in rows:
            firsts[order_id] = tuple(companies_so_far[partner_id])
            companies_so_far[partner_id].append(company_id)
        return firsts

    @api.model
    def _sync_first_orders(self, partners):
        """Correct which orders of these customers are first ones.

        One order's change may make ANOTHER order the first one. Only what differs
        is written, so a customer with ten thousand orders costs no more."""
        firsts = self._first_orders(partners)
        flagged = self.search(
            [("commercial_partner_id", "in", partners.ids), ("is_first_order", "=", True)]
        )
        wanted = self.browse(firsts)
        (flagged - wanted).write({"is_first_order": False, "prior_company_ids": [(5,)]})
        (wanted - flagged).write({"is_first_order": True})
        for order in wanted:
            if set(order.prior_company_ids.ids) != set(firsts[order.id]):
                order.prior_company_ids = [(6, 0, firsts[order.id])]
        self.env["account.move"]._refresh_new_customer_revenue(partners)


def first_orders_sql(partner_ids=None):
    """Query of the first orders, a customer's oldest first.

    Columns: id, commercial_partner_id, company_id, confirmed_on."""
    return SQL(
        """SELECT id, commercial_partner_id, company_id, confirmed_on FROM (
               SELECT DISTINCT ON (commercial_partner_id, company_id)
                      id, commercial_partner_id, company_id, confirmed_on
                 FROM sale_order
                WHERE state = 'sale' AND confirmed_on IS NOT NULL AND %s
                ORDER BY commercial_partner_id, company_id, confirmed_on, id
           ) first_order
           ORDER BY commercial_partner_id, confirmed_on, id""",
        SQL("commercial_partner_id = ANY(%s)", list(partner_ids))
        if partner_ids is not None
        else SQL("commercial_partner_id IS NOT NULL"),
    )
