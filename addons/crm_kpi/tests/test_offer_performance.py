# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import sys
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOfferPerformance(OfferCase):
    """Selling must stay as fast as in stock: the cost grows per batch, not per order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(40)]
        )
        cls.leads = cls.env["crm.lead"].create(
            [{"name": "Lead", "partner_id": customer.id} for customer in cls.customers]
        )
        cls.env["hr.employee"].create({"name": "Seller", "user_id": cls.env.user.id})

    def _vals(self, number):
        return {
            "partner_id": self.customers[number % 40].id,
            "opportunity_id": self.leads[number % 40].id,
            "order_line": [Command.create({"product_id": self.product.id})],
        }

    def _own_queries(self, action):
        """Number of queries caused by this addon's fields while ``action`` runs."""
        own, cursor_class = [], type(self.env.cr)
        execute = cursor_class.execute
        computes = ("_compute_", "_sync_", "_stamp_", "_refresh_")

        def counting(cursor, query, *args, **kwargs):
            frame = sys._getframe(1)
            while frame:
                code = frame.f_code
                if "/crm_kpi/" in code.co_filename and code.co_name.startswith(computes):
                    own.append(query)
                    break
                frame = frame.f_back
            return execute(cursor, query, *args, **kwargs)

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(cursor_class, "execute", counting):
            action()
            self.env.flush_all()
        return len(own)

    def _create(self, number):
        return self.env["sale.order"].create([self._vals(index) for index in range(number)])

    def test_batches_cost_no_more_than_one(self):
        for action in ("create", "action_quotation_sent", "action_confirm", "_action_cancel"):
            costs = []
            for number in (4, 40):
                orders = self._create(number)
                if action in ("action_confirm", "_action_cancel"):
                    orders.action_quotation_sent()
                if action == "_action_cancel":
                    orders.action_confirm()
                call = (
                    getattr(orders, action)
                    if action != "create"
                    else lambda n=number: self._create(n)
                )
                costs.append(self._own_queries(call))
            self.assertLessEqual(costs[1], costs[0] + 2, f"{action}: {costs}")
            self.assertLess(costs[1], 25, f"{action}: {costs}")
