# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_data_quality.tests.merge_common import MergeCase

NOW = "2026-06-20 12:00:00"
MONTH = "month:2026-06"


@tagged("post_install", "-at_install")
class TestMergedRecords(MergeCase):
    """What was merged counts once, and as before when the merge is undone.

    The figures of a company of its own, counted by hand.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Zählwerk GmbH"})
        cls.manager = new_test_user(
            cls.env,
            "merged_kpi",
            groups="base.group_user,base.group_partner_manager,sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.env.company).ids)],
        )
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.product = cls.env["product.product"].create({"name": "Ziegel", "type": "service"})

    def figures(self, *codes, period=MONTH):
        """dict code → value, or (numerator, denominator) of a ratio."""
        self.env.flush_all()
        self.env.invalidate_all()
        kpis = self.env["crm.kpi"].search([("code", "in", codes)]).with_user(self.manager)
        self.assertEqual(set(kpis.mapped("code")), set(codes))
        found = {}
        for kpi in kpis.with_context(kpi_period=period, allowed_company_ids=self.company.ids):
            card = kpi.card
            found[kpi.code] = card["value"]
            if kpi.kind == "ratio":
                found[kpi.code] = card["numerator"], card["denominator"]
        return found

    def lead(self, name, moment="2026-06-02 08:00:00", **values):
        with freeze_time(moment):
            lead = self.env["crm.lead"].create(
                {"name": name, "type": "opportunity", "company_id": self.company.id,
                 "user_id": self.manager.id, "team_id": False, "probability": 50, **values}
            )  # fmt: skip
            self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [moment, lead.id])
        self.env.invalidate_all()
        return lead

    def order(self, partner, moment, price=100.0):
        with freeze_time(moment):
            order = self.env["sale.order"].create(
                {"partner_id": partner.id, "company_id": self.company.id, "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": price,
                                    "tax_ids": False})]}
            )  # fmt: skip
            order.action_confirm()
            self.env.flush_all()
        return order

    @freeze_time(NOW)
    def test_leads(self):
        kept = self.lead("Halle", expected_revenue=1000)
        twin = self.lead("Halle 2", expected_revenue=400)
        lost = self.lead("Halle 3", expected_revenue=300)
        won = self.lead("Dach", expected_revenue=50)
        gone = self.lead("Tor", expected_revenue=70)
        with freeze_time("2026-06-12 08:00:00"):
            (lost | gone).action_set_lost()
            won.action_set_won()
            self.env.flush_all()
        codes = ("pipeline", "opportunity_win_rate", "deals_won")
        before = self.figures(*codes)
        self.assertEqual(before["pipeline"], 0.5 * (1000 + 400))
        self.assertEqual(before["opportunity_win_rate"], (1, 3))
        self.assertEqual(before["deals_won"], 1)
        merge = self.merge(kept, twin | lost)
        self.assertTrue(all((twin | lost).mapped("is_merged")))
        after = self.figures(*codes)
        self.assertEqual(after["pipeline"], 0.5 * 1000, "the revenue counts once")
        self.assertEqual(after["opportunity_win_rate"], (1, 2), "a merged lead was not lost")
        self.assertEqual(after["deals_won"], 1)
        self.undo(merge)
        self.assertFalse(any((twin | lost).mapped("is_merged")))
        self.assertEqual(self.figures(*codes), before)

    @freeze_time(NOW)
    def test_new_leads(self):
        kept, twin, _plain = (self.lead(name, type="lead") for name in ("Halle", "Zwei", "Tor"))
        self.assertEqual(self.figures("qualified_leads"), {"qualified_leads": (0, 3)})
        merge = self.merge(kept, twin)
        self.assertEqual(self.figures("qualified_leads"), {"qualified_leads": (0, 2)})
        self.undo(merge)
        self.assertEqual(self.figures("qualified_leads"), {"qualified_leads": (0, 3)})

    @freeze_time(NOW)
    def test_won_leads(self):
        kept, twin = self.lead("Halle"), self.lead("Halle 2")
        with freeze_time("2026-06-12 08:00:00"):
            (kept | twin).action_set_won()
            self.env.flush_all()
        codes = ("deals_won", "opportunity_win_rate", "lead_won_days")
        before = self.figures(*codes)
        self.assertEqual((before["deals_won"], before["opportunity_win_rate"]), (2, (2, 2)))
        merge = self.merge(kept, twin)
        after = self.figures(*codes)
        self.assertEqual((after["deals_won"], after["opportunity_win_rate"]), (1, (1, 1)))
        self.assertAlmostEqual(after["lead_won_days"], 10.0)
        self.undo(merge)
        self.assertEqual(self.figures(*codes), before)

    @freeze_time(NOW)
    def test_stages(self):
        """The stays of a merged lead are not those of the one that is kept, and do not count."""
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        kept, twin = (self.lead(name, stage_id=stages[0].id) for name in ("Halle", "Halle 2"))
        for lead, moment in ((kept, "2026-06-06 08:00:00"), (twin, "2026-06-16 08:00:00")):
            with freeze_time(moment):
                lead.stage_id = stages[1]
                self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_stage_log SET entered_on = '2026-06-02 08:00:00'"
            " WHERE lead_id = ANY(%s) AND left_on IS NOT NULL",
            [(kept | twin).ids],
        )
        logs = self.env["crm.lead.stage.log"].search([("lead_id", "in", (kept | twin).ids)])
        self.env.invalidate_all()
        self.env.add_to_compute(logs._fields["days"], logs)
        self.assertEqual(self.figures("time_in_stage"), {"time_in_stage": (4 + 14) / 2})
        stays = len(kept.stage_log_ids)
        merge = self.merge(kept, twin)
        self.assertEqual(self.figures("time_in_stage"), {"time_in_stage": 4})
        self.assertEqual((len(kept.stage_log_ids), len(twin.stage_log_ids)), (stays, stays))
        self.undo(merge)
        self.assertEqual(self.figures("time_in_stage"), {"time_in_stage": (4 + 14) / 2})

    @freeze_time(NOW)
    def test_lead_taken_out_of_the_archive_counts_again(self):
        kept, twin = self.lead("Halle", expected_revenue=10), self.lead("Zwei", expected_revenue=5)
        merge = self.merge(kept, twin)
        self.assertEqual(self.figures("pipeline"), {"pipeline": 5})
        twin.action_unarchive()
        self.assertFalse(twin.is_merged)
        self.assertEqual(self.figures("pipeline"), {"pipeline": 7.5})
        self.undo(merge)
        self.assertEqual(self.figures("pipeline"), {"pipeline": 7.5})

    @freeze_time(NOW)
    def test_expired_merge_still_counts_once(self):
        kept, twin = self.lead("Halle", expected_revenue=10), self.lead("Zwei", expected_revenue=5)
        merge = self.merge(kept, twin)
        self.env["crm.merge"]._erase(twin)
        self.assertEqual(merge.state, "expired")
        self.assertEqual(self.figures("pipeline"), {"pipeline": 5})

    @freeze_time(NOW)
    def test_click_opens_the_same_leads(self):
        kept, twin, plain = leads = self.env["crm.lead"].union(
            *(self.lead(name) for name in ("A", "B", "C"))
        )
        with freeze_time("2026-06-12 08:00:00"):
            leads.action_set_won()
            self.env.flush_all()
        self.merge(kept, twin)
        kpi = self.env["crm.kpi"].search([("code", "=", "deals_won")]).with_user(self.manager)
        kpi = kpi.with_context(kpi_period=MONTH, allowed_company_ids=self.company.ids)
        self.assertEqual(kpi.card["value"], 2)
        action = kpi.action_open_records()
        found = self.env["crm.lead"].with_user(self.manager).with_context(**action["context"])
        found = found.search(action["domain"])
        self.assertEqual(found & leads, kept | plain)

    @freeze_time(NOW)
    def test_new_customers(self):
        first, second = self.customer(name="Bau GmbH"), self.customer(name="Bau")
        self.order(first, "2026-06-03 09:00:00")
        self.order(second, "2026-06-10 09:00:00")
        codes = ("new_customers", "new_deals", "new_deals_value")
        before = self.figures(*codes)
        self.assertEqual(before, {"new_customers": 2, "new_deals": 2, "new_deals_value": 200})
        merge = self.merge(first, second)
        self.assertEqual(self.figures(*codes), before | {"new_customers": 1})
        self.assertEqual(str(first.last_purchase_on), "2026-06-10 09:00:00")
        self.assertFalse(second.last_purchase_on)
        self.undo(merge)
        self.assertEqual(self.figures(*codes), before)
        self.assertEqual(str(first.last_purchase_on), "2026-06-03 09:00:00")
        self.assertEqual(str(second.last_purchase_on), "2026-06-10 09:00:00")

    @freeze_time(NOW)
    def test_lost_and_new_become_won_back(self):
        """Silent for two years under one name and new under the other: one customer, won back."""
        if "crm.customer.lifecycle" not in self.env:
            self.skipTest("needs the complaints")
        old, new = self.customer(name="Bau GmbH"), self.customer(name="Bau")
        self.order(old, "2023-02-03 09:00:00")
        self.order(new, "2026-06-10 09:00:00")
        self.env["crm.customer.lifecycle"]._cron_refresh()  # as every night
        codes = ("new_customers", "customers_won_back", "customers_active", "customers_lost")
        before = self.figures(*codes)
        self.assertEqual(before["new_customers"], 1)
        self.assertEqual(before["customers_won_back"], 0)
        lost_on = self.env["crm.customer.lifecycle"].search([("partner_id", "=", old.id)]).lost_on
        self.assertTrue(lost_on, "silent for too long")
        then = f"month:{lost_on:%Y-%m}"
        lost_before = self.figures("customers_lost", period=then)
        self.assertEqual(lost_before, {"customers_lost": 1})
        merge = self.merge(new, old)
        after = self.figures(*codes)
        self.assertEqual(after["new_customers"], 0, "not new: he was a customer before")
        self.assertEqual(after["customers_won_back"], 1)
        self.assertEqual(after["customers_active"], before["customers_active"])
        self.assertEqual(after["customers_lost"], 0)
        self.assertEqual(self.figures("customers_lost", period=then), lost_before)
        spans = self.env["crm.customer.lifecycle"].search([("partner_id", "in", (old | new).ids)])
        self.assertEqual(spans.partner_id, new)
        self.undo(merge)
        self.assertEqual(self.figures(*codes), before)
        self.assertEqual(self.figures("customers_lost", period=then), lost_before)

    @freeze_time(NOW)
    def test_two_rhythms_make_one(self):
        """Ordering under two names in turn looks like silence under each of them."""
        if "crm.customer.lifecycle" not in self.env:
            self.skipTest("needs the complaints")
        first, second = self.customer(name="Bau GmbH"), self.customer(name="Bau")
        for month in range(1, 7):
            self.order((first, second)[month % 2], f"2026-{month:02}-05 09:00:00")
        self.assertEqual((first.purchase_count, second.purchase_count), (3, 3))
        merge = self.merge(first, second)
        self.env.flush_all()
        self.assertEqual((first.purchase_count, second.purchase_count), (6, 0))
        self.assertEqual(first.purchase_rhythm_days, 31)
        days = self.env["crm.customer.lifecycle"].search([("partner_id", "=", first.id)])
        self.assertEqual(days.mapped("purchase_count"), [6])
        self.undo(merge)
        self.assertEqual((first.purchase_count, second.purchase_count), (3, 3))
        self.assertEqual(second.purchase_rhythm_days, (59 + 61) / 2)

    @freeze_time(NOW)
    def test_stage_that_the_merge_changes(self):
        """The team of the kept lead may not know its stage: what followed is taken back, too."""
        north = self.env["crm.team"].create({"name": "Nord", "company_id": self.company.id})
        own, common = self.env["crm.stage"].create(
            [{"name": "Eigene", "team_ids": north.ids, "sequence": 0}, {"name": "Alle"}]
        )
        kept = self.lead("Halle", type="lead", stage_id=common.id)
        twin = self.lead("Halle 2", team_id=north.id, stage_id=own.id)
        before = self.tables()
        merge = self.merge(kept, twin)
        self.assertEqual(kept.type, "opportunity")
        self.undo(merge)
        self.assertEqual(merge.state, "undone", merge.undo_report)
        self.assert_restored(before)
