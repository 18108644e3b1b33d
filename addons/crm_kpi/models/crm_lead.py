# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..kpi.nullable import NullableFloat
from ..kpi.schema import create_columns
from ..kpi.working_time import WorkingTime

# What may win or lose a lead or move it to another stage.
_DECIDING = {"stage_id", "active", "probability"}
_CLOSING = {"won_on", "lost_on", "closed_on"}
# name of the duration → field with the end of it; all begin with the creation
DURATIONS = {
    "first_response": "first_response_on",
    "qualification": "date_conversion",
    "first_offer": "first_offer_on",
    "won": "won_on",
}


class CrmLead(models.Model):
    """Moments and durations of the sales process, as stored and filterable fields.

    Stock knows the creation and an ambiguous closing date. Here every step has its
    own moment, written when it happens and cleared when it is taken back.
    """

    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.department.mixin"]

    # stock has none, and every lead figure of a period asks for it
    _kpi_create_date_idx = models.Index("(create_date)")
    _kpi_date_conversion_idx = models.Index("(date_conversion) WHERE date_conversion IS NOT NULL")

    commercial_customer_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Commercial Customer",
        help="The company (or the person without one) that the customer belongs to.",
    )
    first_response_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="First message to the customer, or first call or meeting marked as done. "
        "Internal notes and automatic messages do not count.",
    )
    waiting_since = fields.Datetime(
        "Waiting for Answer Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Since when the customer waits for an answer: first message of the customer "
        "after our last one. Empty when the last word was ours.",
    )
    first_offer_on = fields.Datetime(
        "First Offer Sent On",
        compute="_compute_first_offer_on",
        store=True,
        copy=False,
        index="btree_not_null",
        help="When the first quotation of this opportunity was sent.",
    )
    won_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the opportunity was won. Empty when it is reopened.",
    )
    lost_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the opportunity was lost. Empty when it is restored. "
        "Archiving alone does not count as a loss.",
    )
    closed_on = fields.Datetime(
        "Decided On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the opportunity was won or lost.",
    )
    slow_since = fields.Datetime(
        "Slowed Down Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The moment from which an open opportunity has been in its stage longer than "
        "three out of four won deals were. A moment in the future is not slow yet.",
    )
    is_slow = fields.Boolean(
        "Slowed Down",
        compute="_compute_is_slow",
        search="_search_is_slow",
        help="Open, and in its stage longer than three out of four won deals were.",
    )
    stage_log_ids = fields.One2many("crm.lead.stage.log", "lead_id", "Stage History", readonly=True)
    stage_log_in_step = fields.Boolean(
        compute="_compute_stage_log_in_step",
        store=True,
        copy=False,
        export_string_translation=False,
        help="Technical: brings the stage history in step with the lead.",
    )
    dates_estimated = fields.Boolean(
        readonly=True,
        copy=False,
        help="A moment before the installation of the KPIs could not be found in the history "
        "and had to be estimated.",
    )

    days_to_first_response = NullableFloat(
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Calendar days from creation to the first response.",
    )
    days_to_qualification = NullableFloat(
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Calendar days from creation of the lead to its conversion into an opportunity.",
    )
    days_to_first_offer = NullableFloat(
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Calendar days from creation to the first offer sent.",
    )
    days_to_won = NullableFloat(
        "Days to Win",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Calendar days from creation to the won deal. Empty while it is not won.",
    )
    work_hours_to_first_response = NullableFloat(
        "Working Hours to First Response",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Working hours of the company from creation to the first response.",
    )
    work_hours_to_qualification = NullableFloat(
        "Working Hours to Qualification",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Working hours of the company from creation to the conversion into an opportunity.",
    )
    work_hours_to_first_offer = NullableFloat(
        "Working Hours to First Offer",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Working hours of the company from creation to the first offer sent.",
    )
    work_hours_to_won = NullableFloat(
        "Working Hours to Win",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="Working hours of the company from creation to the won deal.",
    )

    def _auto_init(self):
        # Create the columns of stored computed fields beforehand: the ORM would compute
        # them lead by lead at install, the history fill does it set by set.
        names = ["first_offer_on", "sales_department_id", "stage_log_in_step"]
        for name in DURATIONS:
            names += [f"days_to_{name}", f"work_hours_to_{name}"]
        create_columns(self, names)
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------------
    @api.depends("order_ids.quotation_sent_on")
    def _compute_first_offer_on(self):
        for lead in self:
            sent = [order.quotation_sent_on for order in lead.order_ids if order.quotation_sent_on]
            lead.first_offer_on = min(sent, default=False)

    @api.depends("create_date", "company_id", *DURATIONS.values())
    def _compute_durations(self):
        for company, leads in self.grouped(lambda lead: lead._kpi_company()).items():
            ends = [lead[end] for lead in leads for end in DURATIONS.values() if lead[end]]
            starts = [lead.create_date for lead in leads if lead.create_date]
            time = None
            if ends and starts:
                time = WorkingTime.for_company(company, min(starts), max(ends))
            for lead in leads:
                start = lead.create_date
                for name, end_field in DURATIONS.items():
                    end = lead[end_field]
                    days = hours = False
                    if start and end and not (name == "qualification" and end < start):
                        # An answer older than the lead (merged, linked later) took no time.
                        end = max(start, end)
                        days = (end - start).total_seconds() / 86400
                        hours = time.hours(start, end)
                    lead[f"days_to_{name}"] = days
                    lead[f"work_hours_to_{name}"] = hours

    @api.depends("slow_since")
    def _compute_is_slow(self):
        now = fields.Datetime.now()
        for lead in self:
            lead.is_slow = bool(lead.slow_since and lead.slow_since <= now)

    def _search_is_slow(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        slow = fields.Domain("slow_since", "<=", now)
        return fields.Domain.OR(slow if wanted else ~slow for wanted in value)

    def _kpi_company(self):
        """The company whose working hours count for this lead."""
        self.ensure_one()
        company = self.company_id or self.user_id.company_id
        if not company:
            # not env.ref, which asks the database for each lead whether it exists
            main = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
            company = self.env["res.company"].browse(main)
        return company

    # ------------------------------------------------------------------
    # Stamping
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        given = self.browse(
            lead.id
            for lead, vals in zip(leads, vals_list, strict=True)
            if not _CLOSING.isdisjoint(vals)
        )
        leads._kpi_stamp({}, given=given)
        return leads

    def write(self, vals):
        if _DECIDING.isdisjoint(vals):
            return super().write(vals)
        before = {lead.id: lead._kpi_position() for lead in self}
        # Stock's write adds keys to "vals": look at what was asked for.
        given = self.browse() if _CLOSING.isdisjoint(vals) else self
        result = super().write(vals)
        self._kpi_stamp(before, given=given)
        return result

    @api.depends("stage_id", "won_status", "type", "company_id", "team_id", "user_id")
    def _compute_stage_log_in_step(self):
        """Follow changes that come by the way: another holder, or another stage because the
        new team has other stages. As a computed field the ORM collects them, so that
        assigning leads one by one costs one pass in the end."""
        self.stage_log_in_step = True
        leads = self.browse(self.ids).sudo()
        logs = self.env["crm.lead.stage.log"].sudo()
        leads._kpi_stamp(
            {
                log.lead_id.id: {
                    "stage": log.stage_id.id,
                    "status": "won" if log.outcome == "won" else "pending",
                    "type": log.lead_type,
                    "holder": log._get_holder(),
                }
                for log in logs._fetch_stays(
                    [("lead_id", "in", leads.ids), ("left_on", "=", False)]
                )
            },
            given=self.browse(),
            known_only=True,
        )

    def _kpi_position(self):
        """Where the lead stands in the process and who holds it."""
        return {
            "stage": self.stage_id.id,
            "status": self.won_status,
            "type": self.type,
            "holder": (self.type, self.company_id.id, self.team_id.id, self.user_id.id),
        }

    def _kpi_stamp(self, before, given, known_only=False):
        """Write what follows from a change of position: closing dates, stage history,
        the moment of slowing down.

        :param dict before: position by lead id; leads not in it are new
        :param given: leads whose closing dates were given explicitly (imports)
        :param known_only: leave new leads alone
        """
        # The change may have taken the lead out of the user's sight.
        self = self.sudo()
        now = fields.Datetime.now()
        changes = []
        for lead in self:
            old = before.get(lead.id)
            if known_only and not old:
                continue
            new = lead._kpi_position()
            if old != new:
                changes.append((lead, old or {"stage": None, "status": "pending"}, new))
        if not changes:
            return
        dates = {
            "won": {"won_on": now, "lost_on": False, "closed_on": now},
            "lost": {"won_on": False, "lost_on": now, "closed_on": now},
            "pending": {"won_on": False, "lost_on": False, "closed_on": False},
        }
        for status, values in dates.items():
            leads = self.browse(
                lead.id
                for lead, old, new in changes
                if new["status"] == status != old["status"] and lead not in given
            )
            if leads:
                leads.write(values)
        for lead in given:
            if lead.closed_on != (lead.won_on or lead.lost_on):
                lead.closed_on = lead.won_on or lead.lost_on
        self.env["crm.lead.stage.log"]._record_changes(changes, now)
        self.browse(
            lead.id
            for lead, old, new in changes
            if any(old.get(key) != new[key] for key in ("stage", "status", "type"))
        )._kpi_update_slow_since()

    def _kpi_update_slow_since(self):
        """Set the moment from which each open opportunity counts as slowed down."""
        open_deals = self.filtered(
            lambda lead: (
                lead.won_status == "pending"
                and lead.type == "opportunity"
                and lead.stage_id.slow_after_days
            )
        )
        by_moment = {False: self - open_deals}
        if open_deals:
            logs = self.env["crm.lead.stage.log"]._fetch_stays(
                [("lead_id", "in", open_deals.ids), ("left_on", "=", False)]
            )
            for log in logs:
                by_moment[log.slow_on] = by_moment.get(log.slow_on, self.browse()) | log.lead_id
        for moment, leads in by_moment.items():
            leads.filtered(lambda lead, at=moment: lead.slow_since != at).slow_since = moment

    # ------------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------------
    def _merge_get_fields_specific(self):
        def earliest(fname, leads):
            return min((lead[fname] for lead in leads if lead[fname]), default=False)

        return {
            **super()._merge_get_fields_specific(),
            "first_response_on": earliest,
            "waiting_since": earliest,
        }
