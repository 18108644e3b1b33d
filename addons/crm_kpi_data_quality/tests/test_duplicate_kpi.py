# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_data_quality.tests.common import QualityCase


@tagged("post_install", "-at_install")
class TestDuplicateKpi(QualityCase):
    """Duplicates as figures: those of the check of then, and those that wait for a decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.quality.check"].search([]).unlink()
        cls.env["crm.duplicate.cluster"].search([]).unlink()

    def kpi(self, code, period="this_month", user=None):
        kpi = self.env["crm.kpi"].search([("code", "=", code)]).with_user(user or self.manager)
        kpi = kpi.with_context(kpi_period=period)
        kpi.invalidate_recordset(flush=False)
        return kpi

    def card(self, *args, **kwargs):
        return self.kpi(*args, **kwargs).card

    def twice(self, name, times=2):
        """One firm, entered several times."""
        for _number in range(times):
            self.customer(name=f"{name} GmbH", email=f"info@{name.lower()}.de", phone="030 7654321")

    def search(self):
        search = self.env["crm.duplicate.search"].with_user(self.manager).create({})
        search.action_start()
        self.assertEqual(search.run_state, "done")
        clusters = self.env["crm.duplicate.cluster"].search([])
        clusters.found_on = fields.Datetime.now() - timedelta(minutes=10)
        return clusters

    def check_days_ago(self, days):
        """A check that was finished so many days ago."""
        check = self.run_check(["duplicate"])
        moment = fields.Datetime.now() - timedelta(days=days, minutes=5)
        check.sudo().write({"finished_on": moment})
        check._refresh_validity()
        return check

    def test_a_past_period_shows_the_check_of_then(self):
        self.twice("Vogt", 3)
        self.customer(name="Single GmbH", email="info@single.de")
        clusters = self.search()
        self.assertEqual(clusters.mapped("member_count"), [3])
        self.check_days_ago(days=70)
        clusters.sudo().state = "dismissed"
        clusters.pair_ids.sudo().decision = "not_duplicate"
        self.env.flush_all()
        self.check_days_ago(days=0)
        # three records of one firm are two too many
        self.assertEqual(self.card("duplicates_found", "last_month")["value"], 2)
        self.assertAlmostEqual(self.card("data_unique", "last_month")["value"], 100 * 2 / 4)
        now = self.card("duplicates_found")
        self.assertEqual((now["state"], now["value"]), ("ok", 0), "checked, and none: that is 0")
        self.assertEqual(self.card("data_unique")["value"], 100)
        before = self.card("duplicates_found", "year:2020")
        self.assertEqual((before["state"], before["value"]), ("no_data", None))
        self.assertIn("Not checked yet", before["reason"])

    def test_to_decide(self):
        card = self.card("duplicate_groups_open")
        self.assertEqual((card["state"], card["value"]), ("no_data", None))
        self.assertIn("No undecided duplicates are known", card["reason"])
        self.twice("Vogt", 3)
        self.twice("Mahler")
        clusters = self.search()
        self.assertEqual(len(clusters), 2)
        self.check_days_ago(days=0)
        self.assertEqual(self.card("duplicate_groups_open")["value"], 2)
        self.assertAlmostEqual(self.card("duplicates_open")["value"], 100 * 3 / 5)
        past = self.card("duplicate_groups_open", "last_month")
        self.assertIn("Only the present state is known", past["reason"])

    def test_the_figure_opens_its_records(self):
        self.twice("Vogt", 3)
        clusters = self.search()
        check = self.check_days_ago(days=0)
        action = self.kpi("duplicates_found").action_open_records()
        results = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(results.check_id, check)
        self.assertEqual(sum(results.mapped("failed")), 2)
        action = self.kpi("duplicate_groups_open").action_open_records()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), clusters)

    def test_targets(self):
        """A stock has its target as it is; fewer duplicates are better."""
        self.twice("Vogt", 3)
        self.search()
        self.check_days_ago(days=0)
        today = fields.Date.context_today(self.env["crm.kpi"])
        for limit, status in ((5, "on_track"), (1, "off_track")):
            kpi = self.env["crm.kpi"].search([("code", "=", "duplicates_found")])
            kpi.target_ids.unlink()
            self.env["crm.kpi.target"].create(
                {
                    "kpi_id": kpi.id,
                    "date_from": today.replace(month=1, day=1),
                    "date_to": today.replace(month=12, day=31),
                    "value": limit,
                }
            )
            card = self.card("duplicates_found")
            self.assertEqual((card["target"]["value"], card["status"]), (limit, status))

    def test_roles(self):
        """Figures come from checks and groups that the viewer may see, or say that they are not."""
        self.twice("Vogt", 3)
        self.search()
        self.check_days_ago(days=0)
        for code in ("duplicates_found", "duplicates_open", "data_unique"):
            self.assertEqual(self.card(code)["state"], "ok", code)
            card = self.card(code, user=self.seller)
            self.assertNotEqual(card["state"], "ok", code)
            self.assertTrue(card["reason"], code)
