# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..kpi.nullable import NullableFloat
from ..kpi.working_time import WorkingTime


class CrmLeadStageLog(models.Model):
    """One stay of a lead in a stage, from entering to leaving it.

    Company, team, person and type follow the lead while it is in the stage, and stay as
    they are when it leaves: the time belongs to whoever held the lead then.
    """

    _name = "crm.lead.stage.log"
    _description = "Lead Stage History"
    _order = "entered_on desc, id desc"
    _rec_name = "lead_id"
    # a lead that others are merged into was in one stage at a time, not in theirs, too
    _stays_when_merged = True

    lead_id = fields.Many2one(
        "crm.lead", "Lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    stage_id = fields.Many2one("crm.stage", "Stage", readonly=True, ondelete="set null", index=True)
    next_stage_id = fields.Many2one(
        "crm.stage",
        readonly=True,
        ondelete="set null",
        help="The stage that followed. Empty while the lead is in this stage or when it was lost.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Team that held the lead in this stage.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Person who held the lead in this stage (when leaving it).",
    )
    sales_department_id = fields.Many2one(
        related="lead_id.sales_department_id", help="Department to which the lead belongs."
    )
    lead_type = fields.Selection(
        [("lead", "Lead"), ("opportunity", "Opportunity")], "Type", readonly=True
    )
    entered_on = fields.Datetime(required=True, readonly=True, index=True)
    left_on = fields.Datetime(
        readonly=True, index="btree_not_null", help="Empty while the lead is still in the stage."
    )
    slow_on = fields.Datetime(
        "Slow From",
        readonly=True,
        index="btree_not_null",
        help="Entered, plus the time within which three out of four won deals left the stage.",
    )
    days = NullableFloat(
        compute="_compute_duration",
        store=True,
        aggregator="avg",
        help="Calendar days in the stage. Empty while the lead is still there.",
    )
    work_hours = NullableFloat(
        "Working Hours",
        compute="_compute_duration",
        store=True,
        aggregator="avg",
        help="Working hours of the company in the stage. Empty while the lead is still there.",
    )
    outcome = fields.Selection(
        [
            ("open", "Still There"),
            ("moved", "Moved On"),
            ("won", "Won"),
            ("lost", "Lost"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        help="How the stay ended. “Won” is the stay in the won stage itself.",
    )
    is_estimated = fields.Boolean(
        "Estimated",
        readonly=True,
        help="No record of the change was found: the moment of entering or leaving is estimated.",
    )

    _one_open_stay = models.UniqueIndex(
        "(lead_id) WHERE left_on IS NULL", "A lead is in one stage at a time."
    )

    @api.depends("entered_on", "left_on", "company_id")
    def _compute_duration(self):
        ended = self.filtered("left_on")
        (self - ended).days = (self - ended).work_hours = False
        for company, logs in ended.grouped(
            lambda log: log.company_id or log.lead_id._kpi_company()
        ).items():
            time = WorkingTime.for_company(
                company, min(logs.mapped("entered_on")), max(logs.mapped("left_on"))
            )
            for log in logs:
                log.days = (log.left_on - log.entered_on).total_seconds() / 86400
                log.work_hours = time.hours(log.entered_on, log.left_on)

    def action_open_lead(self):
        """Open the lead of this stay."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------
    @api.model
    def _record_changes(self, changes, now):
        """Keep the history in step with a batch of changed leads.

        :param changes: list of (lead, position before, position now), see ``crm.lead``
        :param now: moment of the change
        """
        # New leads have no history: do not ask for it.
        known = [lead.id for lead, old, _new in changes if old["stage"] is not None]
        current, last = {}, {}
        if known:
            for log in self._fetch_stays([("lead_id", "in", known)]):
                last[log.lead_id.id] = log
                if not log.left_on:
                    current[log.lead_id.id] = log
        updates, to_create = defaultdict(self.browse), []
        for lead, old, new in changes:
            log = current.get(lead.id)
            stayed = old["stage"] == new["stage"]
            if new["status"] == "lost":
                if not stayed:
                    if lead.id in last:
                        updates[self._ending(now, "moved", new["stage"])] |= last[lead.id]
                        updates[self._holding(old)] |= last[lead.id]
                    to_create.append({**self._prepare_stay(lead, new, now, old), "left_on": now})
                elif log:
                    updates[self._ending(now, "lost")] |= log
                    updates[self._holding(old)] |= log
                continue
            outcome = self._running_outcome(new)
            if old["status"] == "lost":
                log = last.get(lead.id)
            if not log or log.stage_id.id != new["stage"]:
                if log:
                    updates[self._ending(now, "moved", new["stage"])] |= log
                    # The holder may have changed unseen: while lost, or a moment ago.
                    updates[self._holding(old)] |= log
                to_create.append(self._prepare_stay(lead, new, now, old))
                continue
            if log.left_on:
                # Restored: the stay goes on as if the lead had never been lost.
                updates[(("left_on", False), ("outcome", outcome))] |= log
            elif log.outcome != outcome:
                updates[(("outcome", outcome),)] |= log
            if log.left_on or old.get("holder") != new["holder"]:
                updates[self._holding(new)] |= log
        # Stays end before the next begins: one open stay per lead.
        for values, logs in updates.items():
            values = dict(values)
            if "user_id" in values:
                holder = tuple(values.values())
                logs = logs.filtered(lambda log, holder=holder: log._get_holder() != holder)
            logs.write(values)
        if updates:
            self.flush_model(["left_on"])
        self.create(to_create)

    @staticmethod
    def _running_outcome(position):
        return {"pending": "open"}.get(position["status"], position["status"])

    @api.model
    def _fetch_stays(self, domain):
        """Stays in their order, read in one query."""
        names = ["lead_id", "stage_id", "entered_on", "left_on", "outcome", "slow_on"]
        names += ["lead_type", "company_id", "team_id", "user_id"]
        return self.search_fetch(domain, names, order="entered_on, id")

    def _get_holder(self):
        self.ensure_one()
        return (self.lead_type, self.company_id.id, self.team_id.id, self.user_id.id)

    @staticmethod
    def _holding(position):
        names = ("lead_type", "company_id", "team_id", "user_id")
        return tuple(zip(names, position["holder"], strict=True))

    @staticmethod
    def _ending(now, outcome, next_stage=False):
        return (("left_on", now), ("outcome", outcome), ("next_stage_id", next_stage))

    def _prepare_stay(self, lead, position, now, old):
        """Values of the stay that begins."""
        entered = now if old["stage"] is not None else lead.create_date.replace(microsecond=0)
        outcome = self._running_outcome(position)
        slow_after = lead.stage_id.slow_after_days
        return {
            "lead_id": lead.id,
            "stage_id": position["stage"],
            "entered_on": entered,
            "slow_on": outcome == "open" and slow_after and entered + timedelta(days=slow_after),
            "outcome": outcome,
            **dict(self._holding(position)),
        }
