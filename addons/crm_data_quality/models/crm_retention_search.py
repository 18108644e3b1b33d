# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .crm_background_run import CrmBackgroundRun

# Customers or leads looked at and committed at a time: a second or two, so that Cancel answers.
BATCH_SIZE = 2000


class CrmRetentionSearch(models.Model):
    """One look at all customers and leads of a company: whose retention period is over?

    It looks with the rights of the person who started it, batch by batch. Proposals of earlier
    searches that nobody has decided on stay until their record is looked at again.
    """

    _name = "crm.retention.search"
    _description = "Search for Expired Records"
    _inherit = ["crm.background.run"]
    _order = "id desc"
    _run_cron = "crm_data_quality.ir_cron_run_retention_searches"
    _run_fields = CrmBackgroundRun._run_fields | {"phase", "last_id", "proposal_count"}
    _scope_fields = frozenset(("company_id",))

    name = fields.Char(required=True, default=lambda self: self._default_name())
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Records of this company and those without a company are looked at.",
    )
    phase = fields.Selection(
        [("partner_id", "Customers"), ("lead_id", "Leads")],
        default="partner_id",
        required=True,
        readonly=True,
        copy=False,
        help="What is looked at now.",
    )
    last_id = fields.Integer(
        readonly=True, copy=False, help="Records of the phase up to this id have been looked at."
    )
    step_count = fields.Integer(
        string="Records To Look At", help="Customers and leads, counted at the start."
    )
    done_count = fields.Integer(string="Records Looked At", help="Customers and leads.")
    proposal_count = fields.Integer(
        string="Proposals", readonly=True, copy=False, help="Records whose period is over."
    )

    @api.model
    def _default_name(self):
        day = fields.Date.context_today(self)
        return self.env._("Expired records, %s", format_date(self.env, day))

    def _progress_words(self):
        return self.env._(
            "%(done)s of %(total)s records looked at, %(found)s proposals",
            done=formatLang(self.env, self.done_count, digits=0),
            total=formatLang(self.env, self.step_count, digits=0),
            found=formatLang(self.env, self.proposal_count, digits=0),
        )

    def action_open_proposals(self):
        """The proposals of the company that are to be decided."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_retention_proposal"
        )

    # ------------------------------------------------------------ the run
    def _start_values(self):
        self.env["crm.retention.proposal"]._check_manager()
        others = self.sudo().search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("run_state", "in", self._running_states)
        )
        if others:
            raise UserError(self.env._("A search for expired records is running already."))
        if not self.env["crm.retention.rule"]._years(self.company_id).get("letters"):
            raise UserError(self.env._("There is no retention period for business letters."))
        count = sum(
            self._subjects(phase).search_count(self._domain(phase)) for phase in self._phases()
        )
        return {"step_count": count}

    def _is_small(self):
        return self.step_count <= BATCH_SIZE

    @api.model
    def _cron_run_searches(self):
        """Go on with the searches, committing after each batch, while the job has time."""
        self._work_off()

    @api.model
    def _phases(self):
        return [phase for phase, _label in self._fields["phase"].selection]

    def _run_batch(self, _memo):
        phase, after = self.phase, self.last_id
        found = self._subjects(phase).search(
            self._domain(phase) & Domain("id", ">", after), order="id", limit=BATCH_SIZE
        )
        is_last = len(found) < BATCH_SIZE
        proposals = self.env["crm.retention.proposal"]
        proposals._drop_open(self.company_id, phase, after, None if is_last else found[-1].id)
        look = proposals._for_customers if phase == "partner_id" else proposals._for_leads
        values = look(self.company_id, found) if found else []
        proposals.create(values)
        self.write(
            {
                "run_state": "running",
                "done_count": self.done_count + len(found),
                "proposal_count": self.proposal_count
                + sum(value.get("state") != "held" for value in values),
                "last_id": found[-1:].id or after,
            }
        )
        if is_last:
            self._next_phase()
        found.invalidate_recordset()
        return len(found)

    def _next_phase(self):
        phases = self._phases()
        following = phases[phases.index(self.phase) + 1 :]
        if following:
            self.write({"phase": following[0], "last_id": 0})
        else:
            self.write({"run_state": "done", "finished_on": fields.Datetime.now()})

    # ------------------------------------------------------------ what is looked at
    def _subjects(self, phase):
        """Customers or leads as the person sees them, in the company of the search."""
        user = self.user_id or self.env.user
        model = self.env["res.partner" if phase == "partner_id" else "crm.lead"]
        # lost leads are archived; archived customers were decided on
        return (
            model.with_user(user)
            .sudo(False)
            .with_context(
                allowed_company_ids=self.company_id.ids,
                active_test=phase == "partner_id",
                lang=user.lang,
                tz=user.tz,
            )
        )

    def _domain(self, phase):
        """Who could be over his period at all, judged by the day of creation."""
        own = Domain("company_id", "in", [False, self.company_id.id])
        if phase == "partner_id":
            return (
                own
                & Domain("partner_share", "=", True)
                & Domain("parent_id", "=", False)
                # whoever was created within the shortest period cannot be over it
                & Domain("create_date", "<", fields.Datetime.now() - timedelta(days=365))
            )
        years = self.env["crm.retention.rule"]._years(self.company_id)["letters"].years
        today = fields.Date.context_today(self)
        limit = fields.Date.start_of(today.replace(year=today.year - years, day=1), "year")
        # leads of a customer go with the customer
        return (
            own
            & Domain("partner_id", "=", False)
            & Domain("won_status", "!=", "pending")
            & Domain("create_date", "<", limit)
            & Domain("write_date", "<", limit)
        )
