# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_quality_check_run
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRun(QualityCase, CronMixinCase):
    """Batches in the background: progress, cancel, resume, garbage, many customers."""

    def small_batches(self, size=2):
        patcher = patch.object(crm_quality_check_run, "BATCH_SIZE", size)
        patcher.start()
        self.addCleanup(patcher.stop)

    def run_cron(self, after=None):
        """Run the background job; instead of committing, call what a person does meanwhile."""
        cron = type(self.env["ir.cron"])

        def commit_progress(*_args, **_kwargs):
            self.env.flush_all()
            return after() if after else 60.0

        with patch.object(cron, "_commit_progress", commit_progress):
            self.env["crm.quality.check"]._cron_run_checks()

    def test_large_scopes_wait_for_the_background(self):
        for number in range(5):
            self.customer(name=f"Customer {number}")
        self.small_batches()
        check = self.check("company_email")
        with self.capture_triggers("crm_data_quality.ir_cron_run_checks") as captured:
            check.action_start()
        self.assertEqual(len(captured.records), 1)
        self.assertEqual((check.run_state, check.total_count, check.progress), ("waiting", 5, 0.0))
        with self.assertRaises(UserError):
            check.unlink()
        progress = []
        self.run_cron(lambda: progress.append(check.progress) or 60.0)
        self.assertEqual(progress, [40.0, 80.0, 100.0])
        self.assertEqual((check.run_state, check.done_count, check.finding_count), ("done", 5, 5))

    def test_time_of_the_job_used_up(self):
        for number in range(5):
            self.customer(name=f"Customer {number}")
        self.small_batches()
        check = self.check("company_email")
        check.action_start()
        self.run_cron(lambda: 0.0)
        self.assertEqual((check.run_state, check.done_count), ("running", 2))
        self.run_cron()
        self.assertEqual((check.run_state, check.done_count), ("done", 5))

    def test_cancel_and_resume_in_the_middle(self):
        customers = [self.customer(name=f"Customer {number}") for number in range(7)]
        customers[6].email = "info@bau-muster.de"
        self.small_batches()
        check = self.check("company_email")
        check.action_start()

        def cancel():
            check.with_user(self.manager).action_cancel()
            return 60.0

        self.run_cron(cancel)
        self.assertEqual((check.run_state, check.done_count), ("cancelled", 2))
        self.assertIs(check.score, False)
        self.run_cron()
        self.assertEqual(check.done_count, 2, "a cancelled check stays where it is")
        customers[3].email = "new@bau-muster.de"
        check.action_resume()
        self.run_cron()
        self.assertEqual((check.run_state, check.done_count), ("done", 7))
        found = set(self.findings(check))
        self.assertEqual(
            found, {customers[i] for i in (0, 1, 2, 4, 5)}, "nobody twice, nobody left out"
        )
        result = check.result_ids.filtered("is_selected")
        self.assertEqual((result.applicable, result.failed), (7, 5))
        with self.assertRaises(UserError):
            check.action_resume()

    def test_batches_do_not_change_the_result(self):
        values = {"country_id": self.germany.id, "zip": "99999"}
        for number in range(11):
            self.customer(
                name="TEST" if number % 3 else f"Customer {number}",
                city="Bonn" if number != 7 else "Berlin",
                email=[False, "odd", "a@bau-muster.de"][number % 3],
                user_id=self.seller.id if number % 2 else False,
                **values,
            )
        whole = self.run_check()
        self.small_batches(3)
        parts = self.check()
        parts.action_start()
        self.run_cron()
        self.assertEqual(parts.run_state, "done")
        self.assertEqual(self.findings(parts), self.findings(whole))
        self.assertAlmostEqual(parts.score, whole.score, 6)
        for left, right in zip(
            whole.result_ids.sorted("rule_id"), parts.result_ids.sorted("rule_id"), strict=True
        ):
            self.assertEqual(left.rule_id, right.rule_id)
            for name in ("applicable", "passed", "failed", "not_applicable", "score"):
                self.assertEqual(left[name], right[name], f"{left.rule_id.code}.{name}")

    def test_customers_vanish_while_it_runs(self):
        customers = [self.customer(name=f"Customer {number}") for number in range(4)]
        self.small_batches()
        check = self.check("company_email")
        check.action_start()

        def delete():
            customers[3].exists().unlink()
            return 60.0

        self.run_cron(delete)
        self.assertEqual((check.run_state, check.done_count, check.total_count), ("done", 3, 3))

    def test_garbage(self):
        for text in (
            "😀" * 50,
            "x" * 200,
            "'; DROP TABLE res_partner; --",
            "\u202e",
            "%s %(a)s {0}",
        ):
            self.customer(
                name=text, email=text, phone=text, zip=text, city=text, street=text, website=text,
                country_id=self.germany.id, company_name=text,
            )  # fmt: skip
        check = self.run_check()
        self.assertEqual((check.run_state, check.done_count), ("done", 5))
        wrong = check.result_ids.filtered(lambda item: item.rule_id.code == "email_form")
        self.assertEqual(wrong.failed, 5)

    def test_queries_do_not_grow_with_customers(self):
        for number in range(20):
            self.customer(name=f"Customer {number}")
        few = self.check(scope_domain="[('ref', '=', 'QTEST'), ('name', 'like', 'Customer 1')]")
        self.assertEqual(few.partner_count, 11)  # counted before, as on the form
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        few.action_start()
        spent_few = self.env.cr.sql_log_count - start
        many = self.check()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        many.action_start()
        spent_many = self.env.cr.sql_log_count - start
        self.assertEqual((few.done_count, many.done_count), (11, 20))
        self.assertLessEqual(spent_many, spent_few + 5)

    def test_background_has_the_scope_of_its_person(self):
        """ "My customers" means those of the person who checks, whoever runs the job."""
        self.customer(name="Mine", user_id=self.seller.id)
        self.customer(name="His", user_id=self.manager.id)
        scope = "[('ref', '=', 'QTEST'), ('user_id', '=', uid)]"
        check = self.check("company_email", user=self.seller, scope_domain=scope)
        self.assertEqual(check.with_user(self.manager).partner_count, 1)
        check.sudo().write({"run_state": "waiting", "state": "result", "total_count": 1})
        self.run_cron()
        self.assertEqual((check.run_state, check.done_count), ("done", 1))
        [customer] = self.findings(check)
        self.assertEqual(customer.name, "Mine")

    def test_a_check_that_fails_does_not_hold_up_the_others(self):
        for number in range(3):
            self.customer(name=f"Customer {number}")
        self.small_batches()
        broken, sound = self.check("company_email"), self.check("company_email")
        (broken | sound).action_start()
        self.env.cr.execute(
            "UPDATE crm_quality_check SET scope_domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", broken.id),
        )
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual(sound.run_state, "done")
        self.assertEqual(broken.run_state, "cancelled")
        self.assertIn("gone", broken.message_ids[0].body)

    def test_a_bug_does_not_hold_up_the_others(self):
        for number in range(3):
            self.customer(name=f"Customer {number}")
        self.small_batches()
        broken, sound = self.check("email_form"), self.check("company_email")
        (broken | sound).action_start()
        rules = type(self.env["crm.quality.rule"])
        with (
            patch.object(rules, "_check_email", lambda *_args: 1 / 0),
            self.assertLogs("odoo.addons.crm_data_quality", "ERROR"),
        ):
            self.run_cron()
        self.assertEqual((broken.run_state, broken.done_count), ("cancelled", 0))
        self.assertEqual(sound.run_state, "done")
        broken.action_resume()
        self.run_cron()
        self.assertEqual((broken.run_state, broken.done_count), ("done", 3))

    def test_state_created_while_it_runs(self):
        customers = [
            self.customer(name=f"Customer {number}", country_id=self.germany.id,
                          state_id=self.env.ref("base.state_de_by").id)
            for number in range(3)
        ]  # fmt: skip
        self.small_batches(1)
        check = self.check("state_country")
        check.action_start()

        def create():
            if customers[2].state_id.name != "New":
                customers[2].state_id = self.env["res.country.state"].create(
                    {"name": "New", "code": "XN", "country_id": self.germany.id}
                )
            return 60.0

        self.run_cron(create)
        self.assertEqual((check.run_state, check.done_count, check.score), ("done", 3, 100.0))

    def test_salesperson_who_is_deleted(self):
        leaver = new_test_user(
            self.env, "quality_leaver", groups="base.group_user,sales_team.group_sale_salesman"
        )
        customer = self.customer(user_id=leaver.id)
        self.customer()
        check = self.run_check("company_email")
        before = (check.score, check.finding_count)
        customer.user_id = False
        leaver.unlink()
        self.env.invalidate_all()
        self.env["crm.quality.finding"].search([("check_id", "=", check.id)])[:1].action_accept()
        self.assertEqual(before, (0.0, 2))
        self.assertEqual((check.score, check.finding_count), (50.0, 1))
        self.assertEqual(check.owner_ids.mapped("customer_count"), [2])
