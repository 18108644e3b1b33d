# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date, mute_logger

from ..quality import phone, vat
from .common import QualityCase


@tagged("post_install", "-at_install")
class TestQualityRules(QualityCase):
    """Each shipped rule with customers on both sides and some that it does not concern."""

    def test_company_email(self):
        good = self.customer(email="info@bau-muster.de")
        bad = self.customer() + self.customer(email="   ")
        person = self.customer(name="Eva Berg", is_company=False)
        self.assert_rule("company_email", good, bad, person)

    def test_company_phone(self):
        good = self.customer(phone="089 123456")
        bad = self.customer()
        person = self.customer(name="Eva Berg", is_company=False)
        self.assert_rule("company_phone", good, bad, person)

    def test_person(self):
        company = self.customer()
        good = self.customer(name="Eva Berg", is_company=False, email="eva@berg.de", phone="089 1")
        bad = self.customer(name="Udo Berg", is_company=False)
        contact = self.customer(name="Jan Berg", is_company=False, parent_id=company.id)
        for code in ("person_email", "person_phone"):
            with self.subTest(code):
                self.assert_rule(code, good, bad, company + contact)

    def test_contact(self):
        company = self.customer()
        values = {"is_company": False, "parent_id": company.id}
        good = self.customer(name="Eva Berg", email="eva@berg.de", **values)
        good += self.customer(name="Ina Berg", phone="089 123456", **values)
        bad = self.customer(name="Udo Berg", **values)
        address = self.customer(name="Warehouse", type="delivery", **values)
        self.assert_rule("contact_reachable", good, bad, company + address)

    def test_contact_name(self):
        company = self.customer()
        good = self.customer(name="Eva Berg", is_company=False, parent_id=company.id)
        address = self.customer(name=False, type="delivery", is_company=False, parent_id=company.id)
        bad = self.customer(name="  ", is_company=False, parent_id=company.id)
        self.assert_rule("contact_name", good, bad, company + address)

    def test_address(self):
        good = self.customer(
            street="Weg 1", zip="80331", city="München", country_id=self.germany.id
        )
        bad = self.customer()
        contact = self.customer(name="Eva Berg", is_company=False, parent_id=good.id)
        for code in ("street", "zip", "city", "country"):
            with self.subTest(code):
                self.assert_rule(code, good, bad, contact)

    def test_state(self):
        country = self.env.ref("base.us")
        country.state_required = True
        state = self.env.ref("base.state_us_5")
        good = self.customer(country_id=country.id, state_id=state.id)
        bad = self.customer(country_id=country.id)
        elsewhere = self.customer(country_id=self.germany.id) + self.customer()
        self.assert_rule("state", good, bad, elsewhere)

    def test_vat_required(self):
        good = self.customer(country_id=self.germany.id, vat="DE136695976")
        bad = self.customer(country_id=self.austria.id)
        others = self.customer(country_id=self.env.ref("base.us").id) + self.customer()
        others += self.customer(name="Eva Berg", is_company=False, country_id=self.germany.id)
        self.assert_rule("vat", good, bad, others)

    def test_owner(self):
        good = self.customer(user_id=self.seller.id)
        bad = self.customer()
        self.assert_rule("owner", good, bad)

    def test_language(self):
        good = self.customer(lang="en_US")
        bad = self.customer(lang=False)
        self.assert_rule("lang", good, bad)

    def test_email_form(self):
        good = self.customer(email="info@bau-muster.de")
        bad = self.customer(email="info(at)bau-muster.de")
        check = self.assert_rule("email_form", good, bad, self.customer())
        self.assertEqual(
            self.findings(check)[bad],
            ("info(at)bau-muster.de", "is no e-mail address", "info@bau-muster.de"),
        )

    def test_email_bounced(self):
        good = self.customer(email="info@bau-muster.de")
        bad = self.customer(email="gone@bau-muster.de", message_bounce=2)
        self.assert_rule("email_bounced", good, bad, self.customer(message_bounce=1))

    def test_phone_form(self):
        good = self.customer(phone="089 123456", country_id=self.germany.id)
        good += self.customer(phone="+43 1 58858")
        bad = self.customer(phone="12", country_id=self.germany.id)
        self.assert_rule("phone_form", good, bad, self.customer())

    def test_phone_without_library(self):
        self.customer(phone="12", country_id=self.germany.id)
        with patch.object(phone, "phonenumbers", None):
            check = self.run_check(["phone_form", "company_phone"])
        result = check.result_ids.filtered(lambda item: item.rule_id.code == "phone_form")
        self.assertIn("phonenumbers", result.not_checked_reason)
        self.assertEqual((result.applicable, result.passed, result.failed), (0, 0, 0))
        self.assertIs(result.score, False, "not checked is neither passed nor 0")
        scores = {score.dimension: score for score in check.score_ids}
        self.assertIs(scores["validity"].score, False)
        self.assertEqual(scores["validity"].formula, "not checked")
        self.assertEqual(check.score, 100.0, "the phone is filled; validity does not count")

    def test_vat_checksum(self):
        good = self.customer(country_id=self.germany.id, vat="DE136695976")
        bad = self.customer(country_id=self.germany.id)
        # a stock constraint of an optional addon may refuse it: imports get it in all the same
        self.env.cr.execute("UPDATE res_partner SET vat = 'DE136695977' WHERE id = %s", bad.ids)
        bad.invalidate_recordset(["vat"])
        none = self.customer(vat="/", country_id=self.germany.id) + self.customer()
        self.assert_rule("vat_checksum", good, bad, none)

    def test_zip_form(self):
        good = self.customer(country_id=self.germany.id, zip="80331")
        bad = self.customer(country_id=self.germany.id, zip="1067")
        others = self.customer(zip="1") + self.customer(
            country_id=self.env.ref("base.aq").id, zip="1"
        )
        check = self.assert_rule("zip_form", good, bad, others)
        self.assertEqual(self.findings(check)[bad][2], "01067")

    def test_website(self):
        good = self.customer(website="http://www.bau-muster.de/kontakt")
        bad = self.customer(website="http://keine")
        self.assert_rule("website_form", good, bad, self.customer())

    def test_name(self):
        good = self.customer(name="Testo AG")
        bad = self.customer(name="Test") + self.customer(name="😀") + self.customer(name="x" * 200)
        self.assert_rule("name_placeholder", good, bad)

    def test_capitals(self):
        good = self.customer(name="BMW AG") + self.customer(name="王伟", is_company=False)
        bad = self.customer(name="EVA BERG", is_company=False)
        check = self.assert_rule("name_capitals", good, bad)
        self.assertEqual(self.findings(check)[bad][2], "Eva Berg")

    def test_zip_place(self):
        values = {"country_id": self.germany.id, "zip": "99999"}
        good = self.partners.union(*(self.customer(city="Münster", **values) for _i in range(5)))
        good += self.customer(city="Muenster (Westf.)", **values)
        bad = self.customer(city="Berlin", **values)
        others = self.customer(city="Bonn", zip="99998", country_id=self.germany.id)
        others += self.customer(city="Berlin", zip="99999")
        check = self.assert_rule("zip_place", good, bad, others)
        value, reason, proposal = self.findings(check)[bad]
        self.assertEqual((value, proposal), ("Berlin", "Münster"))
        self.assertEqual(reason, "99999 is Münster in 6 of 7 records")

    def test_state_country(self):
        state = self.env.ref("base.state_us_5")
        good = self.customer(country_id=state.country_id.id, state_id=state.id)
        bad = self.customer(country_id=self.germany.id)
        self.env.cr.execute(
            "UPDATE res_partner SET state_id = %s WHERE id = %s", (state.id, bad.id)
        )
        bad.invalidate_recordset(["state_id"])
        self.assert_rule("state_country", good, bad, self.customer())

    def test_vat_country(self):
        good = self.customer(country_id=self.germany.id, vat="DE136695976")
        bad = self.customer(country_id=self.austria.id, vat="DE136695976")
        others = self.customer(vat="DE136695976") + self.customer(country_id=self.germany.id)
        self.assert_rule("vat_country", good, bad, others)

    def test_orphaned_contact(self):
        active, archived = self.customer(), self.customer()
        good = self.customer(name="Eva Berg", is_company=False, parent_id=active.id)
        bad = self.customer(name="Udo Berg", is_company=False, parent_id=archived.id)
        self.env.cr.execute("UPDATE res_partner SET active = false WHERE id = %s", archived.ids)
        archived.invalidate_recordset(["active"])
        self.assert_rule("contact_orphaned", good, bad, active)

    def test_company_as_text(self):
        good = self.customer(name="Eva Berg", is_company=False)
        bad = self.customer(name="Udo Berg", is_company=False, company_name="Berg GmbH")
        self.assert_rule("company_text", good, bad, self.customer())

    # ------------------------------------------------------------ currentness
    def _age(self, records, days, column="create_date"):
        records.flush_recordset()
        moment = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            f"UPDATE {records._table} SET {column} = %s WHERE id IN %s",
            (moment, tuple(records.ids)),
        )
        records.invalidate_recordset([column])

    def test_activity(self):
        good = [self.customer(name=f"Good {number}") for number in range(5)]
        stale, silent, noted = (self.customer(name=name) for name in ("Stale", "Silent", "Noted"))
        old = self.partners.union(*good, stale, silent, noted)
        self._age(old, 1000)
        new = self.customer(name="New")
        contact = self.customer(name="Eva Berg", is_company=False, parent_id=good[3].id)
        self._age(contact, 1000)
        good[0].message_post(
            body="Called back", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env["crm.lead"].create({"name": "Lead", "partner_id": good[1].id})
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "partner_ids": good[2].ids,
                "start": fields.Datetime.now() - timedelta(days=30),
                "stop": fields.Datetime.now() - timedelta(days=30, hours=-1),
            }
        )
        self.env["crm.lead"].create({"name": "Lead", "partner_id": contact.id, "active": False})
        activity = good[4].activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
        activity.action_feedback("Spoke to him")
        lead = self.env["crm.lead"].create({"name": "Old lead", "partner_id": stale.id})
        self._age(lead, 500)
        self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        ).unlink()
        noted.message_post(body="Internal note", subtype_xmlid="mail.mt_note")
        check = self.assert_rule(
            "activity", self.partners.union(*good), stale + silent + noted, new + contact
        )
        found = self.findings(check)
        self.assertEqual(found[silent][1], "no message, lead, meeting or order at all")
        self.assertEqual(
            found[stale][1],
            f"last activity on {format_date(self.env, found[stale][0])}, more than 12 months ago",
        )
        self.assertTrue(found[stale][0], "the day of the last activity")
        again = self.run_check("activity", months=24)
        self.assertNotIn(stale, self.findings(again))

    def test_activity_without_access_to_leads(self):
        self._age(self.customer(), 1000)
        user = new_test_user(
            self.env,
            "quality_only",
            groups="base.group_user,crm_data_quality.group_data_quality_user",
        )
        result = self.run_check("activity", user=user).result_ids.filtered("is_selected")
        self.assertIn("You may not read", result.not_checked_reason)
        self.assertIs(result.score, False)

    # ------------------------------------------------------------ own rules
    def test_own_rules(self):
        pattern = self.env["crm.quality.rule"].create(
            {
                "name": "Reference", "code": "own_function", "kind": "pattern", "pattern": r"Head .+",
                "field_names": "function", "dimension": "validity",
            }
        )  # fmt: skip
        good, bad = self.customer(function="Head of Sales"), self.customer(function="😀")
        self.assert_rule("own_function", good, bad, self.customer())
        pattern.write({"kind": "domain", "rule_domain": "[('function', 'like', 'Head')]"})
        self.assert_rule(
            "own_function",
            good,
            bad + self.partners.search([("ref", "=", "QTEST"), ("function", "=", False)]),
        )

    def test_wrong_definitions_are_refused(self):
        model = self.env["crm.quality.rule"]
        values = {"name": "Wrong", "code": "wrong", "kind": "required", "field_names": "email"}
        for wrong in (
            {"field_names": "nonsense"},
            {"field_names": ""},
            {"kind": "pattern", "pattern": "(["},
            {"kind": "domain", "rule_domain": "[('nonsense', '=', 1)]"},
            {"kind": "domain", "rule_domain": "[("},
            {"applicable_domain": "[('name', 'nonsense', 1)]"},
            {"applicable_domain": "__import__('os')"},
            {"kind": "method", "check_method": False},
        ):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                model.create(values | wrong)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            model.create(values | {"weight": -1})

    def test_rule_that_broke_later_says_so(self):
        self.customer(email="info@bau-muster.de")
        rule = self.env["crm.quality.rule"].create(
            {"name": "Broken", "code": "broken", "kind": "required", "field_names": "email"}
        )
        self.env.cr.execute(
            "UPDATE crm_quality_rule SET field_names = 'removed_field' WHERE id = %s", rule.ids
        )
        rule.invalidate_recordset(["field_names"])
        check = self.run_check(["broken", "company_email"])
        broken = check.result_ids.filtered(lambda item: item.rule_id == rule)
        self.assertEqual(broken.not_checked_reason, "Customers have no field “removed_field”.")
        self.assertEqual((check.run_state, check.score), ("done", 100.0))

    # ------------------------------------------------------------ what is nothing
    def test_nothing_in_many_forms(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        rule = self.env["crm.quality.rule"].create(
            {"name": "Tags", "code": "own_tags", "kind": "required", "field_names": "category_id"}
        )
        good, bad = self.customer(category_id=tag.ids), self.customer()
        self.assert_rule("own_tags", good, bad)
        rule.field_names = "comment"
        good.comment = "<p>Pays late</p>"
        bad.comment = "<p><br></p>"
        self.assert_rule("own_tags", good, bad)
        rule.field_names = "city"
        good.city = "\u200bBonn"
        for nothing in (" ", "\t\n", "\u00a0", "\u200b", "\ufeff", "\u2060 \u200d"):
            bad.city = nothing
            with self.subTest(repr(nothing)):
                self.assert_rule("own_tags", good, bad)

    def test_vat_without_library(self):
        self.customer(vat="DE136695976", country_id=self.germany.id)
        with patch.object(vat, "get_cc_module", None):
            check = self.run_check(["vat_checksum", "vat_country"])
        results = {item.rule_id.code: item for item in check.result_ids}
        self.assertIn("stdnum", results["vat_checksum"].not_checked_reason)
        self.assertIs(results["vat_checksum"].score, False)
        self.assertEqual(results["vat_country"].score, 100.0, "needs no library")

    def test_field_the_user_may_not_read(self):
        self.customer(email="info@bau-muster.de")
        model = self.env["crm.quality.rule"]
        values = {"name": "Secret", "kind": "required", "field_names": "email"}
        field = self.partners._fields["function"]
        secret = model.create(values | {"code": "own_field", "field_names": "function"})
        filtered = model.create(
            values | {"code": "own_filter", "applicable_domain": "[('function', '!=', 'x')]"}
        )
        with patch.object(field, "groups", "base.group_system"):
            check = self.run_check(["own_field", "own_filter", "company_email"])
        for result in check.result_ids.filtered(lambda item: item.rule_id in secret | filtered):
            self.assertTrue(result.not_checked_reason, result.rule_id.code)
            self.assertIs(result.score, False)
        self.assertEqual((check.run_state, check.score), ("done", 100.0))

    def test_customer_without_creation_date(self):
        customer = self.customer()
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET create_date = NULL WHERE id = %s", customer.ids)
        self.env.invalidate_all()
        self.assert_rule("activity", self.partners, customer)

    def test_what_is_planned_has_not_happened(self):
        planned = self.customer()
        self._age(planned, 1000)
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "partner_ids": planned.ids,
                "start": fields.Datetime.now() + timedelta(days=30),
                "stop": fields.Datetime.now() + timedelta(days=30, hours=1),
            }
        )
        self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", planned.id)]
        ).unlink()
        self.assert_rule("activity", self.partners, planned)
