# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("open", "In Progress"),
    ("to_check", "Effect to Be Checked"),
    ("done", "Done"),
    ("effective", "Effective"),
    ("ineffective", "Not Effective"),
]
# Written by the buttons only: who found what, and when.
CHECK_FIELDS = frozenset(["check_result", "checked_by_id", "checked_on"])


class CrmComplaintAction(models.Model):
    """What is done so that something does not go wrong again, and whether it helped.

    After ISO 9001, 10.2: determine the action, do it, review whether it was effective.
    """

    _name = "crm.complaint.action"
    _description = "Corrective Action"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "due_on, id"
    _check_company_auto = True

    name = fields.Char(string="Action", required=True, tracking=True)
    description = fields.Html(help="How it is to be done, and by what one would see the effect.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    complaint_ids = fields.Many2many(
        "crm.complaint",
        string="Complaints",
        check_company=True,
        groups="crm_complaints.group_complaint_user",
        help="The complaints that the action answers: one action may serve several.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Person who sees to it that the action is done.",
    )
    due_on = fields.Date(
        string="Due",
        required=True,
        tracking=True,
        help="Day by which the action is done.",
    )
    done_on = fields.Date(
        copy=False, tracking=True, help="Day on which the action was done; empty before."
    )
    check_days = fields.Integer(
        string="Check After",
        default=30,
        help="Calendar days after it was done at which the effect is checked. 0: no check.",
    )
    check_user_id = fields.Many2one(
        "res.users",
        string="Checked By",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Person who checks whether the action was effective. Empty: the owner.",
    )
    check_due_on = fields.Date(
        string="Check Due",
        compute="_compute_check_due_on",
        store=True,
        help="Day on which the effect is to be checked; empty while the action is not done.",
    )
    check_result = fields.Selection(
        [("effective", "Effective"), ("ineffective", "Not Effective")],
        string="Effect",
        copy=False,
        tracking=True,
    )
    check_note = fields.Text(
        string="Observed", copy=False, help="By what the effect was seen, e.g. figures."
    )
    checked_by_id = fields.Many2one("res.users", string="Found By", copy=False)
    checked_on = fields.Date(copy=False)
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        help="In progress until it is done; then its effect is checked where that is planned.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Not done although due, or the effect not checked although due.",
    )

    _check_days_positive = models.Constraint(
        "CHECK(check_days >= 0)", "The effect cannot be checked before the action is done."
    )

    # ------------------------------------------------------------------
    # Computed values
    # ------------------------------------------------------------------
    @api.depends("done_on", "check_days")
    def _compute_check_due_on(self):
        for action in self:
            action.check_due_on = (
                action.done_on
                and action.check_days
                and action.done_on + timedelta(days=action.check_days)
            )

    @api.depends("done_on", "check_days", "check_result")
    def _compute_state(self):
        for action in self:
            if not action.done_on:
                action.state = "open"
            else:
                action.state = action.check_result or ("to_check" if action.check_days else "done")

    @api.depends("state", "due_on", "check_due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            due = {"open": action.due_on, "to_check": action.check_due_on}.get(action.state)
            action.is_overdue = bool(due and due < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        overdue = [
            "|",
            "&", ("state", "=", "open"), ("due_on", "<", today),
            "&", ("state", "=", "to_check"), ("check_due_on", "<", today),
        ]  # fmt: skip
        if set(value) == {True}:
            return overdue
        if set(value) == {False}:
            return ["!", *overdue]
        return [(1, "=", 1)]

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    @api.constrains("done_on")
    def _check_done_on(self):
        for action in self:
            if action.done_on and action.done_on > fields.Date.context_today(action):
                raise ValidationError(
                    self.env._("“%s” cannot have been done in the future.", action.name)
                )

    @api.constrains("complaint_ids", "active")
    def _check_complaints_keep_one(self):
        """A closed complaint keeps the action that its category demands."""
        complaints = self.sudo().complaint_ids
        complaints._check_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        for complaint in self.sudo().complaint_ids:
            complaint._check_action(without=self)

    # ------------------------------------------------------------------
    # Life
    # ------------------------------------------------------------------
    @api.model
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        return operation == "read" or self.env.su or field.name not in CHECK_FIELDS

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._plan_activities()
        return actions

    def write(self, vals):
        before = self.sudo().complaint_ids if "complaint_ids" in vals else None
        if "done_on" in vals and not vals["done_on"]:
            # Taken up again: what was found about the effect was about something else.
            self.sudo().filtered("check_result").write(dict.fromkeys(CHECK_FIELDS, False))
        result = super().write(vals)
        if before:
            before._check_action()
        if {"user_id", "check_user_id", "due_on", "done_on", "check_days", "active"} & vals.keys():
            self._plan_activities()
        return result

    # ------------------------------------------------------------------
    # Activities: one for what is to be done next
    # ------------------------------------------------------------------
    def _next_step(self):
        """Type of activity, day and person of what is to be done next.

        :return: (xml id of the activity type, date, user), or None when nothing is left to do
        """
        self.ensure_one()
        if not self.active:
            return None
        if self.state == "open":
            return "crm_complaints.mail_activity_type_action", self.due_on, self.user_id
        if self.state == "to_check":
            checker = self.check_user_id or self.user_id
            return "crm_complaints.mail_activity_type_check", self.check_due_on, checker
        return None

    def _plan_activities(self):
        """Keep exactly one activity, for the next step, on every action."""
        kinds = ["crm_complaints.mail_activity_type_action",
                 "crm_complaints.mail_activity_type_check"]  # fmt: skip
        for action in self.sudo():
            step = action._next_step()
            for kind in kinds:
                if not step or kind != step[0]:
                    action.activity_unlink([kind])
            if not step:
                continue
            kind, day, person = step
            known = action.activity_search([kind])
            if known:
                known.write({"date_deadline": day, "user_id": person.id})
            else:
                action.activity_schedule(kind, date_deadline=day, user_id=person.id)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------
    def action_done(self):
        """The action was done today; its effect is checked later where that is planned."""
        self.filtered(lambda action: not action.done_on).done_on = fields.Date.context_today(self)
        return True

    def action_take_up_again(self):
        """The action is in progress again; what was found about its effect is cleared."""
        self.done_on = False
        return True

    def action_effective(self):
        """The action had the effect that was wanted."""
        return self._check_effect("effective")

    def action_ineffective(self):
        """The action did not help: another one is needed."""
        return self._check_effect("ineffective")

    def _check_effect(self, result):
        """Note what was found about the effect, by the user, today.

        :param result: value of :attr:`check_result`
        """
        self.check_access("write")
        if any(not action.done_on for action in self):
            raise UserError(self.env._("The effect can be checked when the action is done."))
        self.sudo().write(
            {
                "check_result": result,
                "checked_by_id": self.env.user.id,
                "checked_on": fields.Date.context_today(self),
            }
        )
        self._plan_activities()
        return True

    def action_follow_up(self):
        """A new action for the same complaints, where the first one did not help."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective Action"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {
                "default_complaint_ids": [fields.Command.set(self.complaint_ids.ids)],
                "default_company_id": self.company_id.id,
            },
        }
