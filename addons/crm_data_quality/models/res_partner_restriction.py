# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ResPartner(models.Model):
    """Restricted customers (Art. 18 GDPR) stay out of daily work."""

    _inherit = "res.partner"

    quality_restricted_until = fields.Date(
        string="Restricted Until",
        compute="_compute_quality_restricted_until",
        groups="crm_data_quality.group_data_quality_user",
        help="Only booked documents may still name this customer (Art. 18 GDPR), until this day.",
    )

    def _compute_quality_restricted_until(self):
        restrictions = self.env["crm.privacy.restriction"]._of(self._origin)
        until = {item.partner_id.id: item.kept_until for item in restrictions}
        for partner in self:
            partner.quality_restricted_until = until.get(partner._origin.id)

    def write(self, vals):
        if vals.get("active"):
            for restriction in self.env["crm.privacy.restriction"]._of(self):
                raise UserError(
                    self.env._(
                        "%(customer)s is restricted (Art. 18 GDPR): kept until %(day)s for booked "
                        "documents only. It cannot be taken out of the archive.",
                        customer=restriction.partner_id.display_name,
                        day=format_date(self.env, restriction.kept_until),
                    )
                )
        return super().write(vals)


class CrmMerge(models.Model):
    _inherit = "crm.merge"

    @api.model
    def _refused_restricted(self, partners):
        """Sentences about customers that are restricted: they are used for nothing else."""
        found = self.env["crm.privacy.restriction"]._of(partners).partner_id
        return [
            self.env._("“%s” is restricted (Art. 18 GDPR).", partner.display_name)
            for partner in found
        ]

    @api.model
    def _refused_family(self, partners):
        return super()._refused_family(partners) + self._refused_restricted(partners)

    @api.model
    def _link_refusals(self, customer, leads):
        refusals = super()._link_refusals(customer, leads)
        if not refusals:
            refusals = self._refused_restricted(customer)
        return refusals
