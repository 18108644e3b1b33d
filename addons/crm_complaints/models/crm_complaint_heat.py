# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

PRODUCTS = 12
"""Products with a column of their own, those with the most complaints."""
OTHER = "other"


class CrmComplaint(models.Model):
    """Category × product: which product has which trouble."""

    _inherit = "crm.complaint"

    @api.model
    def _heat_table(self, in_period):
        groups = self._read_group(in_period, ["category_id", "product_id"], ["__count"])
        by_product, by_category, cells = {}, {}, {}
        for category, product, count in groups:
            by_product[product.id] = by_product.get(product.id, 0) + count
            by_category[category.id] = by_category.get(category.id, 0) + count
            cells[category.id, product.id] = count
        products = sorted(filter(None, by_product), key=lambda product: -by_product[product])
        shown, others = products[:PRODUCTS], products[PRODUCTS:]
        columns = {product: self._member_label("product_id", product) for product in shown}
        domains = {product: [("product_id", "=", product)] for product in shown}
        members = {product: [product] for product in shown}
        if others:
            columns[OTHER] = self.env._("Other products")
            domains[OTHER] = [("product_id", "in", others)]
            members[OTHER] = others
        if False in by_product:
            columns[False] = self.env._("No product")
            domains[False] = [("product_id", "=", False)]
            members[False] = [False]
        numbers = {
            (category, column): sum(cells.get((category, product), 0) for product in several)
            for category in by_category
            for column, several in members.items()
        }
        highest = max(numbers.values(), default=0)
        rows = []
        for category in sorted(by_category, key=lambda category: -by_category[category]):
            of_category = [*in_period, ("category_id", "=", category)]
            label = self._member_label("category_id", category)
            row = [{"text": label, "value": label}]
            for column in columns:
                count = numbers[category, column]
                domain = [*of_category, *domains[column]]
                row.append(
                    self._number_cell(count, domain=domain, shade=count / highest)
                    if count
                    else {"text": "", "value": 0, "shade": 0}
                )
            row.append(self._number_cell(by_category[category], domain=of_category))
            rows.append({"key": str(category), "level": 0, "cells": row})
        if rows:
            total = self.env._("Total")
            row = [{"text": total, "value": total}]
            for column, several in members.items():
                count = sum(by_product[product] for product in several)
                row.append(self._number_cell(count, domain=[*in_period, *domains[column]]))
            row.append(self._number_cell(sum(by_category.values()), domain=[*in_period]))
            rows.append({"key": "total", "level": 0, "is_strong": True, "cells": row})
        return {
            "key": "heat",
            "title": self.env._("Category × product"),
            "note": self.env._("Number of complaints; the darker, the more."),
            "empty": self.env._("No complaint in this period."),
            "columns": [
                self._column("category", self.env._("Category"), "text"),
                *(self._column(f"product{key}", label) for key, label in columns.items()),
                self._column("total", self.env._("Total")),
            ],
            "rows": rows,
        }
