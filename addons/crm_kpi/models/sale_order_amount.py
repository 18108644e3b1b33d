# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """Money of an order in the currency of its company, at the order's own rate.

    Stored, so that the past does not move with today's rate.
    """

    _inherit = "sale.order"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id",
        string="Company Currency",
        store=True,
    )
    amount_untaxed_company = fields.Monetary(
        string="Untaxed Amount (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_untaxed_company",
        store=True,
        help="Untaxed amount in the company's currency, at the exchange rate of the order.",
    )
    amount_list_company = fields.Monetary(
        string="List Price Value (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_list_company",
        store=True,
        help="Untaxed value before discounts, in the company's currency at the rate of the order.",
    )
    amount_discount_company = fields.Monetary(
        string="Discount Given (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_list_company",
        store=True,
        help="List price value minus untaxed amount: discounts of lines and discount lines.",
    )

    @api.model
    def _kpi_filled_fields(self):
        return [
            *super()._kpi_filled_fields(),
            "company_currency_id",
            "amount_untaxed_company",
            "amount_list_company",
            "amount_discount_company",
        ]

    @api.depends("amount_untaxed", "currency_rate", "company_currency_id")
    def _compute_amount_untaxed_company(self):
        for order in self:
            order.amount_untaxed_company = order.amount_untaxed / (order.currency_rate or 1.0)

    @api.depends(
        "amount_untaxed",
        "currency_rate",
        "company_currency_id",
        "order_line.price_subtotal",
        "order_line.price_unit",
        "order_line.product_uom_qty",
        "order_line.discount",
        "order_line.display_type",
        "order_line.is_downpayment",
    )
    def _compute_amount_list_company(self):
        for order in self:
            value = sum(line._untaxed_list_value() for line in order.order_line)
            rate = order.currency_rate or 1.0
            order.amount_list_company = value / rate
            order.amount_discount_company = (value - order.amount_untaxed) / rate


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _untaxed_list_value(self):
        """Untaxed value of the line before its discount, in the order's currency.

        A line with a negative amount is itself a discount (that is how stock gives
        one on the whole order), so it has no list value."""
        self.ensure_one()
        if self.display_type or self.is_downpayment or self.price_subtotal < 0:
            return 0.0
        if self.discount < 100:
            return self.price_subtotal * 100 / (100 - self.discount)
        gross = self.price_unit * self.product_uom_qty
        taxes = self.tax_ids.compute_all(
            self.price_unit,
            currency=self.currency_id,
            quantity=self.product_uom_qty,
            product=self.product_id,
            partner=self.order_id.partner_id,
        )
        return taxes["total_excluded"] if self.tax_ids else gross
