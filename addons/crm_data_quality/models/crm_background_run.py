# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..quality import background


class CrmBackgroundRun(models.AbstractModel):
    """Long work that is started, watched, cancelled and resumed: checks, searches, corrections.

    Small work is done while the person waits. Large work is done by a job, step by step, each
    step committed with the place reached: what is killed goes on where it was. A model that
    inherits this says what one step does (`_run_batch`) and which job works it off
    (`_run_cron`); the job calls `_work_off`.
    """

    _name = "crm.background.run"
    _description = "Work in the Background"

    # external id of the job that goes on with what waits
    _run_cron = None
    # states in which there is something to do
    _running_states = ("waiting", "running")
    _finished_states = ("done",)
    # what only the run may write: figures must not be made up
    _run_fields = frozenset(
        ("run_state", "started_on", "finished_on", "done_count", "step_count", "problem")
    )
    # what stays as it was when the work was started
    _scope_fields = frozenset()

    user_id = fields.Many2one(
        "res.users",
        string="Started By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        copy=False,
    )
    run_state = fields.Selection(
        selection="_selection_run_state",
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    is_running = fields.Boolean(
        compute="_compute_is_running", help="Waiting for the background, or at work there."
    )
    started_on = fields.Datetime(readonly=True, copy=False)
    finished_on = fields.Datetime(readonly=True, copy=False)
    done_count = fields.Integer(
        string="Work Done", readonly=True, copy=False, help="Steps of the present phase done."
    )
    step_count = fields.Integer(
        string="Work", readonly=True, copy=False, help="Steps of the present phase in all."
    )
    progress = fields.Float(compute="_compute_progress", help="In percent.")
    progress_text = fields.Char(
        compute="_compute_progress_text", help="How far the work is, in words."
    )
    problem = fields.Char(
        readonly=True, copy=False, help="Why the work could not go on in the background."
    )

    @api.model
    def _selection_run_state(self):
        """States of the work; a model with other steps has a list of its own."""
        return [
            ("draft", self.env._("Not started")),
            ("waiting", self.env._("Waiting")),
            ("running", self.env._("Running")),
            ("cancelled", self.env._("Cancelled")),
            ("done", self.env._("Done")),
        ]

    @api.depends("run_state")
    def _compute_is_running(self):
        for run in self:
            run.is_running = run.run_state in self._running_states

    @api.depends("done_count", "step_count", "run_state")
    def _compute_progress(self):
        for run in self:
            if run.run_state in self._finished_states:
                run.progress = 100.0
            else:
                share = run.done_count / run.step_count if run.step_count else 0.0
                run.progress = 100.0 * min(share, 0.99)

    @api.depends_context("lang")
    @api.depends("done_count", "step_count", "run_state")
    def _compute_progress_text(self):
        for run in self:
            run.progress_text = run._progress_words()

    def _progress_words(self):
        """How far the work is, as a sentence; empty where there is nothing to say."""
        return False

    # ------------------------------------------------------------ who may write what
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_writable(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_writable(vals)
        if self._scope_fields & set(vals) and any(run.run_state != "draft" for run in self):
            raise UserError(self.env._("What was started keeps its scope. Start anew instead."))
        return super().write(vals)

    @api.model
    def _check_writable(self, vals):
        """Refuse values that only the run may write, and work in the name of others."""
        if self.env.su:
            return
        if self._run_fields & set(vals) or vals.get("user_id", self.env.uid) != self.env.uid:
            raise AccessError(self.env._("These figures come from the work itself only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(run.is_running for run in self):
            raise UserError(self.env._("Cancel the work before you delete it."))

    # ------------------------------------------------------------ start, cancel, resume
    def action_start(self):
        """Start: small work at once, large work in the background.

        :raise UserError: when it was started already, or when something is missing
        """
        for run in self:
            run.check_access("write")
            if run.run_state != "draft":
                raise UserError(run.env._("This was started already."))
            run._begin("waiting", run._start_values())
        return True

    def action_cancel(self):
        """Stop after the current step; what was done so far is kept for resuming."""
        for run in self:
            run.check_access("write")
            if run.is_running:
                run.sudo()._stop()
        return True

    def action_resume(self):
        """Go on where the work was cancelled or stopped."""
        for run in self:
            run.check_access("write")
            if run.run_state != "cancelled":
                raise UserError(run.env._("Only what was cancelled can be resumed."))
            run.sudo().write({"run_state": "waiting", "problem": False})
            run._launch()
        return True

    def _start_values(self):
        """Values to write at the start, as the person who starts.

        :raise UserError: when something is missing
        """
        return {}

    def _begin(self, run_state, values=None):
        """Begin with what a state stands for.

        :param run_state: one of the running states
        :param values: what else is written
        """
        now = fields.Datetime.now()
        begun = {"run_state": run_state, "started_on": now, "problem": False}
        self.sudo().write(begun | (values or {}))
        self._launch()

    def _launch(self):
        """Do the work at once where it is small, else wake the job."""
        self.ensure_one()
        if self.sudo()._is_small():
            self.sudo()._run()
        else:
            self.env.ref(self._run_cron).sudo()._trigger()

    def _is_small(self):
        """Whether the work is small enough for a person to wait for it."""
        return False

    def _stop(self, problem=False):
        """Stop where the work is.

        :param problem: why, when nobody asked for it
        """
        self.write({"run_state": self._stopped_state(), "problem": problem})
        self._after_stop(problem)

    def _after_stop(self, problem):
        """Tell about the stop, or clear up after it.

        :param problem: why, or False when somebody asked for it
        """

    def _stopped_state(self):
        """What the work becomes when it is stopped."""
        return "cancelled"

    # ------------------------------------------------------------ steps
    @api.model
    def _work_off(self):
        """Take the steps of all that waits, committing after each, while the job has time."""
        domain = Domain("run_state", "in", self._running_states)
        waiting = self.search(domain, order="started_on, id")
        background.work_off(waiting, domain, self._running_states, "_try_batch")

    def _try_batch(self, memo):
        """One step; work that cannot go on says why and lets others run.

        :return: how much was done; None when it was stopped
        """
        done, reason = background.attempt(self, self._run_batch, memo)
        if reason:
            self._stop(reason)
        return done

    def _run(self):
        """Do the whole work in this transaction."""
        self.ensure_one()
        memo = {}
        while self.run_state in self._running_states:
            self._run_batch(memo)

    def _run_batch(self, memo):
        """Take the next step, and write the place reached.

        :param memo: dict kept by the caller between the steps
        :return: how much was done
        """
        raise NotImplementedError
