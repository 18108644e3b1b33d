# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date, datetime, time, timedelta

import pytz

from odoo import api, models

from ..kpi import targets as rules

SCOPE_FILTERS = {"company", "team", "user", "department"}


class CrmKpiTarget(models.Model):
    """Which target applies to what a viewer looks at."""

    _inherit = "crm.kpi.target"

    @api.model
    def _resolve(self, kpis, period_start, period_end, as_of, filters):
        """Targets of several KPIs for one period and filter, as the current user.

        :param kpis: crm.kpi records
        :param period_start, period_end: first and last day of the WHOLE period, both included
        :param as_of: last day that counts for the pace (included), usually today
        :param dict filters: dimension code → member ids, as in the context key ``kpi_filters``
        :return: {kpi id: {"value", "pace": in the KPI's unit, "amber": percent of the target}};
            a KPI without an applicable target is left out
        """
        filters = {code: members for code, members in (filters or {}).items() if members}
        # a target for a team says nothing about one campaign or product of it
        if not set(filters) <= SCOPE_FILTERS or not self.has_access("read"):
            return {}
        records = self.search([
            ("kpi_id", "in", kpis.ids),
            ("date_from", "<=", period_end), ("date_to", ">=", period_start),
        ])  # fmt: skip
        if not records:
            return {}
        companies = self._filtered_companies(filters)
        if not companies:
            return {}
        scopes = self._asked_scopes(filters, companies)
        by_kpi = defaultdict(list)
        for record in records:
            by_kpi[record.kpi_id].append(record._as_rule(as_of))
        days = self._working_days(
            companies[0],
            min([period_start, *records.mapped("date_from")]),
            max([period_end, *records.mapped("date_to")]),
        )
        answers = {}
        for kpi, entered in by_kpi.items():
            additive = kpi.is_distributed
            if additive and {"team", "department"} <= set(filters) and "user" not in filters:
                continue
            request = _Request(self.env, entered, period_start, period_end, additive, days)
            found = request.for_scopes(scopes, companies)
            if found:
                answers[kpi.id] = {
                    "value": found.value,
                    "pace": rules.pace(
                        found.value, period_start, period_end, as_of, additive, days
                    ),
                    "amber": found.amber,
                }
        return answers

    def _as_rule(self, as_of):
        """The record as a plain target, money in the currency of the viewer's company."""
        self.ensure_one()
        if self.user_id:
            scope = ("user", self.user_id.id)
        elif self.team_id:
            scope = ("team", self.team_id.id)
        elif self.department_id:
            scope = ("department", self.department_id.id)
        else:
            scope = ("company", self.company_id.id) if self.company_id else ("all", False)
        value, company = self.value, self.env.company
        if self.unit == "money" and self.currency_id != company.currency_id:
            value = self.currency_id._convert(
                value, company.currency_id, company, min(as_of, self.date_to), round=False
            )
        return rules.Target(scope, self.date_from, self.date_to, value, self._amber())

    def _amber(self):
        """Percent of the target: its own band, else the KPI's, else the company's default."""
        for band in (self.amber_band, self.kpi_id.amber_band):
            if band is not False:
                return band
        return (self.company_id or self.env.company).sudo().kpi_amber_band

    # What the viewer looks at

    @api.model
    def _filtered_companies(self, filters):
        chosen = filters.get("company")
        if not chosen:
            return self.env.companies
        return self.env.companies.filtered(lambda company: company.id in chosen)

    @api.model
    def _asked_scopes(self, filters, companies):
        """The members asked for, each with what it lies in: list of scope chains."""
        above = [("company", company.id) for company in companies[:1]] + [("all", False)]
        for level in ("user", "team", "department"):
            if level in filters:
                members = filters[level]
                break
        else:
            level, members = None, []
        if level != "user" and (own := self._restricted_to(members if level == "team" else [])):
            level, members = own
        if not level:
            return [above]
        return [self._chain(level, member, filters) + above for member in members]

    @api.model
    def _chain(self, level, member, filters):
        """Scope of a member and of the team and department it belongs to."""
        chain = [(level, member)]
        if level == "user" and member:
            user = self.env["res.users"].browse(member).exists()
            teams = filters.get("team") or user.sale_team_id.ids
            chain += [("team", team) for team in teams[:1]]
            # the person's department decides which target applies; nothing of it is shown
            department = user.sudo().employee_id.department_id
            if department:
                chain.append(("department", department.id))
        return chain

    @api.model
    def _restricted_to(self, asked_teams):
        """The scope of a viewer who sees only own records, to compare like with like.

        :return: None for viewers of all documents, else (level, member ids)
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_salesman_all_leads") or user.has_group(
            "crm_kpi.group_kpi_manager"
        ):
            return None
        if user.has_group("crm_kpi.group_kpi_team_leader"):
            led = self.env["crm.team"].search([("user_id", "=", user.id)]).ids
            teams = [team for team in led if not asked_teams or team in asked_teams]
            if teams:
                return "team", teams
        return "user", [user.id]

    # Working days

    @api.model
    def _working_days(self, company, first, last):
        """Counter of the working days of a company's calendar, public holidays left out."""
        days = []
        for year in range(first.year, last.year + 1):
            days += self._working_days_of_year(company, year)
        return rules.WorkingDays(days)

    @api.model
    def _working_days_of_year(self, company, year):
        # a dashboard asks for the same years again and again within one request
        cache = self.env.cr.cache.setdefault("crm_kpi_working_days", {})
        # the calendar is no secret, and every viewer must get the same pace
        calendar = company.sudo().resource_calendar_id
        key = (company.id, calendar.id, year)
        if key not in cache:
            cache[key] = self._read_working_days(company.sudo(), calendar, year)
        return cache[key]

    @api.model
    def _read_working_days(self, company, calendar, year):
        first, last = date(year, 1, 1), date(year, 12, 31)
        if not calendar or calendar.flexible_hours or not calendar.attendance_ids:
            every_day = (
                first + timedelta(days=number) for number in range((last - first).days + 1)
            )
            return [day for day in every_day if day.weekday() < 5]
        zone = pytz.timezone(calendar.tz or "UTC")
        intervals = calendar._work_intervals_batch(
            zone.localize(datetime.combine(first, time.min)),
            zone.localize(datetime.combine(last, time.max)),
            domain=[("time_type", "=", "leave"), ("company_id", "in", (company.id, False))],
            tz=zone,
        )[False]
        return sorted({start.date() for start, _stop, _records in intervals})


class _Request:
    """One KPI's targets asked for one period."""

    def __init__(self, env, entered, period_start, period_end, additive, working_days):
        self.env = env
        self.entered = entered
        self.period = (period_start, period_end)
        self.additive = additive
        self.working_days = working_days

    def for_scopes(self, scopes, companies):
        """The target for all asked scopes together, or None."""
        if len(scopes) == 1 and scopes[0][0][0] == "company":
            return self._for_companies(scopes[0], companies)
        return rules.combine([self._for_member(chain) for chain in scopes], self.additive)

    def _one(self, chain):
        return rules.resolve(self.entered, *self.period, chain, self.additive, self.working_days)

    def _has(self, *levels):
        return any(target.scope[0] in levels for target in self.entered)

    def _for_companies(self, chain, companies):
        parts = [self._one([("company", company.id), *chain[1:]]) for company in companies]
        together = rules.combine(parts, self.additive)
        if together or not self.additive:
            return together
        if self._has("all") and len(companies) == self.env["res.company"].sudo().search_count([]):
            return self._one([("all", False)])
        if self._has("company"):
            return None
        return self._sum_of_teams(companies)

    def _sum_of_teams(self, companies):
        """Without a target of its own a company is measured by what its teams were given."""
        if not self._has("team", "user"):
            return None
        teams = self.env["crm.team"].search([("company_id", "in", [False, *companies.ids])])
        wanted = [team for team in teams if self._concerns(team)]
        return rules.combine([self._for_member([("team", team.id)]) for team in wanted], True)

    def _concerns(self, team):
        scopes = {("team", team.id), *(("user", user.id) for user in team.member_ids)}
        return any(target.scope in scopes for target in self.entered)

    def _for_member(self, chain):
        found = self._one(chain)
        level, member = chain[0]
        if found or not self.additive or level != "team":
            return found
        if any(target.scope == chain[0] for target in self.entered):
            return None
        # a team without a target of its own is measured by its persons, if each has one
        team = self.env["crm.team"].browse(member).exists()
        return rules.combine([self._one([("user", user.id)]) for user in team.member_ids], True)
