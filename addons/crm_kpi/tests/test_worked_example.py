# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestWorkedExample(OfferCase):
    """The catalogue's example from the click on Send to the card, its records and its snapshot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # records of other tests and demo data must not count
        cls.example = cls.env["res.company"].create({"name": "Example GmbH"})
        cls.example.resource_calendar_id.tz = "Europe/Berlin"
        cls.boss = new_test_user(
            cls.env,
            login="example_boss",
            groups="sales_team.group_sale_manager",
            company_id=cls.example.id,
            company_ids=[Command.set(cls.example.ids)],
        )
        cls.team = cls.env["crm.team"].create({"name": "Example", "company_id": cls.example.id})
        cls.rate, cls.sent = (
            cls.env["crm.kpi"].search([("code", "=", code)])
            for code in ("offer_win_rate", "offers_sent")
        )

    def seen(self, kpi, month, **filters):
        return kpi.with_user(self.boss).with_context(
            allowed_company_ids=self.example.ids,
            kpi_period=f"month:2026-{month:02d}",
            kpi_filters=json.dumps(filters),
            tz="Europe/Berlin",
        )

    def share(self, month):
        card = self.seen(self.rate, month).card
        by_team = self.seen(self.rate, month, team=self.team.ids).card
        self.assertEqual(by_team["value"], card["value"])
        return card["numerator"], card["denominator"]

    def opened(self, month, side):
        action = self.seen(self.rate, month).action_open_records(side)
        return self.env["sale.order"].search(action["domain"])

    def live_through_march(self):
        """Offers A, B, C and D as the catalogue tells them."""
        values = {"team_id": self.team.id, "company_id": self.example.id}
        offer_a = self.quotation("2026-02-27 09:00", **values)
        offer_b = self.quotation("2026-02-27 09:00", **values)
        lead = self.opportunity("2026-02-20 09:00", **values)
        offer_c = self.quotation("2026-02-27 09:00", opportunity=lead, **values)
        self.at("2026-02-28 23:30", offer_a.action_quotation_sent)
        self.at("2026-03-01 10:00", offer_b.action_quotation_sent)
        self.at("2026-03-02 10:00", offer_c.action_quotation_sent)
        offer_d = self.quotation("2026-03-03 10:00", opportunity=lead, **values)
        self.at("2026-03-04 10:00", offer_d.action_quotation_sent)
        self.at("2026-03-05 10:00", offer_b.action_cancel)
        self.at("2026-03-10 10:00", offer_d.action_confirm)
        # 1 April in Berlin, where summer time has begun
        self.at("2026-03-31 22:30", offer_a.action_confirm)
        return offer_a, offer_b, offer_c, offer_d

    def reopen(self, offer):
        self.at("2026-04-01 18:00", offer.action_draft)
        self.at("2026-04-02 08:00", offer.action_confirm)
        self.env.invalidate_all()

    @freeze_time("2026-04-20 09:00")
    def test_card_and_drill_down(self):
        offer_a, offer_b, _offer_c, offer_d = self.live_through_march()
        self.assertEqual(self.seen(self.sent, 3).card["value"], 3)
        self.assertEqual(self.seen(self.sent, 2).card["state"], "ok")
        self.assertEqual(self.seen(self.sent, 2).card["value"], 0)
        self.assertEqual(self.share(3), (1, 2))
        self.assertEqual(self.seen(self.rate, 3).card["value"], 50)
        self.assertEqual(self.share(4), (1, 1))
        self.assertEqual(self.opened(3, "numerator"), offer_d)
        self.assertEqual(self.opened(3, "denominator"), offer_b | offer_d)

        self.reopen(offer_b)
        self.assertEqual(self.share(3), (1, 1))
        self.assertEqual(self.share(4), (2, 2))
        self.assertEqual(self.opened(4, "numerator"), offer_a | offer_b)

    def test_snapshot_of_march(self):
        """Taken by the monthly job on 1 April, it still says what was reported then."""
        _offer_a, offer_b, _offer_c, _offer_d = self.live_through_march()
        self.env["crm.kpi"].search([("id", "not in", (self.rate | self.sent).ids)]).active = False
        others = self.env["res.company"].search([("id", "!=", self.example.id)])
        snapshots = self.env["crm.kpi.snapshot"]
        self.at("2026-04-01 14:00", snapshots._cron_take)
        snapshots.search([("company_id", "in", others.ids)]).unlink()
        self.reopen(offer_b)
        with freeze_time("2026-04-20 09:00"):
            rate, sent = (
                snapshots.with_user(self.boss).search(
                    [("kpi_id", "=", kpi.id), ("period_key", "=", "month:2026-03")]
                )
                for kpi in (self.rate, self.sent)
            )
            self.assertEqual((rate.numerator, rate.denominator, rate.value), (1, 2, 50))
            self.assertEqual(rate.today_value, 100)
            self.assertTrue(rate.is_different)
            self.assertEqual(
                rate.difference,
                "Then 50.0% (1 / 2), today 100.0% (1 / 1): records changed after the figure was "
                "taken.",
            )
            self.assertEqual((sent.value, sent.difference), (3, "Unchanged."))
