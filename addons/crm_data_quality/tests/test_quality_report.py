# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import re
import tracemalloc
from datetime import datetime
from unittest.mock import patch

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..report import crm_quality_xlsx
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityReport(QualityCase, HttpCase):
    """The workbook and the printed report: right figures, own rights, both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.good = cls.customer(name="Good", email="a@bau-muster.de", user_id=cls.seller.id)
        cls.evil = cls.customer(name="=1+1", email="=cmd|' /C calc'!A0")
        cls.bad = cls.customer(name="Bad", country_id=cls.austria.id, user_id=cls.manager.id)

    def book(self, check, user=None):
        content = check.with_user(user or self.manager).sudo(False)._xlsx()
        return openpyxl.load_workbook(io.BytesIO(content))

    def rows(self, sheet, first):
        """Rows below the header that starts with a text."""
        values = [[cell.value for cell in row] for row in sheet.iter_rows()]
        start = next(number for number, row in enumerate(values) if row[0] == first)
        return values[start + 1 :]

    def test_workbook(self):
        check = self.run_check(["company_email", "email_form", "company_phone"])
        book = self.book(check)
        self.assertEqual(book.sheetnames, ["Summary", "Areas", "Findings", "Rules"])
        for sheet in book:
            self.assertEqual(sheet["B2"].value, check.name, "what, whose and when on each sheet")
            head = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=10)}
            self.assertEqual(head["Checked by"], self.manager.name)
            self.assertIn("QTEST", head["Scope"])
            self.assertTrue(head["Finished on"])
            self.assertEqual(sheet.freeze_panes, "B13")
        overall = self.rows(book["Summary"], "Dimension")[0]
        self.assertAlmostEqual(overall[1], check.score, 6)
        not_checked = next(
            row for row in self.rows(book["Summary"], "Overall") if row[0] == "Uniqueness"
        )
        self.assertEqual(not_checked[1], "not checked", "never 0")
        areas = self.rows(book["Areas"], "Area for Improvement")
        expected = [(area.rule_id.name, area.failed) for area in check._report_areas()]
        self.assertEqual([(row[0], row[2]) for row in areas], expected)
        for row, area in zip(areas, check._report_areas(), strict=True):
            self.assertAlmostEqual(row[4], area.effect, 6, "a number, not a text")
        rules = {row[0]: row for row in self.rows(book["Rules"], "Rule")}
        result = check.result_ids.filtered(lambda item: item.rule_id.code == "company_phone")
        self.assertEqual(rules[result.rule_id.name][3:6], [3, 0, 3])

    def test_text_is_never_a_formula(self):
        check = self.run_check(["email_form", "name_placeholder"])
        book = self.book(check)
        found = self.rows(book["Findings"], "Record")
        row = next(row for row in found if row[0] == "=1+1" and row[4].startswith("=cmd"))
        self.assertEqual(row[5], "is no e-mail address")
        self.assertIsInstance(row[8], datetime)
        self.assertEqual(row[1], self.evil.id)
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
        self.assertNotIn("f", {cell.data_type for cell in cells})

    def test_look_of_the_sheets(self):
        """Frozen header, filter, widths; numbers and moments are such, with their formats."""
        check = self.run_check(["company_email", "company_phone", "email_form"])
        book = self.book(check)
        for sheet in book:
            header = int(sheet.freeze_panes[1:]) - 1
            self.assertEqual(sheet.freeze_panes[0], "B")
            self.assertTrue(all(cell.font.bold for cell in sheet[header] if cell.value))
            self.assertGreaterEqual(sheet.column_dimensions["A"].width, 28)
            if sheet.title == "Summary":
                continue
            start, end = sheet.auto_filter.ref.split(":")
            last = max(cell.column_letter for cell in sheet[header] if cell.value)
            self.assertEqual(start, f"A{header}")
            self.assertEqual(end, f"{last}{sheet.max_row}")
        line = next(
            row for row in book["Findings"].iter_rows() if row[1].data_type == "n" and row[1].value
        )
        self.assertTrue(line[8].is_date)
        self.assertEqual(line[1].number_format, "#,##0")
        area = book["Areas"][book["Areas"].max_row]
        self.assertEqual([area[i].data_type for i in (0, 2, 3, 4, 5)], ["s", "n", "n", "n", "n"])
        self.assertEqual((area[4].number_format, area[5].number_format), ("#,##0.00", "#,##0.0"))
        rule = book["Rules"][book["Rules"].max_row]
        self.assertEqual(rule[8].number_format, "#,##0.0")

    def test_many_findings_need_no_memory(self):
        """Ten times the rows, about the same memory: they go to a file as they come."""
        self.run_check("company_phone")
        for number in range(30):
            self.customer(name=f"Customer {number}")
        check = self.run_check("company_phone")
        domain = [("check_id", "=", check.id)]
        row = self.env["crm.quality.finding"].search(domain, limit=1)

        def peak(copies):
            self.env.cr.execute(
                "INSERT INTO crm_quality_finding (check_id, rule_id, partner_id, field_name,"
                " value, reason_code) SELECT check_id, rule_id, partner_id, field_name, 'x' || n,"
                " reason_code FROM crm_quality_finding, generate_series(1, %s) AS n WHERE id = %s",
                (copies, row.id),
            )
            self.env.invalidate_all()
            tracemalloc.start()
            try:
                content = check._xlsx()
                return len(content), tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        with patch.object(crm_quality_xlsx, "STEP", 500):
            peak(10)  # what is loaded once does not count
            small_size, small = peak(1000)
            large_size, large = peak(9000)
        self.assertGreater(large_size, 4 * small_size)
        self.assertLess(large - large_size, 1.5 * (small - small_size))

    def test_german(self):
        check = self.run_check("company_email")
        self.manager.lang = "de_DE"
        german = check.with_user(self.manager).with_context(lang="de_DE")
        book = openpyxl.load_workbook(io.BytesIO(german._xlsx()))
        self.assertEqual(book.sheetnames, ["Zusammenfassung", "Bereiche", "Befunde", "Regeln"])
        self.assertEqual(self.rows(book["Befunde"], "Datensatz")[0][5], "nicht gefüllt")

    def test_only_what_the_reader_may_see(self):
        group = self.env["res.groups"].create({"name": "Only own customers"})
        self.env["ir.rule"].create(
            {
                "name": "Only own customers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "['|', ('user_id', '=', user.id), ('partner_share', '=', False)]",
                "groups": [Command.link(group.id)],
            }
        )
        check = self.run_check("company_phone")
        with self.assertRaises(AccessError):
            self.book(check, self.seller)
        self.manager.group_ids = [Command.link(group.id)]
        found = self.rows(self.book(check)["Findings"], "Record")
        self.assertEqual([row[0] for row in found if row[0]], ["Bad"])
        html = self.html(check)
        self.assertNotIn(">Good<", html)
        self.assertIn(">Bad<", html)

    def test_only_the_first_of_very_many(self):
        check = self.run_check("company_phone")
        with (
            patch.object(crm_quality_xlsx, "MAX_FINDINGS", 2),
            patch.object(crm_quality_xlsx, "STEP", 1),
        ):
            found = self.rows(self.book(check)["Findings"], "Record")
        self.assertEqual(len([row for row in found if row[1]]), 2)
        self.assertEqual(found[-1][0], "Only the first 2 of 3 findings.")

    def test_download(self):
        check = self.run_check("company_email", user=self.seller)
        url = check.with_user(self.seller).action_export_xlsx()["url"]
        self.authenticate("quality_seller", "quality_seller")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"PK"))
        foreign = self.run_check("company_email")
        for number in (foreign.id, 10**9 - 1):
            answer = self.url_open(f"/crm_data_quality/check/{number}/xlsx")
            self.assertEqual(answer.status_code, 404)
        draft = self.check("company_email", user=self.seller)
        answer = self.url_open(f"/crm_data_quality/check/{draft.id}/xlsx")
        self.assertEqual(answer.status_code, 409)
        self.authenticate(None, None)
        answer = self.url_open(url, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303), "to the login")

    # ------------------------------------------------------------ print
    def html(self, check, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(self.manager).with_context(lang=lang)
        content, _kind = report._render_qweb_html(
            "crm_data_quality.report_crm_quality_check", check.ids
        )
        return re.sub(r"\s*(<[^<>]*>)\s*", r"\1", content.decode())

    def test_print(self):
        check = self.run_check(["company_email", "email_form"])
        self.bad.email = "b@bau-muster.de"
        check = self.run_check(["company_email", "email_form"])
        html = self.html(check)
        for text in (
            check.name, "Overall score", "Areas for Improvement", "is no e-mail address",
            "not checked", "<svg", self.manager.name,
        ):  # fmt: skip
            self.assertIn(text, html)
        self.assertNotIn("False", html)
        german = self.html(check, "de_DE")
        self.assertIn("ist keine E-Mail-Adresse", german)
        self.assertIn("nicht geprüft", german)

    def test_print_of_a_check_of_leads(self):
        self.lead(name="Hall")
        check = self.run_lead_check("lead_contact")
        self.assertIn(">Hall<", self.html(check))
        found = self.rows(self.book(check)["Findings"], "Record")
        self.assertEqual(found[0][0], "Hall")

    def test_not_before_it_is_finished(self):
        check = self.check("company_email").with_user(self.manager)
        for action in (check.action_print, check.action_export_xlsx, check._xlsx):
            with self.assertRaises(UserError):
                action()
        done = self.run_check("company_email")
        action = done.with_user(self.manager).action_print()
        self.assertEqual(action["report_type"], "qweb-pdf")
