# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestHistory(ComplaintCase):
    """What happened before the installation has its place in the figures."""

    def test_install_into_a_database_with_history(self):
        with freeze_time(at("2025-03-03 09:00")):
            kept, cancelled = self._order(), self._order(partner=self.other_customer)
            quotation = self._order(confirm=False)
            (cancelled | quotation).action_cancel()
        self.env.flush_all()
        orders = kept | cancelled | quotation
        # As if the addon had not been there
        self.env.cr.execute(
            "UPDATE sale_order SET cancellation_reason_id = NULL, cancelled_by = NULL"
            " WHERE id = ANY(%s)",
            [orders.ids],
        )
        self.env.cr.execute("DELETE FROM crm_customer_lifecycle")
        self.env.invalidate_all()
        for _time in range(2):
            with freeze_time(at("2026-01-05 09:00")):
                post_init_hook(self.env)
            self.assertEqual(orders.mapped("cancelled_by"), [False, "not_given", False])
            self.assertEqual(
                cancelled.cancellation_reason_id,
                self.env.ref("crm_complaints.cancellation_reason_not_given"),
            )
            rows = self.env["crm.customer.lifecycle"].search([("company_id", "=", self.company.id)])
            self.assertEqual(rows.partner_id, self.customer)
            self.assertEqual(rows.mapped("active_from"), [date(2025, 3, 3)])
