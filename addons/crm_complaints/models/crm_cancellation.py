# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ..tools.cancellations import Entry, counted_values
from .sale_order import CANCELLED_BY

KINDS = [
    ("order", "Order cancelled"),
    ("part", "Taken back in part"),
    ("credit", "Credit note"),
    ("quotation", "Quotation declined"),
]
# What a person says about a cancellation, and the field of the order that says the same
EXPLANATIONS = {
    "reason_id": "cancellation_reason_id",
    "cancelled_by": "cancelled_by",
    "note": "cancellation_note",
    "recoverable": "cancellation_recoverable",
    "followup_on": "cancellation_followup_on",
}
# What happened: kept by the system, nobody changes it
FACTS = frozenset(
    [
        "kind",
        "order_id",
        "line_id",
        "move_line_id",
        "product_id",
        "description",
        "quantity",
        "quantity_restored",
        "product_uom_id",
        "cancelled_on",
        "recorded_by_id",
        "reopened_on",
        "reopened_by_id",
        "value",
        "value_company",
        "value_counted",
        "is_estimated",
    ]
)
WHOLE = ("order", "quotation")


class CrmCancellation(models.Model):
    """Something that was cancelled: an order, a part of it, or what a credit note gave back.

    The order itself only knows its present state. Here every cancellation stays, also
    when the order is taken up again.
    """

    _name = "crm.cancellation"
    _description = "Cancellation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "cancelled_on desc, id desc"
    _rec_name = "order_id"

    kind = fields.Selection(
        KINDS,
        required=True,
        readonly=True,
        help="A confirmed order was cancelled, less was taken of a confirmed order, a credit "
        "note gave back what was invoiced, or a customer declined a quotation.",
    )
    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The line that was reduced or credited; empty when the line is gone.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Line of the Credit Note",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    description = fields.Char(readonly=True, help="What was taken back or credited.")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In the unit of the order line."
    )
    quantity_restored = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="So much of it was ordered again later by raising the same order line.",
    )
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    cancelled_on = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="When it was cancelled; for a credit note noon of its date.",
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who cancelled it in Odoo; a customer for the portal. Empty where it is not known.",
    )
    reopened_on = fields.Datetime(
        string="Taken Up Again On",
        readonly=True,
        help="When the cancelled order was reopened, or the quantity was raised again in full.",
    )
    reopened_by_id = fields.Many2one("res.users", string="Taken Up Again By", readonly=True)
    reason_id = fields.Many2one(
        "crm.cancellation.reason", index=True, tracking=True, ondelete="restrict"
    )
    cancelled_by = fields.Selection(
        CANCELLED_BY,
        default="not_given",
        required=True,
        tracking=True,
        help="Who wanted the cancellation.",
    )
    note = fields.Text(help="What was said about it.")
    recoverable = fields.Boolean(
        string="Can Be Won Back", help="The customer may order again if asked."
    )
    followup_on = fields.Date(
        string="Follow-up On", help="The salesperson gets an activity for this day."
    )
    is_correction = fields.Boolean(
        string="Correction Only",
        tracking=True,
        help="Nothing was cancelled, something was put right: a typing error, an invoice replaced "
        "by another. It counts nothing.",
    )
    is_explained = fields.Boolean(
        string="Reason Known",
        compute="_compute_is_explained",
        store=True,
        help="Reason and initiator were given.",
    )
    is_estimated = fields.Boolean(
        readonly=True,
        help="From before the installation, and the chatter does not tell everything: the value "
        "is the order's present one, the moment may be that of the last change.",
    )
    currency_id = fields.Many2one(related="order_id.currency_id", depends=["order_id"])
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    value = fields.Monetary(
        string="Value in Order Currency", readonly=True, help="Untaxed, when it was cancelled."
    )
    value_company = fields.Monetary(
        string="Value",
        currency_field="company_currency_id",
        readonly=True,
        help="Untaxed, in company currency: at the rate of the order, for a credit note at its own.",
    )
    value_counted = fields.Monetary(
        string="Value Lost",
        currency_field="company_currency_id",
        readonly=True,
        help="The part of the value that counts, so that no money counts twice: credit notes in "
        "full; what was taken back and cancelled orders as far as no credit note covers "
        "them; nothing of what was taken up again, of corrections and of quotations.",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    user_id = fields.Many2one(
        related="order_id.user_id", string="Salesperson", store=True, index=True
    )
    team_id = fields.Many2one(related="order_id.team_id", string="Sales Team", store=True)
    sales_department_id = fields.Many2one(
        related="order_id.sales_department_id", string="Department", store=True
    )

    _credit_unique = models.UniqueIndex(
        "(move_line_id) WHERE move_line_id IS NOT NULL",
        "This line of a credit note is recorded already.",
    )

    @api.depends("reason_id", "cancelled_by")
    def _compute_is_explained(self):
        not_given = self._reason_not_given()
        for cancellation in self:
            cancellation.is_explained = (
                cancellation.reason_id
                and cancellation.reason_id != not_given
                and cancellation.cancelled_by != "not_given"
            )

    @api.model
    def _reason_not_given(self):
        """The reason of what nobody explained; empty if somebody deleted it."""
        return (
            self.env.ref("crm_complaints.cancellation_reason_not_given", raise_if_not_found=False)
            or self.env["crm.cancellation.reason"]
        )

    # ------------------------------------------------------------------
    # Explaining
    # ------------------------------------------------------------------
    def write(self, vals):
        if not self.env.su and FACTS & vals.keys():
            raise AccessError(
                self.env._("What was cancelled, when and by whom is recorded and stays as it was.")
            )
        result = super().write(vals)
        if "is_correction" in vals:
            self.order_id._settle_cancellations()
        self._explain_orders({name: vals[name] for name in EXPLANATIONS if name in vals})
        return result

    def _explain_orders(self, said):
        """The order that is still cancelled says the same as its last cancellation.

        What was taken back in part has its own follow-up."""
        if not said or self.env.context.get("explained_by_order"):
            return
        whole = self.filtered(lambda entry: entry.kind in WHOLE and not entry.reopened_on)
        if whole:
            whole.order_id.with_context(explained_by_entry=True).write(
                {EXPLANATIONS[name]: value for name, value in said.items()}
            )
        if "followup_on" in said:
            (self - whole)._schedule_followup()

    def _schedule_followup(self):
        activity_type = "crm_complaints.mail_activity_type_win_back_customer"
        self.activity_unlink([activity_type])
        for cancellation in self.filtered("followup_on"):
            cancellation.activity_schedule(
                activity_type,
                date_deadline=cancellation.followup_on,
                user_id=cancellation.user_id.id or self.env.uid,
            )

    def action_open_order(self):
        """The order it belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------
    @api.model
    def _record(self, vals_list):
        """Keep what was cancelled. Done by the system, whoever caused it.

        :param vals_list: list of values, at least kind, order_id, cancelled_on and the values
        :return: the records
        """
        if not vals_list:
            return self
        reason = self._reason_not_given()
        # No message and no follower for each: the order's chatter tells it already.
        quiet = self.sudo().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        entries = quiet.create(
            [
                {"reason_id": reason.id, "recorded_by_id": self.env.uid, **values}
                for values in vals_list
            ]
        )
        entries.order_id._settle_cancellations()
        return entries

    @api.model
    def _declined_by(self, order_id, user):
        """The portal acts as superuser: note who it was in truth, where it was just declined."""
        self.search(
            [
                ("order_id", "=", order_id),
                ("kind", "=", "quotation"),
                ("reopened_on", "=", False),
                ("recorded_by_id", "=", SUPERUSER_ID),
            ]
        ).recorded_by_id = user

    def _as_entry(self):
        """The facts about it, see :class:`~..tools.cancellations.Entry`."""
        self.ensure_one()
        undone = self.quantity_restored / self.quantity if self.quantity else 0.0
        return Entry(
            self.kind,
            self.line_id.id,
            self.value,
            undone=1.0 if self.reopened_on else min(undone, 1.0),
            void=self.is_correction,
        )

    def _settle(self):
        """Say what counts of the cancellations of one order, ``self``."""
        entries = self.sorted(lambda entry: (entry.cancelled_on, entry.id))
        counted = counted_values([entry._as_entry() for entry in entries])
        for entry, value in zip(entries, counted, strict=True):
            rate = entry.value_company / entry.value if entry.value else 0.0
            amount = entry.company_currency_id.round(value * rate)
            if entry.value_counted != amount:
                entry.value_counted = amount
