# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRepeat(QualityCase):
    """Scheduled checks, their mail with the news, and the trend."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.manager.write({"lang": "de_DE", "email": "manager@bau-muster.de"})
        for xmlid, name in (
            ("rule_company_email", "Unternehmen ohne E-Mail"),
            ("rule_email_form", "E-Mail falsch"),
        ):
            rule = cls.env.ref(f"crm_data_quality.{xmlid}")
            rule.with_context(lang="de_DE").name = name
        cls.customers = cls.customer(email="a@bau-muster.de") + cls.customer(name="Second")

    def run_schedule(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 60.0):
            self.env["crm.quality.check"]._cron_repeat_checks()

    def due(self, check, repeat="week"):
        check.write({"repeat": repeat})
        check.repeat_on = fields.Date.today()

    def newest(self):
        return self.env["crm.quality.check"].search([], limit=1)

    def mails(self, check):
        return self.env["mail.mail"].search(
            [("model", "=", "crm.quality.check"), ("res_id", "=", check.id)]
        )

    def test_the_schedule_goes_on_with_the_newest_check(self):
        first = self.run_check(["company_email", "company_phone"])
        first.repeat = "month"
        self.assertGreater(first.repeat_on, fields.Date.today() + timedelta(days=27))
        self.run_schedule()
        self.assertEqual(self.newest(), first, "its day has not come")
        self.due(first)
        self.run_schedule()
        second = self.newest()
        self.assertNotEqual(second, first)
        self.assertEqual((second.user_id, second.run_state), (self.manager, "done"))
        self.assertEqual(second.previous_id, first)
        self.assertEqual(
            set(second.result_ids.filtered("is_selected").rule_id.mapped("code")),
            {"company_email", "company_phone"},
        )
        self.assertFalse(first.repeat)
        self.assertEqual(second.repeat, "week")
        self.assertEqual(second.repeat_on, fields.Date.today() + timedelta(days=7))
        self.assertFalse(self.mails(second), "nothing changed, no mail")

    def test_mail_when_the_score_moved(self):
        first = self.run_check("company_email")
        self.assertEqual(first.score, 50.0)
        self.customers[1].email = "b@bau-muster.de"
        self.due(first)
        self.run_schedule()
        second = self.newest()
        mail = self.mails(second)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.manager.partner_id)
        self.assertEqual(mail.subject, "Datenqualität 100,0 (+50,0)")
        self.assertIn("Gesamtwert", mail.body_html)
        self.assertIn("Erledigt: Unternehmen ohne E-Mail", mail.body_html)
        self.assertIn(f"/odoo/data-quality/{second.id}", mail.body_html)

    def test_mail_when_an_area_is_new(self):
        first = self.run_check(["company_email", "email_form"])
        for number in range(200):
            self.customer(name=f"Customer {number}", email=f"c{number}@bau-muster.de")
        base = self.run_check(["company_email", "email_form"])
        self.customers[0].email = "odd"
        self.due(base)
        base.repeat_points = 50
        self.run_schedule()
        mail = self.mails(self.newest())
        self.assertIn("1 neuer Bereich", mail.subject)
        self.assertIn("Neu: E-Mail falsch", mail.body_html)
        self.assertTrue(first)

    def test_small_moves_are_not_told(self):
        first = self.run_check("company_email")
        self.due(first)
        first.repeat_points = 60
        self.customers[1].email = "b@bau-muster.de"
        self.run_schedule()
        self.assertEqual(self.newest().score_change, 50.0)
        self.assertFalse(self.mails(self.newest()))

    def test_checks_by_hand_send_nothing(self):
        first = self.run_check("company_email")
        first.repeat = "week"
        self.customers[1].email = "b@bau-muster.de"
        again = self.env["crm.quality.check"].browse(first.action_check_again()["res_id"])
        self.assertFalse(self.mails(again))
        self.assertEqual((first.repeat, again.repeat), (False, "week"))

    def test_a_schedule_that_cannot_start_says_so(self):
        first = self.run_check("company_email")
        self.due(first)
        self.customers.unlink()
        sound = self.customer(ref="QTEST2")
        other = self.run_check("company_email", scope_domain="[('ref', '=', 'QTEST2')]")
        self.due(other)
        self.run_schedule()
        self.assertIn("konnte nicht starten: Kein Datensatz passt", first.message_ids[0].body)
        self.assertEqual(first.repeat_on, fields.Date.today() + timedelta(days=7))
        self.assertEqual(self.newest().previous_id, other, "the other one is not held up")
        self.assertTrue(sound)

    def test_a_schedule_of_a_user_who_left_ends(self):
        first = self.run_check("company_email", user=self.seller)
        self.due(first)
        self.seller.active = False
        self.run_schedule()
        self.assertFalse(first.repeat)
        self.assertIn("no longer a user", first.message_ids[0].body)
        self.assertEqual(self.newest(), first)

    def test_the_schedule_keeps_to_the_rights_of_its_person(self):
        self.customers[0].user_id = self.seller
        first = self.run_check("company_email", user=self.seller)
        self.due(first)
        self.run_schedule()
        second = self.newest()
        self.assertEqual(second.user_id, self.seller)
        with self.assertRaises(AccessError):
            first.with_user(self.seller).write({"is_repeat": True})

    def test_a_missed_day_does_not_move_the_schedule(self):
        """The server stood still on the day: the check is made up once, the weekday stays."""
        first = self.run_check("company_email")
        self.due(first)
        today = fields.Date.today()
        first.repeat_on = today - timedelta(days=16)
        self.run_schedule()
        second = self.newest()
        self.assertEqual(second.repeat_on, today + timedelta(days=5))
        self.run_schedule()
        self.assertEqual(self.newest(), second, "made up once, not three times")

    def test_the_last_of_a_month(self):
        first = self.run_check("company_email")
        first.repeat = "month"
        with freeze_time("2026-03-01 10:00:00"):
            first.repeat_on = "2026-01-31"
            self.assertEqual(str(first._next_repeat()), "2026-03-31")

    def test_checking_by_hand_keeps_the_day(self):
        first = self.run_check("company_email")
        first.repeat = "week"
        first.repeat_on = fields.Date.today() + timedelta(days=3)
        again = self.env["crm.quality.check"].browse(first.action_check_again()["res_id"])
        self.assertEqual(again.repeat_on, fields.Date.today() + timedelta(days=3))

    def test_the_day_begins_where_the_person_is(self):
        first = self.run_check("company_email")
        first.repeat = "week"
        for zone, starts in (("Pacific/Auckland", True), ("America/New_York", False)):
            self.manager.tz = zone
            with freeze_time("2027-01-10 20:00:00"):  # the 11th in Auckland, the 10th in New York
                check = self.newest()
                check.repeat_on = "2027-01-11"
                self.run_schedule()
                self.assertEqual(self.newest() != check, starts, zone)

    def test_no_mail_to_somebody_who_left_meanwhile(self):
        first = self.run_check("company_email", user=self.seller)
        again = first.with_user(self.seller)._again()
        again.sudo().is_repeat = True
        self.customers[1].email = "b@bau-muster.de"
        self.seller.active = False
        again.sudo().action_start()
        self.assertTrue(again.sudo()._has_news())
        self.assertFalse(self.mails(again))

    def test_each_in_his_language(self):
        """Two people's checks on one night: German and English mails, each to its own person."""
        self.seller.write({"lang": "en_US", "email": "seller@bau-muster.de"})
        german = self.run_check("company_email")
        english = self.run_check("company_email", user=self.seller)
        self.customers[1].email = "b@bau-muster.de"
        for check in (german, english):
            self.due(check)
        self.run_schedule()
        newest = self.env["crm.quality.check"].search([("is_repeat", "=", True)])
        mails = {check.user_id: self.mails(check) for check in newest}
        self.assertEqual(mails[self.manager].subject, "Datenqualität 100,0 (+50,0)")
        self.assertEqual(mails[self.seller].subject, "Data quality 100.0 (+50.0)")
        for user, mail in mails.items():
            self.assertEqual(mail.recipient_ids, user.partner_id)

    @mute_logger("odoo.addons.crm_data_quality.quality.background", "odoo.addons.mail")
    def test_a_broken_mail_does_not_break_the_check(self):
        template = self.env.ref("crm_data_quality.mail_template_check_news")
        first = self.run_check("company_email")
        self.customers[1].email = "b@bau-muster.de"
        self.due(first)
        template.unlink()
        self.run_schedule()
        second = self.newest()
        self.assertEqual((second.run_state, second.score), ("done", 100.0))
        self.assertFalse(self.mails(second))
        self.assertIn("E-Mail zu dieser Prüfung", second.message_ids[0].body)

    @mute_logger("odoo.addons.crm_data_quality.quality.background")
    def test_a_bug_in_one_does_not_hold_up_the_others(self):
        broken = self.run_check("company_email", scope_domain="[('ref', 'in', ['QTEST'])]")
        sound = self.run_check("company_email")
        for check in (broken, sound):
            self.due(check)
        again = type(broken)._again

        def fail(check):
            return 1 / 0 if check == broken else again(check)

        with patch.object(type(broken), "_again", fail):
            self.run_schedule()
        self.assertEqual(self.newest().previous_id, sound)
        self.assertEqual(broken.repeat_on, fields.Date.today() + timedelta(days=7))

    # ------------------------------------------------------------ trend
    def test_trend(self):
        first = self.run_check("company_email")
        self.assertFalse(first.trend_chart, "one check is no trend")
        self.customers[1].email = "b@bau-muster.de"
        second = self.run_check("company_email")
        points = second._trend_points()
        self.assertEqual([point["score"] for point in points], ["50.0", "100.0"])
        self.assertGreater(points[0]["y"], points[1]["y"], "up is better")
        self.assertIn("<svg", second.trend_chart)
        self.assertIn("100.0", second.trend_chart)
        german = second.with_context(lang="de_DE")
        self.assertEqual(german._trend_points()[0]["score"], "50,0")
        self.run_check("company_email", scope_domain="[('ref', 'in', ['QTEST'])]")
        third = self.run_check("company_email")
        self.assertEqual(len(third._trend_points()), 3, "another scope is another line")
        scores = self.env["crm.quality.score"].search(third.action_open_trend()["domain"])
        self.assertEqual(scores.check_id, first + second + third)
        nobody = self.run_check("company_email", user=self.seller)
        self.assertEqual(nobody.with_user(self.seller)._trend_points(), [])
