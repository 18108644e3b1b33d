# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import groupby

from ..kpi.schema import create_columns


class SaleOrder(models.Model):
    """The moments in the life of a quotation that stock does not store.

    They are stamped when the state changes, on whatever way it changes (button,
    mass action, portal, import), so that several steps within one transaction
    keep their own moments.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "sales.department.mixin"]
    _sales_department_dates = ("confirmed_on", "quotation_sent_on", "create_date")

    quotation_sent_on = fields.Datetime(
        string="First Sent on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When this quotation was sent to the customer for the first time. "
        "Stays when the quotation is reset to draft and sent again.",
    )
    confirmed_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the order was confirmed. Stays when the order is cancelled later, "
        "is cleared when it is reset to a quotation.",
    )
    cancelled_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the order was cancelled; cleared when it is taken up again.",
    )
    dates_estimated = fields.Boolean(
        readonly=True,
        copy=False,
        help="Some date of this order comes from before the KPIs were installed and had to "
        "be estimated, because the chatter does not tell it.",
    )

    def _auto_init(self):
        # The history fill writes these set-based; see kpi/schema.py
        create_columns(self, self._kpi_filled_fields())
        return super()._auto_init()

    @api.model
    def _kpi_filled_fields(self):
        """Names of the stored computed fields that the history fill writes."""
        return ["sales_department_id"]

    # ------------------------------------------------------------------
    # Stamping
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        self._write_stamps(
            {
                order: order._state_stamps(False, order.date_order)
                for order in orders
                if order.state != "draft"
            }
        )
        return orders

    def write(self, vals):
        if "state" not in vals:
            result = super().write(vals)
            if vals.get("date_order"):
                # The date of a confirmed order IS its confirmation: follow corrections.
                self.sudo().filtered(lambda order: order.state == "sale").confirmed_on = vals[
                    "date_order"
                ]
            return result
        before = {order: order.state for order in self}
        result = super().write(vals)
        moment = fields.Datetime.now()
        self._write_stamps(
            {
                order: order._state_stamps(state, moment, vals)
                for order, state in before.items()
                if order.state != state
            }
        )
        return result

    @api.model
    def _write_stamps(self, stamps):
        """Store the moments of several orders, of those that went the same way at once.

        :param stamps: {order: values}
        """
        for values, orders in groupby(stamps, lambda order: tuple(stamps[order].items())):
            if values:
                # Facts, not choices: stamped even if the change moved the order out of reach.
                self.browse().union(*orders).sudo().write(dict(values))

    def _state_stamps(self, old_state, moment, vals=None):
        """What to store of the order's change from ``old_state`` to its state, as values.

        :param old_state: state before, False for a new order
        :param moment: naive UTC datetime of the change
        :param vals: the values written with the change; explicit moments win
        """
        self.ensure_one()
        vals = vals or {}
        order = self.sudo()
        stamps = {}
        if order.state == "sent" and not order.quotation_sent_on:
            stamps["quotation_sent_on"] = moment
        if order.state == "sale":
            if vals.get("date_order"):
                moment = fields.Datetime.to_datetime(vals["date_order"])
            if old_state != "cancel" or not order.confirmed_on:
                stamps["confirmed_on"] = moment
        elif order.state in ("draft", "sent") and order.confirmed_on:
            stamps["confirmed_on"] = False
        if order.state == "cancel" and not (not old_state and order.cancelled_on):
            stamps["cancelled_on"] = moment
        elif order.state != "cancel" and order.cancelled_on:
            stamps["cancelled_on"] = False
        stamps = {name: value for name, value in stamps.items() if name not in vals}
        if not old_state and order.confirmed_on:
            stamps.pop("confirmed_on", None)
        return stamps
