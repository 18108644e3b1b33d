# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

FLAGS = ("is_waiting", "is_closed", "is_rejected")


class CrmComplaintStage(models.Model):
    """Stages of single teams beside those of all."""

    _inherit = "crm.complaint.stage"

    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        ondelete="restrict",
        help="Teams whose complaints go through this stage. Empty: the stage is for all.",
    )

    @api.constrains("active", "is_waiting", "is_closed", "team_ids")
    def _check_one_open_for_all(self):
        """A complaint without a team needs a stage to be in as well."""
        if not self._get_open()._of_team(None):
            raise ValidationError(
                self.env._("At least one open stage that is not waiting must be for all teams.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_open_for_all(self):
        if not (self._get_open() - self)._of_team(None):
            raise ValidationError(
                self.env._("At least one open stage that is not waiting must be for all teams.")
            )

    def write(self, vals):
        result = super().write(vals)
        if {"team_ids", *FLAGS} & vals.keys():
            complaints = self.env["crm.complaint"].sudo().with_context(active_test=False)
            complaints.search([("stage_id", "in", self.ids)])._fit_stage()
        return result

    def _of_team(self, team):
        """The stages that complaints of a team go through, in their order.

        :param team: ``crm.team`` record; none: only stages for all teams
        """
        # Searched, not read: in the cache may be what the user's companies let through.
        found = self.sudo().search(
            [
                ("id", "in", self.ids),
                "|",
                ("team_ids", "=", False),
                ("team_ids", "in", team.ids if team else []),
            ]
        )
        return found.with_env(self.env)

    def _counterpart(self, team):
        """The stage that means the same to another team.

        :return: the stage itself where the team uses it; else the team's stage with the same
            meaning whose place in the order comes closest; the stage itself when the team has
            none, for a closed complaint stays closed
        """
        self.ensure_one()
        if self in self.with_context(active_test=False)._of_team(team):
            return self
        same = self.search([(flag, "=", self[flag]) for flag in FLAGS])._of_team(team)
        return same.sorted(lambda stage: abs(stage.sequence - self.sequence))[:1] or self


class CrmComplaint(models.Model):
    """Complaints are in the stages of their team, also when they change the team."""

    _inherit = "crm.complaint"

    stage_id = fields.Many2one(
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
        group_expand="_read_group_stage_ids",
    )

    @api.depends("team_id")
    def _compute_stage_id(self):
        """The first stage of the team; a complaint that moves keeps what its stage means."""
        stages = self.env["crm.complaint.stage"]
        for (stage, team), complaints in self.grouped(lambda c: (c.stage_id, c.team_id)).items():
            complaints.stage_id = stage._counterpart(team) if stage else stages._get_first(team)

    def _fit_stage(self):
        """Bring complaints whose stage is not one of their team into one that is."""
        for (stage, team), complaints in self.grouped(lambda c: (c.stage_id, c.team_id)).items():
            fitting = stage._counterpart(team)
            if fitting != stage:
                complaints.stage_id = fitting

    @api.constrains("stage_id", "team_id")
    def _check_stage_of_team(self):
        complaints = self.sudo()
        for (stage, team), group in complaints.grouped(lambda c: (c.stage_id, c.team_id)).items():
            if stage._counterpart(team) != stage:
                raise ValidationError(
                    self.env._(
                        "The stage “%(stage)s” is not one of the team of “%(complaint)s”.",
                        stage=stage.name,
                        complaint=group[0].display_name,
                    )
                )

    @api.model
    def _read_group_stage_ids(self, stages, _domain):
        """Columns of the kanban view: stages for all, of one's own teams, and used ones."""
        user = self.env.user
        teams = self.env["crm.team"].sudo()
        team = teams.browse(self.env.context.get("default_team_id"))
        own = team or user.sudo().crm_team_ids | teams.search([("user_id", "=", user.id)])
        every = stages.search([])
        return (stages | every._of_team(None) | every._of_team(own)).sorted()
