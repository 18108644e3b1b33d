# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.risk import (
    DAYS_UNANSWERED,
    FALLING_DAYS,
    LOST_OFFERS,
    REPEAT_COMPLAINTS,
    SIGNALS,
    is_falling,
)
from .crm_customer_lifecycle_cohort import local_day_sql

WIN_BACK = "crm_complaints.mail_activity_type_win_back_customer"


class CrmCustomerLifecycle(models.Model):
    """Active customers at risk: the signals, read as the viewer, in words.

    Nothing of it is stored: a signal from a complaint or an order appears only to those
    who may read that complaint or order. Sources and thresholds: ``tools/risk.py``.
    """

    _inherit = "crm.customer.lifecycle"

    is_at_risk = fields.Boolean(
        compute="_compute_risk",
        search="_search_is_at_risk",
        help="The customer is active, and something you may see says that it could be lost.",
    )
    risk_signal = fields.Selection(
        SIGNALS,
        string="Signal",
        compute="_compute_risk",
        search="_search_risk_signal",
        help="The first of the signals.",
    )
    risk_words = fields.Text(string="Signals", compute="_compute_risk")
    risk_value = fields.Monetary(
        string="Value at Risk",
        currency_field="company_currency_id",
        compute="_compute_risk_value",
        groups="sales_team.group_sale_salesman",
        help="Untaxed value of the orders that you may see, confirmed in the twelve months up to "
        "the customer's last order, in company currency.",
    )
    win_back_activity_on = fields.Date(
        string="Activity Planned",
        compute="_compute_win_back_activity_on",
        help="Day of the next activity to keep or win back this customer.",
    )

    # ------------------------------------------------------------------
    # Signals
    # ------------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids", "lang", "tz")
    def _compute_risk(self):
        active = self.filtered(lambda row: not row.lost_on)
        facts = {
            code: getattr(self, f"_risk_{code}")(active.partner_id.ids) if active else {}
            for code, _label in SIGNALS
            if code != "silence"
        }
        today = fields.Date.context_today(self)
        for row in self:
            key = (row.company_id.id, row.partner_id.id)
            found = {}
            if row in active:
                found = {code: known[key] for code, known in facts.items() if key in known}
                if row._is_silence_near_limit(today):
                    found["silence"] = row._say_silence()
            row.is_at_risk = bool(found)
            row.risk_signal = next(iter(found), False)
            row.risk_words = "\n".join(found.values())

    def _is_silence_near_limit(self, today):
        return (
            self.rhythm_days is not False
            and self.silence_warning_on
            and self.silence_warning_on <= today
            and self.silence_state != "dismissed"
        )

    @api.model
    def _search_is_at_risk(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return self._search_risk_signal("in", [code for code, _label in SIGNALS])

    @api.model
    def _search_risk_signal(self, operator, value):
        if operator != "in":
            return NotImplemented
        asked = [code for code, _label in SIGNALS if code in value]
        found = Domain.FALSE
        if "silence" in asked:
            found |= (
                Domain("rhythm_days", "!=", False)
                & Domain("silence_warning_on", "<=", fields.Date.context_today(self))
                & Domain("silence_state", "=", False)
            )
            asked.remove("silence")
        customers = {}
        for code in asked:
            for company_id, partner_id in getattr(self, f"_risk_{code}")():
                customers.setdefault(company_id, set()).add(partner_id)
        for company_id, partner_ids in customers.items():
            found |= Domain("company_id", "=", company_id) & Domain(
                "partner_id", "in", list(partner_ids)
            )
        return found & Domain("lost_on", "=", False)

    # Each returns {(company id, customer id): the signal in words}.

    def _risk_complaint(self, partner_ids=None):
        """Open complaints, with the day of the oldest."""
        groups = self._group_by_customer(
            "crm.complaint",
            [("is_closed", "=", False), ("duplicate_of_id", "=", False)],
            partner_ids,
            ["__count", "received_on:min"],
        )
        return {
            key: self.env._("An open complaint since %s", self._format_day(first))
            if count == 1
            else self.env._(
                "%(count)s open complaints, the oldest since %(day)s",
                count=count,
                day=self._format_day(first),
            )
            for key, (count, first) in groups.items()
        }

    def _risk_repeat(self, partner_ids=None):
        """Several complaints within twelve months."""
        since = fields.Datetime.now() - relativedelta(months=12)
        groups = self._group_by_customer(
            "crm.complaint",
            [("received_on", ">", since), ("duplicate_of_id", "=", False)],
            partner_ids,
            ["__count"],
        )
        return {
            key: self.env._("%s complaints within twelve months", count)
            for key, (count,) in groups.items()
            if count >= REPEAT_COMPLAINTS
        }

    def _risk_answer(self, partner_ids=None):
        """Complaints past the day for the first answer, and messages nobody answered."""
        now = fields.Datetime.now()
        overdue = self._group_by_customer(
            "crm.complaint",
            [
                ("is_closed", "=", False),
                ("duplicate_of_id", "=", False),
                ("first_answer_on", "=", False),
                ("answer_due_on", "<", now),
            ],
            partner_ids,
            ["__count", "answer_due_on:min"],
        )
        words = {
            key: self.env._("Answer to a complaint overdue since %s", self._format_day(first))
            for key, (_count, first) in overdue.items()
        }
        limit = now - timedelta(days=DAYS_UNANSWERED)
        waiting = Domain("waiting_since", "<", limit)
        if partner_ids is not None:
            waiting &= Domain("id", "in", partner_ids)
        for partner in self.env["res.partner"].search_fetch(waiting, ["waiting_since"]):
            said = self.env._(
                "Waits for an answer since %s", self._format_day(partner.waiting_since)
            )
            for company in self.env.companies:
                key = (company.id, partner.id)
                words[key] = f"{words[key]}\n{said}" if key in words else said
        return words

    def _risk_falling(self, partner_ids=None):
        """Fewer orders in half a year than in the same months a year before, beyond chance."""
        today = fields.Datetime.now()

        def ordered(until):
            domain = [
                ("state", "=", "sale"),
                ("confirmed_on", ">", until - timedelta(days=FALLING_DAYS)),
                ("confirmed_on", "<=", until),
            ]
            return self._group_by_customer("sale.order", domain, partner_ids, ["__count"])

        now, before = ordered(today), ordered(today - timedelta(days=365))
        words = {}
        for key, (earlier,) in before.items():
            (count,) = now.get(key, (0,))
            if is_falling(count, earlier):
                words[key] = self.env._(
                    "Orders in the last six months: %(now)s, in the same months a year before: "
                    "%(before)s",
                    now=count,
                    before=earlier,
                )
        return words

    def _risk_offers(self, partner_ids=None):
        """Several offers decided within twelve months, none of them won."""
        since = fields.Datetime.now() - relativedelta(months=12)
        decided = [("is_offer", "=", True), ("offer_decided_on", ">", since)]
        lost = self._group_by_customer(
            "sale.order",
            [*decided, ("offer_outcome", "in", ("lost", "expired"))],
            partner_ids,
            ["__count"],
        )
        won = self._group_by_customer(
            "sale.order", [*decided, ("offer_outcome", "=", "won")], partner_ids, ["__count"]
        )
        return {
            key: self.env._("%s offers lost within twelve months, none won", count)
            for key, (count,) in lost.items()
            if count >= LOST_OFFERS and key not in won
        }

    def _group_by_customer(self, model_name, domain, partner_ids, aggregates):
        """{(company id, customer id): aggregates} of the records that the viewer may see."""
        model = self.env[model_name]
        if not model.has_access("read"):
            return {}
        domain = Domain(domain) & Domain("company_id", "in", self.env.companies.ids)
        if partner_ids is None:
            domain &= Domain("commercial_partner_id", "!=", False)
        else:
            domain &= Domain("commercial_partner_id", "in", partner_ids)
        groups = model._read_group(domain, ["company_id", "commercial_partner_id"], aggregates)
        return {(company.id, partner.id): values for company, partner, *values in groups}

    def _format_day(self, moment):
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date())

    # ------------------------------------------------------------------
    # Value at risk
    # ------------------------------------------------------------------
    def _risk_value_sql(self, alias):
        """SQL of the value of a row's orders that the viewer may see, over the same twelve months
        as the yearly order value."""
        orders = self.env["sale.order"]._search(
            [("state", "=", "sale"), ("confirmed_on", "!=", False)]
        )
        bought = orders.table
        orders.add_where(
            SQL(
                """%(partner)s = %(row_partner)s AND %(company)s = %(row_company)s
               AND %(day)s > %(last)s - interval '12 months' AND %(day)s <= %(last)s""",
                partner=SQL.identifier(bought, "commercial_partner_id"),
                row_partner=SQL.identifier(alias, "partner_id"),
                company=SQL.identifier(bought, "company_id"),
                row_company=SQL.identifier(alias, "company_id"),
                day=local_day_sql(self.env, bought),
                last=SQL.identifier(alias, "last_purchase_on"),
            )
        )
        amount = SQL("COALESCE(sum(%s), 0)", SQL.identifier(bought, "amount_untaxed_company"))
        return orders.subselect(amount)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_risk_value(self):
        self.env["sale.order"].flush_model()
        values = {}
        if self.ids:
            query = self._search([("id", "in", self.ids)])
            row = SQL.identifier(query.table, "id")
            values = dict(
                self.env.execute_query(query.select(row, self._risk_value_sql(query.table)))
            )
        for row in self:
            row.risk_value = values.get(row.id, 0.0)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """The value is not stored, as each viewer has his own; it can be sorted by all the same."""
        if field_name == "risk_value":
            self._check_field_access(self._fields["risk_value"], "read")
            return SQL("%s %s %s", self._risk_value_sql(alias), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ------------------------------------------------------------------
    # Acting
    # ------------------------------------------------------------------
    @api.depends_context("uid")
    def _compute_win_back_activity_on(self):
        activities = dict(
            self.env["mail.activity"]._read_group(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", self.partner_id.ids),
                    ("activity_type_id", "=", self.env.ref(WIN_BACK).id),
                ],
                ["res_id"],
                ["date_deadline:min"],
            )
        )
        for row in self:
            row.win_back_activity_on = activities.get(row.partner_id.id, False)

    def action_plan_activity(self):
        """Plan an activity for today with the customers, with the signals in its note."""
        for row in self.filtered(lambda row: not row.win_back_activity_on):
            row.partner_id.activity_schedule(
                WIN_BACK,
                date_deadline=fields.Date.context_today(self),
                note=Markup("<br/>").join((row.risk_words or row._say_silence()).splitlines()),
                user_id=row.user_id.id or self.env.uid,
            )
        self.invalidate_recordset(["win_back_activity_on"])

    def action_open_customer(self):
        """The customer's page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
