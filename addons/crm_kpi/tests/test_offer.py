# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from .offer_common import OfferCase, utc


@tagged("post_install", "-at_install")
class TestOffer(OfferCase):
    def _decided_in(self, start, end):
        """(won, decided) of the offers decided between two UTC moments."""
        domain = [("is_offer", "=", True), ("offer_decided_on", ">=", utc(start))]
        domain += [("offer_decided_on", "<", utc(end)), ("partner_id", "=", self.customer.id)]
        orders = self.env["sale.order"].search(domain)
        return len(orders.filtered(lambda o: o.offer_outcome == "won")), len(orders)

    def test_worked_example(self):
        """The example of the catalogue; March in Berlin is 28 Feb 23:00 to 31 Mar 22:00 UTC."""
        march = ("2026-02-28 23:00", "2026-03-31 22:00")
        april = ("2026-03-31 22:00", "2026-04-30 22:00")
        offer_a = self.quotation("2026-02-27 09:00")
        offer_b = self.quotation("2026-02-27 09:00")
        lead = self.opportunity("2026-02-20 09:00")
        offer_c = self.quotation("2026-02-27 09:00", opportunity=lead)
        self.at("2026-02-28 23:30", offer_a.action_quotation_sent)
        self.at("2026-03-01 10:00", offer_b.action_quotation_sent)
        self.at("2026-03-02 10:00", offer_c.action_quotation_sent)
        offer_d = self.at("2026-03-03 10:00", offer_c.copy)
        offer_d.opportunity_id = lead
        self.at("2026-03-04 10:00", offer_d.action_quotation_sent)
        self.at("2026-03-05 10:00", offer_b.action_cancel)
        self.at("2026-03-10 10:00", offer_d.action_confirm)
        self.at("2026-03-31 22:30", offer_a.action_confirm)

        sent = self.env["sale.order"].search_count(
            [
                ("is_offer", "=", True),
                ("offer_sent_on", ">=", utc(march[0])),
                ("offer_sent_on", "<", utc(march[1])),
                ("partner_id", "=", self.customer.id),
            ]
        )
        self.assertEqual(sent, 3)
        self.assertEqual(self._decided_in(*march), (1, 2))
        self.assertEqual(self._decided_in(*april), (1, 1))
        self.assertOffer(offer_d, "won", "2026-03-02 10:00", "2026-03-10 10:00")
        self.assertOffer(offer_c, "revised")

        self.at("2026-04-01 08:00", offer_b.action_draft)
        self.assertOffer(offer_b, "open", "2026-03-01 10:00")
        self.at("2026-04-02 08:00", offer_b.action_confirm)
        self.assertEqual(self._decided_in(*march), (1, 1))
        self.assertEqual(self._decided_in(*april), (2, 2))

    def test_each_step_keeps_its_own_moment_within_one_transaction(self):
        order = self.quotation("2026-03-02 08:00")
        with freeze_time("2026-03-02 09:00"):
            order.action_quotation_sent()
        with freeze_time("2026-03-02 11:00"):
            order.action_confirm()
        with freeze_time("2026-03-02 12:00"):
            order._action_cancel()
        self.env.flush_all()
        self.assertEqual(order.quotation_sent_on, utc("2026-03-02 09:00"))
        self.assertEqual(order.confirmed_on, utc("2026-03-02 11:00"))
        self.assertEqual(order.cancelled_on, utc("2026-03-02 12:00"))
        self.assertOffer(order, "won", "2026-03-02 09:00", "2026-03-02 11:00")

    def test_confirmed_without_sending_is_no_offer(self):
        order = self.quotation("2026-03-02 08:00")
        self.at("2026-03-02 09:00", order.action_confirm)
        self.assertEqual(order.confirmed_on, utc("2026-03-02 09:00"))
        self.assertFalse(order.quotation_sent_on)
        self.assertFalse(order.offer_outcome)
        self.assertFalse(order.is_offer)

    def test_draft_is_no_offer(self):
        order = self.quotation("2026-03-02 08:00")
        self.assertFalse(order.is_offer)
        self.assertFalse(order.offer_outcome)
        self.at("2026-03-03 08:00", order.action_cancel)
        self.assertEqual(order.cancelled_on, utc("2026-03-03 08:00"))
        self.assertFalse(order.offer_outcome)

    def test_direct_order_wins_the_offer_of_its_opportunity(self):
        lead = self.opportunity("2026-03-01 08:00")
        first = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", first.action_quotation_sent)
        direct = self.quotation("2026-03-05 08:00", opportunity=lead)
        self.assertFalse(direct.offer_outcome)
        self.at("2026-03-05 09:00", direct.action_confirm)
        self.assertOffer(direct, "won", "2026-03-02 09:00", "2026-03-05 09:00")
        self.assertOffer(first, "revised")

    def test_order_before_the_first_offer_does_not_win_it(self):
        lead = self.opportunity("2026-03-01 08:00")
        direct = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", direct.action_confirm)
        offer = self.quotation("2026-03-03 08:00", opportunity=lead)
        self.at("2026-03-03 09:00", offer.action_quotation_sent)
        self.assertOffer(offer, "open", "2026-03-03 09:00")
        self.assertFalse(direct.offer_outcome)

    def test_cancelled_after_confirmation_stays_won(self):
        order = self.quotation("2026-03-02 08:00")
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-05 09:00", order.action_confirm)
        self.at("2026-03-09 09:00", order._action_cancel)
        self.assertEqual(order.confirmed_on, utc("2026-03-05 09:00"))
        self.assertEqual(order.cancelled_on, utc("2026-03-09 09:00"))
        self.assertOffer(order, "won", "2026-03-02 09:00", "2026-03-05 09:00")

    def test_reset_to_draft_takes_the_decision_back(self):
        order = self.quotation("2026-03-02 08:00")
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-05 09:00", order.action_confirm)
        self.at("2026-03-09 09:00", order._action_cancel)
        self.at("2026-03-10 09:00", order.action_draft)
        self.assertFalse(order.confirmed_on)
        self.assertFalse(order.cancelled_on)
        self.assertOffer(order, "open", "2026-03-02 09:00")
        self.assertDatabaseNull(order, "days_sent_to_decision", "work_hours_sent_to_decision")
        self.at("2026-03-11 09:00", order.action_quotation_sent)
        self.assertEqual(order.quotation_sent_on, utc("2026-03-02 09:00"))

    def test_cancelled_undecided_is_lost(self):
        order = self.quotation("2026-03-02 08:00")
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-05 09:00", order.action_cancel)
        self.assertOffer(order, "lost", "2026-03-02 09:00", "2026-03-05 09:00")

    def test_copy_starts_anew(self):
        order = self.quotation("2026-03-02 08:00")
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-05 09:00", order.action_confirm)
        copy = self.at("2026-03-06 09:00", order.copy)
        for name in ("quotation_sent_on", "confirmed_on", "cancelled_on", "offer_outcome"):
            self.assertFalse(copy[name], name)
        self.assertFalse(copy.is_first_order)

    def test_opportunity_lost_and_restored(self):
        lead = self.opportunity("2026-03-01 08:00")
        order = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-08 09:00", lead.action_set_lost)
        self.assertOffer(order, "lost", "2026-03-02 09:00", "2026-03-08 09:00")
        self.at("2026-03-10 09:00", lead.action_restore)
        self.assertOffer(order, "open", "2026-03-02 09:00")

    def test_archived_opportunity_is_not_lost(self):
        lead = self.opportunity("2026-03-01 08:00", probability=40)
        order = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", order.action_quotation_sent)
        self.at("2026-03-08 09:00", lead.action_archive)
        self.assertEqual(lead.won_status, "pending")
        self.assertOffer(order, "open", "2026-03-02 09:00")

    def test_opportunity_deleted(self):
        lead = self.opportunity("2026-03-01 08:00")
        first = self.quotation("2026-03-02 08:00", opportunity=lead)
        second = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", first.action_quotation_sent)
        self.at("2026-03-03 09:00", second.action_quotation_sent)
        self.assertOffer(first, "revised")
        self.at("2026-03-04 09:00", lead.unlink)
        self.assertOffer(first, "open", "2026-03-02 09:00")
        self.assertOffer(second, "open", "2026-03-03 09:00")
        self.assertDatabaseNull(first, "days_request_to_offer")

    def test_quotation_deleted_or_moved(self):
        lead = self.opportunity("2026-03-01 08:00")
        first = self.quotation("2026-03-02 08:00", opportunity=lead)
        second = self.quotation("2026-03-02 08:00", opportunity=lead)
        self.at("2026-03-02 09:00", first.action_quotation_sent)
        self.at("2026-03-03 09:00", second.action_quotation_sent)
        other = self.opportunity("2026-03-03 08:00")
        self.at("2026-03-04 08:00", second.write, {"opportunity_id": other.id})
        self.assertOffer(first, "open", "2026-03-02 09:00")
        self.assertOffer(second, "open", "2026-03-03 09:00")
        self.at("2026-03-04 09:00", second.write, {"opportunity_id": lead.id})
        self.assertOffer(first, "revised")
        self.assertOffer(second, "open", "2026-03-02 09:00")
        self.at("2026-03-05 09:00", second.action_cancel)
        # lost revision, but the first quotation is open again
        self.assertOffer(first, "open", "2026-03-02 09:00")
        self.assertOffer(second, "revised")
        self.at("2026-03-05 10:00", first.action_cancel)
        self.assertOffer(first, "lost", "2026-03-02 09:00", "2026-03-05 10:00")
        self.at("2026-03-06 09:00", first.unlink)
        self.assertOffer(second, "lost", "2026-03-03 09:00", "2026-03-05 09:00")

    def test_opportunities_merged(self):
        leads = self.opportunity("2026-03-01 08:00") | self.opportunity("2026-03-01 08:00")
        first = self.quotation("2026-03-02 08:00", opportunity=leads[0])
        second = self.quotation("2026-03-02 08:00", opportunity=leads[1])
        self.at("2026-03-02 09:00", first.action_quotation_sent)
        self.at("2026-03-03 09:00", second.action_quotation_sent)
        self.assertTrue(first.is_offer and second.is_offer)
        self.at("2026-03-04 09:00", leads.merge_opportunity)
        self.assertEqual(first.opportunity_id, second.opportunity_id)
        self.assertOffer(first, "revised")
        self.assertOffer(second, "open", "2026-03-02 09:00")

    def test_created_as_order_takes_the_order_date(self):
        order = self.quotation("2026-03-09 08:00", state="sale", date_order="2025-11-03 10:00:00")
        self.assertEqual(order.confirmed_on, utc("2025-11-03 10:00"))
        order.date_order = utc("2025-11-04 10:00")
        self.assertEqual(order.confirmed_on, utc("2025-11-04 10:00"))
        sent = self.quotation("2026-03-09 08:00", state="sent", date_order="2025-11-03 10:00:00")
        self.assertOffer(sent, "open", "2025-11-03 10:00")
        self.assertDatabaseNull(sent, "days_draft_to_sent")

    def test_mass_sending_by_mail(self):
        orders = self.quotation("2026-03-02 08:00") | self.quotation("2026-03-02 08:00")
        orders = orders.with_context(mark_so_as_sent=True)
        with freeze_time("2026-03-02 09:00"):
            for order in orders:
                order.message_post(body="Our offer", message_type="comment")
        self.assertEqual(orders.mapped("quotation_sent_on"), [utc("2026-03-02 09:00")] * 2)

    def test_salesperson_hands_the_order_over_while_sending(self):
        """The stamp is a fact: it is written though the order is out of reach then."""
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "offer_seller",
                "group_ids": [(6, 0, self.env.ref("sales_team.group_sale_salesman").ids)],
            }
        )
        colleague = seller.copy({"login": "offer_colleague"})
        order = self.quotation("2026-03-02 08:00", user_id=seller.id)
        with freeze_time("2026-03-02 09:00"):
            order.with_user(seller).write({"state": "sent", "user_id": colleague.id})
        self.assertEqual(order.quotation_sent_on, utc("2026-03-02 09:00"))
