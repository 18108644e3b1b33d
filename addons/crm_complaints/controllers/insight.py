# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

import xlsxwriter
from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.crm_kpi.kpi import formats

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTEXT_KEYS = ("kpi_period", "kpi_compare", "allowed_company_ids")
MAX_WIDTH = 60


class ComplaintInsight(http.Controller):
    """The pages that analyse complaints as a workbook."""

    @http.route(
        "/crm_complaints/insight/xlsx", type="http", auth="user", methods=["POST"], readonly=True
    )
    def insight_xlsx(self, data, **_others):
        """The tables of a page, a sheet for each.

        :param data: JSON text of title, panel, domain, options, facets (text) and context, as
            the page asks for its tables
        """
        try:
            asked = json.loads(data)
            context = {key: asked["context"].get(key) for key in CONTEXT_KEYS}
            context = {key: value for key, value in context.items() if value}
            complaints = request.env["crm.complaint"].with_context(**context)
            answer = complaints.get_insight(asked["panel"], asked["domain"], asked["options"])
            title = str(asked["title"])
            head = [(title, ""), *self._head(complaints, str(asked.get("facets") or ""))]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadRequest(request.env._("This request cannot be read.")) from error
        except UserError as error:
            raise BadRequest(str(error)) from error
        headers = [
            ("Content-Type", XLSX),
            ("Content-Disposition", content_disposition(f"{title}.xlsx")),
        ]
        return request.make_response(workbook(answer["tables"], head), headers)

    def _head(self, complaints, facets):
        """Lines above each table: period, filters, when and by whom."""
        env = complaints.env
        question = complaints._insight_question()
        moment = question.local_now.strftime("%Y-%m-%d %H:%M")
        return [
            (env._("Period"), formats.period_label(env, question.period)),
            (env._("Filters"), facets or env._("None")),
            (env._("As of"), f"{moment} ({question.timezone})"),
            (env._("User"), env.user.name),
        ]


def workbook(tables, head):
    """Bytes of a workbook: real numbers, frozen heads; no text becomes a formula or a link.

    :param tables: see ``get_insight``
    :param head: pairs of texts above each table
    """
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        bold = book.add_format({"bold": True})
        column_head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for number, table in enumerate(tables, 1):
            sheet = book.add_worksheet(sheet_name(number, table["title"]))
            for row, (label, text) in enumerate([(table["title"], ""), *head]):
                sheet.write_string(row, 0, label, bold)
                sheet.write_string(row, 1, text)
            first = len(head) + 3
            sheet.write_string(first - 2, 0, table["note"] if table["rows"] else table["empty"])
            for column, definition in enumerate(table["columns"]):
                sheet.write_string(first, column, definition["label"], column_head)
            widths = [max(10, len(definition["label"])) for definition in table["columns"]]
            for row, line in enumerate(table["rows"], first + 1):
                for column, cell in enumerate(line["cells"]):
                    widths[column] = max(widths[column], len(cell["text"]))
                    value = cell["value"]
                    if isinstance(value, (int, float)):
                        sheet.write_number(row, column, value)
                    elif value is not None:
                        sheet.write_string(
                            row, column, "    " * line["level"] * (not column) + value
                        )
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width + 2, MAX_WIDTH))
            sheet.freeze_panes(first + 1, 1)
    return output.getvalue()


def sheet_name(number, title):
    """A name that spreadsheets accept: at most 31 characters, none of theirs."""
    plain = "".join(" " if character in "[]:*?/\\'" else character for character in title)
    return f"{number} {plain}"[:31].strip()
