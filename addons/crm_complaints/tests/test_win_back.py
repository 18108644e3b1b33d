# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestWinBack(ComplaintCase):
    """Was it tried to win customers back, and what came of it?"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm_complaints.end_reason_price")
        cls.late = cls.env.ref("crm_complaints.end_reason_dissatisfied")

    def _buy(self, moment, **values):
        with freeze_time(at(moment)):
            order = self._order(**values)
            self.env.flush_all()
            return order

    def _end(self, day, partner=None, user=None, reason=None):
        with freeze_time(at(f"{day} 12:00")):
            return self.env["crm.customer.end"].create(
                {
                    "partner_id": (partner or self.customer).id,
                    "company_id": self.company.id,
                    "ended_on": day,
                    "reason_id": (reason or self.price).id,
                    "user_id": (user or self.seller).id,
                }
            )

    def test_from_not_tried_to_won(self):
        self._buy("2024-06-10 09:00", price=300)
        self._buy("2025-02-10 09:00", price=500)
        end = self._end("2026-01-31")
        self.assertEqual((end.win_back_state, end.won_back_percent), ("none", 0))
        self.assertEqual((end.revenue_12m, end.yearly_value), (0 + 500, 800))
        with freeze_time(at("2026-02-10 09:00")):
            end.with_user(self.seller).action_plan_win_back()
        self.assertEqual((end.win_back_state, end.win_back_started_on),
                         ("tried", date(2026, 2, 10)))  # fmt: skip
        self.assertEqual(end.activity_ids.user_id, self.seller)
        with freeze_time(at("2026-02-12 09:00")):
            end.with_user(self.seller).action_win_back()
        self.assertEqual(end.win_back_started_on, date(2026, 2, 10), "the first day stays")
        self._buy("2026-03-31 23:30", price=70)
        self._buy("2027-03-30 23:30", price=9)
        self._buy("2027-03-31 00:30", price=1000)  # a year later: not counted
        self.assertEqual((end.win_back_state, end.won_back_percent), ("won", 100))
        self.assertEqual((end.won_back_on, end.revenue_after), (date(2026, 3, 31), 79))

    def test_follows_later_changes(self):
        self._buy("2025-12-10 09:00")
        end = self._end("2026-01-31")
        order = self._buy("2026-03-01 09:00", price=70)
        order.order_line.price_unit = 90
        self.env.flush_all()
        self.assertEqual(end.revenue_after, 90)
        order.action_cancel()
        self.env.flush_all()
        self.assertEqual((end.win_back_state, end.revenue_after), ("none", 0))

    def test_rate_by_reason_and_salesperson(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Ende {number}", "is_company": True} for number in range(6)]
        )
        for number, partner in enumerate(partners):
            self._buy("2025-12-10 09:00", partner=partner)
            self._end(
                "2026-01-31",
                partner=partner,
                user=self.seller if number % 2 else self.colleague,
                reason=self.price if number < 4 else self.late,
            )
            if number in (0, 1, 4):
                self._buy("2026-03-01 09:00", partner=partner)
        ends = self.env["crm.customer.end"]
        domain = [("partner_id", "in", partners.ids)]

        def rates(user, field):
            groups = ends.with_user(user)._read_group(
                domain, [field], ["won_back_percent:avg", "__count"]
            )
            return {group: (rate, count) for group, rate, count in groups}

        self.assertEqual(
            rates(self.manager, "reason_id"), {self.price: (50, 4), self.late: (50, 2)}
        )
        by_user = rates(self.manager, "user_id")
        self.assertAlmostEqual(by_user[self.seller][0], 100 / 3)
        self.assertAlmostEqual(by_user[self.colleague][0], 200 / 3)
        self.assertEqual(set(rates(self.seller, "user_id")), {self.seller})

    def test_first_order_ever_is_no_win_back(self):
        end = self._end("2026-01-31", partner=self.other_customer)
        self.assertEqual((end.yearly_value, end.win_back_state), (0, "none"))
