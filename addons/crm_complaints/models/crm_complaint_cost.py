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
        ondelete="cascade",
        check_company=True,
        domain="[('move_type', '=', 'out_refund'), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The credit note that was given; its untaxed amount and date are taken over.",
    )
    amount = fields.Monetary(
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="Untaxed, in the currency of the line. That of a credit note follows the document "
        "unless a part of it is given.",
    )
    is_part = fields.Boolean(
        readonly=True,
        help="A part of the credit note counts for this complaint, not all of it.",
    )
    move_state = fields.Selection(
        related="move_id.state",
        string="Credit Note Status",
        help="A cancelled credit note costs nothing.",
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
            cost.kind = "credit_note" if move else cost.kind or "goodwill"
            cost.date = move.invoice_date or cost.date or fields.Date.context_today(cost)

    @api.depends("move_id", "move_id.amount_untaxed")
    def _compute_amount(self):
        """The whole credit note, also when it changes; a part that was given stays."""
        for cost in self:
            move = cost.move_id
            if move and not cost.is_part:
                cost.amount = move.amount_untaxed
            else:
                cost.amount = cost.amount

    @api.depends(
        "amount",
        "currency_id",
        "date",
        "company_id",
        "move_id.state",
        "move_id.amount_untaxed",
        "move_id.amount_untaxed_signed",
    )
    def _compute_amount_company(self):
        for cost in self:
            company = cost.company_id or cost.complaint_id.company_id
            move = cost.move_id
            if move.state == "cancel" or not cost.currency_id or not company:
                cost.amount_company = 0.0
            elif move.amount_untaxed and cost.currency_id == move.currency_id:
                # As in the books, whatever rate the document has.
                share = cost.amount / move.amount_untaxed
                cost.amount_company = company.currency_id.round(
                    share * abs(move.amount_untaxed_signed)
                )
            else:
                cost.amount_company = cost.currency_id._convert(
                    cost.amount, company.currency_id, company, cost.date or fields.Date.today()
                )

    @api.constrains("amount", "move_id", "currency_id")
    def _check_counted_once(self):
        """The money of a credit note counts once, however many complaints share it."""
        for move in self.sudo().move_id:
            costs = self.sudo().search([("move_id", "=", move.id)])
            if any(cost.currency_id != move.currency_id for cost in costs):
                raise ValidationError(
                    self.env._("The cost of a credit note has the currency of the document.")
                )
            total = sum(costs.mapped("amount"))
            if move.currency_id.compare_amounts(total, move.amount_untaxed) > 0:
                raise ValidationError(
                    self.env._(
                        "The credit note “%(move)s” over %(amount)s is booked on complaints "
                        "already: together they cannot cost more.",
                        move=move.display_name,
                        amount=move.currency_id.format(move.amount_untaxed),
                    )
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
        costs = super().create(vals_list)
        costs._note_parts()
        return costs

    def write(self, vals):
        self._check_move_access(vals)
        result = super().write(vals)
        if "amount" in vals:
            self._note_parts()
        return result

    def _note_parts(self):
        """Remember where somebody gave another amount than that of the credit note."""
        for cost in self:
            move = cost.move_id.sudo()
            cost.is_part = bool(move) and bool(
                move.currency_id.compare_amounts(cost.amount, move.amount_untaxed)
            )

    @api.model
    def _check_move_access(self, vals):
        """The amount is taken over from the document: only from one the user may read."""
        if vals.get("move_id"):
            self.env["account.move"].browse(vals["move_id"]).check_access("read")
