# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmQualityAccept(models.TransientModel):
    """Call findings OK as they are and say why."""

    _name = "crm.quality.accept"
    _description = "Accept Data Quality Findings"

    finding_ids = fields.Many2many("crm.quality.finding", string="Findings")
    finding_count = fields.Integer(compute="_compute_finding_count")
    note = fields.Char(help="Why the value is right; whoever reads the list later wants to know.")

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        for wizard in self:
            wizard.finding_count = len(wizard.finding_ids)

    def action_accept(self):
        """Accept the findings, in this check and in later ones."""
        self.ensure_one()
        self.finding_ids.action_accept(self.note)
        return {"type": "ir.actions.act_window_close"}
