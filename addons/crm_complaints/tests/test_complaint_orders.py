# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import at
from .text_common import TextCase


@tagged("post_install", "-at_install")
class TestComplaintsPer100Orders(TextCase):
    """Complaints against the orders that the same filter finds, counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.south = cls.env["crm.team"].create({"name": "Süd", "company_id": cls.company.id})
        cls.screw = cls.env["product.product"].create({"name": "Screw"})
        for team, user, partner, products in (
            (cls.team, cls.seller, cls.customer, cls.product | cls.screw),
            (cls.team, cls.seller, cls.other_customer, cls.product),
            (cls.team, cls.colleague, cls.customer, cls.product),
            (cls.south, cls.colleague, cls.customer, cls.screw),
        ):
            lines = [
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in products
            ]
            order = cls._order(partner=partner, user=user, team_id=team.id, order_line=lines)
            order.confirmed_on = at("2025-02-20 12:00")
        # the month before does not count
        cls._order(team_id=cls.team.id).confirmed_on = at("2025-01-20 12:00")
        cls.category = cls.env["crm.complaint.category"].search([], limit=1)
        for team, user, partner, product in (
            (cls.team, cls.seller, cls.customer, cls.product),
            (cls.team, cls.seller, cls.contact, cls.screw),
            (cls.south, cls.colleague, cls.other_customer, cls.screw),
        ):
            cls._say(
                "Text",
                day="2025-02-10",
                team_id=team.id,
                user_id=user.id,
                partner_id=partner.id,
                product_id=product.id,
                category_id=cls.category.id,
            )
        cls.env.flush_all()

    def per_100(self, domain, dimension="category_id"):
        """dict member → figure, and the note of the table."""
        answer = self._insight("overview", domain, dimension=dimension)
        table = self._table(answer, "pareto")
        return {row["key"]: row["cells"][5]["value"] for row in table["rows"]}, table["note"]

    def test_filters_that_orders_share(self):
        category = str(self.category.id)
        for name, domain, complaints, orders in (
            ("none", [], 3, 4),
            ("team", [("team_id", "=", self.team.id)], 2, 3),
            ("name of the team", [("team_id", "ilike", "Süd")], 1, 1),
            ("no team", [("team_id", "!=", False)], 3, 4),
            ("person", [("user_id", "=", self.colleague.id)], 1, 2),
            ("product", [("product_id", "=", self.product.id)], 1, 3),
            ("customer", [("partner_id", "child_of", self.customer.id)], 2, 3),
            ("company", [("company_id", "in", self.company.ids)], 3, 4),
            ("without duplicates", [("duplicate_of_id", "=", False)], 3, 4),
            (
                "team and product",
                ["&", ("duplicate_of_id", "=", False), "&", ("team_id", "=", self.team.id),
                 ("product_id", "in", self.screw.ids)],
                1, 1,
            ),
            (
                "team or person",
                ["|", ("team_id", "=", self.south.id), ("user_id", "=", self.seller.id)], 3, 3,
            ),
        ):  # fmt: skip
            with self.subTest(name):
                figures, note = self.per_100(domain)
                self.assertAlmostEqual(figures[category], 100 * complaints / orders)
                self.assertNotIn("orders", note)

    def test_members_of_shared_dimensions(self):
        figures, _note = self.per_100([("user_id", "=", self.seller.id)], "product_id")
        self.assertEqual(figures, {str(self.product.id): 50.0, str(self.screw.id): 100.0})
        figures, _note = self.per_100([("product_id", "=", self.screw.id)], "team_id")
        self.assertEqual(figures, {str(self.team.id): 100.0, str(self.south.id): 100.0})

    def test_no_orders_is_no_figure(self):
        figures, _note = self.per_100([("partner_id", "=", self.contact.id)])
        self.assertEqual(figures, {str(self.category.id): None})

    def test_filters_that_orders_do_not_share(self):
        for word, domain in (
            ("Category", [("category_id", "=", self.category.id)]),
            ("Severity", ["&", ("team_id", "=", self.team.id), ("severity", "=", "normal")]),
            ("Product", [("product_id", "!=", self.product.id)]),
            ("Product", [("product_id", "in", [False, self.product.id])]),
            ("Duplicate", ["|", ("duplicate_of_id", "=", False), ("team_id", "=", self.team.id)]),
        ):
            with self.subTest(word):
                figures, note = self.per_100(domain)
                self.assertEqual(set(figures.values()), {None})
                self.assertIn(f"orders cannot be told apart by {word}", note)

    def test_as_a_salesperson(self):
        """The viewer's own complaints against the viewer's own orders."""
        answer = self._insight("overview", user=self.seller, dimension="category_id")
        row = self._table(answer, "pareto")["rows"][0]
        own = self.env["sale.order"].with_user(self.seller).search_count(
            [("state", "=", "sale"), ("confirmed_on", ">=", at("2025-02-01 00:00")),
             ("confirmed_on", "<", at("2025-03-01 00:00"))]
        )  # fmt: skip
        self.assertEqual(own, 2)
        self.assertAlmostEqual(row["cells"][5]["value"], 100 * row["cells"][1]["value"] / own)
