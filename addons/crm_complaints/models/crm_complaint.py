# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SEVERITIES = [("low", "Low"), ("normal", "Normal"), ("high", "High"), ("critical", "Critical")]
REPEAT_MONTHS = 12
# What a customer may read of his own complaints; everything else is internal.
PORTAL_FIELDS = frozenset(
    [
        "id",
        "active",
        "display_name",
        "number",
        "priority",
        "name",
        "description",
        "solution",
        "partner_id",
        "commercial_partner_id",
        "partner_name",
        "email_from",
        "phone",
        "order_id",
        "product_id",
        "category_id",
        "stage_id",
        "is_closed",
        "is_waiting",
        "is_rejected",
        "received_on",
        "resolved_on",
        "company_id",
        "access_url",
        "access_token",
        "access_warning",
        "create_date",
        "write_date",
    ]
)


class CrmComplaint(models.Model):
    """A customer is not content: who, about what, who handles it and what came of it."""

    _name = "crm.complaint"
    _description = "Complaint"
    _inherit = [
        "portal.mixin",
        "rating.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "sales.department.mixin",
    ]
    _sales_department_dates = ("received_on",)
    # what an addon about retention periods asks of a model: a complaint that is not closed keeps
    # its customer in use, and complaints are business letters
    _customer_open = ("partner_id", [("is_closed", "=", False), ("active", "=", True)])
    _customer_letters = ("partner_id", "received_on", [])
    _order = "priority desc, received_on desc, id desc"
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"
    _primary_email = "email_from"
    _check_company_auto = True

    # What is it about
    number = fields.Char(readonly=True, copy=False, default="", index="trigram")
    name = fields.Char(string="Subject", required=True, tracking=True)
    description = fields.Html(
        help="What the customer says, in the customer's words.", sanitize_attributes=True
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Commercial Customer",
        store=True,
        index="btree_not_null",
    )
    partner_name = fields.Char(string="Name of the Sender", help="As given, if not yet a contact.")
    email_from = fields.Char(
        string="E-mail", compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(compute="_compute_contact", store=True, readonly=False, precompute=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        compute="_compute_lang",
        store=True,
        readonly=False,
        help="Language of the customer's text.",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Order",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=?', commercial_partner_id), ('company_id', '=', company_id)]",
        check_company=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        domain="[('move_type', 'in', ('out_invoice', 'out_refund')),"
        " ('commercial_partner_id', '=?', commercial_partner_id), ('company_id', '=', company_id)]",
        check_company=True,
    )
    product_id = fields.Many2one("product.product", index="btree_not_null", check_company=True)
    category_id = fields.Many2one(
        "crm.complaint.category", index="btree_not_null", tracking=True, ondelete="restrict"
    )
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="How bad it is for the customer; decides the deadlines.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent")], default="0", help="Handled first."
    )

    # Who handles it
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Person who handles the complaint.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        index="btree_not_null",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    sales_department_id = fields.Many2one(
        help="Department of the responsible person on the day the complaint was received.",
    )
    stage_id = fields.Many2one(
        "crm.complaint.stage",
        required=True,
        index=True,
        tracking=True,
        copy=False,
        ondelete="restrict",
    )
    is_closed = fields.Boolean(related="stage_id.is_closed", store=True, index=True)
    is_waiting = fields.Boolean(related="stage_id.is_waiting", store=True)
    is_rejected = fields.Boolean(related="stage_id.is_rejected", store=True)
    color = fields.Integer(string="Color Index")

    # What came of it
    cause_id = fields.Many2one(
        "crm.complaint.cause",
        string="Root Cause",
        tracking=True,
        index="btree_not_null",
    )
    cause_note = fields.Text(
        string="Cause in Detail", help="What exactly went wrong, for colleagues."
    )
    corrective_action = fields.Text(help="What is done so that it does not happen again.")
    solution = fields.Html(
        string="Decision", help="What the customer was told and gets; visible in the portal."
    )
    duplicate_of_id = fields.Many2one(
        "crm.complaint",
        string="Duplicate Of",
        index="btree_not_null",
        tracking=True,
        copy=False,
        check_company=True,
        help="The same case was reported before: only the original counts in the figures.",
    )
    duplicate_ids = fields.One2many("crm.complaint", "duplicate_of_id")
    is_repeat = fields.Boolean(
        string="Repeat",
        compute="_compute_is_repeat",
        store=True,
        help="The same commercial customer had complained in the 12 months before.",
    )
    cost_ids = fields.One2many("crm.complaint.cost", "complaint_id", string="Cost Lines")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    cost_amount = fields.Monetary(
        string="Cost",
        currency_field="company_currency_id",
        compute="_compute_cost_amount",
        store=True,
        help="Sum of the costs, untaxed, in company currency.",
    )

    # Without its sequence a complaint has no number; that must not stop the next one.
    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number != ''", "The number of a complaint must be unique."
    )
    _received_idx = models.Index("(company_id, received_on)")
    _resolved_idx = models.Index("(company_id, resolved_on) WHERE resolved_on IS NOT NULL")
    _overdue_idx = models.Index("(due_on) WHERE due_on IS NOT NULL")

    # ------------------------------------------------------------------
    # Computed values
    # ------------------------------------------------------------------
    @api.depends("number", "name")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = " ".join(filter(None, [complaint.number, complaint.name]))

    @api.depends("order_id", "move_id")
    def _compute_partner_id(self):
        """The customer of the document, where none is given."""
        for complaint in self:
            complaint.partner_id = (
                complaint.partner_id
                or complaint.order_id.partner_id
                or complaint.move_id.partner_id
            )

    @api.depends("partner_id")
    def _compute_contact(self):
        for complaint in self:
            partner = complaint.partner_id
            complaint.email_from = partner.email or complaint.email_from
            complaint.phone = partner.phone or complaint.phone

    @api.depends("partner_id", "company_id")
    def _compute_lang(self):
        for complaint in self:
            complaint.lang = complaint.partner_id.lang or (
                complaint.lang or complaint.company_id.partner_id.lang or self.env.lang
            )

    @api.depends("category_id")
    def _compute_severity(self):
        for complaint in self:
            proposed = complaint.category_id.default_severity
            complaint.severity = proposed or complaint.severity or "normal"

    @api.depends("category_id", "company_id")
    def _compute_user_id(self):
        """The category's person; else who took it in, if that is a colleague."""
        for complaint in self:
            person = complaint.category_id.user_id
            if complaint.company_id not in person.company_ids:
                person = self.env["res.users"]
            person = person or complaint.user_id
            # Who sorts an unassigned complaint later does not take it over by that.
            complaint.user_id = person or (not complaint._origin and complaint._default_user())

    @api.depends("order_id", "user_id", "company_id")
    def _compute_team_id(self):
        for complaint in self:
            team = complaint.order_id.team_id or complaint.team_id
            if not team and complaint.user_id:
                team = self.env["crm.team"]._get_default_team_id(
                    user_id=complaint.user_id.id,
                    domain=[("company_id", "in", [False, complaint.company_id.id])],
                )
            if team.company_id and team.company_id != complaint.company_id:
                team = self.env["crm.team"]
            complaint.team_id = team

    @api.depends(
        "duplicate_of_id",
        "commercial_partner_id.commercial_complaint_ids.received_on",
        "commercial_partner_id.commercial_complaint_ids.company_id",
        "commercial_partner_id.commercial_complaint_ids.duplicate_of_id",
        "commercial_partner_id.commercial_complaint_ids.active",
    )
    def _compute_is_repeat(self):
        customers = self.commercial_partner_id
        earlier = {}
        for other in self.search(
            [("commercial_partner_id", "in", customers.ids), ("duplicate_of_id", "=", False)],
            order="received_on, id",
        ):
            key = (other.commercial_partner_id, other.company_id)
            earlier.setdefault(key, []).append((other.received_on, other._origin.id))
        for complaint in self:
            others = earlier.get((complaint.commercial_partner_id, complaint.company_id), [])
            received = complaint.received_on
            if complaint.duplicate_of_id or not received:
                complaint.is_repeat = False
                continue
            since = received - relativedelta(months=REPEAT_MONTHS)
            own_id = complaint._origin.id or float("inf")
            complaint.is_repeat = any(
                moment >= since and (moment, other_id) < (received, own_id)
                for moment, other_id in others
            )

    @api.depends("cost_ids.amount_company")
    def _compute_cost_amount(self):
        for complaint in self:
            complaint.cost_amount = sum(complaint.cost_ids.mapped("amount_company"))

    def _default_user(self):
        """The user, when a person of the company takes the complaint in."""
        user = self.env.user
        if user.share or (self.env.su and user._is_superuser()):
            return self.env["res.users"]
        return user

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    @api.constrains("duplicate_of_id")
    def _check_duplicate_of_id(self):
        if self._has_cycle("duplicate_of_id"):
            raise ValidationError(
                self.env._("Complaints cannot be duplicates of each other in a circle.")
            )

    @api.constrains("stage_id", "cause_id", "category_id", "duplicate_of_id")
    def _check_cause(self):
        for complaint in self.sudo():
            stage = complaint.stage_id
            needed = complaint.category_id.require_cause and not complaint.duplicate_of_id
            if needed and stage.is_closed and not stage.is_rejected and not complaint.cause_id:
                raise ValidationError(
                    self.env._(
                        "Please give the root cause of “%(complaint)s” before closing it: "
                        "the category “%(category)s” needs one.",
                        complaint=complaint.display_name,
                        category=complaint.category_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # Life
    # ------------------------------------------------------------------
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user.share:
            return True
        return operation == "read" and field.name in PORTAL_FIELDS

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not vals.get("number"):
                company = self.env["res.company"].browse(vals.get("company_id"))
                sequence = self.env["ir.sequence"].with_company(company or self.env.company)
                vals["number"] = sequence.next_by_code("crm.complaint") or ""
        complaints = super().create(vals_list)
        complaints._apply_stage()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        if "stage_id" not in vals and not vals.get("resolved_on", True):
            self._check_closed_has_date()
        if "stage_id" in vals:
            self._apply_stage(resolved_on=vals.get("resolved_on"))
        return result

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", complaint.name)}
            for complaint, vals in zip(self, super().copy_data(default), strict=True)
        ]
