# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .common_leads import LeadProcessCommon


@tagged("post_install", "-at_install")
class TestLeadMoments(LeadProcessCommon):
    # Friday 16:00 in Berlin, the weekend of the change to summer time follows
    FRIDAY = datetime(2026, 3, 27, 15, 0)
    MONDAY = datetime(2026, 3, 30, 7, 0)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Customer GmbH", "is_company": True})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Frau Muster", "parent_id": cls.customer.id, "email": "muster@example.com"}
        )
        cls.lead = cls._lead(cls.FRIDAY, partner_id=cls.contact.id)

    def _post(self, at, author, record=None, **values):
        with freeze_time(at):
            return (record or self.lead).message_post(
                **{
                    "body": "Hello",
                    "author_id": author.id,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **values,
                }
            )

    def test_first_response(self):
        self._post(self.MONDAY, self.anna.partner_id)
        self.assertEqual(self.lead.first_response_on, self.MONDAY)
        # 65 hours by the clock, one of which did not exist; two of them at work
        self.assertAlmostEqual(self.lead.days_to_first_response, 64 / 24)
        self.assertAlmostEqual(self.lead.work_hours_to_first_response, 2.0)
        # later ones change nothing
        self._post(self.MONDAY + timedelta(days=1), self.anna.partner_id)
        self.assertEqual(self.lead.first_response_on, self.MONDAY)

    def test_open_case_is_null(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT days_to_first_response, work_hours_to_won FROM crm_lead WHERE id = %s",
            [self.lead.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (None, None))
        self.assertIs(self.lead.days_to_first_response, False)

    def test_what_is_no_response(self):
        self._post(self.MONDAY, self.anna.partner_id, subtype_xmlid="mail.mt_note")
        self._post(self.MONDAY, self.anna.partner_id, message_type="notification")
        self._post(self.MONDAY, self.anna.partner_id, message_type="auto_comment")
        self._post(self.MONDAY, self.contact, message_type="out_of_office")
        self._post(self.MONDAY, self.contact, message_type="email")
        with freeze_time(self.MONDAY):
            self.lead._message_log(body="A log")
        self.assertFalse(self.lead.first_response_on)

    def test_waiting(self):
        days = [self.MONDAY + timedelta(days=day) for day in range(6)]
        self._post(days[0], self.contact, message_type="email")
        self._post(days[1], self.contact, message_type="email")
        self.assertEqual(self.lead.waiting_since, days[0], "since the first unanswered message")
        self.assertEqual(self.customer.waiting_since, days[0])
        self.assertEqual(self.customer.last_contact_in_on, days[1])
        self.assertFalse(self.contact.last_contact_in_on, "kept on the company")
        self._post(days[2], self.anna.partner_id)
        self.assertFalse(self.lead.waiting_since)
        self.assertFalse(self.customer.waiting_since)
        self.assertEqual(self.customer.last_contact_out_on, days[2])
        self._post(days[3], self.contact, message_type="email")
        self.assertEqual(self.lead.waiting_since, days[3])
        # a note is no answer
        self._post(days[4], self.anna.partner_id, subtype_xmlid="mail.mt_note")
        self.assertEqual(self.lead.waiting_since, days[3])

    def test_unknown_sender_waits_too(self):
        with freeze_time(self.MONDAY):
            self.lead.message_post(
                body="Hello",
                message_type="email",
                author_id=False,
                email_from="somebody@example.com",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(self.lead.waiting_since, self.MONDAY)

    def test_portal_customer_waits(self):
        portal = new_test_user(self.env, login="portal_muster", groups="base.group_portal")
        self._post(self.MONDAY, portal.partner_id)
        self.assertEqual(self.lead.waiting_since, self.MONDAY)
        self.assertFalse(self.lead.first_response_on)

    def test_mail_from_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "Answer",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Your request",
                "body_html": "<p>Soon</p>",
                "email_to": "muster@example.com",
                "auto_delete": True,
            }
        )
        with freeze_time(self.MONDAY):
            template.with_user(self.anna).sudo().send_mail(self.lead.id)
        self.assertEqual(self.lead.first_response_on, self.MONDAY)

    def test_done_call_and_other_activities(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        call = self.env.ref("mail.mail_activity_data_call")
        for kind, answered in ((todo, False), (call, True)):
            activity = self.lead.with_user(self.anna).activity_schedule(
                activity_type_id=kind.id, user_id=self.anna.id
            )
            with freeze_time(self.MONDAY):
                activity.action_feedback(feedback="Done")
            self.assertEqual(bool(self.lead.first_response_on), answered, kind.name)
        self.assertEqual(self.lead.first_response_on, self.MONDAY)

    def test_mail_on_quotation_answers_the_lead(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "opportunity_id": self.lead.id,
                "company_id": self.company.id,
            }
        )
        self._post(self.MONDAY, self.contact, message_type="email")
        self._post(self.MONDAY + timedelta(hours=2), self.anna.partner_id, record=order)
        self.assertEqual(self.lead.first_response_on, self.MONDAY + timedelta(hours=2))
        self.assertFalse(self.lead.waiting_since)
        self.assertFalse(self.customer.waiting_since)

    def test_message_is_no_edit(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = %s WHERE id = %s", (self.FRIDAY, self.customer.id)
        )
        self.customer.invalidate_recordset()
        self._post(self.MONDAY, self.contact, message_type="email")
        self.env.flush_all()
        self.assertEqual(self.customer.write_date, self.FRIDAY)

    def test_two_statements_per_message(self):
        self._post(self.MONDAY, self.anna.partner_id)
        message = self._post(self.MONDAY + timedelta(days=1), self.anna.partner_id)
        self.env.flush_all()
        with self.assertQueryCount(2):
            message.sudo()._kpi_note_contacts()
        notes = self._post(self.MONDAY, self.anna.partner_id, subtype_xmlid="mail.mt_note")
        with self.assertQueryCount(0):
            notes.sudo()._kpi_note_contacts()

    def test_qualification(self):
        lead = self._lead(self.FRIDAY, type="lead")
        self.assertIs(lead.days_to_qualification, False)
        lead.date_conversion = self.MONDAY
        self.assertAlmostEqual(lead.days_to_qualification, 64 / 24)
        # stock copies the conversion date: the copy was not converted before it existed
        copy = lead.copy()
        copy.flush_recordset()
        self.assertEqual(copy.date_conversion, self.MONDAY)
        with freeze_time(self.MONDAY):
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                (self.MONDAY + timedelta(days=1), copy.id),
            )
        copy.invalidate_recordset()
        copy.modified(["create_date"])
        self.assertIs(copy.days_to_qualification, False)

    def test_hours_of_the_company(self):
        """The same moments in a company that works other hours."""
        tokyo = self.env["res.company"].create({"name": "Tokyo KK"})
        tokyo.resource_calendar_id.tz = "Asia/Tokyo"
        lead = self._lead(self.FRIDAY, company_id=tokyo.id, team_id=False, user_id=False)
        lead.first_response_on = self.MONDAY
        # Monday 7:00 UTC is 16:00 in Tokyo: seven hours of work since Friday midnight
        self.assertAlmostEqual(lead.work_hours_to_first_response, 7.0)
        lead.company_id = self.company
        self.assertAlmostEqual(lead.work_hours_to_first_response, 2.0)

    def test_month_end_in_berlin(self):
        """Won 31 March 22:30 UTC is 1 April in Berlin: stored as the instant it was."""
        self._write(datetime(2026, 3, 31, 22, 30), self.lead, stage_id=self.won.id)
        self.assertEqual(self.lead.won_on, datetime(2026, 3, 31, 22, 30))
        in_april = self.env["crm.lead"].search(
            [("id", "=", self.lead.id), ("won_on", ">=", "2026-03-31 22:00:00")]
        )
        self.assertEqual(in_april, self.lead)

    def test_import_keeps_given_dates(self):
        lead = self._lead(
            self.MONDAY, stage_id=self.won.id, won_on=self.FRIDAY - timedelta(days=300)
        )
        self.assertEqual(lead.won_on, self.FRIDAY - timedelta(days=300))
        self.assertEqual(lead.closed_on, lead.won_on)
        self.assertEqual(lead.days_to_won, 0.0)

    def test_first_offer(self):
        order, later = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.contact.id,
                    "opportunity_id": self.lead.id,
                    "company_id": self.company.id,
                }
                for _number in range(2)
            ]
        )
        self.assertFalse(self.lead.first_offer_on)
        with freeze_time(self.MONDAY):
            order.action_quotation_sent()
        with freeze_time(self.MONDAY + timedelta(days=2)):
            later.action_quotation_sent()
        self.assertEqual(self.lead.first_offer_on, self.MONDAY)
        self.assertAlmostEqual(self.lead.days_to_first_offer, 64 / 24)
        self.assertAlmostEqual(self.lead.work_hours_to_first_offer, 2.0)
        # merged into another opportunity, the earliest offer counts there
        head = self._lead(self.FRIDAY, partner_id=self.contact.id, stage_id=self.talk.id)
        merged = (head | self.lead).merge_opportunity()
        self.assertEqual(merged.first_offer_on, self.MONDAY)

    def test_department_at_the_time(self):
        north, south = self.env["hr.department"].create([{"name": "North"}, {"name": "South"}])
        employee = self.env["hr.employee"].create(
            {
                "name": "Anna",
                "user_id": self.anna.id,
                "company_id": self.company.id,
                "department_id": north.id,
                "date_version": "2026-01-01",
            }
        )
        employee.create_version({"date_version": "2026-05-01", "department_id": south.id})
        spring = self._lead(datetime(2026, 4, 30, 21, 59))
        summer = self._lead(datetime(2026, 4, 30, 22, 0))
        self.assertEqual(spring.sales_department_id, north)
        self.assertEqual(summer.sales_department_id, south, "1 May in Berlin")
