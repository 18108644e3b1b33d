# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields
from odoo.tests import tagged

from .common_leads import LeadProcessCommon


@tagged("post_install", "-at_install")
class TestCampaignCost(LeadProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Customer GmbH"})
        cls.product = cls.env["product.product"].create({"name": "Machine", "type": "service"})
        cls.campaign = cls.env["utm.campaign"].create(
            {"title": "Spring fair", "cost": 500.0, "company_id": cls.company.id}
        )

    def _order(self, user, price, company=None, **values):
        company = company or self.company
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": company.id,
                "user_id": user.id,
                "campaign_id": self.campaign.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "price_unit": price, "tax_ids": False})
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _figures(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        campaign = self.campaign.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return (
            campaign.kpi_lead_count,
            campaign.kpi_revenue,
            campaign.cost_per_lead,
            campaign.return_on_cost,
        )

    def test_return_as_the_viewer(self):
        mine = self._lead(datetime(2026, 3, 2), campaign_id=self.campaign.id)
        self._lead(datetime(2026, 3, 2), campaign_id=self.campaign.id, user_id=self.bert.id)
        mine.action_set_lost()
        self._order(self.anna, 1500.0)
        self._order(self.bert, 1000.0)
        draft = self._order(self.anna, 7000.0)
        draft._action_cancel()
        self.assertEqual(self._figures(self.boss), (2, 2500.0, 250.0, 5.0))
        self.assertEqual(self._figures(self.anna), (1, 1500.0, 500.0, 3.0))

    def test_nothing_is_not_zero(self):
        self.assertEqual(self._figures(self.boss)[:2], (0, 0.0))
        self.assertIs(self._figures(self.boss)[2], False, "no lead, no cost per lead")
        self.assertEqual(self._figures(self.boss)[3], 0.0)
        self.campaign.cost = 0.0
        self.assertIs(self._figures(self.boss)[3], False, "no cost, no return")

    def test_two_currencies(self):
        dollar = self.env.ref("base.USD")
        euro = self.env.ref("base.EUR")
        (dollar | euro).active = True
        self.company.currency_id = euro
        overseas = self.env["res.company"].create({"name": "Ohio Inc.", "currency_id": dollar.id})
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today(),
                "rate": 1 / 2,
                "currency_id": euro.id,
                "company_id": overseas.id,
            }
        )
        self.boss.company_ids |= overseas
        self._order(self.anna, 100.0)
        self._order(self.env["res.users"], 100.0, company=overseas, user_id=False, team_id=False)
        self.assertEqual(self._figures(self.boss)[1], 150.0, "100 € and 100 $ at two to one")

    def test_cost_falls_on_a_day(self):
        self.assertEqual(self.campaign.cost_date, fields.Date.context_today(self.campaign))
