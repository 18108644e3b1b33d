# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

import xlsxwriter

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import format_datetime

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CohortExport(http.Controller):
    @http.route("/crm_complaints/cohorts.xlsx", type="http", auth="user", readonly=True)
    def cohorts_xlsx(self, domain="[]", unit="quarter", measure="customers", filters="", **_kwargs):
        """The cohort table of the viewer as a workbook: numbers as numbers.

        :param domain: JSON, as the search view gives it
        :param filters: the filters in words, written above the table
        """
        try:
            domain = json.loads(domain)
        except ValueError:
            return request.not_found()
        companies = request.httprequest.cookies.get("cids", "")
        allowed = [int(part) for part in companies.split("-") if part.isdecimal()]
        context = {"allowed_company_ids": allowed} if allowed else {}
        lifecycles = request.env["crm.customer.lifecycle"].with_context(**context)
        try:
            table = lifecycles.load_cohorts(domain, unit, measure)
        except (UserError, ValueError):  # no such table, or no such field in the filter
            return request.not_found()
        title = lifecycles.env._("Churn by Cohort")
        return request.make_response(
            self._workbook(lifecycles.env, table, title, filters),
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"{title}.xlsx")),
            ],
        )

    def _workbook(self, env, table, title, filters):
        buffer = io.BytesIO()
        # Nothing that a person typed may become a formula or a link.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        workbook = xlsxwriter.Workbook(buffer, options)
        sheet = workbook.add_worksheet(title[:31])
        bold = workbook.add_format({"bold": True})
        percent = workbook.add_format({"num_format": "0.0%"})
        number = workbook.add_format({"num_format": "#,##0"})
        is_money = table["measure"] == "revenue"
        sheet.write(0, 0, title, bold)
        sheet.write(1, 0, env._("Order value in %s", env.company.currency_id.name)
                    if is_money else env._("Customers active at the end of each period"))  # fmt: skip
        sheet.write(2, 0, filters[:1000])
        now = format_datetime(env, fields.Datetime.now())
        sheet.write(3, 0, f"{env.user.name}, {now}")
        head = [env._("First order"), env._("Customers"), *map(str, table["columns"])]
        for column, text in enumerate(head):
            sheet.write(5, column, text, bold)
        line = 6
        for part, cell_format in (("value", number), ("percent", percent)):
            for row in table["rows"]:
                sheet.write(line, 0, row["label"])
                sheet.write(line, 1, row["size"], number)
                for column, cell in enumerate(row["cells"]):
                    if cell and cell[part] is not None:
                        value = cell[part] / 100 if part == "percent" else cell[part]
                        sheet.write(line, column + 2, value, cell_format)
                line += 1
            if part == "percent":
                sheet.write(line, 0, env._("All"), bold)
                for column, cell in enumerate(table["total"]):
                    if cell:
                        sheet.write(line, column + 2, cell["percent"] / 100, percent)
            line += 1
        sheet.freeze_panes(6, 2)
        sheet.set_column(0, 0, 18)
        workbook.close()
        return buffer.getvalue()
