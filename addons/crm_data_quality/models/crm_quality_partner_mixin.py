# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools

from odoo import models
from odoo.fields import Domain


class CrmQualityPartnerMixin(models.AbstractModel):
    """Records about a customer: visible only to those who may read that customer.

    A record rule cannot say this: its domain is evaluated as superuser, so it would not
    follow the rules that an administrator puts on customers.
    """

    _name = "crm.quality.partner.mixin"
    _description = "Visible Like the Customer"

    def _readable_partners(self):
        """Query of all customers that the user may read, archived ones included."""
        return self.env["res.partner"]._search(Domain.TRUE, active_test=False)

    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("partner_id", "in", self._readable_partners())
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        partners = self.sudo().partner_id.with_env(self.env)
        hidden = partners - partners._filtered_access("read")
        if not hidden:
            return None
        forbidden = self.filtered(lambda record: record.sudo().partner_id.id in hidden._ids)
        error = self.env["ir.rule"]._make_access_error
        return forbidden, functools.partial(error, operation, forbidden)
