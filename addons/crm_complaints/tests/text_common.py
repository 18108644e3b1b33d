# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import ComplaintCase, at

PERIOD = "month:2025-02"


class TextCase(ComplaintCase):
    """Complaints with texts, and what the pages say about them."""

    @classmethod
    def _say(cls, text, day="2025-02-10", **values):
        """A complaint that says something, received at noon in Berlin."""
        values = {
            "name": "-",
            "description": f"<p>{text}</p>",
            "lang": "de_DE",
            "received_on": at(f"{day} 12:00"),
            **values,
        }
        return cls._complaint(**values)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")

    def _insight(self, panel, domain=(), user=None, period=PERIOD, compare="previous", **options):
        user = user or self.manager
        model = self.env["crm.complaint"].with_user(user)
        model = model.with_context(
            kpi_period=period, kpi_compare=compare, tz="Europe/Berlin", lang="en_US"
        )
        return model.get_insight(panel, list(domain), options)

    def _table(self, answer, key):
        return next(table for table in answer["tables"] if table["key"] == key)

    def _values(self, table):
        """dict text of the first cell → values of the others"""
        return {
            row["cells"][0]["text"]: [cell["value"] for cell in row["cells"][1:]]
            for row in table["rows"]
        }

    def _assert_drills(self, answer, user=None):
        """Every figure with records behind it opens exactly as many."""
        env = self.env(user=user or self.manager, su=False)
        tried = 0
        for table in answer["tables"]:
            for row in table["rows"]:
                for column, cell in zip(table["columns"], row["cells"], strict=True):
                    if not cell.get("domain") or column["kind"] == "text":
                        continue
                    if cell.get("model"):
                        continue
                    with self.subTest(table=table["key"], row=row["key"], column=column["key"]):
                        found = env["crm.complaint"].search_count(cell["domain"])
                        self.assertEqual(found, cell["value"])
                        tried += 1
        self.assertTrue(tried)
