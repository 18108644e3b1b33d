# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintCost(ComplaintCase):
    """Credit notes as cost: taken over on every way, and only the customer's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.complaint = cls._complaint(user_id=cls.seller.id, partner_id=cls.contact.id)

    def _move(self, move_type="out_refund", partner=None, user=None, price=70):
        partner = partner or self.customer
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_user_id": (user or self.seller).id,
                "invoice_date": "2026-02-10",
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"name": "Ladder", "price_unit": price, "tax_ids": False})
                ],
            }
        )

    def _book(self, move, user=None):
        costs = self.env["crm.complaint.cost"].with_user(user or self.seller)
        return costs.create({"complaint_id": self.complaint.id, "move_id": move.id})

    def test_credit_note_is_taken_over_without_a_form(self):
        cost = self._book(self._move())
        self.assertEqual((cost.amount, cost.kind), (70, "credit_note"))
        self.assertEqual(cost.date, date(2026, 2, 10))
        self.assertEqual(self.complaint.cost_amount, 70)

    def test_given_values_win(self):
        cost = self.env["crm.complaint.cost"].create(
            {
                "complaint_id": self.complaint.id,
                "move_id": self._move().id,
                "amount": 30,
                "date": "2026-02-12",
            }
        )
        self.assertEqual((cost.amount, cost.date), (30, date(2026, 2, 12)))

    def test_amounts_of_foreign_documents_do_not_leak(self):
        salary = self._move("in_invoice", partner=self.other_customer, price=9999)
        foreign = self._move(user=self.colleague, price=8888)
        own = self._book(self._move())
        for move in (salary, foreign):
            with self.subTest(move.move_type), self.assertRaises(AccessError):
                self._book(move)
            with self.subTest(move.move_type), self.assertRaises(AccessError):
                own.move_id = move
        self.assertEqual(own.amount, 70)

    def test_only_credit_notes_of_the_customer(self):
        for move in (self._move("out_invoice"), self._move(partner=self.other_customer)):
            with self.assertRaises(ValidationError):
                self._book(move, self.env.user)
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        self.complaint.cost_ids.unlink()
        move = self._move()
        self.complaint.write({"company_id": second.id, "team_id": False})
        with self.assertRaises(UserError):
            self._book(move, self.env.user)
