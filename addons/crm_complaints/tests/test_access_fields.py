# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.sale_order import CANCELLATION_FIELDS
from .access_roles import RoleCase


@tagged("post_install", "-at_install")
class TestAccessFields(RoleCase):
    """Our fields on stock records: seen by those who see the record, or hidden from customers."""

    def test_our_fields_lock_nobody_out_of_stock_records(self):
        """Who may read an order, a customer, ... can read every field we show there."""
        order = self._order()
        order.message_subscribe(self.users["portal"].partner_id.ids)
        biller = self._new_user("m_biller", "account.group_account_invoice")
        for user, record in (
            (self.users["portal"], order),
            (self.users["portal"], self.customer),
            (self.users["portal"], self.company),
            (self.users["clerk"], self.customer),
            (self.users["clerk"], self.company),
            (self.users["clerk"], self.team),
            (self.users["clerk"], self.team.crm_team_member_ids[:1]),
            (self.users["handler"], self.customer),
            (self.seller, order),
            (biller, order),
            (biller, self.customer),
        ):
            env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
            seen = record.with_env(env)
            ours = [
                name
                for name, field in seen._fields.items()
                if "crm_complaints" in field._modules and seen._has_field_access(field, "read")
            ]
            for name in ours:
                with self.subTest(user=user.login, field=f"{record._name}.{name}"):
                    self.assertIn(name, seen.read([name])[0])

    def test_a_customer_reads_no_internals_of_his_cancelled_order(self):
        order = self._order()
        order.message_subscribe(self.users["portal"].partner_id.ids)
        order.write({"state": "cancel", "cancellation_note": "He never pays"})
        seen = order.with_user(self.users["portal"])
        self.assertEqual(seen.state, "cancel")
        for name in CANCELLATION_FIELDS:
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])
