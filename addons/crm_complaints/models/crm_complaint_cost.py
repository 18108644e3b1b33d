# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmComplaintCost(models.Model):
    """What a complaint cost: goodwill, a credit note, rework."""

    _name = "crm.complaint.cost"
    _description = "Complaint Cost"
    _order = "date desc, id desc"
    _check_company_auto = True

    complaint_id = fields.Many2one("crm.complaint", required=True, index=True, ondelete="cascade")
    date = fields.Date(
        required=True,
        compute="_compute_from_move",
        store=True,
        readonly=False,
        precompute=True,
        help="Day on which the cost arose; its exchange rate counts.",
    )
    kind = fields.Selection(
        [("goodwill", "Goodwill"), ("credit_note", "Credit note"), ("rework", "Rework")],
        required=True,
        compute="_compute_from_move",
        store=True,
        readonly=False,
        precompute=True,
    )
    name = fields.Char(string="Description")
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        index="btree_not_null",
        check_company=True,
        domain="[('move_type', '=', 'out_refund'), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The credit note that was given; its untaxed amount and date are taken over.",
    )
    amount = fields.Monetary(
        required=True,
        compute="_compute_from_move",
        store=True,
        readonly=False,
        precompute=True,
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
            move = cost.move_id
            cost.amount = move.amount_untaxed if move else cost.amount
            cost.kind = "credit_note" if move else cost.kind or "goodwill"
            cost.date = move.invoice_date or cost.date or fields.Date.context_today(cost)

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

    @api.constrains("move_id", "complaint_id")
    def _check_move_id(self):
        for cost in self.sudo().filtered("move_id"):
            customers = cost.move_id.commercial_partner_id | cost.complaint_id.commercial_partner_id
            if cost.move_id.move_type != "out_refund" or len(customers) > 1:
                raise ValidationError(
                    self.env._("Only a credit note of the customer is a cost of a complaint.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_move_access(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_move_access(vals)
        return super().write(vals)

    @api.model
    def _check_move_access(self, vals):
        """The amount is taken over from the document: only from one the user may read."""
        if vals.get("move_id"):
            self.env["account.move"].browse(vals["move_id"]).check_access("read")
