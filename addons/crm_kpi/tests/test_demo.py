# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..demo import campaigns, customers, pipeline, story
from ..demo.clock import Clock
from ..demo.crm_kpi_demo import SEED


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo story on a small scale: complete, plausible, and over by now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a database with demo data is looked at as it is
        cls.company = cls.env["crm.kpi.demo"]._generate(scale=0.25)
        users = cls.env["res.users"].search([("company_id", "=", cls.company.id)])
        cls.users = {user.login: user for user in users}
        cls.manager = cls.users["lena.leitung"]
        cls.now = fields.Datetime.now()

    def kpis(self, period, user=None, domain=()):
        env = self.env(
            user=user or self.manager,
            context={"allowed_company_ids": self.company.ids, "kpi_period": period},
        )
        return env["crm.kpi"].search(list(domain))

    def ours(self, model):
        domain = [("company_id", "=", self.company.id)]
        return self.env[model].with_context(active_test=False).search(domain)

    def test_every_main_figure_has_data(self):
        demanded = [("is_headline", "=", True), ("group_id.code", "!=", "complaints")]
        for period in ("this_month", "last_month", "last_year"):
            poor = {
                kpi.code: kpi.card["state"]
                for kpi in self.kpis(period, domain=demanded)
                if kpi.get_external_id()[kpi.id].startswith("crm_kpi.")
                and kpi.card["state"] != "ok"
                # nobody knows who was waiting last month
                and (period == "this_month" or all(kpi._measures().mapped("has_history")))
            }
            # a month that has just begun may lack the one or the other case
            allowed = 12 if period == "this_month" else 0
            self.assertLessEqual(len(poor), allowed, f"{period}: {poor}")

    def test_main_figures_are_not_zero(self):
        for code in (
            "revenue",
            "order_intake",
            "new_customers",
            "campaign_clicks",
            "savings_verified",
        ):
            kpi = self.kpis("last_year", domain=[("code", "=", code)])
            self.assertGreater(kpi.card["value"], 0, code)

    def test_statuses_are_mixed(self):
        statuses = set()
        for kpi in self.kpis("last_month", domain=[("target_ids", "!=", False)]):
            statuses.add(kpi.card["status"])
        self.assertIn("on_track", statuses)
        self.assertIn("off_track", statuses)

    def test_nothing_lies_in_the_future(self):
        moments = {
            "crm.lead": ("create_date", "first_response_on", "date_conversion", "closed_on"),
            "sale.order": ("create_date", "quotation_sent_on", "confirmed_on", "cancelled_on"),
            "account.move": ("invoice_date",),
            "crm.forecast.snapshot": ("snapshot_date",),
            "crm.saving": ("date_from", "proposed_on", "verified_on", "rejected_on", "reversed_on"),
        }
        today = Clock(self.now).today
        for model, names in moments.items():
            records = self.ours(model)
            self.assertTrue(records, model)
            for name in names:
                last = max(filter(None, records.mapped(name)))
                limit = self.now if isinstance(last, datetime) else today
                self.assertLessEqual(last, limit, f"{model}.{name}")
        leads = self.ours("crm.lead")
        messages = self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
        )
        self.assertLessEqual(max(messages.mapped("date")), self.now)

    def test_history_is_true_not_estimated(self):
        leads, orders = self.ours("crm.lead"), self.ours("sale.order")
        self.assertFalse(leads.filtered("dates_estimated"))
        self.assertFalse(orders.filtered("dates_estimated"))
        for order in orders.filtered("quotation_sent_on"):
            self.assertLessEqual(order.create_date, order.quotation_sent_on)
            if order.confirmed_on:
                self.assertLess(order.quotation_sent_on, order.confirmed_on)
        self.assertEqual(
            set(orders.mapped("offer_outcome")),
            {"open", "won", "lost", "expired", "revised", False},
        )

    def test_same_seed_same_story(self):
        clock = Clock(datetime(2026, 3, 31, 22, 30))
        channel = campaigns.CHANNELS[0]
        plan = {month: [campaigns.Campaign(channel, month)] for month in clock.months()}
        stories = []
        for seed in (SEED, SEED, "other"):
            known = customers.invent_customers(seed, 150)
            deals = pipeline.invent_deals(clock, seed, known, 30, plan, 0.3)
            stories.append([(deal.created, deal.won, deal.value, deal.seller) for deal in deals])
        self.assertEqual(stories[0], stories[1])
        self.assertNotEqual(stories[0], stories[2])
        self.assertEqual(clock.today.isoformat(), "2026-04-01", "the company's day, not UTC's")

    def test_running_again_changes_nothing(self):
        before = self.env["crm.lead"].with_context(active_test=False).search_count([])
        self.assertEqual(self.env["crm.kpi.demo"]._generate(scale=0.25), self.company)
        after = self.env["crm.lead"].with_context(active_test=False).search_count([])
        self.assertEqual(before, after)

    def test_other_companies_stay_as_they_are(self):
        main = self.env.ref("base.main_company")
        self.assertNotEqual(main, self.company)
        self.assertNotEqual(main.name, story.COMPANY)
        self.assertIn(main, self.env.ref("base.user_admin").company_ids)
        self.assertEqual(self.env.ref("base.user_root").company_id, main)

    def test_each_role_sees_its_share(self):
        def revenue(login):
            return self.kpis(
                "last_12_months", self.users[login], [("code", "=", "new_deals")]
            ).card["value"]

        whole, seller = revenue("lena.leitung"), revenue("stefan.sued")
        self.assertGreater(seller, 0)
        self.assertGreater(whole, seller)

    def test_people_change_over_time(self):
        employees = self.ours("hr.employee")
        felix = employees.filtered(lambda employee: employee.name == "Felix Kramer")
        self.assertEqual(len(felix.version_ids), 2)
        clara = employees.filtered(lambda employee: employee.name == "Clara Wiese")
        self.assertFalse(clara.active)
        self.assertLess(clara.version_id.headcount_to, self.now.date())
        tanja = employees.filtered(lambda employee: employee.name == "Tanja Brandl")
        self.assertAlmostEqual(tanja.version_id.headcount_fte, 0.5)

    def test_savings_in_every_state(self):
        savings = self.ours("crm.saving")
        states = {"proposed", "approved", "verified", "rejected", "reversed"}
        self.assertEqual(set(savings.mapped("state")), states)
        for saving in savings.filtered(lambda saving: saving.state == "verified"):
            self.assertTrue(saving.evidence_ids, saving.name)
            self.assertNotEqual(saving.verified_by_id, saving.user_id)
