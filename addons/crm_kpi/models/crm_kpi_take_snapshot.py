# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..kpi.company_time import company_timezone, local_day
from ..kpi.periods import PeriodError, parse


class CrmKpi(models.Model):
    _inherit = "crm.kpi"

    snapshot_ids = fields.One2many("crm.kpi.snapshot", "kpi_id", "Snapshots", readonly=True)

    def action_take_snapshot(self):
        """Record the figures of the context's period for the current company, and show them.

        :raise AccessError: for a viewer who does not see all documents
        """
        snapshots = self.env["crm.kpi.snapshot"]
        if not snapshots._may_take():
            raise AccessError(
                self.env._("Only a KPI manager who sees all documents takes snapshots.")
            )
        company = self.env.company
        today = local_day(fields.Datetime.now(), company_timezone(company))
        key = self.env.context.get("kpi_period") or "this_month"
        try:
            period = parse(key, today)
        except PeriodError as error:
            raise UserError(self.env._("“%s” is not a period.", key)) from error
        taken = snapshots._take(self, company, period.key)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_kpi.action_crm_kpi_snapshot")
        return {**action, "domain": [("id", "in", taken.ids)], "context": {}}

    def _for_snapshot(self, company, key, timezone):
        """These KPIs, asked for all records of one company in one period (a list of records)."""
        by_company = self.browse()
        if self.env.su:
            # No record rules then, so the company has to be asked for. What cannot be told apart
            # by company has a figure only where there is one.
            several = self.env["res.company"].search_count([], limit=2) > 1
            by_company = self.filtered(
                lambda kpi: several or "company" in kpi._dimensions().mapped("code")
            )
        asked = {"company": [company.id, False]}
        context = {
            "allowed_company_ids": company.ids,
            "kpi_period": key,
            "kpi_compare": "none",
            "tz": timezone,
        }
        # two batches, each computed at once; recordsets of different contexts do not add up
        return [
            *by_company.with_context(**context, kpi_filters=json.dumps(asked)),
            *(self - by_company).with_context(**context, kpi_filters="{}"),
        ]

    def _definition_text(self):
        """How the figure is computed, independent of the reader's language."""
        self.ensure_one()
        kpi = self.with_context(lang="en_US")
        lines = [f"{kpi.name}: {kpi.explanation or ''}", kpi._formula_text()]
        for measure in kpi._measures():
            source = measure.source_id
            dates = ", ".join(name for name in measure._date_field_names() if name)
            if measure.time_kind == "stock_start":
                dates += " at the begin"
            lines.append(
                f"{measure.code} = {measure.factor:g} {measure.aggregate} "
                f"{measure.field_name or ''} of {source.model_name} by {dates} "
                f"aged {measure._age_limits()} where {source.domain} and {measure.domain}"
            )
        return "\n".join(lines)

    def _needs_more_than_sales(self):
        """Whether the KPI is made of records that a sales manager's role may not read."""
        self.ensure_one()
        groups = self.env.ref("sales_team.group_sale_manager").sudo().all_implied_ids
        names = set(self.sudo()._measures().source_id.mapped("model_name"))
        readable = self.env["ir.model.access"].sudo().search(
            Domain("model_id.model", "in", list(names))
            & Domain("perm_read", "=", True)
            & Domain("group_id", "in", [False, *groups.ids])
        )  # fmt: skip
        return names != set(readable.model_id.mapped("model"))
