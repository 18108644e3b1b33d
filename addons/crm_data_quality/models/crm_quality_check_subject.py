# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class CrmQualityCheck(models.Model):
    """What is checked, customers or leads, and what follows from it for the scope."""

    _inherit = "crm.quality.check"

    @api.model
    def _default_lead_domain(self):
        """Open leads and opportunities: neither won nor lost."""
        return [("won_status", "=", "pending")]

    @api.depends("subject")
    def _compute_name(self):
        others = {self._default_name(subject) for subject, _label in self._subject_choices()}
        for check in self:
            if not check.name or check.name in others:
                check.name = self._default_name(check.subject)

    @api.depends("subject")
    def _compute_scope_domain(self):
        for check in self:
            is_lead = check.subject == "crm.lead"
            domain = self._default_lead_domain() if is_lead else self._default_scope_domain()
            check.scope_domain = repr(domain)

    @api.depends("subject")
    def _compute_profile_id(self):
        for check in self:
            if check.profile_id.subject != check.subject:
                check.profile_id = self._default_profile(check.subject)

    @api.depends("subject")
    def _compute_is_reference(self):
        manager = self.env.user.has_group("crm_data_quality.group_data_quality_manager")
        for check in self:
            check.is_reference = manager and check.subject == "res.partner"

    @api.model
    def _subject_choices(self):
        return self.env["crm.quality.rule"]._selection_subject()

    @api.constrains("profile_id", "subject")
    def _check_profile(self):
        if any(check.profile_id.subject != check.subject for check in self):
            raise ValidationError(
                self.env._(
                    "The profile is one of customers, the check one of leads, or vice versa."
                )
            )

    @api.constrains("is_reference", "subject")
    def _check_reference(self):
        if any(check.is_reference and check.subject != "res.partner" for check in self):
            raise ValidationError(
                self.env._("Only checks of customers can count for the KPIs of customer data.")
            )
