# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the web client asks for when somebody reads the result of a check, and how long it takes."""

import time

from odoo import sql_db
from odoo.fields import Domain

AREA = ("rule_id", "failed", "effect", "effort_hours", "worst_segment", "has_fix", "fixed_count")
OWNER = ("owner_name", "customer_count", "finding_count", "score")
SCORE = ("dimension", "score", "score_change", "formula")
FINDING = ("partner_id", "rule_id", "field_label", "value", "reason", "proposal", "fixed_on")
PARTNER = ("display_name", "email", "phone", "quality_reason", "quality_proposal")


def read_pages(env, check_id):
    """Rows of a table: page, rows, seconds and queries, each from an empty cache."""
    check = env["crm.quality.check"].browse(check_id)
    # the area with most records to improve
    area = check.improvement_ids.sorted("failed", reverse=True)[:1]
    finding = env["crm.quality.finding"]
    of_check = [("check_id", "=", check_id)]
    owner = check.owner_ids.sorted("finding_count", reverse=True)[:1]
    opened = area.action_open_list()
    pages = [
        ("result page", lambda: _result_page(check)),
        ("findings", lambda: _list(finding, of_check, FINDING)),
        ("findings not fixed", lambda: _list(
            finding, [*of_check, ("is_accepted", "=", False), ("fixed_on", "=", False)], FINDING)),
        ("findings by rule", lambda: _groups(finding, of_check, "rule_id")),
        ("findings of an area", lambda: _list(finding, area.action_open_findings()["domain"], FINDING)),
        ("findings of an owner", lambda: _list(finding, owner.action_open_findings()["domain"], FINDING)),
        ("records of an area", lambda: _list(
            env["res.partner"].with_context(**opened["context"]), opened["domain"], PARTNER)),
        ("list of checks", lambda: _list(env["crm.quality.check"], [], ("name", "score", "run_state"))),
    ]  # fmt: skip
    return [(name, *_timed(env, page)) for name, page in pages]


def read_own_pages(env, check_id):
    """The same for a salesperson: what a check of somebody else found about his customers."""
    finding = env["crm.quality.finding"]
    of_check = Domain("check_id", "=", check_id)
    is_open = Domain("is_accepted", "=", False)
    open_ones = of_check & is_open
    [(rule, _count), *_others] = finding._read_group(open_ones, ["rule_id"], ["__count"])
    pages = [
        ("own findings by check", lambda: _groups(finding, is_open, "check_id")),
        ("own findings", lambda: _list(finding, open_ones, FINDING)),
        ("own findings by rule", lambda: _groups(finding, open_ones, "rule_id")),
        ("own findings of a rule", lambda: _list(
            finding, open_ones & Domain("rule_id", "=", rule.id), FINDING)),
    ]  # fmt: skip
    return [(name, *_timed(env, page)) for name, page in pages]


def _timed(env, page):
    env.invalidate_all()
    queries = sql_db.sql_counter
    start = time.perf_counter()
    rows = page()
    return rows, time.perf_counter() - start, sql_db.sql_counter - queries


def _spec(names):
    return {name: {} for name in names}


def _list(model, domain, names):
    found = model.web_search_read(list(domain), _spec(names), limit=80, count_limit=10001)
    return found["length"]


def _groups(model, domain, name):
    return sum(count for _group, count in model._read_group(domain, [name], ["__count"]))


def _result_page(check):
    specification = _spec(("name", "score", "score_change", "run_state", "trend_chart")) | {
        "improvement_ids": {"fields": _spec(AREA), "limit": 40},
        "owner_ids": {"fields": _spec(OWNER), "limit": 20},
        "score_ids": {"fields": _spec(SCORE)},
    }
    [page] = check.web_read(specification)
    return len(page["improvement_ids"])
