# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from ..wizard import crm_complaint_migration
from .common import ComplaintCase, at

TICKETS = """
CREATE TABLE helpdesk_ticket_stage (
    id serial PRIMARY KEY, sequence integer, name jsonb, closed boolean, unattended boolean
);
CREATE TABLE helpdesk_ticket_category (id serial PRIMARY KEY, name jsonb, active boolean);
CREATE TABLE helpdesk_ticket_team (id serial PRIMARY KEY, name jsonb, company_id integer);
CREATE TABLE helpdesk_ticket (
    id serial PRIMARY KEY, number varchar, name varchar, description text, user_id integer,
    stage_id integer, partner_id integer, partner_name varchar, partner_email varchar,
    email_cc varchar, last_stage_update timestamp, assigned_date timestamp, closed_date timestamp,
    unattended boolean, company_id integer, channel_id integer, category_id integer,
    team_id integer, priority varchar, color integer, kanban_state varchar, sequence integer,
    active boolean, access_token varchar, create_uid integer, create_date timestamp,
    write_uid integer, write_date timestamp
);
INSERT INTO helpdesk_ticket_stage (id, sequence, name, closed, unattended) VALUES
    (1, 1, '{"en_US": "New"}', false, true), (2, 2, '{"en_US": "In Progress"}', false, false),
    (3, 3, '{"en_US": "Awaiting"}', false, false), (4, 4, '{"en_US": "Done"}', true, false),
    (5, 5, '{"en_US": "Cancelled"}', true, false), (6, 6, '{"en_US": "Rejected?"}', false, false);
INSERT INTO helpdesk_ticket_category (id, name, active) VALUES
    (7, '{"en_US": "delivery", "de_DE": "Lieferung"}', true), (8, '{"en_US": "Paint"}', false);
INSERT INTO helpdesk_ticket_team (id, name) VALUES (9, '{"en_US": "North"}'), (10, '{"en_US": "?"}');
"""

# As the addon was before translated names became JSON, and without some columns
CLAIMS = """
CREATE TABLE crm_claim_stage (id serial PRIMARY KEY, sequence integer, name varchar,
    case_default boolean);
CREATE TABLE crm_claim_category (id serial PRIMARY KEY, name varchar, team_id integer);
CREATE TABLE crm_claim (
    id serial PRIMARY KEY, name varchar, active boolean, description text, resolution text,
    date_deadline date, date_closed timestamp, date timestamp, model_ref_id varchar,
    categ_id integer, priority varchar, type_action varchar, user_id integer, user_fault varchar,
    team_id integer, company_id integer, partner_id integer, email_cc text, email_from varchar,
    partner_phone varchar, stage_id integer, cause text,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
INSERT INTO crm_claim_stage (id, sequence, name, case_default) VALUES
    (1, 26, 'New', true), (2, 27, 'In Progress', true), (3, 28, 'Settled', true),
    (4, 29, 'Rejected', true);
INSERT INTO crm_claim_category (id, name) VALUES (5, 'Factual Claims');
"""


@tagged("post_install", "-at_install")
class TestComplaintMigration(ComplaintCase):
    """Claims and tickets in tables as the OCA addons have them."""

    def _fill(self, table, rows):
        for row in rows:
            self.env.cr.execute(
                "INSERT INTO {} ({}) VALUES ({}) RETURNING id".format(
                    table, ", ".join(row), ", ".join(["%s"] * len(row))
                ),
                list(row.values()),
            )

    def _tickets(self, *rows):
        self.env.cr.execute(TICKETS)
        ticket = {
            "name": "Late",
            "description": "<p>Too <b>late</b></p>",
            "company_id": self.company.id,
            "stage_id": 1,
            "active": True,
            "priority": "1",
            "create_date": at("2024-03-04 09:00"),
            "write_date": at("2024-03-09 09:00"),
        }
        self._fill("helpdesk_ticket", [{**ticket, **row} for row in rows])

    def _claims(self, *rows):
        self.env.cr.execute(CLAIMS)
        claim = {
            "name": "Late",
            "stage_id": 1,
            "active": True,
            "create_date": at("2019-03-04 09:00"),
            "write_date": at("2019-03-09 09:00"),
        }
        self._fill("crm_claim", [{**claim, **row} for row in rows])

    def _wizard(self, source="ticket"):
        return self.env["crm.complaint.migration"].create(
            {"source": source, "company_id": self.company.id}
        )

    def _imported(self):
        complaints = self.env["crm.complaint"].with_context(active_test=False)
        return complaints.search([("channel", "=", "import")], order="id")

    def test_nothing_to_import(self):
        wizard = self._wizard()
        self.assertIn("no such records", wizard.found)
        with self.assertRaises(UserError):
            wizard.action_import()

    def test_stages_are_proposed(self):
        self._tickets({})
        stages = {line.name: line.stage_id for line in self._wizard().stage_ids}
        names = {name: self.stages[name] for name in self.stages}
        self.assertEqual(stages["New"], names["new"])
        self.assertEqual(stages["Awaiting"], names["waiting"])
        self.assertEqual(stages["Done"], names["resolved"])
        self.assertEqual(stages["Cancelled"], names["rejected"])
        self.assertEqual(stages["Rejected?"], names["new"], "the flag says that it is open")

    def test_tickets(self):
        self._tickets(
            {
                "number": "HT00001",
                "partner_id": self.contact.id,
                "partner_name": "Karla",
                "user_id": self.seller.id,
                "category_id": 7,
                "team_id": 9,
                "priority": "3",
                "stage_id": 4,
                "closed_date": at("2024-03-06 15:00"),
            },
            {
                "number": "HT00002",
                "partner_name": "Nemo Neu",
                "partner_email": "nemo@neu.example",
                "category_id": 8,
                "team_id": 10,
                "stage_id": 3,
            },
            {"name": " ", "partner_id": 999_999_999, "active": False, "number": "/"},
        )
        wizard = self._wizard()
        wizard.action_import()
        first, second, third = self._imported()
        self.assertEqual((first.number, first.name), ("HT00001", "Late"))
        self.assertEqual((first.partner_id, first.user_id), (self.contact, self.seller))
        self.assertEqual(first.category_id, self.env.ref("crm_complaints.category_delivery"))
        self.assertEqual((first.team_id, first.severity), (self.team, "critical"))
        self.assertEqual(first.received_on, at("2024-03-04 09:00"))
        self.assertEqual(first.resolved_on, at("2024-03-06 15:00"))
        self.assertIn("<b>late</b>", first.description)
        self.assertAlmostEqual(first.work_days_to_resolution, 2.625)
        self.assertFalse(second.partner_id)
        self.assertEqual((second.partner_name, second.email_normalized),
                         ("Nemo Neu", "nemo@neu.example"))  # fmt: skip
        self.assertEqual(second.category_id.name, "Paint")
        self.assertTrue(second.is_waiting and not second.resolved_on)
        self.assertEqual(third.name, "Without subject")
        self.assertFalse(third.active or third.partner_id)
        self.assertTrue(third.number)
        self.assertIn("Complaints imported: 3", wizard.report)
        self.assertIn("Without their contact, which is gone: 1", wizard.report)

    def test_claims_of_an_old_version(self):
        zone_end = at("2019-03-15 23:59").replace(second=59)
        self._claims(
            {
                "description": "The rung\nis broken",
                "resolution": "New one",
                "cause": "Glue",
                "partner_id": self.customer.id,
                "email_from": "karla@kunde.example",
                "partner_phone": "089 1",
                "categ_id": 5,
                "priority": "2",
                "stage_id": 3,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "date": at("2019-03-01 09:00"),
                "date_deadline": "2019-03-15",
            },
            {"stage_id": 4, "date_closed": at("2018-01-01 09:00")},
        )
        self._wizard("claim").action_import()
        first, second = self._imported()
        self.assertIn("The rung<br>", first.description)
        self.assertIn("New one", first.solution)
        self.assertEqual((first.cause_note, first.phone), ("Glue", "089 1"))
        self.assertEqual((first.category_id.name, first.severity), ("Factual Claims", "high"))
        self.assertEqual(first.received_on, at("2019-03-01 09:00"))
        self.assertEqual(first.resolved_on, at("2019-03-09 09:00"), "the last change, as estimate")
        self.assertEqual(first.promised_on, zone_end)
        self.assertTrue(second.is_rejected)
        self.assertEqual(second.resolved_on, second.received_on, "never before the reception")
        self.assertEqual(second.company_id, self.company)

    def test_conversation_moves_along(self):
        self._tickets({"stage_id": 2, "number": "HT7", "user_id": self.seller.id})
        self.env.cr.execute("SELECT id FROM helpdesk_ticket")
        old_id = self.env.cr.fetchone()[0]
        messages = self.env["mail.message"].create(
            [
                {
                    "body": body,
                    "author_id": author.id,
                    "date": date,
                    "message_type": "comment",
                    "subtype_id": self.env.ref(f"mail.{subtype}").id,
                }
                for body, author, date, subtype in (
                    ("Help", self.contact, at("2024-03-04 09:00"), "mt_comment"),
                    ("Internal", self.seller.partner_id, at("2024-03-04 10:00"), "mt_note"),
                    ("Sorry", self.seller.partner_id, at("2024-03-04 11:00"), "mt_comment"),
                )
            ]
        )
        attachment = self.env["ir.attachment"].create({"name": "photo.png", "raw": b"x"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET model = 'helpdesk.ticket', res_id = %s WHERE id = ANY(%s)",
            [old_id, messages.ids],
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET res_model = 'helpdesk.ticket', res_id = %s WHERE id = %s",
            [old_id, attachment.id],
        )
        self.env.cr.execute(
            "INSERT INTO mail_followers (res_model, res_id, partner_id)"
            " VALUES ('helpdesk.ticket', %s, %s)",
            [old_id, self.contact.id],
        )
        self.env.invalidate_all()
        wizard = self._wizard()
        wizard.action_import()
        complaint = self._imported()
        self.assertFalse(messages - complaint.message_ids)
        self.assertEqual((attachment.res_model, attachment.res_id), ("crm.complaint", complaint.id))
        self.assertIn(self.contact, complaint.message_partner_ids)
        self.assertEqual(complaint.first_answer_on, at("2024-03-04 11:00"))
        self.assertAlmostEqual(complaint.work_hours_to_first_answer, 2)
        self.assertIn("Messages taken over: 3", wizard.report)
        self.assertIn("Files taken over: 1", wizard.report)
        # Somebody goes on to write in the old application until it is switched off.
        late = self.env["mail.message"].create({"body": "Late", "message_type": "comment"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET model = 'helpdesk.ticket', res_id = %s WHERE id = %s",
            [old_id, late.id],
        )
        self.env.invalidate_all()
        wizard.action_import()
        self.assertIn(late, complaint.message_ids)

    def test_check_changes_nothing(self):
        self._tickets({"category_id": 8, "stage_id": 4}, {})
        wizard = self._wizard()
        wizard.action_check()
        self.assertFalse(self._imported())
        self.assertFalse(self.env["crm.complaint.category"].search([("name", "=", "Paint")]))
        self.assertIn("Nothing has been changed", wizard.report)
        self.assertIn("Complaints imported: 2", wizard.report)

    def test_import_again(self):
        self._tickets({}, {}, {})
        wizard = self._wizard()
        self.patch(crm_complaint_migration, "PER_RUN", 2)
        wizard.action_import()
        self.assertEqual(len(self._imported()), 2)
        self.assertIn("Left for the next run: 1", wizard.report)
        for _time in range(2):
            wizard.action_import()
            self.assertEqual(len(self._imported()), 3)
        self.assertIn("Complaints imported: 0", wizard.report)
        self.assertIn("imported already: 3", self._wizard().found)
        # What was deleted on purpose may be imported anew.
        self._imported()[0].unlink()
        wizard.action_import()
        self.assertEqual(len(self._imported()), 3)

    def test_no_mail_leaves(self):
        self.stages["resolved"].rating_template_id = self.env.ref(
            "crm_complaints.mail_template_rating"
        )
        self._tickets({"stage_id": 4, "partner_id": self.contact.id, "user_id": self.seller.id})
        before = self.env["mail.mail"].search_count([])
        self._wizard().action_import()
        self.assertTrue(self._imported().is_closed)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_category_that_needs_a_cause(self):
        delivery = self.env.ref("crm_complaints.category_delivery")
        delivery.require_cause = True
        self._tickets({"category_id": 7, "stage_id": 4}, {"category_id": 7, "stage_id": 1})
        wizard = self._wizard()
        wizard.action_import()
        closed, still_open = self._imported()
        self.assertEqual(closed.cause_id.name, "Not known (import)")
        self.assertFalse(still_open.cause_id)
        self.assertIn("Closed without the root cause", wizard.report)

    def test_numbers_that_are_taken(self):
        mine = self._complaint(number="HT1")
        self._tickets({"number": "HT1"}, {"number": "HT2"}, {"number": "HT2"})
        self._wizard().action_import()
        numbers = self._imported().mapped("number")
        self.assertEqual(len({mine.number, *numbers}), 4)
        self.assertIn("HT2", numbers)

    def test_only_the_administrator(self):
        self._tickets({})
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_import()

    def test_import_of_a_file(self):
        """Odoo's own import with external ids: twice the same file is one import."""
        path = self.env["crm.complaint"].get_import_templates()[0]["template"]
        with file_open(path.lstrip("/")) as template:
            head, *rows = csv.reader(template)
        labels = {
            field.string: name
            for name, field in self.env["crm.complaint"]._fields.items()
            if not field.readonly
        }
        columns = [{"External ID": "id"}.get(label) or labels[label] for label in head]
        complaints = self.env["crm.complaint"].with_user(self.manager)
        for _time in range(2):
            result = complaints.with_context(import_file=True).load(columns, rows)
            self.assertFalse(result["messages"])
        first, second = self._imported()
        self.assertEqual(str(first.resolved_on), "2025-03-20 15:30:00")
        self.assertEqual(first.stage_id, self.stages["resolved"])
        self.assertFalse(second.resolved_on)
