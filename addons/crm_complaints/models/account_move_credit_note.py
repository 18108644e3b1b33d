# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    """Credit notes as costs of complaints."""

    _inherit = "account.move"

    def unlink(self):
        # Not by the database alone: the cost of the complaint is a stored sum.
        costs = self.env["crm.complaint.cost"].sudo().search([("move_id", "in", self.ids)])
        result = super().unlink()
        costs.exists().unlink()
        return result

    def _book_on_complaint(self, complaint):
        """Note credit notes as costs of a complaint; those that are noted already stay as they
        are.

        :param complaint: ``crm.complaint`` record
        """
        costs = self.env["crm.complaint.cost"]
        known = costs.sudo().search([("move_id", "in", self.ids)]).move_id
        return costs.create(
            [
                {"complaint_id": complaint.id, "move_id": move.id}
                for move in self - known
                if move.move_type == "out_refund"
            ]
        )
