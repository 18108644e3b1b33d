# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..hooks import post_init_hook
from .offer_common import FACTS, OFFER, OfferCase, utc

PURCHASES = (
    "purchase_count",
    "first_purchase_on",
    "first_purchase_order_id",
    "last_purchase_on",
    "last_purchase_order_id",
    "purchase_rhythm_days",
    "purchase_due_on",
)


@tagged("post_install", "-at_install")
class TestHistoryOrders(OfferCase):
    """Rows as stock leaves them must be filled with what live stamping would have given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env["sale.order"]
        cls.names = [
            *FACTS,
            "dates_estimated",
            *OFFER,
            *(name for pair in cls.orders._kpi_duration_fields() for name in pair),
            "first_invoiced_on",
            "amount_untaxed_company",
            "amount_list_company",
            "amount_discount_company",
            "company_currency_id",
            "commercial_partner_id",
            "is_first_order",
            "prior_company_ids",
            "sales_department_id",
        ]

    def _values(self, orders):
        self.env.flush_all()
        self.env.invalidate_all()
        return {order.id: {name: order[name] for name in self.names} for order in orders}

    def _forget(self, orders, partners=None, tracking=True):
        """Make the rows look as if this addon had never been there."""
        self.env.flush_all()
        columns = [name for name in self.names if self.orders._fields[name].column_type]
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order SET %s WHERE id = ANY(%s)",
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in columns),
                orders.ids,
            )
        )
        self.env.cr.execute(
            SQL("DELETE FROM sale_order_prior_company_rel WHERE order_id = ANY(%s)", orders.ids)
        )
        if partners:
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET %s WHERE id = ANY(%s)",
                    SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in PURCHASES),
                    partners.ids,
                )
            )
        self.env.invalidate_all()
        if not tracking:
            messages = self.env["mail.message"].search(
                [("model", "=", "sale.order"), ("res_id", "in", orders.ids)]
            )
            self.env["mail.tracking.value"].search(
                [("mail_message_id", "in", messages.ids)]
            ).unlink()
            self.env.flush_all()

    def _fill(self, moment="2026-06-01 08:00"):
        with freeze_time(moment):
            post_init_hook(self.env)
        self.env.invalidate_all()

    def _assert_same(self, expected, orders):
        found = self._values(orders)
        for order in orders:
            for name in self.names:
                self.assertEqual(
                    found[order.id][name], expected[order.id][name], f"{order.name}: {name}"
                )

    def _story(self):
        """Orders of every kind, with their history in the chatter."""
        lead = self.opportunity("2026-01-02 08:00")
        lost = self.opportunity("2026-01-02 09:00")
        names = "draft sent won direct lost cancelled reset revised revision expired of_lost"
        orders = {name: self.quotation("2026-01-05 08:00") for name in names.split()}
        orders["revised"].opportunity_id = orders["revision"].opportunity_id = lead
        orders["of_lost"].opportunity_id = lost
        orders["expired"].validity_date = "2026-02-10"
        orders["won"].order_line.discount = 10
        orders["direct"].partner_id = self.env["res.partner"].create({"name": "Other"})
        for name in ["sent", "won", "lost", "cancelled", "reset", "revised", "expired", "of_lost"]:
            self.at("2026-01-12 09:00", orders[name].action_quotation_sent)
        self.at("2026-01-14 09:00", orders["revision"].action_quotation_sent)
        for name in ["won", "direct", "cancelled", "reset", "revision"]:
            self.at("2026-01-20 10:00", orders[name].action_confirm)
        for name in ["lost", "cancelled", "reset"]:
            self.at("2026-01-27 11:00", orders[name]._action_cancel)
        self.at("2026-01-28 12:00", orders["reset"].action_draft)
        self.at("2026-01-29 12:00", lost.action_set_lost)
        self.at("2026-06-01 08:00", self.orders._cron_expire_offers)
        return orders, self.orders.union(*orders.values())

    def test_same_as_live(self):
        by_name, orders = self._story()
        expected = self._values(orders)
        outcomes = {name: order.offer_outcome for name, order in by_name.items()}
        self.assertEqual(
            outcomes,
            {
                "draft": False,
                "sent": "open",
                "won": "won",
                "direct": False,
                "lost": "lost",
                "cancelled": "won",
                "reset": "open",
                "revised": "revised",
                "revision": "won",
                "expired": "expired",
                "of_lost": "lost",
            },
        )
        partners = orders.commercial_partner_id
        bought = partners.read(PURCHASES)
        self._forget(orders, partners)
        self._fill()
        self._assert_same(expected, orders)
        self.assertEqual(partners.read(PURCHASES), bought)

        # once more: nothing moves
        self._fill("2026-06-02 08:00")
        self._assert_same(expected, orders)
        self.assertEqual(partners.read(PURCHASES), bought)

    def test_what_was_stamped_live_is_kept(self):
        order = self.quotation("2026-01-05 08:00")
        with freeze_time("2026-01-06 08:00"):
            order.with_context(tracking_disable=True).action_quotation_sent()
        expected = self._values(order)
        self._fill()
        self._assert_same(expected, order)
        self.assertFalse(order.dates_estimated)

    def test_labels_of_all_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        field = self.env["ir.model.fields"]._get("sale.order", "state")
        for state, label in (("sent", "Verschickt"), ("sale", "Auftrag"), ("cancel", "Weg")):
            selection = field.selection_ids.filtered(
                lambda option, state=state: option.value == state
            )
            selection.with_context(lang="de_DE").name = label
        order = self.quotation("2026-01-05 08:00").with_context(lang="de_DE")
        self.at("2026-01-06 08:00", order.action_quotation_sent)
        self.at("2026-01-07 08:00", order.action_confirm)
        self.at("2026-01-08 08:00", order._action_cancel)
        tracked = order.message_ids.sudo().tracking_value_ids.mapped("new_value_char")
        self.assertIn("Verschickt", tracked)
        expected = self._values(order)
        self._forget(order)
        self._fill()
        self._assert_same(expected, order)
        self.assertFalse(order.dates_estimated)

    def test_sent_by_mail_is_not_tracked(self):
        """Stock switches the tracking off there: the mail itself is the witness."""
        order = self.quotation("2026-01-05 08:00")
        self.at(
            "2026-01-06 08:00",
            order.with_context(mark_so_as_sent=True).message_post,
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(order.state, "sent")
        self.at("2026-01-09 08:00", order.action_confirm)
        expected = self._values(order)
        self._forget(order)
        self._fill()
        self._assert_same(expected, order)
        self.assertEqual(order.quotation_sent_on, utc("2026-01-06 08:00"))
        self.assertFalse(order.dates_estimated)

    def test_without_chatter_dates_are_estimated(self):
        by_name, orders = self._story()
        expected = self._values(orders)
        self.at("2026-03-01 08:00", lambda: None)
        self._forget(orders, tracking=False)
        self._fill()
        sent, won, lost = by_name["sent"], by_name["won"], by_name["lost"]
        self.assertTrue(all((sent | won | lost).mapped("dates_estimated")))
        self.assertFalse(by_name["draft"].dates_estimated)
        # an open quotation: its date; that it was sent shows in its state
        self.assertEqual(sent.quotation_sent_on, sent.date_order)
        self.assertEqual(sent.offer_outcome, "open")
        # stock keeps the confirmation of an order in its date, but not that it was an offer
        self.assertEqual(won.confirmed_on, expected[won.id]["confirmed_on"])
        self.assertFalse(won.is_offer)
        self.assertFalse(lost.offer_outcome)
        self.assertEqual(lost.cancelled_on, lost.write_date)

    def test_several_mails_leave_the_moment_open(self):
        order = self.quotation("2026-01-05 08:00")
        for moment in ("2026-01-06 08:00", "2026-01-08 08:00"):
            self.at(
                moment,
                order.message_post,
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET state = 'sent' WHERE id = %s", (order.id,))
        self._forget(order)
        self._fill()
        self.assertEqual(order.quotation_sent_on, utc("2026-01-06 08:00"))
        self.assertTrue(order.dates_estimated)

    def test_companies_currencies_and_invoices(self):
        company = self.env["res.company"].create(
            {"name": "Second", "currency_id": self.env.ref("base.CHF").id}
        )
        self.env.user.company_ids |= company
        currency = self.env.ref("base.GBP")
        currency.active = True
        currency.rate_ids = [
            (0, 0, {"name": "2026-01-01", "rate": 0.8, "company_id": self.company.id})
        ]
        pricelist = self.env["product.pricelist"].create(
            {"name": "Pounds", "currency_id": currency.id, "company_id": False}
        )
        foreign = self.quotation("2026-01-05 08:00", pricelist_id=pricelist.id)
        foreign.order_line.discount = 33.33
        abroad = self.quotation("2026-01-06 08:00", company_id=company.id)
        orders = foreign | abroad
        self.at("2026-01-10 08:00", foreign.action_confirm)
        self.at("2026-01-11 08:00", abroad.action_confirm)
        self.assertEqual(foreign.currency_id, currency)
        self.assertEqual(abroad.prior_company_ids, self.company)
        expected = self._values(orders)
        self._forget(orders)
        self._fill()
        self._assert_same(expected, orders)

    def test_columns_exist_before_the_orm_computes_them(self):
        """A new stored computed field without a column would be computed row by row."""
        filled = set(self.orders._kpi_filled_fields())
        for name, field in self.orders._fields.items():
            if field._module == "crm_kpi" and field.store and field.compute:
                self.assertIn(name, filled)
