# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models


class CrmTeam(models.Model):
    """The public form through which everybody can complain to a team."""

    _inherit = "crm.team"

    complaint_form = fields.Boolean(
        string="Complaints by Web Form",
        copy=False,
        help="Everybody who has the link can send the team a complaint, without a login.",
    )
    complaint_form_token = fields.Char(
        compute="_compute_complaint_form_token",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    complaint_form_company_id = fields.Many2one(
        "res.company",
        string="Company of the Form",
        compute="_compute_complaint_form_token",
        store=True,
        copy=False,
        groups="base.group_user",
        help="Company that gets the complaints: the team's, else that of the person who switched "
        "the form on.",
    )
    complaint_form_url = fields.Char(
        string="Link to the Form",
        compute="_compute_complaint_form_url",
        groups="base.group_user",
        help="Put this link on your web site and under your letters.",
    )

    _complaint_form_token_unique = models.UniqueIndex(
        "(complaint_form_token) WHERE complaint_form_token IS NOT NULL",
        "Every form for complaints has a link of its own.",
    )

    @api.depends("complaint_form", "company_id")
    def _compute_complaint_form_token(self):
        for team in self:
            if team.complaint_form and not team.complaint_form_token:
                team.complaint_form_token = secrets.token_urlsafe(12)
            else:
                team.complaint_form_token = team.complaint_form_token
            team.complaint_form_company_id = team.complaint_form and (
                team.company_id or team.complaint_form_company_id or self.env.company
            )

    @api.depends("complaint_form", "complaint_form_token")
    def _compute_complaint_form_url(self):
        for team in self:
            team.complaint_form_url = (
                team.complaint_form
                and team.complaint_form_token
                and f"{team.get_base_url()}/complaint/{team.complaint_form_token}"
            )

    def action_renew_complaint_form(self):
        """Give the form another link; the one before works no more."""
        for team in self:
            team.complaint_form_token = secrets.token_urlsafe(12)
        return True

    @api.model
    def _find_complaint_form(self, token):
        """The team whose form has a link, with all rights; empty when it is switched off.

        :param token: last part of the link
        """
        teams = self.sudo().search([("complaint_form_token", "=", token)]) if token else self
        return teams.filtered("complaint_form")
