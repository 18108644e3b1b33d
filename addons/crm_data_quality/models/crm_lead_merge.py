# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLead(models.Model):
    """Merging leads by Odoo's method into the one that a person has chosen."""

    _inherit = "crm.lead"

    is_merged = fields.Boolean(
        string="Merged Into Another",
        readonly=True,
        copy=False,
        help="This lead was merged into another one and archived: it is neither lost nor a lead of "
        "its own any more. Undoing the merge, or restoring the lead by hand, takes it back.",
    )

    # few leads are merged: whoever leaves them out asks for these
    _merged_idx = models.Index("(id) WHERE is_merged")

    def write(self, vals):
        """A merged lead that somebody takes out of the archive is a lead of its own again."""
        result = super().write(vals)
        # the stage of won leads restores them, too; any other write must not cost a query
        stage = self.env["crm.stage"].browse(vals.get("stage_id") or ())
        if vals.get("active") or stage.is_won:
            restored = self.sudo().filtered(lambda lead: lead.is_merged and lead.active)
            restored.is_merged = False
        return result

    def _sort_by_confidence_level(self, reverse=False):
        """Odoo keeps the most promising lead; a merge keeps the one it was told."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        master = leads.filtered(lambda lead: lead.id == lead.env.context.get("crm_merge_master"))
        if not master:
            return leads
        return master | leads if reverse else (leads - master) | master
