# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Targets of this year and the last, for the company and its teams.

A target is what the last twelve months (or the last year) brought, times what the
management wants of it.
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
    "new_deals": (1.02, True),
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
WITHOUT_SEASON = ("savings_verified",)


def create_targets(env, clock, teams, plans=None):
    """Set the targets of the KPIs in ``plans``, by default those of this addon."""
    plans = plans or PLANS
    env.flush_all()
    kpis = env["crm.kpi"].search([("code", "in", list(plans))])
    rows = []
    for year, period in (
        (clock.today.year - 1, "last_year"),
        (clock.today.year, "last_12_months"),
    ):
        for kpi in kpis.with_context(kpi_period=period):
            factor, by_team = plans[kpi.code]
            rows += _of_scope(env, year, kpi, {}, kpi.card["value"], factor)
            if by_team:
                values = {
                    row["id"]: row["card"]["value"] for row in kpi.get_breakdown("team")["rows"]
                }
                for team in teams:
                    scope = {"team_id": team.id}
                    rows += _of_scope(env, year, kpi, scope, values.get(team.id), factor)
    return env["crm.kpi.target"].create(rows)


def _of_scope(env, year, kpi, scope, value, factor):
    """Targets of one scope: by month for sums, by year for ratios and durations."""
    if not value:
        return
    spans = [(date(year, 1, 1), date(year, 12, 31), 1.0)]
    if kpi.is_distributed:
        shares = dict.fromkeys(story.SEASON, 1.0) if kpi.code in WITHOUT_SEASON else story.SEASON
        spans = [
            (first, first + relativedelta(months=1, days=-1), share / sum(shares.values()))
            for first, share in ((date(year, month, 1), share) for month, share in shares.items())
        ]
    for first, last, share in spans:
        yield {
            "kpi_id": kpi.id,
            "company_id": env.company.id,
            **scope,
            "date_from": first,
            "date_to": last,
            "value": _round(kpi, value * factor * share),
        }


def _round(kpi, value):
    return round(value, DECIMALS[kpi.unit]) or round(value, 2)
