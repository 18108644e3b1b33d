# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime


class CrmDisclosure(models.TransientModel):
    """What the database holds about a person, as report, table and machine-readable file."""

    _name = "crm.disclosure"
    _description = "Disclosure of Personal Data"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Persons",
        required=True,
        context={"active_test": False},
        help="The person and the records that are probably the same person.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang,
    )
    summary = fields.Text(compute="_compute_summary", help="Number of records per model.")
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(readonly=True)

    @api.model
    def _open(self, partners):
        partners = self.env["crm.privacy"]._same_person(partners)
        lang = partners[:1].lang or self.env.lang
        wizard = self.create({"partner_ids": [(6, 0, partners.ids)], "lang": lang})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disclosure of Personal Data"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends_context("lang")
    @api.depends("partner_ids")
    def _compute_summary(self):
        privacy = self.env["crm.privacy"]
        names = self.env["ir.model"].sudo()
        for wizard in self:
            partners = wizard.partner_ids._origin
            leads = privacy._leads_of(partners, self.env["crm.lead"])
            documents = privacy._documents(partners, leads)
            counts = {"res.partner": len(partners), "crm.lead": len(leads)}
            counts |= {name: len(ids) for name, ids in documents.items()}
            wizard.summary = "\n".join(
                f"{names._get(name).name}: {count}" for name, count in counts.items() if count
            )

    def _checked(self):
        """The wizard in the language of the report, after the check of the rights."""
        self.ensure_one()
        if not self.env.user.has_group("crm_data_quality.group_data_quality_manager"):
            raise AccessError(self.env._("Only a data quality manager may disclose personal data."))
        self.partner_ids.check_access("read")
        return self.with_context(lang=self.lang)

    def _data(self):
        """What the report shows."""
        wizard = self._checked()
        privacy = wizard.env["crm.privacy"]
        return {
            "persons": wizard.partner_ids.mapped("display_name"),
            "company": wizard.env.company.display_name,
            "created_on": format_datetime(wizard.env, fields.Datetime.now()),
            "created_by": wizard.env.user.name,
            "kept_until": privacy._kept_until(wizard.partner_ids),
            "holdings": privacy._holdings(wizard.partner_ids),
        }

    def _note(self):
        log = self.env["crm.privacy.log"].sudo()
        log._note("disclosed", self.partner_ids, self.env["crm.lead"])

    def action_print(self):
        """The report as PDF."""
        wizard = self._checked()
        wizard._note()
        return wizard.env.ref("crm_data_quality.report_crm_disclosure").report_action(wizard)

    def action_json(self):
        """The data in a structured, commonly used and machine-readable form (Art. 20 GDPR)."""
        data = self.with_context(plain_values=True)._data()
        content = json.dumps(data, ensure_ascii=False, indent=2).encode()
        return self._download(content, "json")

    def action_xlsx(self):
        """The data as a table: one sheet, one row per value."""
        data = self._data()
        stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(stream, options) as book:
            bold = book.add_format({"bold": True})
            sheet = book.add_worksheet(self._checked().env._("Personal data"))
            env = self._checked().env
            sheet.write_row(0, 0, [env._("Persons"), ", ".join(data["persons"])])
            sheet.write_row(1, 0, [env._("Created"), data["created_on"], data["created_by"]])
            titles = [env._("Where"), env._("Record"), env._("Field"), env._("Value")]
            sheet.write_row(3, 0, titles, bold)
            sheet.freeze_panes(4, 0)
            sheet.set_column(0, 2, 30)
            sheet.set_column(3, 3, 60)
            row = 4
            for holding in data["holdings"]:
                for name, values in holding["records"]:
                    for label, text in values:
                        # Excel's own limit for the text of a cell
                        sheet.write_row(row, 0, [holding["label"], name, label, text[:32767]])
                        row += 1
        return self._download(stream.getvalue(), "xlsx")

    def _download(self, content, extension):
        self._note()
        self.write(
            {"file": base64.b64encode(content), "file_name": f"disclosure-{self.id}.{extension}"}
        )
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content?model={self._name}&id={self.id}&field=file"
            "&filename_field=file_name&download=true",
        }
