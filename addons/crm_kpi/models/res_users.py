# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _kpi_visible_persons(self):
        """Whose figures the viewer may see one by one, by the strictest setting of the
        companies chosen: figures hold the persons of all of them.

        :return: None for everybody, else a set of user ids (empty: nobody)
        """
        settings = set(self.env.companies.mapped("kpi_person_visibility"))
        if "nobody" in settings:
            return set()
        if settings == {"everyone"}:
            return None
        if self.env.user.has_group("crm_kpi.group_kpi_manager"):
            return None
        teams = self.env["crm.team"].search([("user_id", "=", self.env.uid)])
        return {self.env.uid, *teams.member_ids.ids}
