# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOfferAccess(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller = "sales_team.group_sale_salesman"
        cls.leader = new_test_user(
            cls.env, "offer_leader", f"{seller},crm_kpi.group_kpi_team_leader"
        )
        cls.member = new_test_user(cls.env, "offer_member", seller)
        cls.stranger = new_test_user(cls.env, "offer_stranger", seller)
        cls.team, cls.other_team = cls.env["crm.team"].create(
            [{"name": "North", "user_id": cls.leader.id}, {"name": "South"}]
        )
        cls.mine = cls.quotation("2026-01-05 08:00", user_id=cls.member.id, team_id=cls.team.id)
        cls.foreign = cls.quotation(
            "2026-01-05 08:00", user_id=cls.stranger.id, team_id=cls.other_team.id
        )
        cls.both = cls.mine | cls.foreign

    def _seen(self, user, model="sale.order"):
        field = "order_id" if model == "sale.order.line" else "id"
        return self.env[model].with_user(user).search([(field, "in", self.both.ids)])

    def test_team_leader_reads_the_team(self):
        self.assertEqual(self._seen(self.leader), self.mine)
        self.assertEqual(self._seen(self.leader, "sale.order.line"), self.mine.order_line)
        self.assertEqual(self._seen(self.member), self.mine)
        self.assertEqual(self._seen(self.stranger), self.foreign)

    def test_team_leader_does_not_write(self):
        with self.assertRaises(AccessError):
            self.mine.with_user(self.leader).write({"client_order_ref": "x"})
        own = self.quotation("2026-01-05 08:00", user_id=self.leader.id)
        own.with_user(self.leader).write({"client_order_ref": "x"})
        self.assertEqual(own.client_order_ref, "x")

    def test_team_leader_reads_the_invoices_of_the_team(self):
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_user_id": user.id,
                    "team_id": team.id,
                }
                for user, team in ((self.member, self.team), (self.stranger, self.other_team))
            ]
        )
        seen = self.env["account.move"].with_user(self.leader)
        self.assertEqual(seen.search([("id", "in", invoices.ids)]), invoices[0])
        self.assertFalse(invoices[0].with_user(self.leader).has_access("write"))

    def test_others_see_no_less_than_in_stock(self):
        """Who has no sales role, as an accountant, is limited by no rule of stock."""
        accountant = new_test_user(
            self.env, "offer_accountant", "account.group_account_invoice,crm_kpi.group_kpi_manager"
        )
        self.assertEqual(self._seen(accountant), self.both)
        administrator = new_test_user(
            self.env, "offer_administrator", "sales_team.group_sale_manager"
        )
        self.assertEqual(self._seen(administrator), self.both)

    def test_salesperson_confirms_with_all_figures(self):
        order = self.mine.with_user(self.member)
        order.action_quotation_sent()
        order.action_confirm()
        self.env.flush_all()
        self.assertEqual(self.mine.offer_outcome, "won")
        self.assertTrue(self.mine.is_first_order)
        values = order.read(["offer_outcome", "sales_department_id", "amount_untaxed_company"])
        self.assertEqual(values[0]["amount_untaxed_company"], 100.0)
