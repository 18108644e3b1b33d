# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_quality_check_details, crm_quality_check_edited
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityDetails(QualityCase):
    """Old checks lose their findings, not their figures; findings follow what is edited."""

    def left(self, checks):
        model = self.env["crm.quality.finding"]
        return [model.search_count([("check_id", "=", check.id)]) for check in checks]

    def clean_up(self):
        """What the scheduler does: call again while something remains."""
        rounds = 0
        remaining = True
        while remaining:
            _deleted, remaining = self.env["crm.quality.check"]._gc_details()
            rounds += 1
        return rounds

    # ------------------------------------------------------------ retention of details
    def test_only_the_latest_checks_keep_their_findings(self):
        self.customer()
        checks = [self.run_check("company_email") for _number in range(4)]
        other = self.run_check("company_email", user=self.seller)
        self.clean_up()
        self.assertEqual(self.left(checks), [0, 0, 1, 1])
        self.assertEqual([bool(check.details_deleted_on) for check in checks], [1, 1, 0, 0])
        result = checks[0].result_ids.filtered("is_selected")
        self.assertEqual((result.failed, checks[0].finding_count), (1, 1), "its figures stay")
        self.assertTrue(checks[0].score_ids)
        self.assertFalse(other.details_deleted_on, "another person's check is no newer one")

    def test_how_many_is_a_setting(self):
        self.customer()
        checks = [self.run_check("company_email") for _number in range(4)]
        self.env.company.quality_detail_checks = 3
        self.clean_up()
        self.assertEqual(self.left(checks), [0, 1, 1, 1])
        self.env.company.quality_detail_checks = 1
        self.clean_up()
        self.assertEqual(self.left(checks), [0, 0, 0, 1])

    def test_many_findings_go_in_steps(self):
        for _number in range(5):
            self.customer()
        checks = [self.run_check("company_email") for _number in range(3)]
        with patch.object(crm_quality_check_details, "DELETE_STEP", 2):
            deleted, remaining = self.env["crm.quality.check"]._gc_details()
            self.assertEqual((deleted, remaining), (2, 1))
            self.assertEqual(self.left(checks), [3, 5, 5])
            self.assertFalse(checks[0].details_deleted_on, "not all are gone yet")
            self.assertEqual(self.clean_up(), 2)
        self.assertEqual(self.left(checks), [0, 5, 5])
        self.assertEqual(self.env["crm.quality.check"]._gc_details(), (0, 0))

    def test_the_workbook_says_so(self):
        self.customer()
        checks = [self.run_check("company_email") for _number in range(3)]
        self.clean_up()
        self.assertTrue(checks[0]._xlsx())
        arch = checks[0].get_view(view_type="form")["arch"]
        self.assertIn("details_deleted_on", arch)

    def test_only_the_run_writes_it(self):
        self.customer()
        check = self.run_check("company_email")
        for name in ("details_deleted_on", "refreshed_to"):
            with self.subTest(name), self.assertRaises(AccessError):
                check.with_user(self.manager).write({name: fields.Datetime.now()})

    # ------------------------------------------------------------ what was edited since
    def edited(self, record, **values):
        """Write as somebody does later: the clock of a test stands still."""
        record.write(values)
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date + interval '1 minute' WHERE id IN %s",
                SQL.identifier(record._table),
                tuple(record.ids),
            )
        )
        record.invalidate_recordset()

    def judge_again(self):
        """Run the background job without committing."""
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 60.0):
            self.env["crm.quality.check"]._cron_refresh_findings()

    def finding(self, check):
        return self.env["crm.quality.finding"].search([("check_id", "=", check.id)])

    def test_leads_edited_by_hand(self):
        lead = self.lead(email_from="max@firma..de")
        check = self.run_lead_check("lead_email_form")
        finding = self.finding(check)
        self.edited(lead, email_from="max@firma.de")
        self.assertFalse(finding.fixed_on, "writing a lead costs nothing")
        self.judge_again()
        self.assertTrue(finding.fixed_on)
        self.edited(lead, email_from="wieder falsch")
        self.judge_again()
        self.assertFalse(finding.fixed_on)

    def test_opening_the_list_looks_again(self):
        lead = self.lead(email_from="max@firma..de")
        customer = self.customer(email="max@firma..de")
        for record, check in (
            (lead, self.run_lead_check("lead_email_form")),
            (customer, self.run_check("email_form")),
        ):
            result = check.result_ids.filtered("is_selected")
            name = "email_from" if record == lead else "email"
            self.edited(record, **{name: "max@firma.de"})
            domain = result.with_user(self.manager).action_open_list()["domain"]
            self.assertFalse(record.search(domain), "what is done is not listed any more")
            self.assertTrue(self.finding(check).fixed_on)

    def test_customers_are_looked_at_by_the_job(self):
        customer, other = self.customer(), self.customer()
        check = self.run_check("company_phone")
        self.edited(customer, phone="+49 30 1234567")
        self.judge_again()
        fixed = self.finding(check).filtered("fixed_on")
        self.assertEqual(fixed.partner_id, customer)
        self.assertEqual(self.finding(check).partner_id - customer, other)

    def test_more_than_one_step(self):
        customers = self.partners.union(*(self.customer() for _number in range(5)))
        check = self.run_check("company_phone")
        self.edited(customers[:3], phone="+49 30 1234567")
        self.edited(customers[3:], phone="+49 30 1234567")
        self.edited(customers[3:])
        with patch.object(crm_quality_check_edited, "STEP", 2):
            result = check.result_ids.filtered("is_selected")
            result.action_open_findings()
            self.assertFalse(any(self.finding(check).mapped("fixed_on")), "too many at once")
            self.judge_again()
        self.assertTrue(all(self.finding(check).mapped("fixed_on")))
        self.assertGreaterEqual(check.refreshed_to, check.started_on)

    def test_what_is_judged_is_not_judged_for_ever(self):
        customer = self.customer()
        check = self.run_check("company_phone")
        self.edited(customer, phone="+49 30 1234567")
        check.sudo().refreshed_to = fields.Datetime.now() + timedelta(minutes=5)
        self.judge_again()
        self.assertFalse(self.finding(check).fixed_on, "edited before that moment")
