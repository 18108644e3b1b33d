# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import new_test_user
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

    def entry(self, day, move_type="entry", **values):
        """A posted journal entry, or invoice, of the person."""
        if "account.move" not in self.env:
            self.skipTest("accounting is not installed")
        accounts = self.env["account.account"]
        account = accounts.search([("code", "=", "QX1")]) or accounts.create(
            {"name": "Test", "code": "QX1", "account_type": "income_other"}
        )
        journals = self.env["account.journal"]
        kind = "general" if move_type == "entry" else "sale"
        journal = journals.search([("code", "=", f"QX{kind[0]}")]) or journals.create(
            {"name": "Test", "code": f"QX{kind[0]}", "type": kind, "default_account_id": account.id}
        )
        line = {"account_id": account.id, "partner_id": self.person.id, "name": "x"}
        lines = [line | {"debit": 10}, line | {"credit": 10}]
        if move_type != "entry":
            self.receivable(accounts)
            lines = [{"account_id": account.id, "name": "Ware", "price_unit": 10, "tax_ids": []}]
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "journal_id": journal.id,
                "date": day,
                "partner_id": self.person.id,
                "line_ids" if move_type == "entry" else "invoice_line_ids": [
                    Command.create(values) for values in lines
                ],
                **({} if move_type == "entry" else {"invoice_date": day}),
                **values,
            }
        )
        move.action_post()
        return move

    def receivable(self, accounts):
        """The account that invoices of the person are posted to."""
        account = accounts.search([("code", "=", "QX2")]) or accounts.create(
            {
                "name": "Receivable",
                "code": "QX2",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        for partner in self.person | self.person.commercial_partner_id:
            partner.property_account_receivable_id = account

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
