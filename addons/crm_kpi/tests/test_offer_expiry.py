# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOfferExpiry(OfferCase):
    def _sent(self, sent, validity, **values):
        order = self.quotation("2026-01-02 08:00", **values)
        order.validity_date = validity
        self.at(sent, order.action_quotation_sent)
        return order

    def _expire(self, moment):
        self.at(moment, self.env["sale.order"]._cron_expire_offers)

    def test_expires_at_the_end_of_the_day_at_the_company(self):
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        self._expire("2026-01-31 22:59:58")
        self.assertOffer(order, "open", "2026-01-05 09:00")
        self._expire("2026-01-31 22:59:59")
        self.assertOffer(order, "expired", "2026-01-05 09:00", "2026-01-31 22:59:59")

    def test_duration_follows(self):
        order = self._sent("2026-01-26 22:59:59", "2026-01-31")
        self.assertDatabaseNull(order, "days_sent_to_decision")
        self._expire("2026-02-01 00:00")
        self.assertAlmostEqual(order.days_sent_to_decision, 5.0)

    def test_daylight_saving(self):
        """The last day of validity may have 23 or 25 hours."""
        spring = self._sent("2026-03-05 09:00", "2026-03-29")
        autumn = self._sent("2026-03-05 09:00", "2026-10-25")
        self._expire("2026-12-01 00:00")
        self.assertOffer(spring, "expired", "2026-03-05 09:00", "2026-03-29 21:59:59")
        self.assertOffer(autumn, "expired", "2026-03-05 09:00", "2026-10-25 22:59:59")

    def test_zone_of_the_company(self):
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        self._expire("2026-01-31 11:00")
        self.assertOffer(order, "expired", "2026-01-05 09:00", "2026-01-31 10:59:59")

    def test_decision_does_not_depend_on_when_the_job_runs(self):
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        self._expire("2026-05-01 00:00")
        self.assertOffer(order, "expired", "2026-01-05 09:00", "2026-01-31 22:59:59")

    def test_won_after_the_validity(self):
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        self._expire("2026-02-01 00:00")
        self.at("2026-02-03 09:00", order.action_confirm)
        self.assertOffer(order, "won", "2026-01-05 09:00", "2026-02-03 09:00")

    def test_validity_extended(self):
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        self._expire("2026-02-01 00:00")
        self.at("2026-02-02 09:00", order.write, {"validity_date": "2026-02-28"})
        self.assertOffer(order, "open", "2026-01-05 09:00")

    def test_sent_again_after_the_validity(self):
        order = self._sent("2026-02-05 09:00", "2026-01-31")
        self.assertOffer(order, "expired", "2026-02-05 09:00", "2026-02-05 09:00")

    def test_another_revision_lasts_longer(self):
        lead = self.opportunity("2026-01-01 08:00")
        long = self._sent("2026-01-05 09:00", "2026-03-31", opportunity=lead)
        short = self._sent("2026-01-06 09:00", "2026-01-31", opportunity=lead)
        self.assertOffer(short, "open", "2026-01-05 09:00")
        self._expire("2026-02-01 00:00")
        self.assertOffer(long, "open", "2026-01-05 09:00")
        self.assertOffer(short, "revised")
        self._expire("2026-04-01 00:00")
        self.assertOffer(long, "expired", "2026-01-05 09:00", "2026-03-31 21:59:59")

    def test_without_validity_never_expires(self):
        order = self._sent("2026-01-05 09:00", False)
        self._expire("2028-01-01 00:00")
        self.assertOffer(order, "open", "2026-01-05 09:00")

    def test_the_job_runs_as_a_scheduled_action(self):
        order = self._sent("2026-01-05 09:00", "2026-01-31")
        cron = self.env.ref("crm_kpi.ir_cron_expire_offers")
        self.at("2026-02-01 00:00", cron.ir_actions_server_id.run)
        self.assertEqual(order.offer_outcome, "expired")
