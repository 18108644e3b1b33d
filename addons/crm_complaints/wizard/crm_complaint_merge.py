# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmComplaintMerge(models.TransientModel):
    """Asks which of several complaints about the same case goes on."""

    _name = "crm.complaint.merge"
    _description = "Merge Complaints"

    complaint_ids = fields.Many2many(
        "crm.complaint", string="Complaints", context={"active_test": False}
    )
    original_id = fields.Many2one(
        "crm.complaint",
        string="The Case Goes On In",
        compute="_compute_original_id",
        store=True,
        readonly=False,
        help="Messages, attachments, costs, activities and waiting times of the others move there.",
    )
    several_customers = fields.Boolean(compute="_compute_several_customers")

    @api.model
    def default_get(self, fields):
        result = super().default_get(fields)
        if "complaint_ids" in fields and self.env.context.get("active_model") == "crm.complaint":
            result["complaint_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return result

    @api.depends("complaint_ids")
    def _compute_original_id(self):
        """Proposed: the open one that was received first."""
        for wizard in self:
            choice = wizard.complaint_ids._origin.filtered(lambda c: not c.duplicate_of_id)
            if wizard.original_id not in choice:
                wizard.original_id = choice.sorted(
                    lambda complaint: (complaint.is_closed, complaint.received_on, complaint.id)
                )[:1]

    @api.depends("complaint_ids")
    def _compute_several_customers(self):
        for wizard in self:
            wizard.several_customers = len(wizard.complaint_ids.commercial_partner_id) > 1

    def _get_others(self):
        """The complaints besides the one that goes on."""
        self.ensure_one()
        others = self.complaint_ids - self.original_id
        if not self.original_id or not others:
            raise UserError(self.env._("Please choose at least two complaints."))
        return others

    def action_merge(self):
        """Merge and show the complaint in which the case goes on."""
        self.original_id._merge(self._get_others())
        return self._open_original()

    def action_link(self):
        """Only note the others as duplicates: nothing moves, and they stay open."""
        self._get_others().duplicate_of_id = self.original_id
        return self._open_original()

    def _open_original(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.complaint",
            "res_id": self.original_id.id,
            "view_mode": "form",
        }
