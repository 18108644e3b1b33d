# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json
from datetime import date
from zipfile import ZipFile

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import QualityCase

# Strings that occur nowhere else.
TRACES = ("zwiebelfisch", "kranichweg", "5550471", "quappenhof", "DE136695976", "unkenruf")


class PrivacyCase(QualityCase):
    """A person with everything that usually hangs on a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.customer(
            name="Erika Zwiebelfisch",
            is_company=False,
            email="Erika.Zwiebelfisch@Quappenhof.de",
            phone="+49 89 5550471",
            street="Kranichweg 12",
            zip="80331",
            city="München",
            country_id=cls.germany.id,
            vat="DE136695976",
            comment="<p>Ein Unkenruf</p>",
            function="Leiterin Quappenhof",
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Anfrage Zwiebelfisch",
                "partner_id": cls.person.id,
                "expected_revenue": 5000,
                "description": "<p>Frau Zwiebelfisch, Kranichweg</p>",
            }
        )
        cls.person.message_post(
            body="Anruf von Frau Zwiebelfisch", subject="Zwiebelfisch", message_type="comment"
        )
        cls.lead.message_post(body="Unkenruf", message_type="comment")
        cls.person.phone = "+49 89 5550471 0"
        cls.person.phone = "+49 89 5550471"
        cls.env["ir.attachment"].create(
            {
                "name": "Zwiebelfisch.txt",
                "raw": b"Unkenruf",
                "res_model": "res.partner",
                "res_id": cls.person.id,
            }
        )
        cls.person.activity_schedule("mail.mail_activity_data_todo", summary="Zwiebelfisch fragen")
        cls.env["res.partner.bank"].create(
            {"partner_id": cls.person.id, "acc_number": "Zwiebelfisch 1"}
        )
        cls.env["calendar.event"].create(
            {
                "name": "Termin mit Erika Zwiebelfisch",
                "start": "2020-01-01 10:00:00",
                "stop": "2020-01-01 11:00:00",
                "partner_ids": [Command.set(cls.person.ids)],
            }
        )
        cls.env["mail.blacklist"]._add("erika.zwiebelfisch@quappenhof.de")
        cls.portal = new_test_user(
            cls.env,
            "erika.zwiebelfisch@quappenhof.de",
            "base.group_portal",
            name="Erika Zwiebelfisch",
            email="Erika.Zwiebelfisch@Quappenhof.de",
            partner_id=cls.person.id,
        )
        cls.env.flush_all()
        cls.cr.flush()
        cls.env.invalidate_all()

    def traces(self):
        """Where the strings of the person still stand: dict table → number of rows."""
        self.env.flush_all()
        self.cr.flush()
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        found = {}
        for (table,) in tables:
            rows = self.env.execute_query(
                SQL(
                    "SELECT COUNT(*) FROM %s AS t WHERE t::text ILIKE ANY(%s)",
                    SQL.identifier(table),
                    [f"%{trace}%" for trace in TRACES],
                )
            )
            if rows[0][0]:
                found[table] = rows[0][0]
        return found

    def anonymise(self, partners, leads=None, user=None, **values):
        """Go through the wizard with both confirmations."""
        env = self.env(user=user or self.manager)
        partners = partners.with_env(env)
        leads = (leads or self.env["crm.lead"]).with_env(env)
        action = env["crm.anonymise"]._open(partners, leads)
        wizard = env["crm.anonymise"].browse(action["res_id"])
        wizard.write({"is_certain": True, "confirmation": str(wizard.record_count)} | values)
        wizard.action_anonymise()
        return wizard


@tagged("post_install", "-at_install")
class TestQualityPrivacy(PrivacyCase):
    """Anonymised for good: the person is nowhere left, the figures are."""

    def test_nothing_is_left(self):
        check = self.run_check("company_email")
        fix = (
            self.env["crm.quality.fix"]
            .with_user(self.manager)
            .create({"method": "email", "scope_domain": f"[('id', '=', {self.person.id})]"})
        )
        fix.action_prepare()
        fix.action_apply()
        order = self.order()
        before = self.traces()
        for table in ("res_partner", "crm_lead", "mail_message", "crm_quality_fix_line"):
            self.assertIn(table, before)
        figures = self.figures()
        wizard = self.anonymise(self.person)
        wizard.unlink()
        left = self.traces()
        # the opt-out is kept, see crm.privacy; nothing else
        self.assertEqual(set(left) - {"mail_blacklist"}, set(), left)
        self.assertTrue(
            self.env["mail.blacklist"].search([("email", "=", "erika.zwiebelfisch@quappenhof.de")])
        )
        self.assertEqual(self.figures(), figures)
        self.assertEqual(self.person.name, f"Anonymised {self.person.id}")
        self.assertFalse(self.person.active)
        self.assertEqual(self.person.country_id, self.germany)
        self.assertFalse(self.portal.active)
        self.assertFalse(self.person.email or self.person.phone or self.person.street)
        self.assertEqual(self.lead.expected_revenue, 5000)
        self.assertTrue(check.exists())
        if order:
            self.assertTrue(order.exists())

    def order(self):
        """A confirmed order with the person's name in its texts, where orders are installed."""
        if "sale.order" not in self.env:
            return None
        product = self.env["product.product"].create({"name": "Ware", "list_price": 100})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.person.id,
                "client_order_ref": "Zwiebelfisch 7",
                "note": "<p>Für Erika Zwiebelfisch, Kranichweg 12</p>",
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        order.message_post(body="Guten Tag Frau Zwiebelfisch", message_type="comment")
        order.order_line.qty_delivered = order.order_line.product_uom_qty
        order.invoice_status = "invoiced"
        self.env.flush_all()
        return order

    def figures(self):
        """What reports count: leads by stage and country, revenue of orders, messages."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        figures = {
            "leads": leads._read_group(
                [], ["stage_id", "country_id"], ["__count", "expected_revenue:sum"]
            ),
            "partners": self.env["res.partner"]
            .with_context(active_test=False)
            ._read_group([], ["country_id"], ["__count"]),
            "messages": self.env["mail.message"].search_count(
                [("model", "in", ("res.partner", "crm.lead")), ("message_type", "=", "comment")]
            ),
        }
        if "sale.order" in self.env:
            figures["orders"] = self.env["sale.order"]._read_group(
                [], ["partner_id", "state"], ["__count", "amount_total:sum"]
            )
        return figures

    def test_others_are_left_alone(self):
        other = self.customer(name="Erika Zander", is_company=False, comment="<p>Erika mag Tee</p>")
        before = other.read(["name", "comment", "email"])
        self.anonymise(self.person)
        self.assertEqual(other.read(["name", "comment", "email"]), before)

    def test_two_confirmations(self):
        for values in ({"is_certain": False}, {"confirmation": "0"}, {"confirmation": "ja"}):
            with self.subTest(values), self.assertRaises(UserError):
                self.anonymise(self.person, **values)
        self.assertEqual(self.person.name, "Erika Zwiebelfisch")

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.anonymise(self.person, user=self.seller)
        with self.assertRaises(AccessError):
            self.env(user=self.seller)["crm.privacy"]._anonymise(
                self.person.with_user(self.seller), self.env["crm.lead"]
            )
        with self.assertRaises(AccessError):
            self.env["crm.privacy.log"].with_user(self.seller).search([])

    def test_own_users_and_companies_are_refused(self):
        for partner in (self.seller.partner_id, self.env.company.partner_id):
            with self.assertRaises(UserError):
                self.anonymise(partner)

    def test_the_log_names_nobody(self):
        before = self.env["crm.privacy.log"].search([])
        self.anonymise(self.person)
        log = self.env["crm.privacy.log"].search([]) - before
        self.assertEqual((log.action, log.user_id), ("anonymised", self.manager))
        self.assertIn(str(self.person.id), log.references)
        self.assertNotIn("wiebelfisch", log.references)

    def test_a_lead_alone(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Unkenruf",
                "contact_name": "Otto Quappenhof",
                "email_from": "otto@quappenhof.de",
                "phone": "+49 89 5550471",
            }
        )
        lead.message_post(body="Otto Quappenhof rief an", message_type="comment")
        self.anonymise(self.env["res.partner"], lead)
        self.assertEqual(lead.name, f"Anonymised {lead.id}")
        self.assertFalse(lead.contact_name or lead.email_from or lead.phone)
        self.assertFalse(any("Quappenhof" in body for body in lead.message_ids.mapped("body")))
        self.assertEqual(self.person.name, "Erika Zwiebelfisch")

    # ------------------------------------------------------------ what the law says
    def entry(self, day):
        """A posted journal entry of the person."""
        if "account.move" not in self.env:
            self.skipTest("accounting is not installed")
        account = self.env["account.account"].create(
            {"name": "Test", "code": "QX1", "account_type": "income_other"}
        )
        journal = self.env["account.journal"].create(
            {"name": "Test", "code": "QX1", "type": "general"}
        )
        line = {"account_id": account.id, "partner_id": self.person.id, "name": "x"}
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "partner_id": self.person.id,
                "line_ids": [
                    Command.create(line | {"debit": 10}),
                    Command.create(line | {"credit": 10}),
                ],
            }
        )
        move.action_post()
        return move

    def test_books_within_the_period_are_refused(self):
        today = fields.Date.context_today(self.person)
        self.entry(date(today.year - 10, 1, 1))
        with self.assertRaises(UserError) as error:
            self.anonymise(self.person)
        self.assertIn(str(today.year), str(error.exception))
        self.assertEqual(self.person.name, "Erika Zwiebelfisch")

    def test_books_past_the_period(self):
        today = fields.Date.context_today(self.person)
        move = self.entry(date(today.year - 11, 12, 31))
        self.anonymise(self.person)
        self.assertFalse(self.traces().keys() - {"mail_blacklist", "crm_anonymise"})
        self.assertEqual(sum(move.line_ids.mapped("debit")), 10, "the entry itself stays")

    def test_proposals(self):
        """Only who has no document within the periods is proposed, with the reason."""
        proposals = self.env["crm.retention.proposal"].with_user(self.manager)
        with freeze_time("2015-03-01"):
            old = self.customer(name="Alt GmbH")
            silent = self.env["crm.lead"].create({"name": "Alter Lead"})
            silent.action_set_lost()
        fresh = self.customer(name="Neu GmbH")
        self.backdate(old, "2015-03-01")
        self.backdate(silent, "2015-03-01")
        self.backdate(self.person, "2015-03-01")
        proposals.action_look()
        found = proposals.search([("state", "=", "open")])
        self.assertIn(old, found.partner_id)
        self.assertNotIn(fresh, found.partner_id)
        self.assertNotIn(self.person, found.partner_id, "her lead is open and her mail is new")
        self.assertIn(silent, found.lead_id)
        proposal = found.filtered(lambda item: item.partner_id == old)
        self.assertEqual(str(proposal.kept_until), "2021-12-31")
        self.assertIn("2015", proposal.reason)
        self.assertTrue(old.active, "nothing happens by itself")
        proposal.action_keep()
        proposals.action_look()
        self.assertNotIn(old, proposals.search([("state", "=", "open")]).partner_id)
        lead_proposal = proposals.search([("lead_id", "=", silent.id), ("state", "=", "open")])
        lead_proposal.action_archive()
        self.assertFalse(silent.active)
        with self.assertRaises(UserError):
            lead_proposal.action_archive()
        with self.assertRaises(AccessError):
            self.env["crm.retention.proposal"].with_user(self.seller).action_look()

    def backdate(self, record, day):
        self.env.flush_all()
        self.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s, write_date = %s WHERE id = %s",
                SQL.identifier(record._table),
                day,
                day,
                record.id,
            )
        )
        record.invalidate_recordset()

    def test_an_open_document_stops_the_proposal(self):
        with freeze_time("2015-03-01"):
            old = self.customer(name="Alt GmbH")
        self.backdate(old, "2015-03-01")
        lead = self.env["crm.lead"].create({"name": "Offen", "partner_id": old.id})
        self.backdate(lead, "2015-03-01")
        proposals = self.env["crm.retention.proposal"].with_user(self.manager)
        proposals.action_look()
        self.assertNotIn(old, proposals.search([]).partner_id)
        lead.action_set_lost()
        self.backdate(lead, "2015-03-01")
        proposals.action_look()
        self.assertIn(old, proposals.search([]).partner_id)

    # ------------------------------------------------------------ Article 15
    def disclosure(self, lang="en_US"):
        env = self.env(user=self.manager)
        action = env["crm.disclosure"]._open(self.person.with_env(env))
        wizard = env["crm.disclosure"].browse(action["res_id"])
        wizard.lang = lang
        return wizard

    def test_disclosure_as_data(self):
        wizard = self.disclosure()
        logs = self.env["crm.privacy.log"].search_count([("action", "=", "disclosed")])
        wizard.action_json()
        data = json.loads(base64.b64decode(wizard.file))
        self.assertEqual(data["persons"], ["Erika Zwiebelfisch"])
        texts = json.dumps(data["holdings"], ensure_ascii=False)
        for trace in ("Kranichweg 12", "Anfrage Zwiebelfisch", "Anruf von Frau", "Unkenruf"):
            self.assertIn(trace, texts)
        self.assertNotIn("password", texts)
        self.assertEqual(
            self.env["crm.privacy.log"].search_count([("action", "=", "disclosed")]), logs + 1
        )
        wizard.action_xlsx()
        with ZipFile(io.BytesIO(base64.b64decode(wizard.file))) as book:
            strings = book.read("xl/sharedStrings.xml").decode()
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertIn("Kranichweg 12", strings)
        self.assertNotIn("<f>", sheet)

    def test_disclosure_report_in_both_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(["crm_data_quality"], ["de_DE"])
        report = self.env["ir.actions.report"].with_user(self.manager)
        for lang, title in (("en_US", "Copy of personal data"), ("de_DE", "personenbezogenen")):
            wizard = self.disclosure(lang)
            html, _kind = report._render_qweb_html(
                "crm_data_quality.crm_disclosure_document", wizard.ids
            )
            self.assertTrue(title in html.decode(), title)
            self.assertTrue("Kranichweg 12" in html.decode())

    def test_disclosure_says_what_it_does_not_show(self):
        self.env["ir.rule"].create(
            {
                "name": "No leads",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('name', '!=', 'Anfrage Zwiebelfisch')]",
            }
        )
        data = self.disclosure()._data()
        leads = [item for item in data["holdings"] if item["model"] == "crm.lead"]
        self.assertEqual((leads[0]["records"], leads[0]["hidden"]), ([], 1))

    def test_disclosure_is_for_managers(self):
        with self.assertRaises(AccessError):
            self.env(user=self.seller)["crm.disclosure"]._open(self.person.with_user(self.seller))
