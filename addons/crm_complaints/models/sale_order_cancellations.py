# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .crm_cancellation import EXPLANATIONS, WHOLE

SALESPERSON = "sales_team.group_sale_salesman"


class SaleOrder(models.Model):
    """Every cancellation of an order is kept, on whatever way it happens."""

    _inherit = "sale.order"

    cancellation_ids = fields.One2many(
        "crm.cancellation", "order_id", string="Cancellations", groups=SALESPERSON
    )
    cancellation_count = fields.Integer(
        compute="_compute_cancellation_count",
        groups=SALESPERSON,
        help="Cancellations of this order, of parts of it, and its credit notes.",
    )
    cancellation_unexplained_count = fields.Integer(
        compute="_compute_cancellation_count",
        groups=SALESPERSON,
        help="Parts taken back and credit notes of this order that nobody gave a reason for.",
    )

    @api.depends(
        "cancellation_ids.is_explained",
        "cancellation_ids.is_correction",
        "cancellation_ids.reopened_on",
    )
    def _compute_cancellation_count(self):
        of_these = [("order_id", "in", self.ids)]
        unexplained = [
            ("kind", "not in", WHOLE),
            ("is_explained", "=", False),
            ("is_correction", "=", False),
            ("reopened_on", "=", False),
        ]
        entries = self.env["crm.cancellation"]
        every = dict(entries._read_group(of_these, ["order_id"], ["__count"]))
        open_questions = dict(
            entries._read_group(of_these + unexplained, ["order_id"], ["__count"]) if every else ()
        )
        for order in self:
            order.cancellation_count = every.get(order._origin, 0)
            order.cancellation_unexplained_count = open_questions.get(order._origin, 0)

    def action_view_cancellations(self):
        """What was cancelled of this order, to look at and to explain."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_complaints.action_cancellations"
        )
        return action | {"domain": [("order_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "cancel")._record_cancellation()
        return orders

    def write(self, vals):
        if "state" not in vals:
            result = super().write(vals)
            self._explain_entries(vals)
            return result
        before = {order.id: order.state for order in self}
        result = super().write(vals)
        changed = self.sudo().filtered(lambda order: order.state != before[order.id])
        cancelled = changed.filtered(lambda order: order.state == "cancel")
        cancelled._record_cancellation()
        changed.filtered(lambda order: before[order.id] == "cancel")._close_cancellation()
        # What was given with the change itself is in the record already.
        (self.sudo() - changed)._explain_entries(vals)
        return result

    def _record_cancellation(self):
        """Keep the cancellation of confirmed orders, and of quotations if somebody explained it."""
        entries = []
        for order in self.sudo():
            kind = "order" if order.confirmed_on else "quotation"
            if kind == "quotation" and not order.cancelled_by and not order.cancellation_reason_id:
                continue
            entries.append(order._cancellation_entry(kind))
        self.env["crm.cancellation"]._record(entries)

    def _cancellation_entry(self, kind):
        """Values of the record of a cancelled order or quotation."""
        self.ensure_one()
        said = {name: self[field] for name, field in EXPLANATIONS.items()}
        said["reason_id"] = (
            said["reason_id"].id or self.env["crm.cancellation"]._reason_not_given().id
        )
        said["cancelled_by"] = said["cancelled_by"] or "not_given"
        return {
            "kind": kind,
            "order_id": self.id,
            "cancelled_on": self.cancelled_on or fields.Datetime.now(),
            "value": self.amount_untaxed,
            "value_company": self.amount_untaxed_company,
            **said,
        }

    def _open_entries(self):
        """The records of the present cancellation of these orders."""
        return (
            self.env["crm.cancellation"]
            .sudo()
            .search(
                [("order_id", "in", self.ids), ("kind", "in", WHOLE), ("reopened_on", "=", False)]
            )
        )

    def _close_cancellation(self):
        """The orders were taken up again."""
        entries = self._open_entries()
        if entries:
            entries.write({"reopened_on": fields.Datetime.now(), "reopened_by_id": self.env.uid})
            self._settle_cancellations()

    def _explain_entries(self, vals):
        """What is said on the cancelled order goes into its history, too."""
        said = {name: vals[field] for name, field in EXPLANATIONS.items() if field in vals}
        if not said or self.env.context.get("explained_by_entry"):
            return
        cancelled = self.filtered(lambda order: order.state == "cancel")
        if not cancelled:
            return
        entries = cancelled._open_entries()
        if "cancelled_by" in said:
            said["cancelled_by"] = said["cancelled_by"] or "not_given"
        if entries:
            entries.with_context(explained_by_order=True, tracking_disable=True).write(said)
        # Somebody explains a quotation that was cancelled without a word.
        silent = (cancelled - entries.order_id).filtered(lambda order: not order.confirmed_on)
        silent._record_cancellation()

    def _settle_cancellations(self):
        """Say anew what counts of the cancellations of these orders."""
        entries = self.env["crm.cancellation"].sudo().search([("order_id", "in", self.ids)])
        for group in entries.grouped("order_id").values():
            group._settle()
