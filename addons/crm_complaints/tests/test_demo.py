# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestComplaintDemo(TransactionCase):
    """The complaints of the demo story on a small scale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["crm.kpi.demo"]._generate(scale=0.25)
        cls.env["crm.kpi.demo"]._generate_complaints()
        cls.complaints = cls.env["crm.complaint"].search([("company_id", "=", cls.company.id)])

    def test_complaints_lie_in_the_past(self):
        now = fields.Datetime.now()
        self.assertTrue(self.complaints)
        for complaint in self.complaints:
            moments = [
                complaint.order_id.confirmed_on,
                complaint.received_on,
                complaint.first_answer_on or now,
                complaint.resolved_on or now,
            ]
            self.assertEqual(moments, sorted(moments))
            self.assertLessEqual(complaint.rated_on or now, now)

    def test_actions_are_planned(self):
        actions = self.env["crm.complaint.action"].search([("company_id", "=", self.company.id)])
        self.assertIn("open", actions.mapped("state"))
        self.assertTrue(all(action.complaint_ids <= self.complaints for action in actions))

    def test_running_again_changes_nothing(self):
        before = len(self.complaints)
        self.env["crm.kpi.demo"]._generate_complaints()
        after = self.env["crm.complaint"].search_count([("company_id", "=", self.company.id)])
        self.assertEqual(before, after)

    def test_figures_have_data(self):
        manager = self.env["res.users"].search([("login", "=", "lena.leitung")])
        env = self.env(
            user=manager,
            context={"allowed_company_ids": self.company.ids, "kpi_period": "last_year"},
        )
        kpis = env["crm.kpi"].search(
            [
                ("is_headline", "=", True),
                ("group_id.code", "in", ("complaints", "cancellations")),
            ]
        )
        poor = {kpi.code: kpi.card["state"] for kpi in kpis if kpi.card["state"] != "ok"}
        self.assertFalse(poor)

    def test_cancellations_are_explained(self):
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "cancel"),
                ("confirmed_on", "!=", False),
            ]
        )
        self.assertTrue(orders)
        self.assertTrue(all(orders.mapped("cancellation_reason_id")))
        self.assertTrue(self.env["crm.customer.end"].search([("company_id", "=", self.company.id)]))

    def test_cancellations_of_every_kind(self):
        entries = self.env["crm.cancellation"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(entries.mapped("kind")), {"order", "part", "credit"})
        self.assertTrue(entries.filtered("is_explained"))
        self.assertTrue(entries.filtered(lambda entry: not entry.is_explained))
        now = fields.Datetime.now()
        for entry in entries:
            self.assertLessEqual(entry.order_id.confirmed_on, entry.cancelled_on)
            self.assertLessEqual(entry.cancelled_on, now)
        orders = entries.filtered(lambda entry: entry.kind == "order").order_id
        cancelled = self.env["sale.order"].search_count(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "cancel"),
                ("confirmed_on", "!=", False),
            ]
        )
        self.assertEqual(len(orders), cancelled)

    def test_customers_to_look_after(self):
        lifecycles = self.env["crm.customer.lifecycle"].with_context(
            allowed_company_ids=self.company.ids
        )
        domain = [("company_id", "=", self.company.id)]
        states = set(lifecycles.search(domain).mapped("silence_state"))
        self.assertLessEqual({"open", "dismissed"}, states)
        self.assertTrue(lifecycles.search([*domain, ("is_at_risk", "=", True)]))
        self.assertGreater(len(lifecycles.load_cohorts(domain, "quarter")["rows"]), 3)
        ends = self.env["crm.customer.end"].search(domain)
        self.assertLessEqual({"none", "tried", "won"}, set(ends.mapped("win_back_state")))
