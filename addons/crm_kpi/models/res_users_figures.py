# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    """Win rate and process durations of a salesperson."""

    _name = "res.users"
    _inherit = ["res.users", "crm.kpi.member.mixin"]
    _kpi_dimension = "user"

    def _compute_kpi_figures(self):
        # The company decides whose figures the viewer may see one by one.
        visible = self._kpi_visible_persons()
        shown = self if visible is None else self.filtered(lambda user: user.id in visible)
        for name in self.env["crm.kpi.member.mixin"]._fields:
            if name.startswith("kpi_"):
                (self - shown)[name] = False
        return super(ResUsers, shown)._compute_kpi_figures()
