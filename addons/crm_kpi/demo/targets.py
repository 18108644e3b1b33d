# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Targets of this year and the last, for the company and its teams.

A target is what the last twelve months brought, times what the management wants.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from . import story

# KPI: wanted change, and whether the teams have targets of their own
PLANS = {
    "offer_win_rate": (1.06, True),
    "offers_sent": (0.96, True),
    "opportunity_win_rate": (1.03, True),
    "average_order_value": (1.02, False),
    "discount_given": (0.95, True),
    "campaign_leads": (1.05, False),
    "click_conversion": (0.95, False),
    "cost_per_lead": (0.98, False),
    "cancellation_rate": (0.9, False),
    "value_credited": (0.85, False),
    "revenue": (1.04, True),
    "order_intake": (1.06, True),
    "revenue_per_employee": (1.03, False),
    "new_deals": (1.02, True),
    "new_customers": (0.95, False),
    "first_response_days": (0.85, True),
    "qualification_days": (0.95, False),
    "first_offer_days": (0.92, True),
    "sent_decision_days": (0.98, True),
    "order_invoice_days": (1.0, False),
    "lead_won_days": (0.95, True),
    "savings_verified": (1.1, False),
    "qualified_leads": (0.97, True),
}
DECIMALS = {"number": 0, "percent": 1, "money": -2, "days": 1, "hours": 1}
PERCENT_OF_LAST_YEAR = 0.93


def create_targets(env, clock, staff):
    kpis = env["crm.kpi"].search([("code", "in", list(PLANS))])
    kpis = kpis.with_context(kpi_period="last_12_months")
    rows = []
    for kpi in kpis:
        factor, by_team = PLANS[kpi.code]
        rows += _of_scope(env, clock, kpi, {}, kpi.card["value"], factor)
        if by_team:
            by_member = {row["id"]: row["card"]["value"] for row in kpi.get_breakdown("team")["rows"]}
            for team in staff.teams.values():
                rows += _of_scope(env, clock, kpi, {"team_id": team.id}, by_member.get(team.id), factor)
    return env["crm.kpi.target"].create(rows)


def _of_scope(env, clock, kpi, scope, value, factor):
    """Targets of one scope: by month for sums, by year for ratios and durations."""
    if not value:
        return
    for year in (clock.today.year - 1, clock.today.year):
        wanted = value * factor
        if year != clock.today.year:
            wanted *= PERCENT_OF_LAST_YEAR if kpi.direction == "up" else 1 / PERCENT_OF_LAST_YEAR
        spans = [(date(year, 1, 1), date(year, 12, 31), 1.0)]
        if kpi.is_distributed:
            whole = sum(story.SEASON.values())
            spans = [
                (date(year, month, 1), date(year, month, 1) + relativedelta(months=1, days=-1), share / whole)
                for month, share in story.SEASON.items()
            ]
        for first, last, share in spans:
            yield {
                "kpi_id": kpi.id,
                "company_id": env.company.id,
                **scope,
                "date_from": first,
                "date_to": last,
                "value": _round(kpi, wanted * share),
            }


def _round(kpi, value):
    digits = DECIMALS[kpi.unit]
    return round(value, digits) or round(value, 2)
