# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_retention_search
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRetention(QualityCase, CronMixinCase):
    """The search for expired records: batches, progress, cancel, resume, who may what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.searches = cls.env["crm.retention.search"].with_user(cls.manager)
        cls.proposals = cls.env["crm.retention.proposal"].with_user(cls.manager)
        cls.old = cls.env["res.partner"]
        for number in range(5):
            cls.old += cls.customer(name=f"Alt {number}")
        cls.silent = cls.env["crm.lead"].create([{"name": f"Alter Lead {i}"} for i in range(3)])
        cls.silent.action_set_lost()
        cls.fresh = cls.customer(name="Neu")
        for records in (cls.old, cls.silent):
            cls.backdate(records, "2015-03-01")

    @classmethod
    def backdate(cls, records, day):
        cls.env.flush_all()
        cls.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s, write_date = %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                day,
                day,
                records.ids,
            )
        )
        records.invalidate_recordset()

    def small_batches(self, size=2):
        patcher = patch.object(crm_retention_search, "BATCH_SIZE", size)
        patcher.start()
        self.addCleanup(patcher.stop)

    def run_cron(self, after=None):
        """Run the background job; instead of committing, call what a person does meanwhile."""
        cron = type(self.env["ir.cron"])

        def commit_progress(*_args, **_kwargs):
            self.env.flush_all()
            return after() if after else 60.0

        with patch.object(cron, "_commit_progress", commit_progress):
            self.env["crm.retention.search"]._cron_run_searches()

    def found(self):
        """Customers and leads of the open proposals, among those of this test."""
        found = self.proposals.search([("state", "=", "open")])
        return found.partner_id & self.old, found.lead_id & self.silent

    def start(self):
        action = self.proposals.action_look()
        self.assertEqual(action["res_model"], "crm.retention.search")
        return self.searches.browse(action["res_id"])

    def test_small_databases_are_looked_at_at_once(self):
        with patch.object(crm_retention_search, "BATCH_SIZE", 10**6):
            action = self.proposals.action_look()
        self.assertEqual(action["res_model"], "crm.retention.proposal")
        self.assertEqual(self.found(), (self.old, self.silent))
        search = self.searches.search([], limit=1)
        self.assertEqual((search.run_state, search.progress), ("done", 100.0))
        self.assertEqual(search.done_count, search.step_count)
        self.assertEqual(search.proposal_count, self.proposals.search_count([]))
        self.assertTrue(search.finished_on)

    def test_batches_find_the_same(self):
        self.small_batches(10**6)
        self.proposals.action_look()
        names = ["partner_id", "lead_id", "kind", "last_on", "kept_until"]
        whole = self.proposals.search([]).read(names, load=None)
        self.small_batches(3)
        with self.capture_triggers("crm_data_quality.ir_cron_run_retention_searches") as captured:
            search = self.start()
        self.assertEqual(len(captured.records), 1)
        self.assertEqual((search.run_state, search.progress), ("waiting", 0.0))
        progress = []
        self.run_cron(lambda: progress.append(search.progress) or 60.0)
        self.assertEqual(search.run_state, "done")
        self.assertEqual(progress, sorted(progress))
        self.assertGreater(len(progress), 3)
        parts = self.proposals.search([]).read(names, load=None)
        for row in (*whole, *parts):
            del row["id"]
        key = lambda row: (row["partner_id"] or 0, row["lead_id"] or 0)  # noqa: E731
        self.assertEqual(sorted(parts, key=key), sorted(whole, key=key))

    def test_cancel_and_resume(self):
        self.small_batches()
        search = self.start()
        with self.assertRaises(UserError):
            search.unlink()

        def cancel():
            search.action_cancel()
            return 60.0

        self.run_cron(cancel)
        self.assertEqual((search.run_state, search.done_count), ("cancelled", 2))
        self.run_cron()
        self.assertEqual(search.done_count, 2, "it stays where it is")
        search.action_resume()
        self.run_cron()
        self.assertEqual(search.run_state, "done")
        self.assertEqual(self.found(), (self.old, self.silent), "nobody twice, nobody left out")
        partners = self.proposals.search([("state", "=", "open")]).mapped("partner_id.id")
        self.assertEqual(len(partners), len(set(partners)))

    def test_only_one_at_a_time(self):
        self.small_batches()
        self.start()
        with self.assertRaises(UserError):
            self.proposals.action_look()

    def test_a_second_look_replaces_only_what_it_looked_at(self):
        """Decisions stay, undecided proposals of before stay until their record's turn."""
        self.small_batches(10**6)
        self.proposals.action_look()
        by_partner = self.proposals.search([]).grouped("partner_id")
        by_partner[self.old[0]].action_keep()
        self.env["crm.lead"].create({"name": "Offen", "partner_id": self.old[1].id})
        self.small_batches(2)
        search = self.start()
        self.assertEqual(self.found()[0], self.old[1:], "nothing went yet")
        self.run_cron()
        self.assertEqual(self.found()[0], self.old[2:])
        kept = self.proposals.search([("state", "=", "kept")])
        self.assertEqual(kept.partner_id, self.old[0])
        self.assertEqual(search.run_state, "done")

    @mute_logger("odoo.addons.crm_data_quality.quality.background")
    def test_a_failure_is_told_and_can_be_resumed(self):
        self.small_batches()
        search = self.start()
        rules = type(self.env["crm.retention.rule"])
        with patch.object(rules, "_ends", lambda *_args: 1 / 0):
            self.run_cron()
        self.assertEqual(search.run_state, "cancelled")
        self.assertTrue(search.problem)
        search.action_resume()
        self.assertFalse(search.problem)
        self.run_cron()
        self.assertEqual((search.run_state, self.found()[0]), ("done", self.old))

    def test_no_period_no_search(self):
        self.env["crm.retention.rule"].search([("kind", "=", "letters")]).active = False
        with self.assertRaises(UserError):
            self.proposals.action_look()

    def test_the_figures_come_from_the_run_only(self):
        search = self.searches.create({})
        for values in ({"run_state": "done"}, {"proposal_count": 5}, {"user_id": self.seller.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                search.write(values)
        with self.assertRaises(AccessError):
            self.env["crm.retention.search"].with_user(self.seller).create({})

    def test_only_records_that_the_person_may_read(self):
        self.env["ir.rule"].create(
            {
                "name": "No first",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.old[0].id})]",
            }
        )
        self.small_batches()
        self.start()
        self.run_cron()
        proposals = self.env["crm.retention.proposal"].search([("state", "=", "open")])
        self.assertEqual(proposals.partner_id & self.old, self.old[1:])

    def test_the_year_ends_where_the_company_is(self):
        """A mail of New Year's morning, 0:30 in Berlin, is one of the new year."""
        rules = self.env["crm.retention.rule"].with_context(tz="Europe/Berlin")
        with freeze_time("2019-12-31 23:30:00"):
            self.old[0].message_post(body="x", message_type="comment")
        self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.old[0].id)]
        ).date = "2019-12-31 23:30:00"
        last = rules._last_dates("letters", self.old[0])
        self.assertEqual(str(last[self.old[0].id]), "2020-01-01")

    def test_queries_do_not_grow_with_customers(self):
        self.small_batches(10**6)
        search = self.searches.create({})
        proposals = self.env["crm.retention.proposal"]

        def spent(found):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            proposals._for_customers(search.company_id, found)
            return self.env.cr.sql_log_count - before

        spent(self.old[:1])
        self.assertLessEqual(spent(self.old), spent(self.old[:1]) + 2)
