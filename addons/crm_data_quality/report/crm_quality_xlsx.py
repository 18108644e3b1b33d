# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import datetime

import xlsxwriter

from odoo import fields, models
from odoo.tools import format_datetime

# Rows of the sheet of findings: a download must be ready before the server ends the request.
MAX_FINDINGS = 200_000
STEP = 5_000


class CrmQualityCheck(models.Model):
    """The workbook of a check: Summary, Areas, Findings, Rules."""

    _inherit = "crm.quality.check"

    def _xlsx(self):
        """The workbook as bytes, with what the user may read.

        :raise AccessError: when he may not read the check
        :raise UserError: when it is not finished
        """
        self.ensure_one()
        self.check_access("read")
        self._check_reportable()
        output = io.BytesIO()
        options = {
            # rows go to a temporary file as they come: a hundred thousand need no memory
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(output, options) as book:
            sheets = _Sheets(self, book)
            self._xlsx_summary(sheets)
            self._xlsx_areas(sheets)
            self._xlsx_findings(sheets)
            self._xlsx_rules(sheets)
        return output.getvalue()

    def _xlsx_summary(self, sheets):
        labels = dict(self.env["crm.quality.rule"]._selection_dimension())
        sheet = sheets.add(
            self.env._("Summary"),
            [
                (self.env._("Dimension"), 28), (self.env._("Score"), 12),
                (self.env._("Change"), 12), (self.env._("Weight"), 12),
                (self.env._("Passed (Weighted)"), 20), (self.env._("Applicable (Weighted)"), 20),
            ],
        )  # fmt: skip
        sheet.row(self.env._("Overall"), self.score, self.score_change, "", "", "")
        for score in self.score_ids:
            known = bool(score.denominator)
            sheet.row(
                labels[score.dimension],
                score.score if known else self.env._("not checked"),
                score.score_change,
                score.weight,
                score.numerator if known else "",
                score.denominator if known else "",
            )
        sheet.gap()
        sheet.header(
            [
                self.env._("Salesperson"), self.env._("Records"), self.env._("Findings"),
                self.env._("Score"),
            ]
        )  # fmt: skip
        for owner in self.owner_ids:
            sheet.row(owner.owner_name, owner.customer_count, owner.finding_count, owner.score)

    def _xlsx_areas(self, sheets):
        labels = dict(self.env["crm.quality.rule"]._selection_dimension())
        sheet = sheets.add(
            self.env._("Areas"),
            [
                (self.env._("Area for Improvement"), 44), (self.env._("Dimension"), 18),
                (self.env._("To Improve"), 12), (self.env._("Applicable"), 12),
                (self.env._("Points on Score"), 14), (self.env._("Effort (Hours)"), 14),
                (self.env._("Worst Segment"), 36), (self.env._("What To Do"), 90),
            ],
        )  # fmt: skip
        for area in self._report_areas():
            sheet.row(
                area.rule_id.name,
                labels[area.dimension],
                area.failed,
                area.applicable,
                area.effect,
                area.effort_hours,
                area.worst_segment,
                area.explanation,
                decimals={4: 2},
            )
        sheet.filter()

    def _xlsx_findings(self, sheets):
        sheet = sheets.add(
            self.env._("Findings"),
            [
                (self.env._("Record"), 36), (self.env._("Id"), 10), (self.env._("Rule"), 36),
                (self.env._("Field"), 18), (self.env._("Value"), 30), (self.env._("Reason"), 44),
                (self.env._("Proposal"), 30), (self.env._("Salesperson"), 22),
                (self.env._("Found On"), 18),
            ],
        )  # fmt: skip
        model = self.env["crm.quality.finding"]
        domain = self._report_finding_domain()
        last, number = 0, 0
        while number < MAX_FINDINGS:
            found = model.search([*domain, ("id", ">", last)], order="id", limit=STEP)
            for finding in found:
                subject = finding.partner_id or finding.lead_id
                sheet.row(
                    subject.display_name,
                    subject.id,
                    finding.rule_id.name,
                    finding.field_label,
                    finding.value,
                    finding.reason,
                    finding.proposal,
                    finding.user_id.sudo().name,
                    self.finished_on,
                )
            number += len(found)
            if len(found) < STEP:
                break
            last = found[-1].id
            self.env.invalidate_all()
        sheet.filter()
        if self.details_deleted_on:
            sheet.gap()
            sheet.row(
                self.env._(
                    "The findings were deleted on %s: newer checks of the same scope have their own.",
                    format_datetime(self.env, self.details_deleted_on),
                )
            )
        total = model.search_count(domain)
        if total > number:
            sheet.gap()
            sheet.row(
                self.env._(
                    "Only the first %(number)s of %(total)s findings.", number=number, total=total
                )
            )

    def _xlsx_rules(self, sheets):
        labels = dict(self.env["crm.quality.rule"]._selection_dimension())
        sheet = sheets.add(
            self.env._("Rules"),
            [
                (self.env._("Rule"), 44), (self.env._("Dimension"), 18),
                (self.env._("Weight"), 10), (self.env._("Applicable"), 12),
                (self.env._("Passed"), 12), (self.env._("To Improve"), 12),
                (self.env._("OK as It Is"), 12), (self.env._("Not Applicable"), 14),
                (self.env._("Score"), 12), (self.env._("Change"), 12),
                (self.env._("Not Checked Because"), 44), (self.env._("Explanation"), 90),
            ],
        )  # fmt: skip
        for result in self.result_ids.filtered("is_selected").sorted("dimension_sequence"):
            known = not result.not_checked_reason
            sheet.row(
                result.rule_id.name,
                labels[result.dimension],
                result.weight,
                result.applicable if known else "",
                result.passed if known else "",
                result.failed if known else "",
                result.accepted if known else "",
                result.not_applicable if known else "",
                result.score,
                result.score_change,
                result.not_checked_reason,
                result.explanation,
            )
        sheet.filter()


class _Sheets:
    """Sheets of one look: what, whose and when on top, then a frozen header."""

    def __init__(self, check, book):
        self.check = check
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bg_color": "#E7E9ED", "text_wrap": True})
        self.number = book.add_format({"num_format": "#,##0.0"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.hundredths = book.add_format({"num_format": "#,##0.00"})
        # Excel's own format of date and time: shown as the reader's system does
        self.moment = book.add_format({"num_format": 22})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, name, columns):
        """A sheet with its head and header row.

        :param columns: list of (label, width)
        """
        return _Sheet(self, name, columns)


class _Sheet:
    def __init__(self, sheets, name, columns):
        self.sheets = sheets
        self.sheet = sheets.book.add_worksheet(name[:31])
        self.sheet.write_string(0, 0, sheets.check.env._("Data Quality"), sheets.title)
        self.line = 1
        for label, text in sheets.check._report_head():
            self.sheet.write_string(self.line, 0, label, sheets.bold)
            self.sheet.write_string(self.line, 1, str(text or ""))
            self.line += 1
        for index, (_label, width) in enumerate(columns):
            self.sheet.set_column(index, index, width)
        self.width = len(columns)
        self.gap()
        self.header([label for label, _width in columns])
        self.first = self.line
        self.sheet.freeze_panes(self.line, 1)

    def gap(self):
        self.line += 1

    def header(self, labels):
        for index, label in enumerate(labels):
            self.sheet.write_string(self.line, index, label, self.sheets.head)
        self.line += 1

    def filter(self):
        """Arrows on the header to filter the rows written so far."""
        last = max(self.line, self.first + 1) - 1
        self.sheet.autofilter(self.first - 1, 0, last, self.width - 1)

    def row(self, *values, decimals=None):
        """A row; numbers stay numbers, moments are those of the reader's time zone.

        :param decimals: dict column → 2 for figures that one decimal would round away
        """
        for index, value in enumerate(values):
            if value is None or value is False or value == "":
                continue
            if isinstance(value, datetime):
                moment = fields.Datetime.context_timestamp(self.sheets.check, value)
                self.sheet.write_datetime(
                    self.line, index, moment.replace(tzinfo=None), self.sheets.moment
                )
            elif isinstance(value, int):
                self.sheet.write_number(self.line, index, value, self.sheets.whole)
            elif isinstance(value, float):
                exact = (decimals or {}).get(index) == 2
                look = self.sheets.hundredths if exact else self.sheets.number
                self.sheet.write_number(self.line, index, value, look)
            else:
                self.sheet.write_string(self.line, index, str(value)[:32_000])
        self.line += 1
