# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmComplaintStage(models.Model):
    """A step in the handling of complaints; its flags say what the step means."""

    _name = "crm.complaint.stage"
    _description = "Complaint Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(string="Folded in Kanban")
    is_waiting = fields.Boolean(
        string="Waiting for the Customer",
        help="The customer has to answer: this time counts neither for the due date "
        "nor for the time to resolution.",
    )
    is_closed = fields.Boolean(
        string="Closed", help="The complaint is decided; entering the stage dates the resolution."
    )
    is_rejected = fields.Boolean(
        string="Rejected", help="Closed because the complaint was found to be unjustified."
    )
    rating_template_id = fields.Many2one(
        "mail.template",
        string="Rating E-mail",
        domain="[('model', '=', 'crm.complaint')]",
        help="Sent to the customer when a complaint enters this stage. Empty: nothing is sent.",
    )
    description = fields.Char(translate=True, help="Shown as a tip on the stage.")

    @api.constrains("is_waiting", "is_closed", "is_rejected")
    def _check_flags(self):
        for stage in self:
            if stage.is_rejected and not stage.is_closed:
                raise ValidationError(
                    self.env._(
                        "The stage “%s” is for rejected ones, so it must be closed.", stage.name
                    )
                )
            if stage.is_waiting and stage.is_closed:
                raise ValidationError(
                    self.env._("The stage “%s” cannot be waiting and closed.", stage.name)
                )

    @api.constrains("active", "is_waiting", "is_closed")
    def _check_one_stays_open(self):
        """New complaints and reopened ones need a stage to be in, e-mails above all."""
        if not self._get_open():
            raise ValidationError(self.env._("At least one stage must be open and not waiting."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_open(self):
        if not self._get_open() - self:
            raise ValidationError(self.env._("At least one stage must be open and not waiting."))

    def write(self, vals):
        result = super().write(vals)
        if {"is_waiting", "is_closed"} & vals.keys():
            complaints = self.env["crm.complaint"].sudo().with_context(active_test=False)
            complaints.search([("stage_id", "in", self.ids)])._apply_stage()
        return result

    @api.model
    def _get_first(self, team=None, **flags):
        """First stage of a team with these flags; a flag that is not named must be off.

        :param team: ``crm.team`` record; none: only stages for all teams
        :param flags: names of boolean fields that must be on
        """
        names = ("is_waiting", "is_closed", "is_rejected")
        found = self.search([(name, "=", bool(flags.get(name))) for name in names])
        return found._of_team(team)[:1]

    @api.model
    def _get_in_progress(self, team=None):
        """The stage in which somebody works on a complaint: the open one after the first.

        :param team: ``crm.team`` record; none: only stages for all teams
        """
        return self._get_open()._of_team(team)[:2][-1:]

    @api.model
    def _get_open(self):
        """The stages in which a complaint is worked on, in their order."""
        return self.search([("is_waiting", "=", False), ("is_closed", "=", False)])
