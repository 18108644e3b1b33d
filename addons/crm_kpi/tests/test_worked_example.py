# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestWorkedExample(OfferCase):
    """The catalogue's example from the click on Send to the card and its records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # records of other tests and demo data must not count
        cls.team = cls.env["crm.team"].create({"name": "Example", "company_id": cls.company.id})
        cls.rate, cls.sent = (
            cls.env["crm.kpi"].search([("code", "=", code)])
            for code in ("offer_win_rate", "offers_sent")
        )

    def seen(self, kpi, month):
        filters = f'{{"team": [{self.team.id}]}}'
        return kpi.with_context(
            kpi_period=f"month:2026-{month:02d}", kpi_filters=filters, tz="Europe/Berlin"
        )

    def share(self, month):
        card = self.seen(self.rate, month).card
        return card["numerator"], card["denominator"]

    def opened(self, month, side):
        action = self.seen(self.rate, month).action_open_records(side)
        return self.env["sale.order"].search(action["domain"])

    @freeze_time("2026-04-20 09:00")
    def test_card_and_drill_down(self):
        team = {"team_id": self.team.id}
        offer_a = self.quotation("2026-02-27 09:00", **team)
        offer_b = self.quotation("2026-02-27 09:00", **team)
        lead = self.opportunity("2026-02-20 09:00", **team)
        offer_c = self.quotation("2026-02-27 09:00", opportunity=lead, **team)
        self.at("2026-02-28 23:30", offer_a.action_quotation_sent)
        self.at("2026-03-01 10:00", offer_b.action_quotation_sent)
        self.at("2026-03-02 10:00", offer_c.action_quotation_sent)
        offer_d = self.quotation("2026-03-03 10:00", opportunity=lead, **team)
        self.at("2026-03-04 10:00", offer_d.action_quotation_sent)
        self.at("2026-03-05 10:00", offer_b.action_cancel)
        self.at("2026-03-10 10:00", offer_d.action_confirm)
        # 1 April in Berlin, where summer time has begun
        self.at("2026-03-31 22:30", offer_a.action_confirm)

        self.assertEqual(self.seen(self.sent, 3).card["value"], 3)
        self.assertEqual(self.seen(self.sent, 2).card["value"], 0)
        self.assertEqual(self.share(3), (1, 2))
        self.assertEqual(self.share(4), (1, 1))
        self.assertEqual(self.opened(3, "numerator"), offer_d)
        self.assertEqual(self.opened(3, "denominator"), offer_b | offer_d)

        self.at("2026-04-01 08:00", offer_b.action_draft)
        self.at("2026-04-02 08:00", offer_b.action_confirm)
        self.env.invalidate_all()
        self.assertEqual(self.share(3), (1, 1))
        self.assertEqual(self.share(4), (2, 2))
        self.assertEqual(self.opened(4, "numerator"), offer_a | offer_b)
