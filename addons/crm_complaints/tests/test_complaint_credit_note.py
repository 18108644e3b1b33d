# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintCreditNote(ComplaintCase):
    """A credit note that answers a complaint is its cost: linked, in the books' money, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.biller = cls._new_user(
            "biller", "account.group_account_invoice,crm_complaints.group_complaint_all"
        )
        # The chart of accounts may have changed the company's currency.
        both = cls.env.ref("base.EUR") | cls.env.ref("base.USD")
        both.active = True
        cls.foreign = (both - cls.company.currency_id)[0]
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.foreign.id,
                "company_id": cls.company.id,
                "name": "2026-01-01",
                "rate": 2.0,
            }
        )
        cls.invoice = cls._move("out_invoice", 100)
        cls.invoice.action_post()
        cls.complaint = cls._complaint(move_id=cls.invoice.id, user_id=cls.biller.id)

    @classmethod
    def _move(cls, move_type="out_refund", price=70, **values):
        return cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.customer.id,
                "invoice_date": "2026-02-10",
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"name": "Ladder", "price_unit": price, "tax_ids": False})
                ],
                **values,
            }
        )

    def _wizard(self, context):
        wizards = self.env["account.move.reversal"].with_user(self.biller)
        return Form(wizards.with_context(**context))

    def test_from_the_complaint_in_two_clicks(self):
        action = self.complaint.with_user(self.biller).action_credit_note()
        wizard = self._wizard(action["context"])
        self.assertEqual(wizard.complaint_id, self.complaint)
        wizard.save().refund_moves()
        refund = self.invoice.reversal_move_ids
        self.assertEqual(self.complaint.cost_ids.move_id, refund)
        self.assertEqual(self.complaint.cost_ids.kind, "credit_note")
        self.assertEqual(self.complaint.cost_amount, 100)
        self.assertIn(self.complaint.number, refund.ref)

    def test_from_the_invoice_in_two_clicks(self):
        context = {"active_model": "account.move", "active_ids": self.invoice.ids}
        wizard = self._wizard(context)
        self.assertEqual(wizard.complaint_id, self.complaint, "the one about the invoice")
        wizard.save().modify_moves()
        self.assertEqual(self.complaint.cost_ids.move_id, self.invoice.reversal_move_ids)
        self.assertEqual(self.complaint.cost_amount, 100)

    def test_without_a_complaint_nothing_is_booked(self):
        context = {"active_model": "account.move", "active_ids": self.invoice.ids}
        self._complaint(move_id=self.invoice.id)
        wizard = self._wizard(context)
        self.assertFalse(wizard.complaint_id, "there are two")
        wizard.save().refund_moves()
        self.assertFalse(self.complaint.cost_ids)
        # Whoever may not see complaints is not asked.
        clerk = self._new_user("only_bills", "account.group_account_invoice")
        wizard = self.env["account.move.reversal"].with_user(clerk).with_context(**context)
        wizard.create({"journal_id": self.invoice.journal_id.id}).refund_moves()
        self.assertEqual(len(self.invoice.reversal_move_ids), 2)

    def test_only_of_a_posted_invoice(self):
        for move in (False, self._move("out_invoice").id, self._move().id):
            self.complaint.move_id = move
            with self.assertRaises(UserError):
                self.complaint.action_credit_note()

    def test_cancelled_costs_nothing(self):
        refund = self._move()
        self.complaint.cost_ids = [Command.create({"move_id": refund.id})]
        self.assertEqual(self.complaint.cost_amount, 70)
        refund.action_post()
        self.assertEqual(self.complaint.cost_amount, 70)
        refund.button_draft()
        refund.button_cancel()
        self.assertEqual(self.complaint.cost_ids.amount, 70, "what it would have been")
        self.assertEqual(self.complaint.cost_amount, 0)
        self.assertEqual(self.complaint.cost_ids.move_state, "cancel")
        refund.button_draft()
        self.assertEqual(self.complaint.cost_amount, 70)

    def test_deleted_is_gone(self):
        refund = self._move()
        self.complaint.cost_ids = [
            Command.create({"move_id": refund.id}),
            Command.create({"amount": 5}),
        ]
        refund.unlink()
        self.assertEqual(self.complaint.cost_ids.mapped("amount"), [5])
        self.assertEqual(self.complaint.cost_amount, 5)

    def test_follows_the_document(self):
        refund = self._move()
        part = self._move()
        self.complaint.cost_ids = [
            Command.create({"move_id": refund.id}),
            Command.create({"move_id": part.id, "amount": 30}),
        ]
        self.assertEqual(self.complaint.cost_ids.filtered("is_part").move_id, part)
        (refund | part).invoice_line_ids.price_unit = 90
        self.assertEqual(sorted(self.complaint.cost_ids.mapped("amount")), [30, 90])
        self.assertEqual(self.complaint.cost_amount, 120)

    def test_the_money_of_the_books(self):
        refund = self._move(currency_id=self.foreign.id)
        self.complaint.cost_ids = [
            Command.create({"move_id": refund.id}),
        ]
        cost = self.complaint.cost_ids
        self.assertEqual((cost.amount, cost.currency_id), (70, self.foreign))
        self.assertEqual(cost.amount_company, 35)
        # The rate of the document, also when it is changed there...
        refund.invoice_currency_rate = 1.4
        self.assertEqual(cost.amount_company, 50)
        self.assertEqual(refund.amount_untaxed_signed, -50)
        # ...and not that of another day.
        refund.action_post()
        self.env["res.currency.rate"].search([("currency_id", "=", self.foreign.id)]).rate = 7
        self.assertEqual(cost.amount_company, 50)
        cost.amount = 35
        self.assertEqual(cost.amount_company, 25, "half of it")

    def test_counted_once(self):
        refund = self._move()
        other = self._complaint()
        self.complaint.cost_ids = [Command.create({"move_id": refund.id, "amount": 40})]
        with self.assertRaises(ValidationError):
            other.cost_ids = [Command.create({"move_id": refund.id})]
        other.cost_ids = [Command.create({"move_id": refund.id, "amount": 30})]
        self.assertEqual(self.complaint.cost_amount + other.cost_amount, 70)
        with self.assertRaises(ValidationError):
            other.cost_ids.amount = 31
        refund._book_on_complaint(self.complaint)
        self.assertEqual(len(self.complaint.cost_ids), 1, "booked already")
