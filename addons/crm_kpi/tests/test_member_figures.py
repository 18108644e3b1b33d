# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .common_leads import LeadProcessCommon


@tagged("post_install", "-at_install")
class TestMemberFigures(LeadProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss.write({"lang": "en_US", "tz": "Europe/Berlin"})
        cls.anna.write({"lang": "en_US", "tz": "Europe/Berlin"})
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(days=40)
        for days in (2, 4, 9):
            lead = cls._lead(start)
            cls._write(start + timedelta(days=days), lead, stage_id=cls.won.id)
        lead = cls._lead(start, team_id=cls.other_team.id, user_id=cls.bert.id)
        cls._write(start + timedelta(days=20), lead, stage_id=cls.won.id)
        cls.env.flush_all()

    def _card(self, user, dimension, member):
        kpi = self.env.ref("crm_kpi.kpi_lead_won_days").with_user(user)
        return kpi.with_context(
            kpi_period="last_12_months", kpi_filters=json.dumps({dimension: [member.id]})
        ).card

    def test_median_of_teams(self):
        teams = (self.team | self.other_team).with_user(self.boss)
        card = self._card(self.boss, "team", self.team)
        self.assertAlmostEqual(card["value"], 4.0)
        self.assertEqual(teams[0].kpi_lead_won, card["text"])
        self.assertAlmostEqual(self._card(self.boss, "team", self.other_team)["value"], 20.0)
        self.assertEqual(
            teams[1].kpi_lead_won, self._card(self.boss, "team", self.other_team)["text"]
        )
        self.assertFalse(teams[0].kpi_first_response, "no case is no figure")

    def test_as_the_viewer(self):
        """A salesperson has the figures of the records he may read."""
        self.assertTrue(self.team.with_user(self.anna).kpi_lead_won)
        self.assertFalse(self.other_team.with_user(self.anna).kpi_lead_won)

    def test_persons(self):
        self.company.kpi_person_visibility = "everyone"
        persons = (self.anna | self.bert).with_user(self.boss)
        self.assertEqual(persons[0].kpi_lead_won, self._card(self.boss, "user", self.anna)["text"])
        self.assertTrue(persons[1].kpi_lead_won)
        self.company.kpi_person_visibility = "nobody"
        persons.invalidate_recordset()
        self.assertEqual(persons.mapped("kpi_lead_won"), [False, False])

    def test_new_team_form(self):
        with Form(self.env["crm.team"].with_user(self.boss)) as form:
            form.name = "East"
