# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountMoveReversal(models.TransientModel):
    """A credit note that answers a complaint is linked with it as it is made."""

    _inherit = "account.move.reversal"

    complaint_id = fields.Many2one(
        "crm.complaint",
        string="Complaint",
        compute="_compute_complaint_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', complaint_choice_ids)]",
        groups="crm_complaints.group_complaint_user",
        help="The complaint that the credit note answers; its untaxed amount becomes a cost of "
        "the complaint.",
    )
    complaint_choice_ids = fields.Many2many(
        "crm.complaint",
        compute="_compute_complaint_choice_ids",
        groups="crm_complaints.group_complaint_user",
    )

    @api.depends("move_ids")
    def _compute_complaint_choice_ids(self):
        """Complaints of the customer, those about the invoices first."""
        complaints = self.env["crm.complaint"]
        for wizard in self:
            customer = wizard.move_ids.commercial_partner_id
            wizard.complaint_choice_ids = (
                complaints.search(
                    [
                        ("commercial_partner_id", "=", customer.id),
                        ("company_id", "=", wizard.company_id.id),
                        ("duplicate_of_id", "=", False),
                    ]
                )
                if len(customer) == 1
                else complaints
            )

    @api.depends("move_ids")
    def _compute_complaint_id(self):
        """The complaint about the invoice, if there is just one."""
        for wizard in self:
            about = self.env["crm.complaint"].search(
                [("move_id", "in", wizard.move_ids.ids), ("duplicate_of_id", "=", False)], limit=2
            )
            open_ones = about.filtered(lambda complaint: not complaint.is_closed)
            found = open_ones or about
            wizard.complaint_id = wizard.complaint_id or (found if len(found) == 1 else False)

    def reverse_moves(self, is_modify=False):
        """Link what was made: with "Reverse and Create Invoice" as well the credit note."""
        complaint = (
            self.complaint_id if self._has_field_access(self._fields["complaint_id"], "read")
            else self.env["crm.complaint"]
        )  # fmt: skip
        before = self.move_ids.reversal_move_ids
        action = super().reverse_moves(is_modify=is_modify)
        if complaint:
            (self.move_ids.reversal_move_ids - before)._book_on_complaint(complaint)
        return action
