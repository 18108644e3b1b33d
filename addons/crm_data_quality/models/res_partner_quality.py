# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Findings of one area beside the fields that they are about, and done when edited."""

    _inherit = "res.partner"

    quality_reason = fields.Char(
        string="What Is Wrong",
        compute="_compute_quality_finding",
        groups="crm_data_quality.group_data_quality_user",
        help="The finding of the area that the list was opened from.",
    )
    quality_proposal = fields.Char(
        string="Proposal",
        compute="_compute_quality_finding",
        groups="crm_data_quality.group_data_quality_user",
        help="A better value, where one can be derived safely.",
    )
    quality_is_fixed = fields.Boolean(
        string="Done",
        compute="_compute_quality_finding",
        groups="crm_data_quality.group_data_quality_user",
        help="Put right since the check.",
    )

    @api.depends_context("quality_result_id", "uid")
    @api.depends("quality_finding_ids.fixed_on")
    def _compute_quality_finding(self):
        result = self.env["crm.quality.result"].browse(self.env.context.get("quality_result_id"))
        found = {}
        if result:
            domain = result._finding_domain() & Domain("partner_id", "in", self.ids)
            found = self.env["crm.quality.finding"].search(domain).grouped("partner_id")
        for partner in self:
            finding = found.get(partner, self.env["crm.quality.finding"])[:1]
            partner.quality_reason = finding.reason
            partner.quality_proposal = finding.proposal
            partner.quality_is_fixed = bool(finding.fixed_on)

    def write(self, vals):
        result = super().write(vals)
        # who edits the list of an area sees at once what is done; all else is judged again later
        if self.env.context.get("quality_result_id"):
            self.env["crm.quality.finding"]._refresh_fixed(self, set(vals))
        return result
