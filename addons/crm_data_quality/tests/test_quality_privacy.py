# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .privacy_common import PrivacyCase


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
        held = proposals.search([("partner_id", "=", old.id)])
        self.assertEqual(held.state, "held")
        self.assertIn("(1)", held.reason)
        lead.action_set_lost()
        self.backdate(lead, "2015-03-01")
        proposals.action_look()
        self.assertEqual(proposals.search([("partner_id", "=", old.id)]).state, "open")
