# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

# Sources of facts about leads → condition that the lead was not merged into another one.
_NOT_MERGED = {
    "crm.lead": Domain("is_merged", "=", False),
    "crm.lead.stage.log": ~Domain("lead_id.is_merged", "=", True),
}


class CrmKpiSource(models.Model):
    """A lead that was merged into another one is neither new nor open, won or lost: the other
    one counts, once. Undoing the merge brings it back into every figure."""

    _inherit = "crm.kpi.source"

    def _get_domain(self):
        domain = super()._get_domain()
        return domain & _NOT_MERGED.get(self.model_name, Domain.TRUE)
