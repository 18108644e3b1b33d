# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime
from odoo.tools.misc import formatLang

# Findings of each area that the printed report shows; the workbook has all.
EXAMPLES = 5


class CrmQualityCheck(models.Model):
    """What the printed report and the workbook say about a check."""

    _inherit = "crm.quality.check"

    def _report_head(self):
        """Scope, person and time: list of (label, text)."""
        self.ensure_one()
        subjects = dict(self._subject_choices())
        return [
            (self.env._("Check"), self.name),
            (
                self.env._("Checked"),
                f"{self._report_number(self.done_count, 0)} {subjects[self.subject]}",
            ),
            (self.env._("Scope"), self._scope_text()),
            (self.env._("Profile"), self.profile_id.name),
            (self.env._("Company"), self.company_id.name),
            (self.env._("Checked by"), self.user_id.name),
            (self.env._("Finished on"), format_datetime(self.env, self.finished_on)),
            (self.env._("Printed by"), self.env.user.name),
            (self.env._("Printed on"), format_datetime(self.env, fields.Datetime.now())),
        ]

    def _scope_text(self):
        """The filter of the scope, in words where it is the usual one."""
        self.ensure_one()
        scope = "".join((self.scope_domain or "").split())
        if self.subject == "crm.lead" and scope == "".join(
            repr(self._default_lead_domain()).split()
        ):
            return self.env._("All open leads and opportunities")
        if self.subject == "res.partner" and scope == "".join(
            repr(self._default_scope_domain()).split()
        ):
            return self.env._("All customers without own users and mere suppliers")
        return self._domain_in_words(self._scope_filter(), self.subject)

    def _report_areas(self):
        """Areas for improvement, the one with the greatest effect first."""
        self.ensure_one()
        return self.improvement_ids.sorted(lambda item: (-item.effect, -item.failed, item.id))

    def _report_finding_domain(self, **values):
        """Open findings of the check; the user's own rights apply when they are searched."""
        self.ensure_one()
        conditions = {"check_id": self.id, "is_accepted": False} | values
        return [(name, "=", value) for name, value in conditions.items()]

    def _report_examples(self, area):
        """The first findings of an area that the reader may see."""
        domain = self._report_finding_domain(rule_id=area.rule_id.id)
        return self.env["crm.quality.finding"].search(domain, limit=EXAMPLES, order="id")

    def _report_number(self, number, digits=1):
        """A figure in the reader's notation; a dash where there is none."""
        return "–" if number is False or number is None else formatLang(self.env, number, digits)

    def _check_reportable(self):
        if any(check.run_state != "done" for check in self):
            raise UserError(self.env._("Wait until the check is finished."))

    def action_export_xlsx(self):
        """Download the workbook."""
        self.ensure_one()
        self._check_reportable()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_data_quality/check/{self.id}/xlsx",
            "target": "download",
        }

    def action_print(self):
        """Print the report that can be handed over."""
        self._check_reportable()
        return self.env.ref("crm_data_quality.action_report_crm_quality_check").report_action(self)


class CrmQualityCheckReport(models.AbstractModel):
    """Values of the printed report."""

    _name = "report.crm_data_quality.report_crm_quality_check"
    _description = "Data Quality Report"

    @api.model
    def _get_report_values(self, docids, data=None):  # noqa: ARG002 - Odoo's signature
        checks = self.env["crm.quality.check"].browse(docids)
        checks.check_access("read")
        checks._check_reportable()
        return {"doc_ids": docids, "doc_model": "crm.quality.check", "docs": checks}
