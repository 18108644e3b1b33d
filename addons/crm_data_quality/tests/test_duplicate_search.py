# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import (
    crm_duplicate_candidate,
    crm_duplicate_group,
    crm_duplicate_phases,
    crm_duplicate_run,
)
from ..quality.duplicates import distance
from .duplicates import SITE, DuplicateCase


@tagged("post_install", "-at_install")
class TestDuplicateSearch(DuplicateCase, CronMixinCase):
    """A search from start to end, again, interrupted, and what a person decides meanwhile."""

    # ------------------------------------------------------------ what is found
    def test_finds_and_explains(self):
        first, second = self.twins()
        self.customer(name="Vogt Optik AG", **SITE)
        search = self.search_now()
        self.assertEqual((search.run_state, search.cluster_count), ("done", 1))
        self.assertEqual((search.automatic_count, search.surplus_count), (1, 1))
        cluster = self.clusters()
        self.assertEqual(cluster.member_ids.partner_id, first + second)
        self.assertEqual((cluster.band, cluster.member_count), ("automatic", 2))
        self.assertGreater(cluster.score, 0.99)
        english = cluster.pair_ids.explanation_text
        self.assertIn("The phone numbers are the same: +49 89 1234567.", english)
        self.assertIn("3 of 3 records have this.", english)
        self.env["res.lang"]._activate_lang("de_DE")
        german = cluster.with_context(lang="de_DE").pair_ids.explanation_text
        self.assertIn("Die Telefonnummern sind gleich: +49 89 1234567.", german)
        opened = search.action_open_clusters()
        found = self.env[opened["res_model"]].search(opened["domain"])
        self.assertEqual(found, cluster)

    def test_gates(self):
        mother = self.customer(name="Berger Metallbau GmbH", **SITE)
        self.customer(name="Udo Vogt", is_company=False, parent_id=mother.id, **SITE)
        self.customer(name="Anna Berger", is_company=False, **SITE)
        self.customer(name="Hans Berger", is_company=False, **SITE)
        self.search_now()
        self.assertFalse(self.clusters())
        sister = self.customer(name="Berger Metallbau Verwaltungs GmbH", **SITE)
        self.search_now()
        cluster = self.clusters()
        self.assertEqual(cluster.member_ids.partner_id, mother + sister)
        self.assertEqual(cluster.band, "review")
        self.assertIn("sister company", cluster.reason)

    def test_addresses_users_and_archived_are_left_out(self):
        first, _second = self.twins()
        first.active = False
        self.customer(name="Berger Metallbau GmbH", type="delivery", parent_id=first.id, **SITE)
        self.search_now()
        self.assertFalse(self.clusters())

    def test_leads(self):
        values = {"company_id": self.own.id, "email_from": "info@berger-metallbau.de",
                  "phone": "+49 89 1234567", "city": "München", "type": "opportunity"}  # fmt: skip
        leads = self.env["crm.lead"].create(
            [
                {"name": "Gate", "partner_name": "Berger Metallbau GmbH", **values},
                {"name": "Fence", "partner_name": "Berger Metalbau", **values},
                {"name": "Other", "partner_name": "Vogt Optik", "company_id": self.own.id},
            ]
        )
        customer = self.customer(name="Metallbau Berger", **SITE)
        self.search_now("leads")
        self.assertEqual(self.clusters("leads").member_ids.lead_id, leads[:2])
        self.search_now("leads_customers")
        both = self.clusters("leads_customers").member_ids
        self.assertEqual((both.lead_id, both.partner_id), (leads[:2], customer))
        leads[0].partner_id = customer
        self.later()
        self.search_now("leads_customers")
        both = self.clusters("leads_customers").member_ids
        self.assertEqual(both.lead_id, leads[1], "a lead that has its customer is not asked about")

    def test_lead_contact_is_the_known_person(self):
        person = self.customer(name="Anna Berger", is_company=False, email="anna@berger.de")
        self.env["crm.lead"].create(
            {"name": "Gate", "partner_name": "Berger Metallbau GmbH", "contact_name": "Anna Berger",
             "email_from": "anna@berger.de", "company_id": self.own.id}
        )  # fmt: skip
        self.search_now("leads_customers")
        self.assertEqual(self.clusters("leads_customers").member_ids.partner_id, person)

    # ------------------------------------------------------------ again
    def test_only_what_changed_is_compared(self):
        first, second = self.twins()
        one = self.search_now()
        cluster = self.clusters()
        self.later()
        again = self.search_now()
        self.assertEqual((one.compared_count, again.compared_count), (1, 0))
        self.assertEqual(self.clusters(), cluster, "ids are stable")
        third = self.customer(name="Berger Metallbau G.m.b.H.", **SITE)
        self.later()
        self.search_now()
        self.assertEqual(self.clusters(), cluster)
        self.assertEqual(cluster.member_ids.partner_id, first + second + third)
        second.write({"name": "Vogt Optik", "email": False, "phone": False, "street": False})
        self.later()
        self.search_now()
        self.assertEqual(self.clusters(), cluster)
        self.assertEqual(cluster.member_ids.partner_id, first + third)

    def test_own_reading_is_no_change(self):
        self.twins()
        with patch.object(crm_duplicate_run, "AT_ONCE", -1):
            search = self.search_now()
        self.assertTrue(search.read_from, "what is written later is the next search's")
        begin, now = search.started_on, fields.Datetime.now() + timedelta(hours=1)
        with patch.object(type(search), "_safe_time", lambda _self: now):
            while search.phase != "block":
                self.assertFalse(search.watermark, "what is read now is older")
                self.run_cron(lambda: 0.0)
            self.run_cron(lambda: 0.0)
            self.assertEqual((search.phase, search.watermark), ("block", now), "a step of its own")
        self.run_cron()
        again = self.search_now()
        self.assertLess(begin, now)
        self.assertEqual((search.compared_count, again.compared_count), (1, 0))

    def test_open_transactions_are_not_missed(self):
        """A record that is written, but not committed while a search reads is read by the next."""
        search = self.env["crm.duplicate.search"]
        with self.registry.cursor() as other:
            other.execute("SELECT now() AT TIME ZONE 'UTC'")
            ((begin,),) = other.fetchall()
            self.assertLessEqual(search._safe_time(), begin)

    def test_everything_again(self):
        self.twins()
        self.search_now()
        self.later()
        cluster = self.clusters()
        search = self.search_now(is_full=True)
        self.assertEqual(search.run_state, "waiting", "a full search waits for the background")
        self.run_cron()
        self.assertEqual((search.run_state, search.compared_count), ("done", 1))
        self.assertEqual(self.clusters(), cluster)

    def test_deletion(self):
        first, _second = self.twins()
        third = self.customer(name="Berger Metallbau G.m.b.H.", **SITE)
        self.search_now()
        cluster = self.clusters()
        self.assertEqual(cluster.member_count, 3)
        third.unlink()
        self.assertEqual(cluster.member_count, 2)
        first.unlink()
        self.assertFalse(cluster.exists())

    # ------------------------------------------------------------ decisions
    def test_not_a_duplicate_stays_so(self):
        self.twins()
        self.search_now()
        cluster = self.clusters()
        cluster.with_user(self.manager).action_not_duplicate()
        self.assertEqual(cluster.state, "dismissed")
        self.assertEqual(cluster.pair_ids.decided_by, self.manager)
        self.search_now(is_full=True)
        self.run_cron()
        self.assertFalse(self.clusters())
        self.assertEqual(len(cluster.member_ids), 2)
        with self.assertRaises(UserError):
            cluster.action_not_duplicate()
        cluster.action_reopen()
        self.assertEqual(self.clusters(), cluster)

    def test_one_of_three_is_none(self):
        first, second = self.twins()
        third = self.customer(name="Berger Metallbau G.m.b.H.", **SITE)
        self.search_now()
        cluster = self.clusters()
        member = cluster.member_ids.filtered(lambda one: one.partner_id == third)
        cluster.action_not_duplicate(member)
        self.assertEqual(cluster.member_ids.partner_id, first + second)
        self.search_now(is_full=True)
        self.run_cron()
        self.assertEqual(self.clusters(), cluster)
        self.assertEqual(cluster.member_ids.partner_id, first + second)
        denied = self.env["crm.duplicate.pair"].search([("decision", "=", "not_duplicate")])
        denied.action_reopen()
        self.assertEqual(cluster.member_ids.partner_id, first + second + third)
        other = self.env["crm.duplicate.cluster"].create({"company_id": self.own.id})
        with self.assertRaises(UserError):
            other.action_not_duplicate(cluster.member_ids)

    # ------------------------------------------------------------ background
    def run_cron(self, after=None):
        """Run the background job; instead of committing, call what a person does meanwhile."""
        cron = type(self.env["ir.cron"])

        def commit_progress(*_args, **_kwargs):
            self.env.flush_all()
            return after() if after else 60.0

        with patch.object(cron, "_commit_progress", commit_progress):
            self.env["crm.duplicate.search"]._cron_run_searches()

    def test_killed_in_every_step(self):
        for number in range(6):
            self.customer(name=f"Berger Metallbau{number // 2} GmbH", **SITE)
        with (
            patch.object(crm_duplicate_run, "AT_ONCE", -1),
            patch.object(crm_duplicate_phases, "READ_BATCH", 2),
            patch.object(crm_duplicate_candidate, "PORTION", 2),
            patch.object(crm_duplicate_group, "GROUP_BATCH", 2),
        ):
            search = self.search_now()
            self.assertEqual(search.run_state, "waiting")
            with self.assertRaises(UserError):
                search.unlink()
            seen = set()
            for _step in range(60):
                if search.run_state == "done":
                    break
                self.run_cron(lambda: 0.0)  # the job ends after one step, and forgets all
                seen.add((search.phase, search.last_key))
            self.assertEqual(search.run_state, "done")
            self.assertGreater(len(seen), 6)
        whole = self.groups()
        self.clusters().unlink()
        self.search_now(is_full=True)
        self.run_cron()
        self.assertEqual(self.groups(), whole)
        self.assertTrue(whole)
        left = self.env["crm.duplicate.candidate"].search([("search_id", "=", search.id)])
        self.assertFalse(left)

    def test_cancel_and_resume(self):
        self.twins()
        with patch.object(crm_duplicate_run, "AT_ONCE", -1):
            search = self.search_now()
        self.run_cron(lambda: search.action_cancel() and 60.0)
        self.assertEqual(search.run_state, "cancelled")
        self.run_cron()
        self.assertEqual(search.run_state, "cancelled")
        with patch.object(crm_duplicate_run, "AT_ONCE", -1):
            search.action_resume()
        self.run_cron()
        self.assertEqual((search.run_state, search.cluster_count), ("done", 1))

    def test_candidates_lost_in_a_crash_are_found_again(self):
        self.twins()
        with patch.object(crm_duplicate_run, "AT_ONCE", -1):
            search = self.search_now()
        while search.phase != "score":
            self.run_cron(lambda: 0.0)
        self.env.cr.execute("DELETE FROM crm_duplicate_candidate")
        self.run_cron()
        self.assertEqual((search.run_state, search.cluster_count), ("done", 1))

    def test_a_bug_does_not_hold_up_the_others(self):
        self.twins()
        with patch.object(crm_duplicate_run, "AT_ONCE", -1):
            broken, sound = self.search_now("leads"), self.search_now()
        model = type(self.env["crm.duplicate.search"])
        with (
            patch.object(model, "_step_read_leads", lambda *_args: 1 / 0),
            self.assertLogs("odoo.addons.crm_data_quality", "ERROR"),
        ):
            self.run_cron()
        self.assertEqual((broken.run_state, sound.run_state), ("cancelled", "done"))

    # ------------------------------------------------------------ extremes
    def test_five_thousand_on_one_phone(self):
        model = self.customer(name="Kunde", phone=SITE["phone"], ref=False)
        columns = [
            name
            for name, field in model._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "name", "commercial_partner_id")
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO res_partner (name, %(columns)s) SELECT 'Kunde' || md5(n::text),"
                " %(columns)s FROM res_partner, generate_series(2, 5000) AS n WHERE id = %(id)s",
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                id=model.id,
            )
        )
        first, second = self.twins()
        search = self.search_now()
        self.run_cron()
        self.assertEqual(search.run_state, "done")
        self.assertLess(search.compared_count, 20_000, "5,000 on one phone are 12 million pairs")
        self.assertEqual(self.clusters().member_ids.partner_id, first + second)
        self.assertEqual([block[:2] for block in search.report], [[5002, "phone"]])
        self.assertIn("5002", search.report_text)

    def test_garbage(self):
        for text in ("😀" * 50, "x" * 200, "x", "'; DROP TABLE res_partner; --", "%s %(a)s {0}"):
            for _twice in range(2):
                self.customer(name=text, email=text, phone=text, zip=text, city=text, street=text)
        search = self.search_now()
        self.assertEqual(search.run_state, "done")
        for cluster in self.clusters():
            self.assertTrue(cluster.reason)

    def test_without_rapidfuzz(self):
        with patch.object(distance, "OSA", None):
            first, second = self.twins()
            search = self.search_now()
        self.assertEqual((search.method, search.run_state), ("python", "done"))
        self.assertEqual(self.clusters().member_ids.partner_id, first + second)

    # ------------------------------------------------------------ on create
    def test_hint(self):
        first, _second = self.twins()
        partners = self.env["res.partner"].with_company(self.own)
        values = {"name": "Metallbau Berger GmbH", "is_company": True, **SITE}
        self.assertFalse(partners._likely_duplicates(values), "nothing was searched yet")
        self.search_now()
        self.assertIn(first, partners._likely_duplicates(values))
        self.assertFalse(partners._likely_duplicates({"name": "Vogt Optik", "is_company": True}))
        self.assertNotIn(first, partners._likely_duplicates(values | {"id": first.id}))
        for garbage in ({}, {"name": False}, {"name": 7, "email": None}, {"name": "😀" * 99}):
            self.assertFalse(partners._likely_duplicates(garbage))
        leads = self.env["crm.lead"].with_company(self.own)
        _leads, customers = leads._likely_duplicates(
            {"partner_name": "Berger Metallbau", "email_from": SITE["email"]}
        )
        self.assertIn(first, customers)

    # ------------------------------------------------------------ the check
    def test_uniqueness(self):
        first, second = self.twins()
        other = self.customer(name="Vogt Optik AG", email="info@vogt-optik.de")
        values = {"company_id": self.own.id}
        check = self.run_check("duplicate", **values)
        result = check.result_ids.filtered("is_selected")
        self.assertIn("No search", result.not_checked_reason)
        self.search_now()
        check = self.run_check("duplicate", **values)
        self.assertEqual(set(self.findings(check)), {second})
        score = check.score_ids.filtered(lambda one: one.dimension == "uniqueness")
        self.assertEqual((score.numerator, score.denominator), (2, 3))
        outside = f"[('ref', '=', 'QTEST'), ('id', '!=', {first.id})]"
        check = self.run_check("duplicate", scope_domain=outside, **values)
        self.assertFalse(self.findings(check), "one of two within the scope is no duplicate there")
        self.clusters().action_not_duplicate()
        check = self.run_check("duplicate", **values)
        self.assertFalse(self.findings(check))
        new = self.customer(name="New")
        check = self.run_check("duplicate", **values)
        result = check.result_ids.filtered("is_selected")
        self.assertEqual((result.applicable, result.not_applicable), (3, 1), "not searched yet")
        self.assertTrue(other and new)

    # ------------------------------------------------------------ rights
    def test_only_managers_search(self):
        with self.assertRaises(AccessError):
            self.search_now(user=self.seller)
        search = self.search_now()
        with self.assertRaises(AccessError):
            search.write({"compared_count": 7})
        with self.assertRaises(UserError):
            search.write({"kind": "leads"})
        self.assertTrue(search.started_on <= fields.Datetime.now())
