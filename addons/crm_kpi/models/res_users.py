# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _kpi_visible_persons(self):
        """Whose figures the viewer may see one by one, by the company's setting.

        :return: None for everybody, else a set of user ids (empty: nobody)
        """
        visibility = self.env.company.kpi_person_visibility
        if visibility == "everyone":
            return None
        if visibility == "nobody":
            return set()
        if self.env.user.has_group("crm_kpi.group_kpi_manager"):
            return None
        teams = self.env["crm.team"].search([("user_id", "=", self.env.uid)])
        return {self.env.uid, *teams.member_ids.ids}
