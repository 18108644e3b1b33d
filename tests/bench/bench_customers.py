# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists and tables of customers among many orders: what a person waits for."""

import pytest
from bench_writes import fill_past
from databases import copy_of, environment, filled, size
from filling import TEAMS, login
from meter import Meter, show

from devkit import templates

HEADERS = ("who", "what", "seconds", "cpu python", "cpu database", "queries")
PAGE = 80
"""Rows that a list reads at once."""
RISK = [("is_at_risk", "=", True)]


@pytest.fixture(scope="module")
def database():
    """A database with all addons and years of orders in it."""
    with copy_of(templates.ensure(demo=False), "bench_customers") as name:
        filled(name, size(100_000))
        fill_past(name)
        yield name


def list_page(rows, domain, order):
    """What the list of customers reads for its first page."""
    found = rows.search(domain, limit=PAGE, order=order)
    rows.search_count(domain)
    names = ["partner_id", "user_id", "last_purchase_on", "risk_words", "silence_words"]
    if rows._has_field_access(rows._fields["risk_value"], "read"):
        names.append("risk_value")
    found.read(names)
    return len(found)


def test_lists_of_customers(database):
    """At-risk list, silent customers and cohorts, for those who see all and those who do not."""
    table = []
    for role, user in (("admin", "admin"), ("team leader", login(TEAMS[0], 0)),
                       ("salesperson", login(TEAMS[0], 1))):  # fmt: skip
        with environment(database) as env:
            user_id = env["res.users"].search([("login", "=", user)]).id
        meter = Meter(database)
        works = {
            "at risk, by value": lambda rows: list_page(rows, RISK, "risk_value desc, id"),
            "at risk, newest": lambda rows: list_page(rows, RISK, None),
            "silent, to decide": lambda rows: list_page(
                rows, [("silence_state", "=", "open")], "risk_value desc, id"
            ),
            "cohorts, customers": lambda rows: rows.load_cohorts(),
            "cohorts, revenue": lambda rows: rows.load_cohorts(measure="revenue"),
            "cohorts by month": lambda rows: rows.load_cohorts(unit="month"),
        }
        for label, work in works.items():
            with environment(database, user_id, tz="Europe/Berlin") as env:
                rows = env["crm.customer.lifecycle"]
                with meter.measure(label):
                    work(rows)
        table += [(role, label, *reading) for label, reading in meter.readings.items()]
    show(f"Lists of customers, {size(100_000):,} orders", HEADERS, table)


def test_keeping_up(database):
    """What is done at night or once, at the installation."""
    meter = Meter(database)
    with environment(database) as env:
        with meter.measure("lives of all customers, nothing new"):
            env["crm.customer.lifecycle"]._refresh()
        cancellations = env["crm.cancellation"]
        env.cr.execute("DELETE FROM crm_cancellation")
        env.invalidate_all()
        with meter.measure("cancellations of the past"):
            cancellations._fill_history()
        count = cancellations.search_count([])
    show(
        f"Keeping up with {size(100_000):,} orders",
        HEADERS[1:],
        [(label, *reading) for label, reading in meter.readings.items()],
        [f"{count:,} cancellations recorded"],
    )
