# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What each step does: the states it may start from, and the state it leads to.
STEPS = {
    "approve": (("proposed",), "approved"),
    "verify": (("approved",), "verified"),
    "reject": (("proposed", "approved"), "rejected"),
    "reverse": (("verified",), "reversed"),
    "propose": (("approved", "rejected"), "proposed"),
}
STAMPS = ("proposed", "approved", "verified", "rejected", "reversed")
# Figures that were approved change only through a manager, verified ones not at all.
FIGURES = {
    "baseline_cost", "baseline_source", "baseline_reference", "planned_cost", "effect_kind",
    "date_from", "currency_id", "company_id", "category_id", "department_id", "user_id",
}  # fmt: skip
RESULTS = {"actual_cost", "actual_source", "actual_reference", "evidence_ids", "date_to"}


class CrmSaving(models.Model):
    """Who decides on a saving, and when it was decided."""

    _inherit = "crm.saving"

    proposed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user
    )
    proposed_on = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    rejected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    rejected_on = fields.Datetime(readonly=True, copy=False)
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reversed_on = fields.Datetime(readonly=True, copy=False)
    pipeline_left_on = fields.Datetime(
        readonly=True,
        copy=False,
        index=True,
        help="When the saving stopped being merely proposed or approved: it was verified or "
        "rejected then. Empty while it is in the pipeline.",
    )
    decision_note = fields.Text(
        copy=False, help="Why the saving was rejected or reversed. Needed for both."
    )

    @api.model_create_multi
    def create(self, vals_list):
        protected = self._flow_fields()
        if not self.env.su and any(protected & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("A new saving always starts as a proposal."))
        if not self.env.su:
            # explicit values, because defaults may come from the caller's context
            fresh = dict.fromkeys(protected, False) | {
                "state": "proposed",
                "proposed_by_id": self.env.uid,
                "proposed_on": fields.Datetime.now(),
            }
            vals_list = [{**vals, **fresh} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_flow_write(vals.keys())
        return super().write(vals)

    @api.model
    def _flow_fields(self):
        """Fields that only the steps below may set."""
        stamps = {f"{state}_{what}" for state in STAMPS for what in ("by_id", "on")}
        return stamps | {"state", "pipeline_left_on"}

    def _check_flow_write(self, names):
        """Refuse edits that would change what was decided."""
        if self._flow_fields() & names:
            raise AccessError(
                self.env._("The state of a saving changes with its buttons, not by editing.")
            )
        is_manager = self.env.user.has_group("crm_kpi.group_kpi_manager")
        for saving in self:
            if saving.state == "approved" and FIGURES & names and not is_manager:
                raise UserError(
                    self.env._(
                        "«%s» is approved. Ask a KPI manager to change its figures.", saving.name
                    )
                )
            if saving.state in ("verified", "rejected", "reversed") and (
                (FIGURES | RESULTS - {"date_to"}) & names
                or ("date_to" in names and not (is_manager and saving.state == "verified"))
            ):
                raise UserError(
                    self.env._(
                        "«%(name)s» is %(state)s, its figures stay as they are. Reverse it or "
                        "propose it again instead.",
                        name=saving.name,
                        state=saving._state_label(),
                    )
                )

    def _state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _do_step(self, step):
        """Take a step as the current user: check state and role, stamp who and when."""
        allowed, target = STEPS[step]
        self.check_access("write")
        if not self.env.user.has_group("crm_kpi.group_kpi_manager"):
            raise AccessError(self.env._("Only a KPI manager decides on savings."))
        for saving in self:
            if saving.state not in allowed:
                raise UserError(
                    self.env._(
                        "«%(name)s» is %(state)s; this step is not possible now.",
                        name=saving.name,
                        state=saving._state_label(),
                    )
                )
            if step in ("approve", "verify") and saving.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You own «%s». Somebody else has to approve and verify it.", saving.name
                    )
                )
        values = {
            "state": target,
            f"{target}_by_id": self.env.uid,
            f"{target}_on": fields.Datetime.now(),
        }
        if step in ("verify", "reject"):
            values["pipeline_left_on"] = values[f"{target}_on"]
        if step == "propose":
            values |= {
                "pipeline_left_on": False, "decision_note": False,
                "approved_by_id": False, "approved_on": False,
                "rejected_by_id": False, "rejected_on": False,
            }  # fmt: skip
        # the stamps are read-only for everybody; the role was checked above
        self.sudo().write(values)

    def action_approve(self):
        """Accept the proposal: its expected saving enters the approved pipeline."""
        self._do_step("approve")

    def action_verify(self):
        """Confirm the measured saving; needs the source of the actual cost and evidence."""
        for saving in self:
            if not saving.baseline_source or not saving.actual_source:
                raise UserError(
                    self.env._(
                        "Say where the baseline and the actual cost of «%s» come from first.",
                        saving.name,
                    )
                )
            if not saving.evidence_ids:
                raise UserError(
                    self.env._("Attach the evidence for «%s» before verifying it.", saving.name)
                )
        self._do_step("verify")

    def action_reject(self):
        """Decline the proposal; it stays visible and counts nowhere."""
        self._need_note()
        self._do_step("reject")

    def action_reverse(self):
        """Take a verified saving back; it stays visible and counts nowhere any more."""
        self._need_note()
        self._do_step("reverse")

    def action_propose(self):
        """Make a proposal again of an approved or rejected saving."""
        self._do_step("propose")

    def _need_note(self):
        for saving in self:
            if not (saving.decision_note or "").strip():
                raise UserError(
                    self.env._("Write down why, in the note of the decision on «%s».", saving.name)
                )
