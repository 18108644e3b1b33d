# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCase, at

TODAY = "2026-06-01 10:00"


@tagged("post_install", "-at_install")
@freeze_time(at(TODAY))
class TestCustomerRisk(ComplaintCase):
    """Signals come from what the viewer may see, in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"churn_min_days": 600, "churn_default_days": 900})

    def _buy(self, *moments, **values):
        orders = self.env["sale.order"]
        for moment in moments:
            with freeze_time(at(moment)):
                orders |= self._order(**values)
                self.env.flush_all()
        self.env["crm.customer.lifecycle"]._refresh()
        return orders

    def _at_risk(self, user, signal=None):
        rows = self.env["crm.customer.lifecycle"].with_user(user)
        domain = [("company_id", "=", self.company.id)]
        condition = ("risk_signal", "=", signal) if signal else ("is_at_risk", "=", True)
        rows.invalidate_model()  # other moments, other signals
        found = rows.search([*domain, condition])
        for row in found:
            self.assertTrue(row.is_at_risk, "search and field say the same")
            self.assertTrue(row.risk_words)
        calm = rows.search([*domain, ("is_at_risk", "=", False), ("lost_on", "=", False)])
        self.assertFalse(calm & found)
        self.assertFalse(any(calm.mapped("is_at_risk")))
        return found

    def _signals(self, user, partner=None):
        row = (
            self.env["crm.customer.lifecycle"]
            .with_user(user)
            .search([("partner_id", "=", (partner or self.customer).id)])
        )
        row.invalidate_recordset()
        return (row.risk_words or "").splitlines()

    def test_calm_customers(self):
        self._buy("2026-05-01 09:00")
        self.assertFalse(self._at_risk(self.manager))
        self.assertEqual(self._signals(self.manager), [])

    def test_open_complaints_of_those_who_may_read_them(self):
        self._buy("2026-05-01 09:00")
        foreign = self._complaint(
            received_on=at("2026-05-20 10:00"), user_id=self.colleague.id, team_id=False
        )
        foreign.message_unsubscribe(foreign.message_partner_ids.ids)
        self.assertEqual(self._signals(self.manager)[:1], ["An open complaint since 05/20/2026"])
        self.assertEqual(self._signals(self.seller), [])
        self.assertFalse(self._at_risk(self.seller))
        self._complaint(received_on=at("2026-05-30 10:00"), user_id=self.seller.id)
        self.assertIn("An open complaint since 05/30/2026", self._signals(self.seller))
        self.assertIn("2 open complaints, the oldest since 05/20/2026", self._signals(self.manager))
        self.assertIn("2 complaints within twelve months", self._signals(self.manager))
        self.assertNotIn("2 complaints within twelve months", self._signals(self.seller))
        self.assertEqual(len(self._at_risk(self.manager, "repeat")), 1)
        self.assertFalse(self._at_risk(self.seller, "repeat"))

    def test_closed_and_old_complaints_are_no_signal(self):
        self._buy("2026-05-01 09:00")
        for received in ("2025-05-31 10:00", "2026-05-30 10:00"):
            complaint = self._complaint(received_on=at(received))
            complaint.write({"stage_id": self.stages["resolved"].id, "resolved_on": at(TODAY)})
        self.assertEqual(self._signals(self.manager), [])

    def test_overdue_answers(self):
        self._buy("2026-05-01 09:00")
        complaint = self._complaint(received_on=at("2026-05-04 10:00"), severity="high")
        if not complaint.answer_due_on:
            complaint.answer_due_on = at("2026-05-05 10:00")
        self.assertTrue(self._at_risk(self.manager, "answer"))
        complaint.first_answer_on = at("2026-05-06 10:00")
        self.assertFalse(self._at_risk(self.manager, "answer"))
        limit = fields.Datetime.now() - timedelta(days=3)
        self.customer.waiting_since = limit
        self.assertFalse(self._at_risk(self.manager, "answer"))
        self.customer.waiting_since = limit - timedelta(minutes=1)
        self.assertTrue(self._at_risk(self.manager, "answer"))
        self.assertIn("Waits for an answer since", "\n".join(self._signals(self.manager)))

    def test_falling_orders(self):
        before = [f"2025-{month:02}-10 09:00" for month in (1, 2, 3, 4, 5)]
        self._buy("2024-01-10 09:00", *before)
        self.assertEqual(
            self._signals(self.manager)[0],
            "Orders in the last six months: 0, in the same months a year before: 5",
        )
        self.assertTrue(self._at_risk(self.manager, "falling"))
        self._buy("2026-04-10 09:00")
        self.assertFalse(self._at_risk(self.manager, "falling"), "1 of 6: may be chance")

    def test_falling_orders_of_a_colleague_do_not_show(self):
        before = [f"2025-{month:02}-10 09:00" for month in (1, 2, 3, 4, 5)]
        self._buy(*before, user=self.colleague, team_id=False)
        self._buy("2025-05-20 09:00")
        self.assertTrue(self._at_risk(self.manager, "falling"))
        self.assertFalse(self._at_risk(self.seller, "falling"))

    def test_lost_offers(self):
        self._buy("2026-05-01 09:00")
        self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id)]
        ).is_offer = False  # confirmed at once, never offered
        for _offer in range(3):
            order = self._order(confirm=False)
            order.action_quotation_sent()
            self.assertFalse(self._at_risk(self.manager, "offers"))
            order._action_cancel()
            self.env.flush_all()
        self.assertTrue(self._at_risk(self.manager, "offers"))
        self.assertIn("3 offers lost within twelve months, none won", self._signals(self.seller))
        won = self._order(confirm=False)
        won.action_quotation_sent()
        won.action_confirm()
        self.env.flush_all()
        self.assertFalse(self._at_risk(self.manager, "offers"))

    def test_silence_near_its_limit(self):
        # every 20 days, limit 60: near it from the 40th day on
        self.company.churn_min_days = 30
        self._buy("2026-03-14 09:00", "2026-04-03 09:00", "2026-04-23 09:00")
        self.assertFalse(self._at_risk(self.manager, "silence"))
        with freeze_time(at("2026-06-02 10:00")):
            self.assertTrue(self._at_risk(self.manager, "silence"))
            self.assertEqual(
                self._signals(self.manager),
                [
                    "Orders every 20 days (median of 2 distances); silent for 40 days, "
                    "limit 60 days (3 times the distance)"
                ],
            )

    def test_ordered_by_value_that_the_viewer_sees(self):
        self._buy("2026-05-01 09:00", "2026-05-20 23:30", price=100)
        self._buy("2026-05-01 09:00", partner=self.other_customer, price=150)
        self._buy("2025-05-01 09:00", "2026-05-02 00:10", partner=self.other_customer, price=900,
                  user=self.colleague, team_id=False)  # fmt: skip
        self._buy("2026-05-03 09:00", partner=self.other_customer, price=1)
        for partner in (self.customer, self.other_customer):
            self._complaint(partner_id=partner.id, user_id=False)

        def values(user):
            rows = self.env["crm.customer.lifecycle"].with_user(user)
            found = rows.search(
                [("is_at_risk", "=", True), ("company_id", "=", self.company.id)],
                order="risk_value desc, id",
            )
            return [(row.partner_id.id, row.risk_value) for row in found]

        # 12 months up to 3 May 2026: what was bought on 1 May 2025 is older
        self.assertEqual(
            values(self.manager), [(self.other_customer.id, 1051), (self.customer.id, 200)]
        )
        rows = self.env["crm.customer.lifecycle"].search([("company_id", "=", self.company.id)])
        for row in rows:
            self.assertEqual(row.with_user(self.manager).risk_value, row.revenue_12m)
        self.assertEqual(
            values(self.seller), [(self.customer.id, 200), (self.other_customer.id, 151)]
        )

    def test_activity_in_one_click(self):
        self._buy("2026-05-01 09:00")
        self._complaint(received_on=at("2026-05-20 10:00"), user_id=self.seller.id)
        row = self._at_risk(self.seller)
        self.assertFalse(row.win_back_activity_on)
        row.action_plan_activity()
        self.assertEqual(str(row.win_back_activity_on), "2026-06-01")
        activity = self.customer.activity_ids
        self.assertEqual((activity.user_id, str(activity.date_deadline)),
                         (self.seller, "2026-06-01"))  # fmt: skip
        self.assertIn("An open complaint since 05/20/2026", activity.note)
        row.action_plan_activity()
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_roles(self):
        self._buy("2026-05-01 09:00")
        self._complaint(user_id=False)
        handler = self._new_user("risk_handler", "crm_complaints.group_complaint_user")
        self.assertFalse(self._at_risk(handler), "not a customer of this person")
        portal = self._new_user("risk_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self._at_risk(portal)
        self.assertFalse(self._at_risk(self.colleague))
        self.assertTrue(self._at_risk(self.leader))
