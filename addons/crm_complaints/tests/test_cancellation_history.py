# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook
from .cancellation_case import CancellationCase
from .common import at


@tagged("post_install", "-at_install")
class TestCancellationHistory(CancellationCase):
    """Every cancellation is kept, whatever becomes of the order."""

    # ------------------------------------------------------------------
    # Whole orders
    # ------------------------------------------------------------------
    def test_each_way_is_recorded_once(self):
        def wizard(order):
            action = order.with_context(ask_cancellation_reason=True).action_cancel()
            form = Form(
                self.env["sale.order.cancel.reason"]
                .with_user(self.seller)
                .with_context(**action["context"])
            )
            form.reason_id = self.price
            form.note = "Zu teuer"
            form.save().action_cancel_orders()

        def mass(order):
            wizards = self.env["sale.mass.cancel.orders"].with_user(self.seller)
            form = Form(wizards.with_context(active_ids=order.ids))
            form.reason_id = self.price
            form.note = "Zu teuer"
            form.save().action_mass_cancel()

        ways = {
            "form": wizard,
            "mass cancel": mass,
            "action_cancel": lambda order: order.action_cancel(),
            "_action_cancel": lambda order: order._action_cancel(),
            "write": lambda order: order.write({"state": "cancel"}),
            "load": lambda order: order.load(["id", ".id", "state"], [["", order.id, "cancel"]]),
            "write with a reason": lambda order: order.write(
                {
                    "state": "cancel",
                    "cancellation_reason_id": self.price.id,
                    "cancelled_by": "customer",
                    "cancellation_note": "Zu teuer",
                }
            ),
            "superuser": lambda order: order.with_user(1).action_cancel(),
        }
        for name, cancel in ways.items():
            with self.subTest(name):
                order = self._order(price=70)
                cancel(order.with_user(self.seller))
                [entry] = self._entries(order)
                explained = name in ("form", "mass cancel", "write with a reason")
                self.assertEqual(entry.kind, "order")
                self.assertEqual(entry.reason_id, self.price if explained else self.not_given)
                self.assertEqual(entry.cancelled_by, "customer" if explained else "not_given")
                self.assertEqual(entry.note, "Zu teuer" if explained else False)
                self.assertEqual(entry.is_explained, explained)
                self.assertEqual(entry.cancelled_on, order.cancelled_on)
                self.assertEqual(
                    entry.recorded_by_id.id, 1 if name == "superuser" else self.seller.id
                )
                self.assertEqual((entry.value_company, entry.value_counted), (70, 70))
                self.assertEqual((entry.user_id, entry.team_id), (self.seller, self.team))

    def test_created_as_cancelled(self):
        values = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "state": "cancel",
            "confirmed_on": "2026-02-01 09:00:00",
            "cancelled_on": "2026-02-03 09:00:00",
        }
        order = self.env["sale.order"].create(values | {"cancellation_reason_id": self.price.id})
        [entry] = self._entries(order)
        self.assertEqual(str(entry.cancelled_on), "2026-02-03 09:00:00")
        self.assertEqual(entry.reason_id, self.price)
        self.assertFalse(self._entries(self.env["sale.order"].create(
            values | {"confirmed_on": False})))  # fmt: skip

    def test_explained_later_on_the_order_or_in_the_history(self):
        order = self._order()
        order.action_cancel()
        [entry] = self._entries(order)
        order.write({"cancellation_reason_id": self.price.id, "cancelled_by": "us"})
        self.assertEqual((entry.reason_id, entry.cancelled_by), (self.price, "us"))
        entry.with_user(self.seller).write(
            {"reason_id": self.late.id, "cancelled_by": "customer", "followup_on": "2027-02-01"}
        )
        self.assertEqual(
            (order.cancellation_reason_id, order.cancelled_by), (self.late, "customer")
        )
        self.assertEqual([str(day) for day in order.activity_ids.mapped("date_deadline")],
                         ["2027-02-01"])  # fmt: skip
        self.assertFalse(entry.activity_ids)

    def test_taking_up_again_keeps_the_history(self):
        order = self._order(price=90)
        with freeze_time(at("2026-03-02 09:00")):
            order.write({"state": "cancel", "cancellation_reason_id": self.price.id,
                         "cancelled_by": "customer", "cancellation_note": "Budget"})  # fmt: skip
        with freeze_time(at("2026-03-04 10:00")):
            order.with_user(self.seller).action_draft()
        self.assertFalse(order.cancellation_reason_id)
        [first] = self._entries(order)
        self.assertEqual((first.reason_id, first.cancelled_by, first.note),
                         (self.price, "customer", "Budget"))  # fmt: skip
        self.assertEqual(first.reopened_on, at("2026-03-04 10:00"))
        self.assertEqual(first.reopened_by_id, self.seller)
        self.assertEqual((first.value_company, first.value_counted), (90, 0))
        order.order_line.price_unit = 50
        order.action_confirm()
        order.write({"state": "cancel", "cancellation_reason_id": self.late.id})
        second = self._entries(order) - first
        self.assertEqual((second.reason_id, second.value_counted), (self.late, 50))
        self.assertEqual(first.reason_id, self.price, "the first is left as it was")

    def test_nobody_rewrites_the_facts(self):
        order = self._order()
        order.action_cancel()
        entry = self._entries(order).with_user(self.manager)
        for values in ({"value_counted": 1}, {"cancelled_on": "2020-01-01"}, {"kind": "part"}):
            with self.assertRaises(AccessError):
                entry.write(values)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            entry.unlink()

    def test_a_correction_counts_nothing(self):
        order = self._order(price=40)
        order.action_cancel()
        entry = self._entries(order)
        entry.with_user(self.seller).is_correction = True
        self.assertEqual(entry.value_counted, 0)
        entry.with_user(self.seller).is_correction = False
        self.assertEqual(entry.value_counted, 40)

    def test_order_value_in_its_currency_at_its_rate(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        for day, rate in (("2025-01-01", 1.25), ("2025-06-01", 2.0)):
            self.env["res.currency.rate"].create(
                {"currency_id": usd.id, "company_id": self.company.id, "name": day, "rate": rate}
            )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        with freeze_time(at("2025-03-01 09:00")):
            order = self._order_of(3, price=100, pricelist_id=pricelist.id)
        with freeze_time(at("2025-07-01 09:00")):
            order.order_line.product_uom_qty = 2
            order.action_cancel()
        part, whole = self._entries(order)
        self.assertEqual((part.currency_id, part.value, part.value_company), (usd, 100, 80))
        left = order.amount_untaxed
        self.assertTrue(left)
        self.assertEqual(whole.value, left)
        self.assertAlmostEqual(whole.value_company, left / 1.25)
        self.assertAlmostEqual(whole.value_counted, left / 1.25)

    # ------------------------------------------------------------------
    # Quotations
    # ------------------------------------------------------------------
    def test_quotations_only_with_a_word(self):
        order = self._order(confirm=False)
        order.action_cancel()
        self.assertFalse(self._entries(order))
        order.cancellation_reason_id = self.price
        [entry] = self._entries(order)
        self.assertEqual((entry.kind, entry.reason_id, entry.value_counted),
                         ("quotation", self.price, 0))  # fmt: skip

    # ------------------------------------------------------------------
    # All together
    # ------------------------------------------------------------------
    def test_random_walk(self):
        """What counts is what the order is worth less than at most, whatever is done to it."""
        dice = random.Random(31)
        for _walk in range(4):
            order = self._order_of(10)
            line = order.order_line
            for _step in range(25):
                if order.state == "sale":
                    step = dice.choice(("change", "change", "cancel"))
                else:
                    step = {"cancel": "reopen", "draft": "confirm"}[order.state]
                if step == "change":
                    line.product_uom_qty = dice.randrange(0, 15)
                elif step == "cancel":
                    order._action_cancel()
                elif step == "reopen":
                    order.action_draft()
                else:
                    order.action_confirm()
                entries = self._entries(order)
                whole = entries.filtered(lambda e: e.kind == "order")
                still = whole.filtered(lambda e: not e.reopened_on)
                self.assertEqual(len(still), order.state == "cancel")
                self.assertEqual(
                    sum(whole.mapped("value_counted")),
                    order.amount_untaxed if order.state == "cancel" else 0,
                )
                for part in entries - whole:
                    rest = part.quantity - part.quantity_restored
                    self.assertGreaterEqual(rest, 0)
                    self.assertAlmostEqual(part.value_counted, 10 * rest)
                    self.assertEqual(bool(part.reopened_on), not rest)

    # ------------------------------------------------------------------
    # History and reports
    # ------------------------------------------------------------------
    def test_install_into_a_database_with_history(self):
        moments = {}
        with freeze_time(at("2025-03-03 09:00")):
            simple = self._order_of(10)
            order, quotation = (
                order.with_context(tracking_disable=False)
                for order in (self._order(), self._order(confirm=False))
            )
            self.flush_tracking()
        steps = (
            ("2025-04-01 10:00", "first", lambda: order._action_cancel()),
            ("2025-04-02 10:00", "again", lambda: order.action_draft()),
            ("2025-04-03 10:00", "bought", lambda: order.action_confirm()),
            ("2025-04-04 10:00", "second", lambda: (order | quotation)._action_cancel()),
        )
        for moment, name, step in steps:
            with freeze_time(at(moment)):
                step()
                self.flush_tracking()
                moments[name] = at(moment)
        self._credit(self._invoice(simple), quantity=4)
        self.env.flush_all()
        live = self._facts(simple)
        # As if the addon had not been there
        self.env.cr.execute("DELETE FROM crm_cancellation")
        self.env.cr.execute(
            "UPDATE sale_order SET cancellation_reason_id = NULL, cancelled_by = NULL"
        )
        self.env.invalidate_all()
        for _time in range(2):
            post_init_hook(self.env)
            entries = self._entries(order | simple | quotation)
            self.assertEqual(entries.order_id, order | simple)
            first, second = self._entries(order)
            self.assertEqual((first.cancelled_on, first.reopened_on),
                             (moments["first"], moments["again"]))  # fmt: skip
            self.assertEqual((second.cancelled_on, second.reopened_on), (moments["second"], False))
            self.assertEqual((first.is_estimated, second.is_estimated), (True, False))
            self.assertEqual((first.value_counted, second.value_counted), (0, 100))
            self.assertEqual(second.reason_id, self.not_given)
            self.assertEqual(second.partner_id, self.customer)
            self.assertEqual((second.user_id, second.team_id), (self.seller, self.team))
            self.assertEqual(self._facts(simple), live)
            [credit] = self._entries(simple)
            self.assertEqual(credit.cancelled_on, at("2026-03-31 12:00"))
        # Recorded live from now on, and settled with what was filled
        simple._action_cancel()
        self.assertEqual(sorted(self._facts(simple)), [("credit", 40, 40), ("order", 100, 60)])

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    def test_sales_analysis_by_reason(self):
        order = self._order(price=70)
        order.write({"state": "cancel", "cancellation_reason_id": self.price.id,
                     "cancelled_by": "customer"})  # fmt: skip
        other = self._order(user=self.colleague, price=33)
        other.write({"state": "cancel", "cancellation_reason_id": self.price.id})
        self.env.flush_all()

        def by_reason(user):
            report = self.env["sale.report"].with_user(user)
            return report._read_group(
                [("state", "=", "cancel"), ("company_id", "=", self.company.id)],
                ["cancellation_reason_id", "cancelled_by"],
                ["price_subtotal:sum"],
            )

        self.assertIn((self.price, "customer", 70.0), by_reason(self.seller))
        self.assertNotIn("not_given", [row[1] for row in by_reason(self.seller)])
        self.assertEqual(sum(row[2] for row in by_reason(self.manager)), 103)
        portal = new_test_user(self.env, "history_portal", "base.group_portal")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            by_reason(portal)

    def test_archived_reason_stays_in_the_figures(self):
        order = self._order()
        order.write({"state": "cancel", "cancellation_reason_id": self.price.id})
        self.price.active = False
        groups = self.env["crm.cancellation"]._read_group(
            [("order_id", "=", order.id)], ["reason_id"], ["value_counted:sum"]
        )
        self.assertEqual(groups, [(self.price, 100.0)])

    def test_changes_of_the_order_follow(self):
        order = self._order()
        order.action_cancel()
        order.write({"user_id": self.colleague.id})
        self.assertEqual(self._entries(order).user_id, self.colleague)
        self.assertFalse(
            self.env["crm.cancellation"]
            .with_user(self.seller)
            .search([("order_id", "=", order.id)])
        )
        order.unlink()
        self.assertFalse(self.env["crm.cancellation"].search([("order_id", "=", order.id)]))


@tagged("post_install", "-at_install")
class TestPortalDeclineHistory(HttpCase):
    def _decline(self, order, **values):
        data = {"access_token": order._portal_ensure_token(), **values}
        return self.url_open(
            f"/my/orders/{order.id}/decline",
            data={**data, "csrf_token": Request.csrf_token(self)},
        )

    def _quotation(self, portal, **values):
        product = self.env["product.product"].create({"name": "Work"})
        order = self.env["sale.order"].create(
            {
                "partner_id": portal.partner_id.id,
                "order_line": [Command.create({"product_id": product.id, "price_unit": 10})],
                **values,
            }
        )
        order.action_quotation_sent()
        return order

    def test_signature_and_payment_pages(self):
        portal = new_test_user(self.env, "history_decliner", "base.group_portal")
        both = self._quotation(portal, require_signature=True, require_payment=True)
        payment = self._quotation(portal, require_signature=False, require_payment=True)
        self.authenticate("history_decliner", "history_decliner")
        self._decline(both, decline_message="Zu teuer <b>!</b>")
        self._decline(payment, decline_message="Nein")
        self.assertEqual((both.state, both.cancelled_by), ("cancel", "customer"))
        [entry] = self.env["crm.cancellation"].search([("order_id", "=", both.id)])
        self.assertEqual(
            (entry.kind, entry.cancelled_by, entry.note, entry.recorded_by_id),
            ("quotation", "customer", "Zu teuer <b>!</b>", portal),
        )
        # Stock lets a customer decline only what asks for a signature.
        self.assertEqual(payment.state, "sent")
        self.assertFalse(self.env["crm.cancellation"].search([("order_id", "=", payment.id)]))

    def test_without_a_message_nothing_happens(self):
        portal = new_test_user(self.env, "history_decliner", "base.group_portal")
        order = self._quotation(portal, require_signature=True)
        self.authenticate("history_decliner", "history_decliner")
        self._decline(order)
        self.assertEqual((order.state, order.cancelled_by), ("sent", False))
