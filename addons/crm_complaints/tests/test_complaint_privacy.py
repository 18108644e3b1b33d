# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from ..models import crm_complaint_retention
from .common import ComplaintCase, at

SECRETS = ("Karla", "karla@", "Kunde", "1234567", "third rung", "My feedback", "secret.txt", "Mrs")
COMPLAINT_GROUP = "crm_kpi.kpi_group_complaints"


@tagged("post_install", "-at_install")
class TestComplaintRetention(ComplaintCase):
    """What the retention rule deletes, and that no figure moves by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.contact.phone = "+49 89 1234567"
        cls.order = cls._order(partner=cls.contact)
        cls.old = cls._closed_complaint("2025-01-07 09:00")

    @classmethod
    def _closed_complaint(cls, received, **values):
        with freeze_time(at(received)):
            complaint = cls._complaint(
                **{
                    "name": "Karla's third rung",
                    "description": "<p>The third rung hurt Karla</p>",
                    "partner_id": cls.contact.id,
                    "partner_name": "Karla Kunde",
                    "email_cc": "Karla <karla@kunde.example>",
                    "order_id": cls.order.id,
                    "product_id": cls.product.id,
                    "user_id": cls.seller.id,
                    "category_id": cls.env.ref("crm_complaints.category_quality").id,
                    "severity": "high",
                    **values,
                }
            )
            complaint.message_subscribe(cls.contact.ids)
            complaint.message_post(
                body="I am Karla",
                author_id=cls.contact.id,
                message_type="comment",
                attachments=[("secret.txt", b"Karla")],
            )
            cls.env["ir.attachment"].create(
                {
                    "name": "secret.txt",
                    "res_model": "crm.complaint",
                    "res_id": complaint.id,
                    "datas": base64.b64encode(b"Karla"),
                }
            )
            complaint.activity_schedule("mail.mail_activity_data_todo", note="Call Karla")
            complaint.cost_ids = [Command.create({"amount": 50, "name": "Voucher for Karla"})]
        with freeze_time(at(received) + timedelta(hours=3)):
            complaint.stage_id = cls.stages["waiting"]
        with freeze_time(at(received) + timedelta(hours=30)):
            complaint.write(
                {
                    "name": "Karla is angry",
                    "cause_note": "Mrs Kunde stood on it",
                    "corrective_action": "Call Mrs Kunde",
                    "solution": "<p>Dear Karla</p>",
                }
            )
            complaint.stage_id = cls.stages["resolved"]
            token = complaint._rating_get_access_token()
            complaint.rating_apply(3, token=token, feedback="My feedback")
        complaint.flush_recordset()
        return complaint

    def _figures(self):
        """Every KPI of complaints, and what the analysis groups by."""
        complaints = self.env["crm.complaint"].with_context(active_test=False)
        groups = complaints._read_group(
            [("company_id", "=", self.company.id)],
            ["category_id", "product_id", "team_id", "user_id", "severity", "stage_id", "is_repeat",
             "satisfaction", "lang", "received_on:month", "resolved_on:month"],
            ["__count", "cost_amount:sum", "work_days_to_resolution:avg", "waiting_hours:sum",
             "work_hours_to_first_answer:avg", "reopen_count:sum", "rating_last_value:avg"],
        )  # fmt: skip
        costs = self.env["crm.complaint.cost"]._read_group(
            [("company_id", "=", self.company.id)],
            ["kind", "date:month", "currency_id", "product_id", "team_id"],
            ["amount:sum", "amount_company:sum"],
        )
        kpis = self.env["crm.kpi"].with_context(
            allowed_company_ids=self.company.ids, kpi_period="year:2025", tz="Europe/Berlin"
        )
        with freeze_time(at("2026-06-02 09:00")):
            cards = {
                kpi.code: kpi.card.get("value")
                for kpi in kpis.search([("group_id", "=", self.env.ref(COMPLAINT_GROUP).id)])
            }
        self.assertTrue(cards["complaints_received"])
        return groups, costs, cards

    def _all_texts(self, complaint):
        """Whatever the database still knows of a complaint, as one text."""
        texts = [str(complaint.sudo().read())]
        linked = [("res_model", "=", "crm.complaint"), ("res_id", "=", complaint.id)]
        for model in ("ir.attachment", "mail.activity", "mail.followers", "rating.rating"):
            texts.append(str(self.env[model].sudo().search(linked).read()))
        messages = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", "crm.complaint"), ("res_id", "=", complaint.id)])
        )
        texts.append(str(messages.read()))
        texts.append(str(messages.tracking_value_ids.read()))
        texts.append(str((complaint.cost_ids | complaint.cost_ids.browse()).read()))
        return " ".join(texts)

    def _anonymise(self):
        self.company.complaint_retention_months = 12
        with (
            freeze_time(at("2026-06-01 03:00")),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *_a, **_k: 1e9),
        ):
            self.env["crm.complaint"]._cron_anonymise()
        self.env.invalidate_all()

    def test_nothing_of_the_person_is_left(self):
        before = self._all_texts(self.old)
        for secret in SECRETS:
            self.assertIn(secret, before, "the test would prove nothing")
        self._anonymise()
        after = self._all_texts(self.old)
        for secret in SECRETS:
            self.assertNotIn(secret, after)
        self.assertTrue(self.old.anonymised_on)
        for name in ("partner_id", "commercial_partner_id", "order_id", "access_token",
                     "email_normalized", "phone_sanitized"):  # fmt: skip
            self.assertFalse(self.old[name], name)

    def test_no_word_is_left(self):
        def words():
            return self.env.execute_query(
                SQL(
                    "SELECT cardinality(stems) FROM crm_complaint_text WHERE complaint_id = %s",
                    self.old.id,
                )
            )[0][0]

        self.assertTrue(words())
        self.old._anonymise()
        self.assertEqual(words(), 0, "what we write in their place is no word of the customer")

    def test_every_figure_stays(self):
        self._closed_complaint("2025-03-11 10:00")
        self._closed_complaint(
            "2025-04-15 10:00", partner_id=self.other_customer.id, order_id=False
        )
        recent = self._closed_complaint("2026-01-20 10:00")
        self._complaint(name="Open", partner_id=self.contact.id)
        self.env.flush_all()
        self.assertTrue(recent.is_repeat)
        before = self._figures()
        self._anonymise()
        self.assertEqual(self._figures(), before)
        self.assertFalse(recent.anonymised_on)
        # A new complaint computes the repeats of the customer anew.
        self._complaint(
            name="Another", partner_id=self.contact.id, received_on=at("2026-05-01 09:00")
        )
        self.env.flush_all()
        self.assertTrue(recent.is_repeat)

    def test_what_is_due(self):
        still_open = self._complaint(received_on=at("2020-01-07 09:00"))
        archived = self._closed_complaint("2025-02-04 10:00", active=False)
        young = self._closed_complaint("2025-11-04 10:00")
        foreign = self._complaint(
            company_id=self._new_company("Zweite GmbH").id,
            stage_id=self.stages["resolved"].id,
            received_on=at("2020-01-07 09:00"),
            resolved_on=at("2020-01-08 09:00"),
        )
        self._anonymise()
        self.assertTrue(self.old.anonymised_on and archived.anonymised_on)
        self.assertFalse(still_open.anonymised_on or young.anonymised_on or foreign.anonymised_on)

    def test_off_by_default(self):
        self.env["crm.complaint"]._cron_anonymise()
        self.assertFalse(self.old.anonymised_on)

    def test_preview_and_log(self):
        self.company.complaint_retention_months = 12
        with freeze_time(at("2026-06-01 03:00")):
            settings = self.env["res.config.settings"].create({"company_id": self.company.id})
            self.assertEqual(settings.complaint_retention_count, 1)
            action = settings.action_view_complaint_retention()
            self.assertEqual(self.env["crm.complaint"].search(action["domain"]), self.old)
        self._anonymise()
        log = self.env["crm.complaint.anonymisation"].search([("company_id", "=", self.company.id)])
        self.assertEqual((log.number, log.months), (1, 12))
        self._anonymise()
        self.assertEqual(len(log.search([("company_id", "=", self.company.id)])), 1)

    def test_batches(self):
        for day in ("10", "11", "12"):
            self._closed_complaint(f"2025-03-{day} 10:00")
        with patch.object(crm_complaint_retention, "BATCH", 2):
            self._anonymise()
        log = self.env["crm.complaint.anonymisation"].search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(log.mapped("number")), [2, 2])

    def test_open_ones_are_refused(self):
        complaint = self._complaint()
        with self.assertRaises(UserError):
            complaint._anonymise()

    def test_every_text_is_decided_on(self):
        """A new text field is deleted unless somebody decides that it tells of nobody."""
        complaints = self.env["crm.complaint"]
        deleted = set(complaints._personal_texts(complaints))
        texts = {
            name
            for name, field in complaints._fields.items()
            if field.store and field.type in ("char", "text", "html") and not field.related
        }
        kept = {"name", "number", "email_normalized", "phone_sanitized"}
        self.assertEqual(texts - deleted, kept)


@tagged("post_install", "-at_install")
class TestComplaintAccessLog(HttpCase, ComplaintCase):
    """Who opened or exported what, where the company keeps a log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complaint(user_id=cls.seller.id)
        cls.company.complaint_log_access = True
        cls.manager.group_ids += cls.env.ref("base.group_allow_export")

    def _log(self):
        return self.env["crm.complaint.access.log"].search(
            [("complaint_id", "=", self.complaint.id)], order="id"
        )

    def _open(self, user):
        self.complaint.with_user(user).web_read({"name": {}, "description": {}})

    def test_opening(self):
        self._open(self.seller)
        self.assertFalse(self._log(), "the responsible person is not noted")
        self._open(self.manager)
        self._open(self.manager)
        self.assertEqual(self._log().user_id, self.manager)
        self.assertEqual(self._log().mapped("kind"), ["open"])
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self._open(self.manager)
        self.assertEqual(len(self._log()), 2)

    def test_lists_are_not_opened(self):
        complaints = self.env["crm.complaint"].with_user(self.manager)
        complaints.web_search_read([("id", "=", self.complaint.id)], {"name": {}})
        self.assertFalse(self._log())

    def test_export(self):
        self.complaint.with_user(self.manager).export_data(["name", "description"])
        self.assertEqual(self._log().mapped("kind"), ["export"])

    def test_only_where_the_company_says_so(self):
        self.company.complaint_log_access = False
        self._open(self.manager)
        self.complaint.with_user(self.manager).export_data(["name"])
        self.assertFalse(self._log())

    def test_in_the_web_client(self):
        """Reading is a read-only call for the web client; the log is written all the same."""
        self.authenticate(self.manager.login, self.manager.login)
        values = self.make_jsonrpc_request(
            "/web/dataset/call_kw/crm.complaint/web_read",
            {
                "model": "crm.complaint",
                "method": "web_read",
                "args": [self.complaint.ids],
                "kwargs": {"specification": {"name": {}, "description": {}}},
            },
        )
        self.assertEqual(values[0]["name"], "Too late")
        self.assertEqual(self._log().user_id, self.manager)

    def test_retention_of_the_log(self):
        self._open(self.manager)
        self.company.complaint_log_months = 3
        with freeze_time(fields.Datetime.now() + timedelta(days=80)):
            self.env["crm.complaint.access.log"]._gc_log()
        self.assertTrue(self._log())
        with freeze_time(fields.Datetime.now() + timedelta(days=100)):
            self.env["crm.complaint.access.log"]._gc_log()
        self.assertFalse(self._log())


@tagged("post_install", "-at_install")
class TestComplaintPrivacyLookup(ComplaintCase):
    """Odoo's own privacy lookup, which installs itself with the mail addon, finds complaints."""

    def test_lookup(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Odoo's privacy lookup is not installed")
        by_contact = self._complaint(partner_id=self.contact.id)
        by_address = self._complaint(
            partner_id=False, email_from='"K." <KARLA@kunde.example>', active=False
        )
        other = self._complaint(partner_id=self.other_customer.id)
        self.env.flush_all()
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Karla Kunde", "email": "karla@kunde.example"}
        )
        wizard.action_lookup()
        found = wizard.line_ids.filtered(lambda line: line.res_model == "crm.complaint")
        self.assertEqual(set(found.mapped("res_id")), set((by_contact | by_address).ids))
        self.assertNotIn(other.id, found.mapped("res_id"))
