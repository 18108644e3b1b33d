# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.crm_kpi.kpi.company_time import company_timezone, end_of_day

from .crm_customer_lifecycle import ALL_SALES


class CrmCustomerEndReason(models.Model):
    """Why a customer left."""

    _name = "crm.customer.end.reason"
    _description = "Reason for the End of a Customer Relationship"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    _name_unique = models.Constraint("UNIQUE(name)", "This reason exists already.")


class CrmCustomerEnd(models.Model):
    """The end of the relationship with a customer, and the way back."""

    _name = "crm.customer.end"
    _description = "End of a Customer Relationship"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "ended_on desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="Commercial customer; a contact person is replaced by its company.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    ended_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="From this day on the customer counts as lost; it may lie in the future.",
    )
    reason_id = fields.Many2one(
        "crm.customer.end.reason", required=True, index=True, tracking=True, ondelete="restrict"
    )
    ended_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us")], required=True, default="customer"
    )
    note = fields.Text(help="What was said.")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Who looks after the customer and tries to win it back.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    revenue_12m = fields.Monetary(
        string="Order Value of the Last 12 Months",
        currency_field="company_currency_id",
        compute="_compute_revenue_12m",
        store=True,
        groups=ALL_SALES,
        help="Untaxed value of the orders confirmed in the twelve months up to the end, in "
        "company currency, as it was when the end was recorded.",
    )
    won_back_on = fields.Date(
        string="Ordered Again On", readonly=True, copy=False, help="First order after the end."
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Win-back Opportunity", readonly=True, copy=False, index="btree_not_null"
    )

    _end_unique = models.Constraint(
        "UNIQUE(company_id, partner_id, ended_on)",
        "The end of this relationship is recorded for this day already.",
    )

    @api.depends("partner_id")
    def _compute_user_id(self):
        for end in self:
            end.user_id = end.partner_id.user_id or end.user_id or self.env.user

    @api.depends("partner_id", "company_id", "ended_on")
    def _compute_revenue_12m(self):
        for end in self:
            if not end.partner_id or not end.ended_on or not end.company_id:
                end.revenue_12m = 0.0
                continue
            zone = company_timezone(end.company_id)
            last = end_of_day(end.ended_on, zone)
            first = end_of_day(end.ended_on - relativedelta(months=12), zone)
            [(amount,)] = self.env["sale.order"]._read_group(
                [
                    ("state", "=", "sale"),
                    ("company_id", "=", end.company_id.id),
                    ("commercial_partner_id", "=", end.partner_id.commercial_partner_id.id),
                    ("confirmed_on", ">", first),
                    ("confirmed_on", "<=", last),
                ],
                [],
                ["amount_untaxed_company:sum"],
            )
            end.revenue_12m = amount or 0.0

    @api.constrains("partner_id")
    def _check_commercial(self):
        for end in self:
            if end.partner_id.commercial_partner_id != end.partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” belongs to “%(company)s”: a relationship ends with the "
                        "company as a whole.",
                        contact=end.partner_id.display_name,
                        company=end.partner_id.commercial_partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        ends = super().create(vals_list)
        self.env["crm.customer.lifecycle"].sudo()._refresh(ends.partner_id)
        return ends

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        if {"partner_id", "company_id", "ended_on"} & vals.keys():
            self.env["crm.customer.lifecycle"].sudo()._refresh(partners | self.partner_id)
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        self.env["crm.customer.lifecycle"].sudo()._refresh(partners)
        return result

    def action_win_back(self):
        """Open an opportunity to win the customer back."""
        self.ensure_one()
        if not self.lead_id:
            self.lead_id = self.env["crm.lead"].create(
                {
                    "name": self.env._("Win back %s", self.partner_id.display_name),
                    "type": "opportunity",
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "view_mode": "form",
        }

    @api.model
    def _drop_doubles(self, sources, target):
        """Before customers are merged: an end recorded for both on the same day stays once.

        :param sources: customers that go
        :param target: the customer that stays; its own ends are kept
        """
        ends = self.search([("partner_id", "in", (sources | target).ids)], order="id")
        known, doubles = set(), self.browse()
        for end in ends.sorted(lambda end: end.partner_id != target):
            key = (end.company_id, end.ended_on)
            if key in known:
                doubles |= end
            known.add(key)
        doubles.unlink()

    @api.model
    def _refresh_won_back(self, partners=None):
        """Date the first confirmed order after each end, set-based.

        :param partners: commercial customers to look at (default: all)
        """
        condition = SQL("TRUE")
        if partners is not None:
            condition = SQL("ended.partner_id = ANY(%s)", list(partners.ids))
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_end ended
                   SET won_back_on = again.day
                  FROM (SELECT ended.id, MIN(stretch.active_from) AS day
                          FROM crm_customer_end ended
                          LEFT JOIN crm_customer_lifecycle stretch
                                 ON stretch.partner_id = ended.partner_id
                                AND stretch.company_id = ended.company_id
                                AND stretch.active_from > ended.ended_on
                         WHERE %s
                         GROUP BY ended.id) again
                 WHERE again.id = ended.id AND ended.won_back_on IS DISTINCT FROM again.day
                """,
                condition,
            )
        )
        self.invalidate_model(["won_back_on"])
