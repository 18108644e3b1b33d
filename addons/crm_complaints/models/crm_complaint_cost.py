# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmComplaintCost(models.Model):
    """What a complaint cost: goodwill, a credit note, rework."""

    _name = "crm.complaint.cost"
    _description = "Complaint Cost"
    _order = "date desc, id desc"

    complaint_id = fields.Many2one("crm.complaint", required=True, index=True, ondelete="cascade")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day on which the cost arose; its exchange rate counts.",
    )
    kind = fields.Selection(
        [("goodwill", "Goodwill"), ("credit_note", "Credit note"), ("rework", "Rework")],
        required=True,
        default="goodwill",
    )
    name = fields.Char(string="Description")
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        index="btree_not_null",
        domain="[('move_type', '=', 'out_refund'), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The credit note that was given; its untaxed amount and date are taken over.",
    )
    amount = fields.Monetary(
        required=True,
        compute="_compute_from_move",
        store=True,
        readonly=False,
        help="Untaxed, in the currency of the line.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="Untaxed, converted at the rate of the line's date.",
    )
    commercial_partner_id = fields.Many2one(
        related="complaint_id.commercial_partner_id", store=True, index=True
    )
    team_id = fields.Many2one(related="complaint_id.team_id", store=True)
    user_id = fields.Many2one(related="complaint_id.user_id", store=True)
    category_id = fields.Many2one(related="complaint_id.category_id", store=True)
    product_id = fields.Many2one(related="complaint_id.product_id", store=True)
    sales_department_id = fields.Many2one(related="complaint_id.sales_department_id", store=True)

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A cost is a positive amount, a credit note as well."
    )

    @api.depends("move_id")
    def _compute_currency_id(self):
        for cost in self:
            move = cost.move_id
            cost.currency_id = (
                move.currency_id or cost.currency_id or cost.complaint_id.company_id.currency_id
            )

    @api.depends("move_id")
    def _compute_from_move(self):
        for cost in self:
            cost.amount = cost.move_id.amount_untaxed if cost.move_id else cost.amount

    @api.onchange("move_id")
    def _onchange_move_id(self):
        if self.move_id:
            self.kind = "credit_note"
            self.date = self.move_id.invoice_date or self.date

    @api.depends("amount", "currency_id", "date", "company_id")
    def _compute_amount_company(self):
        for cost in self:
            company = cost.company_id or cost.complaint_id.company_id
            cost.amount_company = (
                cost.currency_id._convert(
                    cost.amount, company.currency_id, company, cost.date or fields.Date.today()
                )
                if cost.currency_id and company
                else 0.0
            )
