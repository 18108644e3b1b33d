# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    complaint_alias_id = fields.Many2one(
        "mail.alias", string="E-mail Alias for Complaints", copy=False, ondelete="restrict"
    )
    complaint_alias_name = fields.Char(
        string="Complaints by E-mail",
        compute="_compute_complaint_alias_name",
        inverse="_inverse_complaint_alias_name",
        help="E-mails to this address become complaints of the team.",
    )
    complaint_alias_domain = fields.Char(related="complaint_alias_id.alias_domain_id.name")

    @api.depends("complaint_alias_id.alias_name")
    def _compute_complaint_alias_name(self):
        for team in self:
            team.complaint_alias_name = team.complaint_alias_id.alias_name

    def _inverse_complaint_alias_name(self):
        aliases = self.env["mail.alias"].sudo()
        for team in self:
            name = team.complaint_alias_name
            alias = team.complaint_alias_id.sudo()
            if alias and name:
                alias.alias_name = name
            elif alias:
                team.complaint_alias_id = False
                alias.unlink()
            elif name:
                company = team.company_id or self.env.company
                team.complaint_alias_id = aliases.with_company(company).create(
                    {
                        "alias_name": name,
                        "alias_model_id": self.env["ir.model"]._get_id("crm.complaint"),
                        "alias_defaults": str({"team_id": team.id, "company_id": company.id}),
                        "alias_parent_model_id": self.env["ir.model"]._get_id("crm.team"),
                        "alias_parent_thread_id": team.id,
                    }
                )

    def unlink(self):
        aliases = self.complaint_alias_id.sudo()
        result = super().unlink()
        aliases.unlink()
        return result
