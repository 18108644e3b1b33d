# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What shipped KPIs count and what they leave out, from the events themselves."""

import json
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .common_leads import LeadProcessCommon

NOW = datetime(2026, 5, 20, 9, 30)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShippedKpis(LeadProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([]).write({"waiting_since": False})
        cls.customer = cls.env["res.partner"].create(
            {"name": "Muster AG", "is_company": True, "company_id": cls.company.id}
        )

    def seen(self, code, period="this_month", **filters):
        kpi = self.env["crm.kpi"].search([("code", "=", code)])
        return kpi.with_user(self.boss).with_context(
            allowed_company_ids=self.company.ids,
            kpi_period=period,
            kpi_filters=json.dumps(filters),
            tz="Europe/Berlin",
        )

    def value(self, code, period="this_month", **filters):
        self.env.flush_all()
        self.env.invalidate_all()
        card = self.seen(code, period, **filters).card
        return card["value"] if card["state"] == "ok" else card["state"]

    def records(self, code, side="value", period="this_month", **kwargs):
        action = self.seen(code, period).action_open_records(side, **kwargs)
        model = self.env[action["res_model"]].with_user(self.boss)
        model = model.with_context(**action["context"], allowed_company_ids=self.company.ids)
        return model.search(action["domain"])

    def _order(self, **values):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id, **values}
        )
        order.action_confirm()
        return order

    # ------------------------------------------------------------ leads
    def test_lost_leads_are_no_lost_opportunities(self):
        deals = [self._lead(datetime(2026, 5, 4, 8)) for _number in range(3)]
        disqualified = self._lead(datetime(2026, 5, 4, 8), type="lead")
        self._write(NOW, deals[0], stage_id=self.won.id)
        deals[1].action_set_lost()
        disqualified.action_set_lost()
        card = self.seen("opportunity_win_rate").card
        self.assertEqual((card["numerator"], card["denominator"]), (1, 2))
        self.assertEqual(self.records("opportunity_win_rate", "denominator"), deals[0] | deals[1])
        self.assertEqual(self.value("deals_won"), 1)

    def test_archived_deals_leave_the_pipeline(self):
        values = {"expected_revenue": 1000.0, "probability": 50.0}
        deal = self._lead(datetime(2026, 5, 4, 8), **values)
        lost = self._lead(datetime(2026, 3, 4, 8), **values)
        with freeze_time("2026-05-01 10:00:00"):
            lost.action_set_lost()
        self._lead(datetime(2026, 5, 4, 8), **values).active = False
        self.assertEqual(self.value("pipeline"), 500.0)
        self.assertEqual(self.records("pipeline"), deal)
        self.assertEqual(self.records("pipeline", period="month:2026-04"), lost)

    def test_only_deals_are_slow(self):
        self.new.slow_after_days = 2.0
        deal = self._lead(datetime(2026, 5, 4, 8))
        archived = self._lead(datetime(2026, 5, 4, 8), probability=50.0)
        self._lead(datetime(2026, 5, 4, 8), type="lead")
        logs = self.env["crm.lead.stage.log"].search([("company_id", "=", self.company.id)])
        logs.slow_on = datetime(2026, 5, 6, 8)
        archived.active = False
        self.assertEqual(self.value("slow_deals"), 1)
        self.assertEqual(self.records("slow_deals").lead_id, deal)

    def test_customer_of_a_lead_is_the_company(self):
        contact = self.env["res.partner"].create({"name": "Ute", "parent_id": self.customer.id})
        self._lead(datetime(2026, 5, 4, 8), partner_id=contact.id)
        self._lead(datetime(2026, 5, 4, 8), partner_id=self.customer.id)
        self._lead(datetime(2026, 5, 4, 8))
        rows = self.seen("opportunity_win_rate").get_breakdown("partner")["rows"]
        self.assertFalse(rows)
        leads = self.env["crm.lead"].search([("company_id", "=", self.company.id)])
        leads.action_set_won()
        filtered = self.seen("deals_won", partner=[self.customer.id])
        self.assertEqual(filtered.card["value"], 2)
        rows = self.seen("deals_won").get_breakdown("partner")["rows"]
        self.assertEqual(
            {row["label"]: row["card"]["value"] for row in rows}, {"Muster AG": 2, "Unassigned": 1}
        )
        member = {"dimension": "partner", "id": self.customer.id}
        self.assertEqual(len(self.records("deals_won", member=member)), 2)

    # ------------------------------------------------------------ present state only
    def test_who_waits_is_not_known_for_the_past(self):
        self.customer.waiting_since = datetime(2026, 4, 10, 8)
        branch = self.env["res.partner"].create(
            {
                "name": "Muster Süd GmbH",
                "is_company": True,
                "parent_id": self.customer.id,
                "company_id": self.company.id,
                "waiting_since": datetime(2026, 5, 19, 8),
            }
        )
        self.assertEqual(self.value("contacts_waiting"), 2)
        self.assertEqual(self.records("contacts_waiting"), self.customer | branch)
        card = self.seen("contacts_waiting", "month:2026-04").card
        self.assertEqual((card["state"], card["value"]), ("no_data", None))
        self.assertIn("present", card["reason"])
        card = self.seen("contacts_waiting").card
        self.assertEqual([delta["kind"] for delta in card["deltas"]], ["none", "none"])
        self.assertEqual(set(card["spark"]["values"][:-1]), {None})
        # a period that has just ended is known well enough to be reported
        self.assertEqual(self.value("contacts_waiting", "day:2026-05-19"), 2)
        self.assertEqual(self.value("contacts_waiting", "day:2026-05-18"), 1)
        self.assertEqual(self.value("contacts_waiting", "day:2026-05-17"), "no_data")

    # ------------------------------------------------------------ offers
    def test_open_offers_by_age(self):
        for age in (1, 29.9, 30, 30.1, 90, 91, 400):
            order = self.env["sale.order"].create(
                {"partner_id": self.customer.id, "company_id": self.company.id}
            )
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order SET is_offer = TRUE, offer_outcome = 'open',"
                    " offer_sent_on = %s, amount_untaxed_company = 100 WHERE id = %s",
                    NOW - timedelta(days=age),
                    order.id,
                )
            )
        for band, count in (("young", 3), ("middle", 2), ("old", 2)):
            with self.subTest(band=band):
                self.assertEqual(self.value(f"open_offers_{band}"), count)
                self.assertEqual(self.value(f"open_offers_{band}_value"), 100 * count)
                self.assertEqual(len(self.records(f"open_offers_{band}")), count)
        self.assertEqual(self.value("open_offers"), 7)
        # three weeks before, what is 30.1 to 50 days old now was young, or not there
        self.assertEqual(self.value("open_offers_young", "day:2026-04-29"), 3)
        self.assertEqual(self.value("open_offers_old", "day:2026-04-29"), 1)
        explained = self.seen("open_offers_middle").get_explanation()["measures"][0]["time"]
        self.assertIn("older than 30 days; no older than 90 days", explained)

    # ------------------------------------------------------------ campaigns
    def test_campaign_of_the_opportunity_counts(self):
        fair, mailing = self.env["utm.campaign"].create([{"title": "Fair"}, {"title": "Mailing"}])
        lead = self._lead(datetime(2026, 5, 4, 8), campaign_id=fair.id)
        orders = self._order(opportunity_id=lead.id) | self._order(campaign_id=mailing.id)
        self._order()
        rows = self.seen("campaign_orders").get_breakdown("campaign")["rows"]
        self.assertEqual(
            {row["id"]: row["card"]["value"] for row in rows}, {fair.id: 1, mailing.id: 1}
        )
        self.assertEqual(self.value("campaign_orders", campaign=[fair.id]), 1)
        self.assertEqual(self.records("campaign_orders"), orders)
        lead.campaign_id = mailing
        self.assertEqual(self.value("campaign_orders", campaign=[fair.id]), 0)
        self.assertEqual(self.value("campaign_orders", campaign=[mailing.id]), 2)

    def test_opportunity_of_a_campaign_becomes_an_order(self):
        fair = self.env["utm.campaign"].create({"title": "Fair"})
        ordered, won = (
            self._lead(datetime(2026, 5, 4, 8), campaign_id=fair.id) for _number in range(2)
        )
        self._order(opportunity_id=ordered.id)
        won.action_set_won()
        self.assertEqual(self.records("campaign_win_rate", "numerator"), ordered)
        self.assertEqual(self.value("campaign_win_rate"), 50)

    def test_cost_of_each_campaign(self):
        fair, mailing = self.env["utm.campaign"].create(
            [
                {"title": title, "cost": cost, "cost_date": "2026-05-02",
                 "company_id": self.company.id}
                for title, cost in (("Fair", 600.0), ("Mailing", 100.0))
            ]
        )  # fmt: skip
        for campaign in (fair, fair, mailing):
            self._lead(datetime(2026, 5, 4, 8), campaign_id=campaign.id)
        rows = self.seen("cost_per_lead").get_breakdown("campaign")["rows"]
        self.assertEqual(
            {row["id"]: row["card"]["value"] for row in rows}, {fair.id: 300, mailing.id: 100}
        )
        self.assertEqual(self.value("cost_per_lead", campaign=[fair.id]), 300)
        # who pays for a campaign is not who works on its leads
        self.assertEqual(self.value("cost_per_lead", user=[self.boss.id]), "unavailable")

    def test_campaigns_of_the_companies_chosen(self):
        """Stock shows campaigns and clicks of all companies to everybody."""
        other = self.env["res.company"].create({"name": "Other AG"})
        for company, cost in ((self.company, 300.0), (other, 900.0), (None, 60.0)):
            campaign = self.env["utm.campaign"].create(
                {"title": "C", "cost": cost, "cost_date": NOW, "company_id": company and company.id}
            )
            link = self.env["link.tracker"].create(
                {"url": f"https://example.com/{cost}", "title": "C", "campaign_id": campaign.id}
            )
            click = self.env["link.tracker.click"].create({"link_id": link.id})
            self.env.flush_all()
            self.env.cr.execute(
                SQL("UPDATE link_tracker_click SET create_date = %s WHERE id = %s", NOW, click.id)
            )
        self._lead(datetime(2026, 5, 4, 8), campaign_id=campaign.id)
        self.assertEqual(self.value("cost_per_lead"), 360)
        self.assertEqual(self.value("campaign_clicks"), 2)
        self.assertEqual(len(self.records("campaign_clicks")), 2)
        self.assertEqual(self.value("campaign_clicks", company=[self.company.id]), 1)

    def test_clicks_by_medium_and_source(self):
        fair = self.env["utm.campaign"].create({"title": "Fair", "company_id": self.company.id})
        medium = self.env["utm.medium"].create({"name": "Flyer"})
        source = self.env["utm.source"].create({"name": "Hall 3"})
        link = self.env["link.tracker"].create(
            {
                "url": "https://example.com/hall",
                "title": "Hall",
                "campaign_id": fair.id,
                "medium_id": medium.id,
                "source_id": source.id,
            }
        )
        self.env["link.tracker.click"].create([{"link_id": link.id}] * 2)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE link_tracker_click SET create_date = %s WHERE link_id = %s", NOW, link.id)
        )
        for code, member in (("campaign", fair), ("medium", medium), ("source", source)):
            with self.subTest(dimension=code):
                self.assertEqual(self.value("campaign_clicks", **{code: [member.id]}), 2)
                rows = self.seen("campaign_clicks").get_breakdown(code)["rows"]
                self.assertIn((member.id, 2), [(row["id"], row["card"]["value"]) for row in rows])

    # ------------------------------------------------------------ figures without a sense
    def test_no_share_of_a_negative_amount(self):
        kpi = self.env["crm.kpi"].search([("code", "=", "discount_given")])
        order = self._order()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order SET amount_list_company = -100, amount_discount_company = 20"
                " WHERE id = %s",
                order.id,
            )
        )
        self.assertEqual(self.value(kpi.code), "no_data")
        self.assertIn("negative", self.seen(kpi.code).card["reason"])

    def test_records_without_a_value_are_not_opened(self):
        timed, untimed = (self._lead(datetime(2026, 5, 4, 8)) for _number in range(2))
        self._write(NOW, timed | untimed, stage_id=self.won.id)
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE crm_lead SET days_to_won = NULL WHERE id = %s", untimed.id))
        self.assertEqual(self.seen("lead_won_days").card["count"], 1)
        self.assertEqual(self.records("lead_won_days"), timed)
