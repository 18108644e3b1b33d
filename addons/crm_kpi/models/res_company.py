# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    kpi_person_visibility = fields.Selection(
        [
            ("everyone", "Everyone"),
            ("own", "The person and the manager"),
            ("nobody", "Nobody"),
        ],
        "Figures of Single Persons",
        default="own",
        required=True,
        help="Who sees the figures and targets of single persons. In Germany figures about the "
        "performance of single persons normally need the works council's agreement.",
    )
    kpi_amber_band = fields.Float(
        "Default Amber Band (%)",
        default=10.0,
        help="A miss by at most this percentage of a target is “at risk”, not “off track”, where "
        "neither the target nor its KPI says otherwise.",
    )

    _kpi_amber_is_percent = models.Constraint(
        "CHECK(kpi_amber_band >= 0 AND kpi_amber_band <= 100)",
        "The amber band is a percentage, 0 to 100.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "kpi_person_visibility" in vals:
            # record rules depend on the setting
            self.env.registry.clear_cache()
        return result
