# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_kpi.kpi.working_time import WorkingTime

from .crm_complaint import SEVERITIES

BATCH = 100


class CrmComplaintEscalation(models.Model):
    """When somebody is told that a deadline comes near or has passed, and who."""

    _name = "crm.complaint.escalation"
    _description = "Complaint Escalation Rule"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="Summary of the activity that is created."
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: for all companies."
    )
    team_ids = fields.Many2many("crm.team", string="Teams", help="Empty: for all complaints.")
    min_severity = fields.Selection(
        SEVERITIES,
        string="From Severity",
        required=True,
        default="low",
        help="Complaints of this severity and of worse ones.",
    )
    deadline = fields.Selection(
        [("answer", "Answer Due"), ("resolution", "Due Date")],
        required=True,
        default="resolution",
        help="Answer Due counts until the first answer, the due date until the complaint is "
        "closed; neither while the customer is awaited.",
    )
    timing = fields.Selection(
        [("before", "Before"), ("after", "After")], required=True, default="after"
    )
    hours = fields.Float(
        string="Working Hours",
        help="Working hours of the company before or after the deadline. 0: at the deadline.",
    )
    recipient = fields.Selection(
        [
            ("responsible", "Responsible"),
            ("leader", "Team Leader"),
            ("user", "Named Person"),
        ],
        required=True,
        default="responsible",
        help="Who gets the activity. Where there is nobody (no responsible, no team): the team "
        "leader, then the named person.",
    )
    user_id = fields.Many2one("res.users", string="Named Person", domain="[('share', '=', False)]")

    _hours_positive = models.Constraint("CHECK(hours >= 0)", "Hours must not be negative.")

    @api.constrains("recipient", "user_id")
    def _check_user_id(self):
        for rule in self:
            if rule.recipient == "user" and not rule.user_id:
                raise ValidationError(self.env._("Please name the person “%s” tells.", rule.name))

    # ------------------------------------------------------------------
    # Which complaints
    # ------------------------------------------------------------------
    def _domain(self):
        """Complaints that the rule is about, whatever the time."""
        self.ensure_one()
        worse = [key for key, _label in SEVERITIES]
        domain = [
            ("is_closed", "=", False),
            ("is_waiting", "=", False),
            ("duplicate_of_id", "=", False),
            ("severity", "in", worse[worse.index(self.min_severity) :]),
        ]
        if self.company_id:
            domain.append(("company_id", "=", self.company_id.id))
        if self.team_ids:
            domain.append(("team_id", "in", self.team_ids.ids))
        if self.deadline == "answer":
            domain.append(("first_answer_on", "=", False))
        return domain

    def _deadline_field(self):
        """Name of the field of complaints with the deadline of the rule."""
        return "answer_due_on" if self.deadline == "answer" else "due_on"

    def _latest_deadline(self, company, now):
        """Deadlines up to this moment fire the rule at ``now``.

        :return: naive UTC datetime
        """
        if self.timing == "before":
            return WorkingTime.for_company(company, now, now).add_hours(now, self.hours)
        return now

    def _fires(self, clock, deadline, now):
        """Whether the rule is to tell somebody at ``now`` about a deadline.

        :param clock: :class:`WorkingTime` of the company
        """
        hours = clock.hours(deadline, now)
        if self.timing == "after":
            return deadline <= now and hours >= self.hours
        return deadline <= now or -hours <= self.hours

    def _find_due(self, company, now):
        """Complaints of a company that the rule fires for and has not yet.

        :return: ``crm.complaint`` records
        """
        self.ensure_one()
        name = self._deadline_field()
        found = self.env["crm.complaint"].search(
            Domain(self._domain())
            & Domain("company_id", "=", company.id)
            & Domain(name, "<=", self._latest_deadline(company, now))
            & Domain("escalation_ids", "not any", [("rule_id", "=", self.id)]),
            order=f"{name}, id",
        )
        clock = WorkingTime.for_company(company, min(found.mapped(name), default=now), now)
        return found.filtered(lambda complaint: self._fires(clock, complaint[name], now))

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------
    @api.model
    def _cron_escalate(self):
        """Tell the people of the rules what is late or will be, once for each case and rule.

        Whatever was missed while the job did not run is made up for; running it again changes
        nothing.
        """
        self.env["crm.complaint.escalation.note"]._withdraw_outdated()
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        for rule in self.search([]):
            companies = rule.company_id or self.env["res.company"].search([])
            for company in companies:
                due = rule._find_due(company, now)
                for start in range(0, len(due), BATCH):
                    rule._escalate(due[start : start + BATCH])
                    cron._commit_progress(min(BATCH, len(due) - start))

    def _escalate(self, complaints):
        """Create the activities of the rule on complaints; where there is nobody to tell, the
        next run tries again.

        :param complaints: as of :meth:`_find_due`
        """
        self.ensure_one()
        # Another process may be at the same ones.
        for complaint in complaints.try_lock_for_update(allow_referencing=True):
            person = self._find_recipient(complaint)
            if not person:
                continue
            rule = self.with_context(lang=person.lang)
            activity = complaint.with_context(lang=person.lang).activity_schedule(
                "crm_complaints.mail_activity_type_escalation",
                date_deadline=fields.Date.context_today(complaint.with_user(person)),
                summary=rule.name,
                user_id=person.id,
            )
            complaint._message_log(
                body=rule.env._(
                    "Escalated to %(person)s: %(rule)s", person=person.name, rule=rule.name
                )
            )
            self.env["crm.complaint.escalation.note"].create(
                {
                    "complaint_id": complaint.id,
                    "rule_id": self.id,
                    "deadline_on": complaint[self._deadline_field()],
                    "user_id": person.id,
                    "activity_id": activity.id,
                }
            )

    def _find_recipient(self, complaint):
        """Whom the rule tells about a complaint: somebody who is there and may read it.

        :return: ``res.users`` record, maybe empty
        """
        self.ensure_one()
        leader = complaint.team_id.user_id
        asked = {"responsible": complaint.user_id, "leader": leader, "user": self.user_id}
        for person in (asked[self.recipient], leader, self.user_id):
            if person.active and self._may_read(person, complaint):
                return person
        return self.env["res.users"]

    @api.model
    def _may_read(self, person, complaint):
        complaint = complaint.with_user(person)
        return complaint.with_context(allowed_company_ids=person.company_ids.ids).has_access("read")


class CrmComplaintEscalationNote(models.Model):
    """That a rule told somebody about a complaint: it does so once."""

    _name = "crm.complaint.escalation.note"
    _description = "Escalation of a Complaint"
    _order = "create_date desc, id desc"
    _rec_name = "rule_id"

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade", readonly=True
    )
    rule_id = fields.Many2one(
        "crm.complaint.escalation",
        string="Rule",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    deadline_on = fields.Datetime(
        string="Deadline", required=True, readonly=True, help="The deadline it was about."
    )
    user_id = fields.Many2one("res.users", string="Told", readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", readonly=True, index="btree_not_null"
    )

    _once = models.Constraint("UNIQUE(complaint_id, rule_id)", "A rule escalates a complaint once.")

    @api.model
    def _withdraw_outdated(self):
        """Take back what is no longer true, however the deadline came to move."""
        self.search([])._filter_outdated()._withdraw()

    def _filter_outdated(self):
        """Notes whose complaint is closed, paused, answered, or due at another time.

        :return: subset of the notes
        """
        now = fields.Datetime.now()
        outdated = self.browse()
        clocks = {}
        for note in self:
            rule, complaint = note.rule_id, note.complaint_id
            deadline = complaint[rule._deadline_field()]
            if not deadline or not complaint.filtered_domain(rule._domain()):
                outdated += note
            elif deadline != note.deadline_on:
                company = complaint.company_id
                if company not in clocks:
                    clocks[company] = WorkingTime.for_company(company, deadline, now)
                if not rule._fires(clocks[company], deadline, now):
                    outdated += note
        return outdated

    def _withdraw(self):
        """Delete the notes with their open activities, so that the rules may fire again."""
        self.activity_id.filtered("active").unlink()
        self.unlink()


class CrmComplaint(models.Model):
    """Escalations follow what happens to the complaint."""

    _inherit = "crm.complaint"

    escalation_ids = fields.One2many(
        "crm.complaint.escalation.note", "complaint_id", string="Escalations", copy=False
    )

    def write(self, vals):
        result = super().write(vals)
        self._follow_up_escalations(vals)
        return result

    def _follow_up_escalations(self, vals):
        """Withdraw escalations that are no longer true; pass on those of a new responsible.

        :param vals: values just written
        """
        notes = self.sudo().escalation_ids
        if not notes:
            return
        outdated = notes._filter_outdated()
        outdated._withdraw()
        if {"user_id", "team_id"} & vals.keys():
            for note in (notes - outdated).filtered("activity_id"):
                person = note.rule_id._find_recipient(note.complaint_id)
                if person and person != note.user_id:
                    note.activity_id.user_id = person
                    note.user_id = person
