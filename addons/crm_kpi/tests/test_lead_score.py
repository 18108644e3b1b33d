# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import SQL

from .common import KpiCase


@tagged("post_install", "-at_install")
class TestLeadScore(KpiCase):
    """The predictive score before qualification, kept through it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep_since("2020-01-01")

    @classmethod
    def keep_since(cls, day):
        """Have the scores be kept since a day."""
        split = cls.env.ref("crm_kpi.dimension_lead_score")
        split.flush_recordset()
        cls.env.cr.execute(
            SQL("UPDATE crm_kpi_dimension SET create_date = %s WHERE id = %s", day, split.id)
        )
        split.invalidate_recordset()
        cls.env.registry.clear_cache()
        cls.addClassCleanup(cls.env.registry.clear_cache)

    def scored(self, score, created="2026-03-05 09:00:00", **values):
        """A lead with a score, as stock's nightly run writes it."""
        lead = self.make_lead(created, self.north, "anna", **values)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET automated_probability = %s WHERE id = %s", score, lead.id)
        )
        lead.invalidate_recordset()
        lead._kpi_fill_scores()
        return lead

    def test_bounds_of_the_bands(self):
        bands = {
            0.01: "0_20",
            19.99: "0_20",
            20.0: "20_40",
            39.99: "20_40",
            40.0: "40_60",
            60.0: "60_80",
            79.99: "60_80",
            80.0: "80_100",
            99.99: "80_100",
            100.0: "80_100",
        }
        for score, band in bands.items():
            with self.subTest(score):
                self.assertEqual(self.scored(score).qualification_score_band, band)
                self.assertEqual(self.env["crm.lead"]._score_band(score), band)

    def test_follows_the_score_of_an_undecided_lead(self):
        lead = self.scored(30)
        self.assertEqual(lead.qualification_score, 30)
        lead.automated_probability = 65
        self.assertEqual((lead.qualification_score, lead.qualification_score_band), (65, "60_80"))

    def test_no_score_is_not_zero(self):
        lead = self.scored(0)
        self.assertIs(lead.qualification_score, False)
        self.assertFalse(lead.qualification_score_band)

    def test_kept_at_qualification(self):
        lead = self.scored(30)
        lead.convert_opportunity(lead.partner_id)
        lead.automated_probability = 85
        self.env.flush_all()
        lead._kpi_fill_scores()
        self.assertEqual((lead.qualification_score, lead.qualification_score_band), (30, "20_40"))
        lead.action_set_won()
        self.env.flush_all()
        self.assertEqual(lead.automated_probability, 100)
        self.assertEqual(lead.qualification_score, 30)

    def test_kept_at_the_loss_and_followed_again_when_restored(self):
        lead = self.scored(30)
        lead.action_set_lost()
        self.env.flush_all()
        self.assertEqual((lead.automated_probability, lead.qualification_score), (0, 30))
        lead.action_unarchive()
        lead.automated_probability = 50
        self.assertEqual(lead.qualification_score, 50)

    def test_opportunities_that_never_were_a_lead_have_none(self):
        lead = self.scored(70, type="opportunity")
        lead.automated_probability = 75
        self.assertIs(lead.qualification_score, False)

    def test_leads_from_before_have_none(self):
        """Else all bands would hold only those that nobody has qualified."""
        self.keep_since("2026-03-06")
        old, new = self.scored(30), self.scored(30, created="2026-03-06 00:00:00")
        old.automated_probability = 45
        self.assertIs(old.qualification_score, False)
        self.assertEqual(new.qualification_score, 30)

    def test_copies_begin_anew(self):
        lead = self.scored(30)
        lead.convert_opportunity(lead.partner_id)
        self.assertIs(lead.copy().qualification_score, False)

    def test_nightly_run_of_stock(self):
        """Stock writes scores past the ORM; ours follow, those of the decided stay."""
        open_lead, qualified = self.scored(30), self.scored(30)
        qualified.convert_opportunity(qualified.partner_id)
        for outcome in ("action_set_won", "action_set_lost"):
            for _number in range(3):
                done = self.make_lead("2026-01-05 09:00:00", self.north, "anna", type="opportunity")
                getattr(done, outcome)()
        self.env["ir.config_parameter"].set_param("crm.pls_start_date", "2025-01-01")
        self.env.flush_all()
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.env.invalidate_all()
        self.assertGreater(open_lead.automated_probability, 0)
        self.assertEqual(open_lead.qualification_score, open_lead.automated_probability)
        self.assertEqual(qualified.qualification_score, 30)

    def test_share_of_qualified_leads_by_score(self):
        """Bands against a count by hand: of two leads under 20 none, of three above 80 two."""
        for score, becomes_deal in ((5, False), (12, False), (85, True), (90, True), (95, False)):
            lead = self.scored(score)
            if becomes_deal:
                lead.convert_opportunity(lead.partner_id)
        self.scored(0)
        self.env.flush_all()
        kpi = self.env["crm.kpi"].search([("code", "=", "qualified_leads")])
        kpi = self.as_user(kpi, "max", "month:2026-03")
        rows = {row["id"]: row for row in kpi.get_breakdown("lead_score")["rows"]}
        figures = {
            band: (row["card"]["numerator"], row["card"]["denominator"])
            for band, row in rows.items()
        }
        self.assertEqual(figures, {"0_20": (0, 2), "80_100": (2, 3), False: (0, 1)})
        self.assertEqual(rows["80_100"]["label"], "80 % and more")
        self.assertEqual(rows[False]["label"], "No score known")
        opened = self.drilled(kpi, "numerator", {"dimension": "lead_score", "id": "80_100"})
        self.assertEqual(len(opened), 2)
        # a colleague's leads are none of a salesperson's figures
        seen = self.as_user(kpi, "bernd", "month:2026-03")
        self.assertFalse(seen.get_breakdown("lead_score")["rows"])
