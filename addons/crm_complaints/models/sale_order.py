# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

CANCELLED_BY = [("customer", "Customer"), ("us", "Us"), ("not_given", "Not given")]
CANCELLATION_FIELDS = (
    "cancellation_reason_id",
    "cancelled_by",
    "cancellation_note",
    "cancellation_recoverable",
    "cancellation_followup_on",
)
# Customers read their orders in the portal, and over RPC every field without groups.
INTERNAL = "base.group_user"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cancellation_reason_id = fields.Many2one(
        "crm.cancellation.reason",
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="Why the order was cancelled; cleared when it is taken up again.",
    )
    cancelled_by = fields.Selection(
        CANCELLED_BY,
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="Who cancelled the order.",
    )
    cancellation_note = fields.Text(
        copy=False, groups=INTERNAL, help="What was said about the cancellation."
    )
    cancellation_recoverable = fields.Boolean(
        string="Can Be Won Back",
        copy=False,
        groups=INTERNAL,
        help="The customer may order again if asked.",
    )
    cancellation_followup_on = fields.Date(
        string="Follow-up On",
        copy=False,
        groups=INTERNAL,
        help="The salesperson gets an activity for this day.",
    )
    complaint_ids = fields.One2many(
        "crm.complaint",
        "order_id",
        string="Complaints",
        groups="crm_complaints.group_complaint_user",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        counts = self.env["crm.complaint"]._count_by("order_id", self)
        for order in self:
            order.complaint_count = counts.get(order._origin, 0)

    def action_view_complaints(self):
        """The complaints about the order, or a new one when there is none."""
        self.ensure_one()
        line = self.order_line.filtered("product_id")
        return self.env["crm.complaint"]._action_open(
            [("order_id", "=", self.id)],
            {
                "default_order_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_product_id": line.product_id.id if len(line.product_id) == 1 else False,
            },
        )

    # ------------------------------------------------------------------
    # Cancellation
    # ------------------------------------------------------------------
    def action_cancel(self):
        """A person who clicks on Cancel is asked for the reason; nobody else is."""
        if self.env.context.get("ask_cancellation_reason") and not any(self.mapped("locked")):
            asked = self._cancellation_to_ask()
            if asked:
                return self._action_ask_cancellation_reason()
        return super().action_cancel()

    def _cancellation_to_ask(self):
        """Orders whose cancellation needs a reason: confirmed ones, and quotations if set so."""
        return self.filtered(
            lambda order: (
                order.state == "sale"
                or (
                    order.state in ("draft", "sent")
                    and order.company_id.cancellation_ask_quotations
                )
            )
        )

    def _action_ask_cancellation_reason(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Order"),
            "res_model": "sale.order.cancel.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "medium", "default_order_ids": self.ids},
        }

    def _action_cancel(self):
        """Some ways of cancelling know by themselves who does it, e.g. the portal."""
        result = super()._action_cancel()
        known = self.env.context.get("cancelled_by")
        if known in dict(CANCELLED_BY):
            self.cancelled_by = known
        note = self.env.context.get("cancellation_note")
        if note and isinstance(note, str):
            self.cancellation_note = note
        return result

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # An import may bring orders that were confirmed and cancelled elsewhere.
        orders.filtered(
            lambda order: order.state == "cancel" and order.confirmed_on
        )._fill_missing_cancellation()
        return orders

    def write(self, vals):
        if "state" not in vals:
            result = super().write(vals)
        elif vals["state"] == "cancel":
            bought = self.filtered(lambda order: order.state == "sale")
            result = super().write(vals)
            bought._fill_missing_cancellation()
        else:
            reopened = self.filtered(lambda order: order.state == "cancel")
            # The chatter keeps what was said about the first cancellation.
            result = super().write(vals)
            reopened.write(dict.fromkeys(CANCELLATION_FIELDS, False))
        if {"user_id", "team_id"} & vals.keys():
            self._touch_customer_lifecycle()
        if "cancellation_followup_on" in vals:
            self._schedule_cancellation_followup(vals["cancellation_followup_on"])
        return result

    def _compute_amount_untaxed_company(self):
        result = super()._compute_amount_untaxed_company()
        self._touch_customer_lifecycle()
        return result

    def _touch_customer_lifecycle(self):
        """Value and salesperson of what was bought show in the customer's active time."""
        bought = self.sudo().filtered(lambda order: order.state == "sale")
        partners = bought.commercial_partner_id._origin
        self.env.add_to_compute(partners._fields["purchase_count"], partners)

    def _fill_missing_cancellation(self):
        """Cancellations that asked nobody say so instead of staying empty."""
        reason = self.env.ref(
            "crm_complaints.cancellation_reason_not_given", raise_if_not_found=False
        )
        if reason:
            self.filtered(lambda o: not o.cancellation_reason_id).cancellation_reason_id = reason
        self.filtered(lambda order: not order.cancelled_by).cancelled_by = "not_given"

    def _schedule_cancellation_followup(self, day):
        """Plan the follow-up; no day takes back what was planned."""
        activity_type = "crm_complaints.mail_activity_type_win_back"
        self.activity_unlink([activity_type])
        if day:
            for order in self:
                order.activity_schedule(
                    activity_type,
                    date_deadline=fields.Date.to_date(day),
                    user_id=order.user_id.id or self.env.uid,
                )
