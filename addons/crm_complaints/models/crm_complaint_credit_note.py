# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class CrmComplaint(models.Model):
    """A credit note of the invoice that the complaint is about."""

    _inherit = "crm.complaint"

    def action_credit_note(self):
        """Ask for a credit note of the invoice; it becomes a cost of the complaint.

        :raise odoo.exceptions.UserError: without a posted invoice
        """
        self.ensure_one()
        if self.move_id.state != "posted" or self.move_id.move_type != "out_invoice":
            raise UserError(
                self.env._("Please choose the posted invoice that the complaint is about.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return action | {
            "context": {
                "active_model": "account.move",
                "active_ids": self.move_id.ids,
                "active_id": self.move_id.id,
                "default_complaint_id": self.id,
                "default_reason": self.number,
            }
        }
