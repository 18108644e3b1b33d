# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestCancellation(ComplaintCase):
    """Why and by whom orders are cancelled, on every way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm_complaints.cancellation_reason_price")
        cls.ours = cls.env.ref("crm_complaints.cancellation_reason_unavailable")
        cls.not_given = cls.env.ref("crm_complaints.cancellation_reason_not_given")

    def _click_cancel(self, orders):
        """What the visible Cancel button of the form does, with its own context."""
        view = self.env["sale.order"].with_user(self.seller).get_view(view_type="form")
        buttons = etree.fromstring(view["arch"]).xpath("//header//button[@name='action_cancel']")
        names = {"state": orders.state, "id": orders.id, "locked": orders.locked}
        [button] = [
            button for button in buttons if not safe_eval(button.get("invisible"), dict(names))
        ]
        context = safe_eval(button.get("context") or "{}")
        return orders.with_user(self.seller).with_context(**context).action_cancel()

    def _wizard(self, action):
        self.assertEqual(action["res_model"], "sale.order.cancel.reason")
        wizards = self.env["sale.order.cancel.reason"].with_user(self.seller)
        return Form(wizards.with_context(**action["context"]))

    def test_form_asks_once(self):
        order = self._order()
        form = self._wizard(self._click_cancel(order))
        self.assertEqual(order.state, "sale", "nothing happens before the answer")
        form.reason_id = self.ours
        self.assertEqual(form.cancelled_by, "us")
        form.reason_id = self.price
        self.assertEqual(form.cancelled_by, "customer")
        form.note = "Ten percent less elsewhere"
        form.recoverable = True
        form.followup_on = "2027-02-01"
        form.save().action_cancel_orders()
        self.assertEqual(order.state, "cancel")
        self.assertTrue(order.cancelled_on)
        self.assertEqual(order.cancellation_reason_id, self.price)
        self.assertEqual(order.cancelled_by, "customer")
        self.assertEqual(order.cancellation_note, "Ten percent less elsewhere")
        self.assertEqual(
            order.activity_ids.mapped(lambda a: (str(a.date_deadline), a.user_id)),
            [("2027-02-01", self.seller)],
        )

    def test_quotations_are_asked_only_where_set(self):
        order = self._order(confirm=False)
        self._click_cancel(order)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.cancellation_reason_id or order.cancelled_by)
        self.company.cancellation_ask_quotations = True
        other = self._order(confirm=False)
        form = self._wizard(self._click_cancel(other))
        form.reason_id = self.price
        form.save().action_cancel_orders()
        self.assertEqual((other.state, other.cancellation_reason_id), ("cancel", self.price))

    def test_direct_call_is_never_blocked(self):
        for cancel in (
            lambda order: order.action_cancel(),
            lambda order: order._action_cancel(),
            lambda order: order.write({"state": "cancel"}),
        ):
            order = self._order()
            cancel(order.with_user(self.seller))
            self.assertEqual(order.state, "cancel")
            self.assertTrue(order.cancelled_on)
            self.assertEqual(order.cancellation_reason_id, self.not_given)
            self.assertEqual(order.cancelled_by, "not_given")

    def test_import_with_a_reason_keeps_it(self):
        order = self._order()
        order.write({"state": "cancel", "cancellation_reason_id": self.price.id})
        self.assertEqual(order.cancellation_reason_id, self.price)
        self.assertEqual(order.cancelled_by, "not_given")

    def test_import_of_a_cancelled_order(self):
        values = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "state": "cancel",
            "confirmed_on": "2026-02-01 09:00:00",
            "cancelled_on": "2026-02-03 09:00:00",
        }
        order = self.env["sale.order"].create(values)
        self.assertEqual(str(order.cancelled_on), "2026-02-03 09:00:00")
        self.assertEqual(order.cancellation_reason_id, self.not_given)
        self.assertEqual(order.cancelled_by, "not_given")
        order = self.env["sale.order"].create(
            values | {"cancellation_reason_id": self.price.id, "cancelled_by": "customer"}
        )
        self.assertEqual((order.cancellation_reason_id, order.cancelled_by),
                         (self.price, "customer"))  # fmt: skip
        quotation = self.env["sale.order"].create(values | {"confirmed_on": False})
        self.assertFalse(quotation.cancellation_reason_id or quotation.cancelled_by)

    def test_import_by_load(self):
        order = self._order()
        ids = self.env["sale.order"].load(["id", ".id", "state"], [["", str(order.id), "cancel"]])
        self.assertEqual(ids["ids"], order.ids, ids["messages"])
        self.assertEqual(order.cancellation_reason_id, self.not_given)

    def test_follow_up_moves_and_ends_with_the_cancellation(self):
        order = self._order()
        order.write(
            {"state": "cancel", "cancellation_recoverable": True,
             "cancellation_followup_on": "2027-02-01"}
        )  # fmt: skip
        order.cancellation_followup_on = "2027-03-01"
        self.assertEqual([str(day) for day in order.activity_ids.mapped("date_deadline")],
                         ["2027-03-01"])  # fmt: skip
        order.cancellation_followup_on = False
        self.assertFalse(order.activity_ids)
        order.cancellation_followup_on = "2027-03-01"
        order.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        order.action_draft()
        self.assertEqual(
            order.activity_ids.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )

    def test_nonsense_in_the_context_is_ignored(self):
        order = self._order()
        order.with_user(self.seller).with_context(cancelled_by="nonsense")._action_cancel()
        self.assertEqual((order.state, order.cancelled_by), ("cancel", "not_given"))

    def test_random_walk_keeps_the_invariants(self):
        dice = random.Random(11)
        order = self._order()
        steps = {
            "cancel": lambda: order._action_cancel(),
            "reason": lambda: order.write(
                {"state": "cancel", "cancellation_reason_id": self.price.id,
                 "cancelled_by": "customer"}
            ),
            "draft": lambda: order.action_draft(),
            "confirm": lambda: order.action_confirm(),
        }  # fmt: skip
        for _step in range(40):
            name = dice.choice(
                {"sale": ["cancel", "reason"], "cancel": ["draft"]}.get(
                    order.state, ["confirm", "cancel"]
                )
            )
            bought = order.state == "sale"
            steps[name]()
            cancelled = order.state == "cancel"
            self.assertEqual(bool(order.cancelled_on), cancelled)
            self.assertEqual(bool(order.cancellation_reason_id), cancelled and bought)
            self.assertEqual(
                order.cancelled_by,
                False if not (cancelled and bought)
                else "customer" if name == "reason" else "not_given",
            )  # fmt: skip

    def test_locked_orders_say_why_not(self):
        order = self._order()
        order.action_lock()
        with self.assertRaises(UserError):
            order.with_context(ask_cancellation_reason=True).action_cancel()

    def test_mass_cancel_asks_once_for_all(self):
        orders = self._order() | self._order() | self._order(confirm=False)
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.seller)
        form = Form(wizards.with_context(active_ids=orders.ids))
        self.assertTrue(form.ask_reason)
        with self.assertRaises(AssertionError):
            form.save()  # the reason is missing
        form.reason_id = self.ours
        form.save().action_mass_cancel()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        confirmed, quotation = orders[:2], orders[2]
        self.assertEqual(confirmed.cancellation_reason_id, self.ours)
        self.assertEqual(confirmed.mapped("cancelled_by"), ["us", "us"])
        self.assertFalse(quotation.cancellation_reason_id or quotation.cancelled_by)

    def test_mass_cancel_of_quotations_asks_nothing(self):
        orders = self._order(confirm=False) | self._order(confirm=False)
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.seller)
        form = Form(wizards.with_context(active_ids=orders.ids))
        self.assertFalse(form.ask_reason)
        form.save().action_mass_cancel()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})

    def test_mass_cancel_by_rpc_without_a_reason(self):
        order = self._order()
        wizard = (
            self.env["sale.mass.cancel.orders"]
            .with_user(self.seller)
            .create({"sale_order_ids": [Command.set(order.ids)]})
        )
        wizard.action_mass_cancel()
        self.assertEqual((order.state, order.cancelled_by), ("cancel", "not_given"))

    def test_taking_up_again_clears_the_cancellation(self):
        order = self._order()
        order.write(
            {
                "state": "cancel",
                "cancellation_reason_id": self.price.id,
                "cancelled_by": "customer",
                "cancellation_note": "?",
                "cancellation_recoverable": True,
            }
        )
        order.action_draft()
        self.assertFalse(order.cancellation_reason_id or order.cancelled_by)
        self.assertFalse(order.cancellation_note or order.cancellation_recoverable)
        self.assertFalse(order.cancelled_on)

    def test_reason_keeps_its_orders(self):
        order = self._order()
        order.write({"state": "cancel", "cancellation_reason_id": self.price.id})
        reason = self.price.with_user(self.manager)
        count = reason.order_count
        self.assertEqual(count, self.env["sale.order"].search_count(reason._order_domain()))
        self.assertGreaterEqual(count, 1)
        reason.active = False
        self.assertEqual(order.cancellation_reason_id, self.price)


@tagged("post_install", "-at_install")
class TestPortalDecline(HttpCase):
    def test_customer_declines_in_the_portal(self):
        portal = new_test_user(self.env, "complaint_decliner", "base.group_portal")
        product = self.env["product.product"].create({"name": "Work"})
        order = self.env["sale.order"].create(
            {
                "partner_id": portal.partner_id.id,
                "require_signature": True,
                "order_line": [Command.create({"product_id": product.id, "price_unit": 10})],
            }
        )
        order.action_quotation_sent()
        self.authenticate("complaint_decliner", "complaint_decliner")
        self.url_open(
            f"/my/orders/{order.id}/decline",
            data={
                "access_token": order._portal_ensure_token(),
                "decline_message": "Too expensive",
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.cancelled_by, "customer")
