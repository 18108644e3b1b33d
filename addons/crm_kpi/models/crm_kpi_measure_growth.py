# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmKpiMeasure(models.Model):
    """How a measure grows while its period runs."""

    _inherit = "crm.kpi.measure"

    growth = fields.Selection(
        [
            ("auto", "Numbers and sums by the day, others not"),
            ("days", "By the day"),
            ("none", "Not day by day"),
        ],
        required=True,
        default="auto",
        help="Flow: how it grows while the period runs; what is expected at its end follows from "
        "this. Choose “not day by day” for amounts of a whole month that are booked on one day.",
    )

    def _growth(self):
        """How the measure changes up to the end of a running period: "grows" in proportion to
        the working days, "stays" about as it is, or "unknown"."""
        self.ensure_one()
        if self.time_kind in ("stock_average", "stock_start"):
            return "stays"
        if self.time_kind == "stock" or self.growth == "none":
            return "unknown"
        if self.growth == "days" or self.aggregate in ("count", "sum"):
            return "grows"
        return "unknown" if self.aggregate == "count_distinct" else "stays"
