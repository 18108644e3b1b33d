# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dashboard against the naive way: one ``_read_group`` per measure and period."""

from statistics import median

import pytest
from databases import copy_of, environment, filled, size
from filling import TEAMS, login
from meter import Meter, show

from odoo.addons.crm_kpi.hooks import post_init_hook
from odoo.addons.crm_kpi.kpi.figures import Figures, Question

from devkit import templates

HEADERS = ("who", "what", "seconds", "cpu python", "cpu database", "queries", "ratio")
PERIODS = ("last_month", "last_12_months")


@pytest.fixture(scope="module")
def database():
    """A database with all addons and years of history in it."""
    with copy_of(templates.ensure(demo=False), "bench_dashboard") as name:
        filled(name, size(100_000))
        with environment(name) as env:
            post_init_hook(env)
            leader = env["res.users"].search([("login", "=", login(TEAMS[0], 0))])
            leader.group_ids |= env.ref("crm_kpi.group_kpi_team_leader")
        yield name


def viewers(name):
    """(role, user id)"""
    with environment(name) as env:
        found = env["res.users"].search([("login", "in", [login(TEAMS[0], n) for n in (0, 1)])])
        leader, salesperson = found.sorted("login").ids
        return [
            ("admin", env.ref("base.user_admin").id),
            ("team leader", leader),
            ("salesperson", salesperson),
        ]


def test_cards(database):
    rows = []
    for role, user_id in viewers(database):
        for period in PERIODS:
            meter = Meter(database)
            with environment(database, user_id, kpi_period=period, tz="Europe/Berlin") as env:
                kpis = env["crm.kpi"].search([("is_headline", "=", True)])
                kpis.mapped("name")
                with meter.measure("cards"):
                    kpis.mapped("card")
                measures = answerable(kpis)
                with meter.measure("naive"):
                    naive_cards(kpis, measures)
            rows += compare(f"{role}, {period}", meter, "cards", "naive")
    show(f"{len(kpis)} cards with comparison and sparkline, {size(100_000):,} leads", HEADERS, rows)


def test_detail(database):
    rows = []
    for role, user_id in viewers(database):
        meter = Meter(database)
        with environment(database, user_id, kpi_period="last_12_months", tz="Europe/Berlin") as env:
            kpi = env["crm.kpi"].search([("code", "=", "offer_win_rate")])
            kpi.mapped("name")
            with meter.measure("breakdown by person"):
                kpi.get_breakdown("user")
            with meter.measure("trend"):
                kpi.get_trend()
            with meter.measure("records behind it"):
                action = kpi.action_open_records("numerator")
                model = env[action["res_model"]].with_context(**action.get("context") or {})
                model.search_count(action["domain"])
                model.search(action["domain"], limit=80).mapped("display_name")
        for label in meter.readings:
            rows.append((role, label, *meter.readings[label], None))
    show(f"One figure in detail, {size(100_000):,} leads", HEADERS, rows)


def naive_cards(kpis, measures):
    """What a dashboard would ask without the planner: each measure and period by itself."""
    period = Question(kpis.env).period
    series = period.series()
    planner = Question(kpis.env).planner(
        [period, period.previous(), period.last_year(), *series[:-1]]
    )
    for measure in measures:
        for window in planner.windows:
            naive_figure(planner, measure, window)


def answerable(kpis):
    """Measures that the viewer has figures for at all."""
    figures = Figures(kpis)
    measures = figures._measures()
    problems = Question(kpis.env).planner([figures.question.period]).ask(measures).problems
    return measures.filtered(lambda measure: measure.id not in problems)


def naive_figure(planner, measure, window):
    """One measure in one period, by the ORM's own means."""
    model = measure.source_id._get_model()
    domain = planner.domain(measure, window)
    field = measure.date_from_field if measure.is_age else measure.field_name
    match measure.aggregate:
        case "count":
            model._read_group(domain, [], ["__count"])
        case "median" | "p90":
            # stock has no percentiles: read the values
            ((values,),) = model._read_group(domain, [], [f"{field}:array_agg"])
            if not measure.is_age:
                median([value for value in values or [] if value is not None] or [0])
        case aggregate:
            model._read_group(domain, [], [f"{field}:{aggregate}"])


def compare(role, meter, ours, naive):
    """Two rows of a table, the second with its ratio to the first."""
    mine, other = meter.readings[ours], meter.readings[naive]
    return [
        (role, ours, *mine, 1.0),
        (role, naive, *other, other.wall / mine.wall),
    ]
