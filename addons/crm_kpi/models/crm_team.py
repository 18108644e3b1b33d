# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTeam(models.Model):
    """Win rate and process durations of a sales team."""

    _name = "crm.team"
    _inherit = ["crm.team", "crm.kpi.member.mixin"]
    _kpi_dimension = "team"
