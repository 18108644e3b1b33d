# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase

FACTS = ("quotation_sent_on", "confirmed_on", "cancelled_on")
OFFER = ("is_offer", "offer_sent_on", "offer_decided_on", "offer_outcome")


def utc(text):
    """Naive UTC datetime of "2026-03-31 22:30"."""
    return datetime.fromisoformat(text)


class OfferCase(TransactionCase):
    """Quotations of a company in Berlin, made at given moments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, mail_notrack=False, tracking_disable=False))
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.customer = cls.env["res.partner"].create({"name": "Muster AG", "is_company": True})
        cls.product = cls.env["product.product"].create(
            {"name": "Consulting", "type": "service", "list_price": 100.0, "taxes_id": False}
        )
        cls.stage_won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)

    @classmethod
    def quotation(cls, created, partner=None, opportunity=None, quantity=1, **values):
        with freeze_time(created):
            order = cls.env["sale.order"].create(
                {
                    "partner_id": (partner or cls.customer).id,
                    "opportunity_id": opportunity.id if opportunity else False,
                    "validity_date": False,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": 100.0,
                                "tax_ids": False,
                            }
                        )
                    ],
                    **values,
                }
            )
            cls.env.flush_all()
            cls.env.cr.precommit.run()
            # the database clock does not freeze
            cls.env.cr.execute(
                "UPDATE sale_order SET create_date = %s WHERE id = %s", (utc(created), order.id)
            )
            order.invalidate_recordset(["create_date"])
            order.modified(["create_date"])
        return order

    @classmethod
    def opportunity(cls, created, **values):
        with freeze_time(created):
            lead = cls.env["crm.lead"].create(
                {"name": "Project", "type": "opportunity", "partner_id": cls.customer.id, **values}
            )
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", (utc(created), lead.id)
            )
            lead.invalidate_recordset(["create_date"])
            lead.modified(["create_date"])
        return lead

    @classmethod
    def at(cls, moment, action, *args, **kwargs):
        """Call ``action`` at the given UTC moment and write everything down, as a request does."""
        with freeze_time(moment):
            result = action(*args, **kwargs)
            cls.env.flush_all()
            cls.env.cr.precommit.run()
        return result

    def assertOffer(self, order, outcome, sent=None, decided=None):
        """Check that the quotation represents an offer with these moments."""
        self.assertEqual(order.offer_outcome, outcome)
        self.assertEqual(order.is_offer, bool(sent))
        self.assertEqual(order.offer_sent_on, utc(sent) if sent else False)
        self.assertEqual(order.offer_decided_on, utc(decided) if decided else False)

    def assertDatabaseNull(self, record, *field_names):
        """Check that the columns hold NULL, not 0."""
        self.env.flush_all()
        for name in field_names:
            self.env.cr.execute(
                f"SELECT {name} IS NULL FROM {record._table} WHERE id = %s", (record.id,)
            )
            self.assertTrue(self.env.cr.fetchone()[0], f"{name} should be NULL")
