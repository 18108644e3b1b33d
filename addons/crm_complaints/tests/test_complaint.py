# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaint(ComplaintCase):
    """Taking complaints in and what belongs to them."""

    def _new_from(self, action):
        """Complaint saved from the form that a button opens, with one line typed."""
        self.assertEqual(action["res_model"], "crm.complaint")
        self.assertEqual(action["view_mode"], "form")
        complaints = self.env["crm.complaint"].with_user(self.seller)
        with Form(complaints.with_context(**action["context"])) as form:
            form.name = "One rung is missing"
        return form.record

    def test_capture_from_an_order(self):
        order = self._order()
        complaint = self._new_from(order.with_user(self.seller).action_view_complaints())
        self.assertEqual(complaint.order_id, order)
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.product_id, self.product)
        self.assertEqual(complaint.team_id, self.team)
        self.assertEqual(complaint.user_id, self.seller)
        self.assertEqual(complaint.stage_id, self.stages["new"])
        self.assertTrue(complaint.received_on)
        self.assertTrue(complaint.due_on)
        self.assertEqual(order.complaint_count, 1)
        action = order.with_user(self.seller).action_view_complaints()
        found = complaint.search(action["domain"])
        self.assertEqual(found, complaint)

    def test_capture_from_a_contact(self):
        action = self.contact.with_user(self.seller).action_view_complaints()
        complaint = self._new_from(action)
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
        self.assertEqual(complaint.email_from, "karla@kunde.example")
        partners = (self.contact | self.customer).with_user(self.seller)
        self.assertEqual(partners.mapped("complaint_count"), [1, 1])
        domain = partners[1].action_view_complaints()["domain"]
        self.assertEqual(complaint.search(domain), complaint)

    def test_capture_from_an_invoice(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        order = self._order()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        complaint = self._new_from(invoice.with_user(self.manager).action_view_complaints())
        self.assertEqual(complaint.move_id, invoice)
        self.assertEqual(complaint.order_id, order)
        self.assertEqual(invoice.complaint_count, 1)

    def test_numbers_are_consecutive_and_shown(self):
        first, second = self._complaint(), self._complaint()
        self.assertRegex(first.number, r"^CMP\d{5}$")
        self.assertEqual(int(second.number[3:]), int(first.number[3:]) + 1)
        self.assertEqual(first.display_name, f"{first.number} Too late")
        found = self.env["crm.complaint"].name_search(first.number)
        self.assertEqual([record_id for record_id, _name in found], first.ids)

    def test_category_proposes_severity_and_person(self):
        category = self.env["crm.complaint.category"].create(
            {"name": "Injury", "default_severity": "critical", "user_id": self.colleague.id}
        )
        complaint = self._complaint(category_id=category.id)
        self.assertEqual(complaint.severity, "critical")
        self.assertEqual(complaint.user_id, self.colleague)
        kept = self._complaint(category_id=category.id, severity="low", user_id=self.seller.id)
        self.assertEqual((kept.severity, kept.user_id), ("low", self.seller))

    def test_root_cause_needed_before_resolving_only(self):
        category = self.env["crm.complaint.category"].create(
            {"name": "Safety", "require_cause": True}
        )
        complaint = self._complaint(category_id=category.id)
        complaint.stage_id = self.stages["waiting"]
        complaint.stage_id = self.stages["rejected"]
        complaint.action_reopen()
        with self.assertRaises(ValidationError):
            complaint.stage_id = self.stages["resolved"]
        complaint.write(
            {
                "cause_id": self.env.ref("crm_complaints.cause_carrier").id,
                "stage_id": self.stages["resolved"].id,
            }
        )
        self.assertTrue(complaint.is_closed)

    def test_duplicates(self):
        original = self._complaint()
        duplicate = self._complaint(duplicate_of_id=original.id)
        self.assertEqual(original.duplicate_ids, duplicate)
        with self.assertRaises(ValidationError):
            original.duplicate_of_id = duplicate
        with self.assertRaises(ValidationError):
            original.duplicate_of_id = original

    def test_repeat_within_twelve_months(self):
        old = self._complaint(received_on=at("2025-01-10 09:00"))
        within = self._complaint(received_on=at("2025-12-31 09:00"), partner_id=self.contact.id)
        later = self._complaint(received_on=at("2027-01-01 09:00"))
        other = self._complaint(
            received_on=at("2025-12-31 10:00"), partner_id=self.other_customer.id
        )
        nobody = self._complaint(received_on=at("2025-12-31 10:00"), partner_id=False)
        everything = old | within | later | other | nobody
        self.assertEqual(everything.filtered("is_repeat"), within)
        # What happens to one changes the verdict on others.
        later.received_on = at("2026-12-30 09:00")
        self.assertTrue(later.is_repeat)
        within.duplicate_of_id = old
        self.assertEqual(everything.filtered("is_repeat"), self.env["crm.complaint"])
        within.duplicate_of_id = False
        self.assertTrue(later.is_repeat)
        old.unlink()
        self.assertEqual((within | later).filtered("is_repeat"), later)
        within.partner_id = self.other_customer
        self.assertEqual((within | later | other).filtered("is_repeat"), other)

    def test_costs_at_the_rate_of_their_day(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "company_id": self.company.id, "name": day, "rate": rate}
                for day, rate in (("2026-01-01", 1.25), ("2026-02-01", 2.0))
            ]
        )
        complaint = self._complaint()
        complaint.cost_ids = [
            Command.create({"amount": 30, "kind": "goodwill", "date": "2026-01-15"}),
            Command.create({"amount": 100, "currency_id": usd.id, "date": "2026-01-15"}),
            Command.create({"amount": 100, "currency_id": usd.id, "date": "2026-02-15"}),
        ]
        self.assertEqual(sorted(complaint.cost_ids.mapped("amount_company")), [30, 50, 80])
        self.assertEqual(complaint.cost_amount, 160)
        complaint.cost_ids.filtered(lambda cost: cost.date == date(2026, 2, 15)).unlink()
        self.assertEqual(complaint.cost_amount, 110)

    def test_copy_starts_anew(self):
        complaint = self._complaint(
            stage_id=self.stages["resolved"].id, received_on=at("2026-03-02 08:00")
        )
        copy = complaint.copy()
        self.assertNotEqual(copy.number, complaint.number)
        self.assertEqual(copy.stage_id, self.stages["new"])
        self.assertFalse(copy.resolved_on)

    def test_customer_comes_from_the_document_without_a_form(self):
        complaint = self.env["crm.complaint"].create(
            {"name": "By API", "order_id": self._order(partner=self.contact).id,
             "company_id": self.company.id}
        )  # fmt: skip
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual(complaint.email_from, "karla@kunde.example")
        complaint.partner_id = self.customer
        self.assertEqual(complaint.partner_id, self.customer)
        complaint.order_id = self._order(partner=self.contact)
        self.assertEqual(complaint.partner_id, self.customer, "a given customer stays")

    def test_values_of_the_caller_stay_as_they_are(self):
        values = {"name": "Twice", "company_id": self.company.id}
        first = self.env["crm.complaint"].create(values)
        second = self.env["crm.complaint"].create(values)
        self.assertNotEqual(first.number, second.number)
        self.assertEqual(set(values), {"name", "company_id"})

    def test_sorting_into_a_category_assigns_nobody_by_itself(self):
        complaint = self._complaint(user_id=False)
        seen = complaint.with_user(self.manager)
        seen.category_id = self.env.ref("crm_complaints.category_other")
        self.assertFalse(seen.user_id)

    def test_without_its_sequence_nothing_is_lost(self):
        self.env["ir.sequence"].search([("code", "=", "crm.complaint")]).active = False
        first, second = self._complaint(), self._complaint()
        self.assertEqual((first | second).mapped("number"), ["", ""])
        self.assertEqual(first.display_name, "Too late")

    def test_documents_of_another_company_are_refused(self):
        second = self._new_company("Zweite GmbH")
        self.env.user.company_ids |= second
        with self.assertRaises(UserError):
            self._complaint(order_id=self._order().id, company_id=second.id)

    def test_a_case_taken_for_a_duplicate_needs_its_cause_again(self):
        category = self.env["crm.complaint.category"].create(
            {"name": "Safety", "require_cause": True}
        )
        complaint = self._complaint(category_id=category.id, duplicate_of_id=self._complaint().id)
        complaint.stage_id = self.stages["resolved"]
        with self.assertRaises(ValidationError):
            complaint.duplicate_of_id = False
