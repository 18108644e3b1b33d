# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What complaints say: reading their words, and each question asked about them."""

from databases import copy_of, environment, filled, size
from filling import TEAMS, analyze, login
from filling_complaints import fill_complaints
from meter import Meter, show

from devkit import templates

HEADERS = ("who", "what", "seconds", "cpu python", "cpu database", "queries")
ALL_TIME = "custom:2000-01-01:2099-12-31"


def questions(env, complaint):
    """(name, function) of what a person asks."""

    def insight(panel, period, domain=(), **options):
        model = env["crm.complaint"].with_context(kpi_period=period)
        return lambda: model.get_insight(panel, list(domain), options)

    without_category = env["crm.complaint"].search([("category_id", "=", False)], limit=1)
    word = complaint.name.split()[0]
    return [
        ("terms, 90 days", insight("terms", "last_90_days")),
        ("terms, 12 months", insight("terms", "last_12_months")),
        ("terms, all time", insight("terms", ALL_TIME)),
        ("terms by category, 12 months", insight("terms", "last_12_months", groupby="category_id")),
        ("terms by category, all time", insight("terms", ALL_TIME, groupby="category_id")),
        ("terms of one severity, all time",
         insight("terms", ALL_TIME, [("severity", "=", "high")])),
        ("overview, 12 months", insight("overview", "last_12_months")),
        ("overview, all time", insight("overview", ALL_TIME)),
        ("similar complaints", complaint.get_similar),
        ("suggested category", lambda: without_category.suggested_category_id),
        ("search for a word",
         lambda: env["crm.complaint"].search([("said", "ilike", word)], limit=80)),
    ]  # fmt: skip


def test_questions():
    count = size(10_000)
    with copy_of(templates.ensure(demo=False), "bench_texts") as name:
        filled(name, 1000)
        meter = Meter(name)
        with environment(name) as env:
            fill_complaints(env, count)
        with environment(name) as env:
            texts = env["crm.complaint.text"]
            with meter.measure("reading all words"):
                texts._refresh(texts._unread())
        with environment(name) as env:
            analyze(env)
            env.cr.execute("ANALYZE crm_complaint, crm_complaint_text")
            with meter.measure("learning categories"):
                env["crm.complaint.classifier"]._learn(env.company)
            # what a database with history would have learned
            env["crm.complaint.classifier"].search([]).is_useful = True
            with meter.measure("one new complaint"):
                env["crm.complaint"].create({"name": "Rahmen verbogen"})
        rows = [("", label, *reading) for label, reading in meter.readings.items()]
        with environment(name) as env:
            leader = env["res.users"].search([("login", "=", login(TEAMS[0], 0))])
            leader.group_ids |= env.ref("crm_kpi.group_kpi_team_leader")
            viewers = [
                ("admin", env.ref("base.user_admin").id),
                ("team leader", leader.id),
                ("salesperson", env["res.users"].search([("login", "=", login(TEAMS[0], 1))]).id),
            ]
        for role, user_id in viewers:
            meter = Meter(name)
            with environment(name, user_id, tz="Europe/Berlin") as env:
                own = env["crm.complaint"].search([], limit=1, order="id")
                for label, ask in questions(env, own):
                    with meter.measure(label):
                        ask()
            rows += [(role, label, *reading) for label, reading in meter.readings.items()]
        show(f"What {count:,} complaints say", HEADERS, rows)
