# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmKpiGroup(models.Model):
    """One of the questions the dashboard answers, e.g. complaints or success rate of offers."""

    _name = "crm.kpi.group"
    _description = "KPI Group"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, unique.")
    sequence = fields.Integer(default=10)
    icon = fields.Char(
        help="Font Awesome class shown beside the heading, e.g. fa-handshake-o.",
        default="fa-line-chart",
    )
    description = fields.Char(translate=True, help="The question this group answers.")

    _code_unique = models.Constraint("UNIQUE(code)", "A KPI group with this code exists already.")
