# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRulesLeads(QualityCase):
    """Each rule of leads with leads on both sides and some that it does not concern."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        cls.stage_won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)

    def won(self, **values):
        return self.lead(stage_id=self.stage_won.id, probability=100, **values)

    def test_contact_data(self):
        good = self.lead(email_from="eva@berg.de") + self.lead(phone="089 123456")
        self.assert_lead_rule("lead_contact", good, self.lead(), self.won())

    def test_name_to_address(self):
        good = self.lead(contact_name="Eva Berg") + self.lead(partner_name="Berg GmbH")
        good += self.lead(partner_id=self.customer().id)
        self.assert_lead_rule("lead_name", good, self.lead(), self.won())

    def test_source(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        self.assert_lead_rule("lead_source", self.lead(source_id=source.id), self.lead())

    def test_owner(self):
        good = self.lead(user_id=self.seller.id)
        self.assert_lead_rule("lead_owner", good, self.lead(user_id=False), self.won())

    def test_country(self):
        good = self.lead(country_id=self.germany.id)
        self.assert_lead_rule("lead_country", good, self.lead(), self.won())

    def test_revenue(self):
        good, bad = self.lead(expected_revenue=1), self.lead()
        check = self.assert_lead_rule("lead_revenue", good, bad, self.lead(type="lead"))
        self.assertEqual(self.findings(check)[bad][1], "no revenue is expected")

    def test_deadline(self):
        today = fields.Date.today()
        later = self.lead(date_deadline=today + timedelta(days=1))
        past = self.lead(date_deadline=today - timedelta(days=2))
        none = self.lead()
        won = self.won()
        self.assert_lead_rule("lead_deadline", later + past, none, won)
        self.assert_lead_rule("lead_deadline_passed", later, past, none + won)

    def test_email(self):
        good = self.lead(email_from="eva@berg.de")
        bad = self.lead(email_from="eva(at)berg.de")
        check = self.assert_lead_rule("lead_email_form", good, bad, self.lead())
        self.assertEqual(
            self.findings(check)[bad], ("eva(at)berg.de", "is no e-mail address", "eva@berg.de")
        )
        finding = self.env["crm.quality.finding"].search([("lead_id", "=", bad.id)])
        self.assertEqual((finding.field_name, finding.field_label), ("email_from", "Email"))
        bounced = self.lead(email_from="gone@berg.de", message_bounce=1)
        none = self.leads.search([("referred", "=", "QTEST"), ("email_from", "=", False)])
        self.assert_lead_rule("lead_email_bounced", good + bad, bounced, none)

    def test_phone(self):
        good = self.lead(phone="089 123456", country_id=self.germany.id)
        bad = self.lead(phone="12", country_id=self.germany.id)
        self.assert_lead_rule("lead_phone_form", good, bad, self.lead())

    def test_zip(self):
        good = self.lead(zip="80331", country_id=self.germany.id)
        bad = self.lead(zip="1067", country_id=self.germany.id)
        check = self.assert_lead_rule("lead_zip_form", good, bad, self.lead(zip="1"))
        self.assertEqual(self.findings(check)[bad][2], "01067")

    def test_names(self):
        good = self.lead(contact_name="Eva Berg", partner_name="Berg GmbH")
        bad = self.lead(contact_name="Test", partner_name="asdf")
        none = self.lead()
        for code in ("lead_contact_placeholder", "lead_company_placeholder"):
            with self.subTest(code):
                self.assert_lead_rule(code, good, bad, none)

    def test_zip_place(self):
        values = {"country_id": self.germany.id, "zip": "99999"}
        for _number in range(5):
            self.customer(city="Münster", **values)
        good, bad = self.lead(city="Münster", **values), self.lead(city="Berlin", **values)
        check = self.assert_lead_rule("lead_zip_place", good, bad, self.lead())
        self.assertEqual(self.findings(check)[bad][2], "Münster")

    def test_state_country(self):
        state = self.env.ref("base.state_us_5")
        good = self.lead(country_id=state.country_id.id, state_id=state.id)
        bad = self.lead(country_id=self.germany.id)
        self.env.cr.execute("UPDATE crm_lead SET state_id = %s WHERE id = %s", (state.id, bad.id))
        bad.invalidate_recordset(["state_id"])
        self.assert_lead_rule("lead_state_country", good, bad, self.lead())

    def test_email_of_the_customer(self):
        company = self.customer(email="info@bau-muster.de")
        self.customer(
            name="Eva Berg", is_company=False, parent_id=company.id, email="eva@bau-muster.de"
        )
        good, bad, none = (self.lead(partner_id=company.id) for _number in range(3))
        self.env.flush_all()
        for lead, address in ((good, "eva@bau-muster.de"), (bad, "udo@other.de"), (none, None)):
            self.env.cr.execute(
                "UPDATE crm_lead SET email_from = %s, email_normalized = %s WHERE id = %s",
                (address, address, lead.id),
            )
        self.env.invalidate_all()
        check = self.assert_lead_rule("lead_customer_email", good, bad, none + self.lead())
        self.assertEqual(
            self.findings(check)[bad],
            ("udo@other.de", "is none of its customer's addresses", "info@bau-muster.de"),
        )

    def test_company_of_the_customer(self):
        company = self.customer(name="Berg GmbH")
        person = self.customer(name="Udo Tal", is_company=False)
        good = self.lead(partner_id=company.id, partner_name="BERG-GmbH")
        bad = self.lead(partner_id=company.id, partner_name="Tal AG")
        other = self.lead(partner_id=person.id, partner_name="Tal AG") + self.lead()
        check = self.assert_lead_rule("lead_customer_company", good, bad, other)
        self.assertEqual(
            self.findings(check)[bad],
            ("Tal AG", "its customer belongs to Berg GmbH", "Berg GmbH"),
        )

    def test_next_step(self):
        good, bad = self.lead(), self.lead()
        good.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        done = self.lead()
        done.activity_schedule("mail.mail_activity_data_call").action_feedback("Spoken to")
        check = self.assert_lead_rule("lead_next_step", good, bad + done, self.won())
        self.assertEqual(self.findings(check)[bad][1], "no activity is planned")

    def test_stale(self):
        columns = ("create_date", "date_last_stage_update")
        stale, spoken, met, moved = (self.lead() for _number in range(4))
        self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "in", (stale + spoken + met + moved).ids)]
        ).unlink()
        self.age(stale + spoken + met, 100, *columns)
        self.age(moved, 100)
        spoken.message_post(body="Called", message_type="comment", subtype_xmlid="mail.mt_comment")
        start = fields.Datetime.now() - timedelta(days=3)
        self.env["calendar.event"].create(
            {"name": "Visit", "opportunity_id": met.id, "start": start, "stop": start}
        )
        self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", met.id)]
        ).unlink()
        stale.message_post(body="Note", subtype_xmlid="mail.mt_note")
        good = spoken + met + moved
        check = self.assert_lead_rule("lead_stale", good, stale, self.won(), months=1)
        self.assertIn("more than 1 months", self.findings(check)[stale][1])
        self.assert_lead_rule("lead_stale", good + stale, self.leads, months=6)

    # ------------------------------------------------------------ the check itself
    def test_a_check_of_leads(self):
        mine = self.lead(user_id=self.seller.id, email_from="odd", type="lead")
        lost = self.lead(user_id=self.manager.id)
        lost.action_set_lost()
        check = (
            self.env["crm.quality.check"].with_user(self.manager).create({"subject": "crm.lead"})
        )
        self.assertIn("Leads", check.name)
        self.assertEqual(check.profile_id, self.env.ref("crm_data_quality.profile_leads"))
        self.assertEqual(set(check.result_ids.rule_id.mapped("subject")), {"crm.lead"})
        self.assertFalse(check.is_reference, "leads are not the company's customer data")
        leads = check._subjects().search(check._subject_domain())
        self.assertIn(mine, leads)
        self.assertNotIn(lost, leads, "lost leads are closed")
        check.action_to_checks()
        check.action_start()
        self.assertEqual(check.run_state, "done")
        owner = check.owner_ids.filtered(lambda item: item.user_id == self.seller)
        self.assertGreaterEqual(owner.finding_count, 1)
        result = check.result_ids.filtered(lambda item: item.rule_id.code == "lead_email_form")
        action = result.with_user(self.manager).action_open_list()
        self.assertEqual(action["res_model"], "crm.lead")
        opened = self.leads.with_context(**action["context"]).search(action["domain"])
        self.assertIn(mine, opened)
        self.assertEqual(len(opened), result.failed)
        with self.assertRaises(ValidationError):
            check.is_reference = True

    def test_the_subject_brings_its_profile(self):
        check = self.env["crm.quality.check"].with_user(self.manager).create({})
        self.assertTrue(check.is_reference)
        check.subject = "crm.lead"
        self.assertEqual(check.profile_id.subject, "crm.lead")
        self.assertIn("won_status", check.scope_domain)
        self.assertEqual(set(check.result_ids.rule_id.mapped("subject")), {"crm.lead"})
        self.assertFalse(check.is_reference)
        with self.assertRaises(ValidationError):
            check.profile_id = self.env.ref("crm_data_quality.profile_standard")

    def test_rules_keep_to_their_subject(self):
        rule = self.env.ref("crm_data_quality.rule_lead_stale")
        with self.assertRaises(ValidationError):
            self.env.ref("crm_data_quality.profile_mailing").line_ids = [
                Command.create({"rule_id": rule.id})
            ]
        values = {"name": "X", "code": "x", "subject": "crm.lead", "kind": "method"}
        with self.assertRaises(ValidationError):
            self.env["crm.quality.rule"].create(values | {"check_method": "vat"})
        with self.assertRaises(ValidationError):
            self.env["crm.quality.rule"].create(
                values | {"kind": "required", "field_names": "is_company"}
            )

    def test_restricted_salesperson(self):
        """Stock lets a salesperson see his own leads only: so does the check, and so do findings."""
        mine = self.lead(user_id=self.seller.id)
        foreign = self.lead(user_id=self.manager.id)
        own = self.run_lead_check("lead_contact", user=self.seller)
        self.assertEqual((own.done_count, set(self.findings(own))), (1, {mine}))
        every = self.run_lead_check("lead_contact")
        self.assertEqual(set(self.findings(every)), {mine, foreign})
        findings = self.env["crm.quality.finding"].with_user(self.seller)
        self.assertEqual(findings.search([]).lead_id, mine)
        with self.assertRaises(UserError):
            self.env["crm.quality.finding"].search([("lead_id", "=", foreign.id)]).with_user(
                self.seller
            ).read(["value"])

    def test_companies(self):
        second = self.second_company()
        here, there = self.lead(user_id=False), self.lead(user_id=False, team_id=False)
        there.company_id = second
        here.company_id = self.env.company
        check = self.run_lead_check("lead_contact")
        self.assertEqual(set(self.findings(check)), {here})
        model = self.env["crm.quality.check"].with_context(allowed_company_ids=second.ids)
        other = model.with_user(self.manager).create(
            {"subject": "crm.lead", "scope_domain": "[('referred', '=', 'QTEST')]"}
        )
        other.action_start()
        self.assertEqual(set(self.findings(other)), {there})

    def test_accepted_findings_of_leads_stay(self):
        lead = self.lead()
        first = self.run_lead_check("lead_contact")
        findings = self.env["crm.quality.finding"].with_user(self.manager)
        findings.search([("check_id", "=", first.id)]).action_accept()
        self.assertEqual((first.score, first.finding_count), (100.0, 0))
        acceptance = self.env["crm.quality.acceptance"].search([("lead_id", "=", lead.id)])
        self.assertEqual(len(acceptance), 1)
        self.assertEqual(self.run_lead_check("lead_contact").finding_count, 0)
