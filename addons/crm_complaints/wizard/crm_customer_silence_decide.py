# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_customer_silence import WHY_NOT_LOST

DAYS_NOT_LOST = 90


class CrmCustomerSilenceDecide(models.TransientModel):
    """Asks a person once what has become of silent customers."""

    _name = "crm.customer.silence.decide"
    _description = "Decide About Silent Customers"

    lifecycle_ids = fields.Many2many("crm.customer.lifecycle", required=True)
    decision = fields.Selection([("confirm", "Lost"), ("dismiss", "Not lost")], required=True)
    words = fields.Text(string="The Rule", compute="_compute_words")
    reason_id = fields.Many2one("crm.customer.end.reason")
    ended_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us")], required=True, default="customer"
    )
    until = fields.Date(
        string="Not Lost Until",
        default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS_NOT_LOST),
    )
    why = fields.Selection(WHY_NOT_LOST, default="talking")
    note = fields.Text()

    @api.depends("lifecycle_ids")
    def _compute_words(self):
        for wizard in self:
            wizard.words = "\n".join(
                f"{row.partner_id.display_name}: {row.silence_words}"
                for row in wizard.lifecycle_ids[:10]
            )

    def action_decide(self):
        """Write the decision down.

        :raise UserError: if reason or day is missing, or the day has passed
        """
        self.ensure_one()
        if self.decision == "confirm":
            if not self.reason_id:
                raise UserError(self.env._("Please choose why the customer is lost."))
            self.lifecycle_ids._confirm_lost(self.reason_id, self.ended_by, self.note)
        else:
            if not self.until or self.until < fields.Date.context_today(self) or not self.why:
                raise UserError(
                    self.env._(
                        "Please say why the customer is not lost, and until which coming day."
                    )
                )
            self.lifecycle_ids._dismiss_silence(self.until, self.why, self.note)
        return {"type": "ir.actions.act_window_close"}
