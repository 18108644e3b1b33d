# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from datetime import date
from unittest.mock import patch

from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_privacy_sweep
from .common import QualityCase

# The person's name, addresses and numbers, in the spellings of the database.
TRACES = (
    "Adalbert Zwiebelfisch", "zwiebelfisch@", "zwiebelfisch.adalbert", "5550471", "555 0471",
    "Kranichweg 12", "DE136695976", "Quappenhof",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestQualityPrivacyWhole(QualityCase, CronMixinCase):
    """A person on whom everything hangs that the database knows is disclosed and forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {
            "name": "Adalbert Zwiebelfisch",
            "is_company": False,
            "email": "adalbert.zwiebelfisch@quappenhof.example",
            "phone": "+49 89 5550471",
            "street": "Kranichweg 12",
            "zip": "80331",
            "city": "München",
            "country_id": cls.germany.id,
            "user_id": cls.seller.id,
        }
        cls.person = cls.customer(**values, vat="DE136695976", comment="<p>Mag Quappenhof</p>")
        cls.duplicate = cls.customer(
            **values | {"email": "zwiebelfisch.adalbert@web.example", "zip": "8033"}
        )
        cls.merged = cls.customer(**values | {"street": "Kranichweg 12a", "ref": "QTEST"})
        cls.other = cls.customer(name="Anton Nachbar", is_company=False, street="Kranichweg 14")
        cls._merge()
        cls._leads()
        cls._conversations()
        cls._portal_and_lists()
        cls._journals()
        cls._elsewhere()
        cls._flush()

    @classmethod
    def _flush(cls):
        cls.env.flush_all()
        cls.cr.flush()
        cls.env.invalidate_all()

    @classmethod
    def _merge(cls):
        """One record was merged into the person's, another one is only found as a duplicate."""
        env = cls.env(user=cls.manager)
        env["crm.merge"]._merge(cls.person.with_env(env), cls.merged.with_env(env))

    @classmethod
    def _leads(cls):
        cls.lead = cls.lead_of(partner_id=cls.person.id, name="Anfrage Zwiebelfisch")
        cls.loose_lead = cls.lead_of(
            name="Web-Anfrage",
            contact_name="Adalbert Zwiebelfisch",
            email_from="zwiebelfisch.adalbert@web.example",
        )
        for lead in (cls.lead, cls.loose_lead):
            lead.message_post(body="Adalbert Zwiebelfisch will 5 Stück", message_type="comment")

    @classmethod
    def lead_of(cls, **values):
        return cls.env["crm.lead"].create({"expected_revenue": 5000, **values})

    @classmethod
    def _conversations(cls):
        cls.person.message_post(
            body="Von adalbert.zwiebelfisch@quappenhof.example",
            subject="Adalbert Zwiebelfisch",
            author_id=cls.person.id,
            message_type="email",
        )
        cls.person.activity_schedule(
            "mail.mail_activity_data_todo", summary="Adalbert Zwiebelfisch anrufen"
        )
        cls.env["calendar.event"].create(
            {
                "name": "Termin mit Adalbert Zwiebelfisch",
                "description": "<p>Kranichweg 12</p>",
                "start": "2020-01-01 10:00:00",
                "stop": "2020-01-01 11:00:00",
                "partner_ids": [Command.set(cls.person.ids)],
            }
        )
        cls.env["ir.attachment"].create(
            {
                "name": "Adalbert Zwiebelfisch.txt",
                "raw": b"Kranichweg 12",
                "res_model": "res.partner",
                "res_id": cls.person.id,
            }
        )

    @classmethod
    def _portal_and_lists(cls):
        cls.portal = new_test_user(
            cls.env,
            "adalbert.zwiebelfisch@quappenhof.example",
            "base.group_portal",
            name="Adalbert Zwiebelfisch",
            email="adalbert.zwiebelfisch@quappenhof.example",
            partner_id=cls.person.id,
        )
        if "mailing.contact" in cls.env:
            cls.env["mailing.contact"].create(
                {
                    "name": "Adalbert Zwiebelfisch",
                    "email": "adalbert.zwiebelfisch@quappenhof.example",
                    "list_ids": [Command.create({"name": "Rundbrief"})],
                }
            )

    @classmethod
    def _journals(cls):
        """Duplicates, a check with a report beside it, and corrections."""
        search = cls.env["crm.duplicate.search"].with_user(cls.manager).create({})
        search.action_start()
        cls.finished = cls.run_check()
        cls.report = cls.env["ir.attachment"].create(
            {
                "name": "Bericht.txt",
                "raw": b"Adalbert Zwiebelfisch, Kranichweg 12",
                "res_model": "crm.quality.check",
                "res_id": cls.finished.id,
            }
        )
        cls.person.phone = "089 5550471"
        fix = cls.env["crm.quality.fix"].with_user(cls.manager)
        fix = fix.create({"method": "phone", "scope_domain": f"[('id', '=', {cls.person.id})]"})
        fix.action_prepare()
        fix.line_ids.is_selected = True
        fix.action_apply()

    @classmethod
    def _elsewhere(cls):
        """What records say about the person that do not point to the person."""
        cls.note = cls.other.message_post(
            body="Nachbar von Adalbert Zwiebelfisch (adalbert.zwiebelfisch@quappenhof.example)",
            message_type="comment",
        )
        cls.other.comment = "<p>Empfohlen von Adalbert  Zwiebelfisch, Tel. +49895550471</p>"
        cls.other.activity_schedule(
            "mail.mail_activity_data_todo", note="<p>Kranichweg 12<br>D-80331 anfahren</p>"
        )
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "Protokoll.txt",
                "raw": b"Anwesend: Adalbert Zwiebelfisch",
                "mimetype": "text/plain",
                "index_content": "Anwesend: Adalbert Zwiebelfisch",
                "res_model": "res.partner",
                "res_id": cls.other.id,
            }
        )

    def order_and_invoice(self):
        """An order and an invoice past its period, where these are installed."""
        if "sale.order" not in self.env:
            return
        product = self.env["product.product"].create({"name": "Ware", "list_price": 100})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.person.id,
                "client_order_ref": "Adalbert Zwiebelfisch 7",
                "note": "<p>Kranichweg 12</p>",
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        order.message_post(body="Adalbert Zwiebelfisch fragt nach", message_type="comment")
        order.order_line.qty_delivered = 1
        order.invoice_status = "invoiced"

    def old_entry(self):
        """A posted journal entry whose period is over."""
        if "account.move" not in self.env:
            return None
        account = self.env["account.account"].create(
            {"name": "Test", "code": "QX1", "account_type": "income_other"}
        )
        journal = self.env["account.journal"].create(
            {"name": "Test", "code": "QX1", "type": "general"}
        )
        line = {"account_id": account.id, "partner_id": self.person.id}
        line["name"] = "Adalbert Zwiebelfisch, Kranichweg 12"
        year = fields.Date.context_today(self.person).year
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": date(year - 11, 12, 31),
                "partner_id": self.person.id,
                "line_ids": [
                    Command.create(line | {"debit": 10}),
                    Command.create(line | {"credit": 10}),
                ],
            }
        )
        move.action_post()
        return move

    def complaint(self):
        """A complaint by mail, where complaints are installed."""
        if "crm.complaint" not in self.env:
            return None
        complaint = self.env["crm.complaint"].create(
            {
                "name": "Beschwerde von Adalbert Zwiebelfisch",
                "description": "<p>Am Kranichweg 12 kam nichts an, sagt Zwiebelfisch</p>",
                "partner_id": self.person.id,
            }
        )
        complaint.message_post(
            body="Gruß, Adalbert Zwiebelfisch",
            author_id=self.person.id,
            message_type="email",
            email_from="adalbert.zwiebelfisch@quappenhof.example",
        )
        return complaint

    # ------------------------------------------------------------ what is left
    def traces(self):
        """Where a string of the person stands in the whole database, any column of any table.

        :return: dict (table, column) → number of rows
        """
        self._flush()
        columns = self.env.execute_query(
            SQL(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c"
                " JOIN information_schema.tables t USING (table_schema, table_name)"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND c.data_type IN"
                " ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'character', 'bytea')"
            )
        )
        patterns = [f"%{trace}%" for trace in TRACES]
        found = {}
        tables = {}
        for table, column in columns:
            tables.setdefault(table, []).append(column)
        for table, names in tables.items():
            for name in names:
                ((count,),) = self.env.execute_query(
                    SQL(
                        "SELECT COUNT(*) FROM %s AS t WHERE %s::text ILIKE ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier("t", name),
                        patterns,
                    )
                )
                if count:
                    found[table, name] = count
        return found

    def figures(self):
        """What reports count."""
        found = {}
        for name, groups, aggregates in (
            ("crm.lead", ["stage_id", "country_id", "user_id"], ["expected_revenue:sum"]),
            ("res.partner", ["country_id", "user_id"], []),
            ("sale.order", ["partner_id", "state"], ["amount_total:sum"]),
            ("account.move.line", ["partner_id", "parent_state"], ["debit:sum", "credit:sum"]),
            ("crm.complaint", ["stage_id", "partner_id", "category_id"], []),
            ("calendar.event", ["start:month"], []),
        ):
            if name in self.env:
                model = self.env[name].with_context(active_test=False)
                found[name] = model._read_group([], groups, ["__count", *aggregates])
        return found

    def forget(self):
        """Through the wizard, with both confirmations."""
        env = self.env(user=self.manager)
        people = (self.person | self.duplicate).with_env(env)
        action = env["crm.anonymise"]._open(people, env["crm.lead"])
        wizard = env["crm.anonymise"].browse(action["res_id"])
        self.assertFalse(wizard.refusals)
        wizard.write({"is_certain": True, "confirmation": str(wizard.record_count)})
        result = wizard.action_anonymise()
        wizard.unlink()
        return result

    def test_forgotten_everywhere(self):
        self.order_and_invoice()
        move = self.old_entry()
        self.complaint()
        before = self.traces()
        for place in (
            ("res_partner", "name"), ("crm_lead", "contact_name"), ("mail_message", "body"),
            ("crm_quality_fix_line", "old_value"), ("ir_attachment", "index_content"),
            ("mail_activity", "note"), ("res_users", "login"), ("calendar_event", "description"),
        ):  # fmt: skip
            self.assertIn(place, before)
        figures = self.figures()
        self.forget()
        self.assertEqual(self.traces(), {}, "not a string of the person is left")
        self.assertEqual(self.figures(), figures)
        self.assertFalse(self.merged.active or self.duplicate.active)
        self.assertFalse(self.report.exists(), "the report beside the check named him")
        self.assertEqual(self.loose_lead.name, f"Anonymised {self.loose_lead.id}")
        self.assertFalse(self.portal.active)
        if move:
            self.assertEqual(sum(move.line_ids.mapped("debit")), 10)
        self.assertEqual(self.env["crm.quality.fix.line"].search_count([]), 0)
        self.assertFalse(self.env["crm.merge.line"].search([]))

    def test_others_keep_what_is_theirs(self):
        namesake = self.customer(
            name="Anton Nachbar", is_company=False, phone=self.other.phone, comment="<p>x</p>"
        )
        notes = {
            text: self.other.message_post(body=Markup("<p>%s</p>") % text)
            for text in (
                "Lieferung Kranichweg 122, 80331 München",  # a longer number
                "Lieferung Kranichweg 12, 20095 Hamburg",  # another town
                "Kranichweg 12",
                "karl.adalbert.zwiebelfisch@quappenhof.example",
                "Tel. +4989555047112",
                "Adalbert Zwiebelfischer",
            )
        }
        self.forget()
        self.assertEqual(self.other.name, "Anton Nachbar")
        self.assertEqual(self.other.street, "Kranichweg 14")
        for text, body in notes.items():
            self.assertEqual(str(body.body), f"<p>{text}</p>")
        self.assertIn("Nachbar von •••", self.note.body)
        self.assertNotIn("Zwiebelfisch", self.other.comment)
        self.assertEqual(namesake.name, "Anton Nachbar")

    def test_what_is_shared_is_not_looked_for(self):
        """Another customer of the same name and switchboard: texts may mean that one."""
        namesake = self.customer(
            name="Adalbert Zwiebelfisch", is_company=False, phone="+49 89 5550471"
        )
        self.forget()
        self.assertEqual(namesake.name, "Adalbert Zwiebelfisch")
        self.assertEqual(namesake.phone, "+49 89 5550471")
        self.assertIn("Nachbar von Adalbert Zwiebelfisch (•••)", self.note.body)

    def test_files_of_others_are_named(self):
        action = self.forget()
        self.assertEqual(action["res_model"], "crm.privacy.sweep")
        sweep = self.env["crm.privacy.sweep"].browse(action["res_id"])
        self.assertEqual((sweep.run_state, sweep.attachment_ids), ("done", self.file))
        self.assertFalse(sweep.pattern or sweep.signs or sweep.model_names)
        self.assertGreaterEqual(sweep.replaced_count, 3)

    def test_large_databases_are_swept_in_the_background(self):
        with (
            patch.object(crm_privacy_sweep, "AT_ONCE", 0),
            patch.object(crm_privacy_sweep, "CHUNK", 7),
            self.capture_triggers("crm_data_quality.ir_cron_run_privacy_sweeps") as captured,
        ):
            action = self.forget()
            sweep = self.env["crm.privacy.sweep"].browse(action["res_id"])
            self.assertEqual((sweep.run_state, len(captured.records)), ("waiting", 1))
            self.assertIn("Zwiebelfisch", self.note.body, "its turn comes")
            self.assertNotIn("Zwiebelfisch", self.person.name)
            steps = []

            def commit_progress(*_args, **_kwargs):
                self.env.flush_all()
                steps.append(sweep.progress)
                if len(steps) == 3:
                    sweep.with_user(self.manager).action_cancel()
                return 60.0

            with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit_progress):
                sweep._cron_run_sweeps()
                self.assertEqual((sweep.run_state, len(steps)), ("cancelled", 3))
                sweep.with_user(self.manager).action_resume()
                sweep._cron_run_sweeps()
        self.assertEqual(sweep.run_state, "done")
        self.assertEqual(steps, sorted(steps))
        self.assertEqual(self.traces(), {})

    def test_nobody_reads_what_is_looked_for(self):
        sweep = self.env["crm.privacy.sweep"].create({"pattern": "secret", "signs": [["secret"]]})
        for user in (self.manager, self.env.ref("base.user_admin")):
            for name in ("pattern", "signs"):
                with self.assertRaises(AccessError):
                    sweep.with_user(user).read([name])
                self.assertNotIn(name, sweep.with_user(user).fields_get())
        with self.assertRaises(AccessError):
            sweep.with_user(self.seller).read(["run_state"])

    # ------------------------------------------------------------ Article 15
    def test_everything_is_disclosed(self):
        self.order_and_invoice()
        self.old_entry()
        self.complaint()
        env = self.env(user=self.manager)
        action = env["crm.disclosure"]._open(self.person.with_env(env))
        wizard = env["crm.disclosure"].browse(action["res_id"])
        self.assertEqual(
            wizard.partner_ids.with_env(self.env), self.person | self.duplicate | self.merged
        )
        wizard.action_json()
        data = json.loads(base64.b64decode(wizard.file))
        models = {item["model"] for item in data["holdings"]}
        expected = {
            "res.partner", "crm.lead", "mail.message", "mail.activity", "calendar.event",
            "ir.attachment", "res.users", "crm.quality.finding", "crm.quality.fix.line",
        }  # fmt: skip
        for name in ("sale.order", "account.move", "crm.complaint", "mailing.contact"):
            if name in self.env:
                expected.add(name)
        self.assertEqual(expected - models, set())
        texts = json.dumps(data["holdings"], ensure_ascii=False)
        for text in (
            "Kranichweg 12", "zwiebelfisch.adalbert@web.example", "Web-Anfrage",
            "Adalbert Zwiebelfisch anrufen", "Adalbert Zwiebelfisch.txt", "Kranichweg 12a",
        ):  # fmt: skip
            self.assertIn(text, texts)
        self.assertNotIn("Anton Nachbar", texts, "nobody else is disclosed")
