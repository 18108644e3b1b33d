# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_kpi.kpi.nullable import NullableFloat
from odoo.addons.crm_kpi.kpi.working_time import WorkingTime


class CrmComplaint(models.Model):
    """Dates of a complaint and the working time between them."""

    _inherit = "crm.complaint"

    received_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        tracking=True,
        copy=False,
        help="When the customer complained, whatever the day it was entered.",
    )
    first_answer_on = fields.Datetime(
        string="First Answer On",
        copy=False,
        help="First message a colleague sent to the customer, or an answer by phone.",
    )
    promised_on = fields.Datetime(
        string="Agreed With Customer",
        copy=False,
        tracking=True,
        help="Date agreed with the customer; takes the place of the computed deadline.",
    )
    answer_due_on = fields.Datetime(
        string="Answer Due",
        compute="_compute_answer_due_on",
        store=True,
        help="Reception plus the working hours that the severity allows for the first answer.",
    )
    due_on = fields.Datetime(
        string="Due",
        compute="_compute_due_on",
        store=True,
        help="Reception plus the working hours that the severity allows, waiting for the customer "
        "not counted. Empty while waiting; a deadline passed before the waiting stays.",
    )
    resolved_on = fields.Datetime(
        copy=False,
        tracking=True,
        help="When the complaint was closed, resolved or rejected; empty while it is open.",
    )
    reopen_count = fields.Integer(string="Times Reopened", copy=False)
    wait_ids = fields.One2many("crm.complaint.wait", "complaint_id", string="Waiting Times")
    waiting_since = fields.Datetime(
        string="Waiting for the Customer Since",
        compute="_compute_waiting",
        store=True,
    )
    waiting_hours = fields.Float(
        compute="_compute_waiting",
        store=True,
        help="Working hours spent waiting for the customer, without the wait that still lasts.",
    )
    work_hours_to_first_answer = NullableFloat(
        string="Hours to First Answer",
        compute="_compute_work_hours_to_first_answer",
        store=True,
        aggregator="avg",
        help="Working hours from the reception to the first answer; empty before it.",
    )
    work_days_to_resolution = NullableFloat(
        string="Days to Resolution",
        compute="_compute_work_days_to_resolution",
        store=True,
        aggregator="avg",
        help="Working days from the reception to the resolution without the time waiting for "
        "the customer; empty while the complaint is open.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Open and past the due date now.",
    )

    @api.constrains("received_on", "resolved_on")
    def _check_dates(self):
        for complaint in self:
            if not complaint.resolved_on:
                continue
            if complaint.resolved_on < complaint.received_on:
                raise ValidationError(
                    self.env._("“%s” cannot be resolved before it was received.", complaint.name)
                )
            if not complaint.stage_id.is_closed:
                raise ValidationError(
                    self.env._(
                        "“%s” is open: only a closed stage has a date of resolution.",
                        complaint.name,
                    )
                )

    def _check_closed_has_date(self):
        """No date may be taken away from a closed complaint: it would count as open again."""
        for complaint in self:
            if complaint.stage_id.is_closed:
                raise ValidationError(
                    self.env._("“%s” is closed, so it has a date of resolution.", complaint.name)
                )

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------
    def _clocks(self):
        """Working time of each company of the complaints, over the span they need."""
        clocks = {}
        for company, complaints in self.grouped("company_id").items():
            dates = [date for date in complaints.mapped("received_on") if date]
            dates += [date for date in complaints.mapped("resolved_on") if date]
            now = fields.Datetime.now()
            clocks[company] = WorkingTime.for_company(
                company, min(dates, default=now), max([*dates, now])
            )
        return clocks

    @api.depends("received_on", "severity", "company_id")
    def _compute_answer_due_on(self):
        clocks = self._clocks()
        deadlines = self.env["crm.complaint.deadline"]
        for complaint in self:
            hours = deadlines._get_hours(complaint.company_id, complaint.severity)[0]
            complaint.answer_due_on = (
                hours
                and complaint.received_on
                and clocks[complaint.company_id].add_hours(complaint.received_on, hours)
            )

    @api.depends(
        "received_on",
        "severity",
        "company_id",
        "promised_on",
        "wait_ids.started_on",
        "wait_ids.ended_on",
    )
    def _compute_due_on(self):
        clocks = self._clocks()
        deadlines = self.env["crm.complaint.deadline"]
        for complaint in self:
            hours = deadlines._get_hours(complaint.company_id, complaint.severity)[1]
            if complaint.promised_on or not hours or not complaint.received_on:
                complaint.due_on = complaint.promised_on
            else:
                complaint.due_on = complaint._due_after(clocks[complaint.company_id], hours)

    def _due_after(self, clock, hours):
        """When ``hours`` of working time will have passed, waiting not counted.

        :return: naive UTC datetime, or False while a wait holds the clock
        """
        self.ensure_one()
        start = self.received_on
        for wait in self.wait_ids.sorted("started_on"):
            worked = clock.hours(start, wait.started_on) if wait.started_on > start else 0.0
            if worked >= hours:
                break
            hours -= worked
            if not wait.ended_on:
                return False
            start = max(start, wait.ended_on)
        return clock.add_hours(start, hours)

    @api.depends("wait_ids.started_on", "wait_ids.ended_on", "wait_ids.hours")
    def _compute_waiting(self):
        for complaint in self:
            complaint.waiting_since = complaint.wait_ids.filtered(
                lambda wait: not wait.ended_on
            ).started_on
            complaint.waiting_hours = sum(wait.hours or 0.0 for wait in complaint.wait_ids)

    # ------------------------------------------------------------------
    # Durations
    # ------------------------------------------------------------------
    @api.depends("received_on", "first_answer_on", "company_id")
    def _compute_work_hours_to_first_answer(self):
        clocks = self._clocks()
        for complaint in self:
            received, answered = complaint.received_on, complaint.first_answer_on
            complaint.work_hours_to_first_answer = (
                clocks[complaint.company_id].hours(received, answered)
                if received and answered and answered >= received
                else False
            )

    @api.depends(
        "received_on", "resolved_on", "company_id", "wait_ids.started_on", "wait_ids.ended_on"
    )
    def _compute_work_days_to_resolution(self):
        clocks = self._clocks()
        for complaint in self:
            received, resolved = complaint.received_on, complaint.resolved_on
            if not received or not resolved:
                complaint.work_days_to_resolution = False
                continue
            clock = clocks[complaint.company_id]
            hours = clock.hours(received, resolved)
            for wait in complaint.wait_ids:
                start = max(wait.started_on, received)
                end = min(wait.ended_on or resolved, resolved)
                hours -= clock.hours(start, end) if end > start else 0.0
            complaint.work_days_to_resolution = hours / clock.hours_per_day

    @api.depends("due_on", "is_closed")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.is_overdue = bool(
                not complaint.is_closed and complaint.due_on and complaint.due_on < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [("is_closed", "=", False), ("due_on", "<", fields.Datetime.now())]
        if set(value) == {True}:
            return overdue
        if set(value) == {False}:
            return ["|", "|", ("is_closed", "=", True), ("due_on", "=", False),
                    ("due_on", ">=", fields.Datetime.now())]  # fmt: skip
        return [(1, "=", 1)]

    # ------------------------------------------------------------------
    # What a stage does to the dates
    # ------------------------------------------------------------------
    def _apply_stage(self, resolved_on=None):
        """Bring resolution date and waiting times in line with the stage.

        :param resolved_on: date given with the change of stage, e.g. by an import
        """
        now = fields.Datetime.now()
        complaints = self.sudo()
        waiting = complaints.filtered(lambda c: c.stage_id.is_waiting)
        (complaints - waiting)._end_waiting(resolved_on or now)
        waiting._start_waiting(now)
        closing = complaints.filtered(lambda c: c.stage_id.is_closed and not c.resolved_on)
        for complaint in closing:
            complaint.resolved_on = max(now, complaint.received_on)
        reopened = complaints.filtered(lambda c: not c.stage_id.is_closed and c.resolved_on)
        for complaint in reopened:
            complaint.write(
                {
                    "resolved_on": False,
                    "rating_requested_on": False,
                    "reopen_count": complaint.reopen_count + 1,
                }
            )
        closing._send_rating_request()

    def _start_waiting(self, moment):
        self.env["crm.complaint.wait"].create(
            [
                {"complaint_id": complaint.id, "started_on": max(moment, complaint.received_on)}
                for complaint in self
                if not complaint.waiting_since
            ]
        )

    def _end_waiting(self, moment):
        waits = self.wait_ids.filtered(lambda wait: not wait.ended_on)
        clocks = waits.complaint_id._clocks()
        for wait in waits:
            end = max(fields.Datetime.to_datetime(moment), wait.started_on)
            clock = clocks[wait.complaint_id.company_id]
            wait.write({"ended_on": end, "hours": clock.hours(wait.started_on, end)})

    def action_answered_by_phone(self):
        """Note that the customer was answered now, outside of the system."""
        self.check_access("write")
        for complaint in self.filtered(lambda c: not c.first_answer_on):
            complaint.sudo().first_answer_on = fields.Datetime.now()
            complaint.message_post(body=self.env._("Answered by phone."))
        return True
