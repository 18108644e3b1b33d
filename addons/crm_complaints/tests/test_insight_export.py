# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.insight import sheet_name
from .text_common import PERIOD, TextCase

URL = "/crm_complaints/insight/xlsx"


@tagged("post_install", "-at_install")
class TestInsightExport(TextCase, HttpCase):
    """The workbook has what the screen has."""

    def _post(self, asked, user=None):
        user = user or self.manager
        self.authenticate(user.login, user.login)
        data = asked if isinstance(asked, str) else json.dumps(asked)
        return self.url_open(URL, data={"data": data, "csrf_token": Request.csrf_token(self)})

    def _asked(self, panel, **values):
        return {
            "panel": panel, "domain": [], "options": {}, "title": "Page", "facets": "A: b",
            "context": {"kpi_period": PERIOD, "allowed_company_ids": self.company.ids}, **values,
        }  # fmt: skip

    def test_same_figures(self):
        for text in ("=1+1 Rahmen", "Rahmen verbogen", "Rahmen"):
            self._say(text, category_id=self.env["crm.complaint.category"].search([], limit=1).id)
        for panel in ("terms", "overview"):
            response = self._post(self._asked(panel))
            self.assertEqual(response.status_code, 200)
            book = load_workbook(io.BytesIO(response.content))
            tables = self._insight(panel)["tables"]
            self.assertEqual(len(book.worksheets), len(tables))
            for sheet, table in zip(book.worksheets, tables, strict=True):
                rows = list(sheet.iter_rows(values_only=True))
                self.assertEqual(rows[1][1], "")
                self.assertIn("2025", str(rows[2][1]))
                self.assertEqual(rows[3][1], "A: b")
                self.assertEqual(rows[5][1], self.manager.name)
                width = len(table["columns"])
                self.assertEqual(
                    list(rows[8][:width]), [column["label"] for column in table["columns"]]
                )
                for line, row in zip(table["rows"], rows[9:], strict=True):
                    for cell, value in zip(line["cells"], row[:width], strict=True):
                        if isinstance(cell["value"], float):
                            self.assertAlmostEqual(cell["value"], value)
                        elif isinstance(value, str):
                            self.assertEqual(cell["value"], value.strip())
                        else:
                            self.assertEqual(cell["value"], value)
                        self.assertNotEqual(getattr(value, "data_type", ""), "f")

    def test_garbage_and_strangers(self):
        self._say("Rahmen verbogen")
        with mute_logger("odoo.http"):
            for asked in (
                "", "{", "[]", "3", "{}", self._asked("nothing"), self._asked("terms", domain="x"),
                self._asked("terms", domain=[["nothing", "=", 1]]),
                self._asked("terms", context={"kpi_period": "x"}),
                self._asked("terms", options="x"), self._asked("terms", options={"groupby": "x"}),
            ):  # fmt: skip
                with self.subTest(str(asked)):
                    self.assertEqual(self._post(asked).status_code, 400)
            portal = new_test_user(self.env, "export_portal", "base.group_portal")
            self.assertEqual(self._post(self._asked("terms"), portal).status_code, 400)

    def test_sheet_names(self):
        self.assertEqual(sheet_name(1, "A/B: [c]" + "x" * 40), "1 A B   c " + "x" * 21)
