# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ComplaintCase, at


@tagged("post_install", "-at_install")
class TestComplaintStageTeam(ComplaintCase):
    """Stages of single teams, and moving a complaint to another team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.env["crm.team"].create(
            {"name": "Laboratory", "company_id": cls.company.id}
        )
        stages = cls.env["crm.complaint.stage"]
        cls.intake = stages.create(
            {"name": "Intake", "sequence": 5, "team_ids": [Command.link(cls.other_team.id)]}
        )
        cls.testing = stages.create(
            {"name": "Testing", "sequence": 22, "team_ids": [Command.link(cls.other_team.id)]}
        )
        cls.at_customer = stages.create(
            {
                "name": "Sample from the customer",
                "sequence": 32,
                "is_waiting": True,
                "team_ids": [Command.link(cls.other_team.id)],
            }
        )

    def test_first_stage_of_the_team(self):
        self.assertEqual(self._complaint(team_id=self.team.id).stage_id, self.stages["new"])
        self.assertEqual(self._complaint(team_id=self.other_team.id).stage_id, self.intake)
        given = self._complaint(team_id=self.other_team.id, stage_id=self.testing.id)
        self.assertEqual(given.stage_id, self.testing)
        with Form(self.env["crm.complaint"].with_user(self.manager)) as form:
            form.name = "By hand"
            self.assertEqual(form.stage_id, self.stages["new"])
            form.team_id = self.other_team
            self.assertEqual(form.stage_id, self.stages["new"], "for all, so for them too")

    def test_moving_the_team_keeps_what_the_stage_means(self):
        complaint = self._complaint(
            team_id=self.other_team.id, received_on=at("2026-03-02 08:00"), stage_id=self.testing.id
        )
        complaint.team_id = self.team
        self.assertEqual(complaint.stage_id, self.stages["in_progress"], "the nearest open one")
        complaint.write({"team_id": self.other_team.id, "stage_id": self.at_customer.id})
        since = complaint.waiting_since
        self.assertTrue(since)
        complaint.team_id = False
        self.assertEqual(complaint.stage_id, self.stages["waiting"])
        self.assertEqual(complaint.waiting_since, since)
        self.assertEqual(len(complaint.wait_ids), 1)
        complaint.stage_id = self.stages["resolved"]
        resolved_on = complaint.resolved_on
        complaint.team_id = self.other_team
        self.assertEqual(complaint.resolved_on, resolved_on)
        self.assertEqual(complaint.reopen_count, 0)

    def test_foreign_stage_is_refused(self):
        complaint = self._complaint(team_id=self.team.id)
        with self.assertRaises(ValidationError):
            complaint.stage_id = self.testing

    def test_closed_without_a_counterpart_stays_closed(self):
        self.stages["rejected"].team_ids = self.other_team
        complaint = self._complaint(team_id=self.other_team.id, stage_id=self.stages["rejected"].id)
        complaint.team_id = self.team
        self.assertTrue(complaint.is_rejected)
        self.assertEqual(complaint.reopen_count, 0)

    def test_a_stage_taken_from_a_team_lets_nobody_behind(self):
        complaint = self._complaint(team_id=self.other_team.id, stage_id=self.testing.id)
        self.testing.team_ids = self.team
        self.assertNotEqual(complaint.stage_id, self.testing)
        self.assertFalse(complaint.is_closed or complaint.is_waiting)

    def test_one_open_stage_is_for_all(self):
        self.env["crm.complaint"].with_context(active_test=False).search([]).unlink()
        shared = self.stages["new"] | self.stages["in_progress"]
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            shared.team_ids = self.team
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            shared.unlink()
        self.stages["new"].team_ids = self.team
        self.assertEqual(self._complaint(team_id=False).stage_id, self.stages["in_progress"])

    def test_reopening_leads_into_a_stage_of_the_team(self):
        self.stages["in_progress"].team_ids = self.team
        complaint = self._complaint(team_id=self.other_team.id, stage_id=self.stages["resolved"].id)
        complaint.action_reopen()
        self.assertEqual(complaint.stage_id, self.stages["new"], "the open one after the intake")

    def test_columns_of_the_kanban_view(self):
        self._complaint(team_id=self.other_team.id, stage_id=self.testing.id)
        stages = self.env["crm.complaint.stage"]

        def columns(user, domain):
            groups = (
                self.env["crm.complaint"]
                .with_user(user)
                .with_context(read_group_expand=True)
                .web_read_group(domain, ["stage_id"], ["__count"])["groups"]
            )
            return stages.browse([group["stage_id"][0] for group in groups])

        shown = columns(self.all_seller, [])
        self.assertIn(self.testing, shown, "a complaint is in it")
        self.assertIn(self.stages["waiting"], shown, "for all")
        self.assertNotIn(self.at_customer, shown, "of a foreign team, and empty")
        self.assertEqual(shown, shown.sorted())
        self.other_team.member_ids = [Command.link(self.all_seller.id)]
        self.assertIn(self.at_customer, columns(self.all_seller, []))
