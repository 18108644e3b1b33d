"""Pytest plugin: write the failed and the passed tests of a run to a JSON file."""

import json
import os

_outcomes = {"failed": set(), "passed": set()}


def pytest_runtest_logreport(report):
    # A failing subtest reports on its own; it makes the whole test count as failed.
    if report.failed:
        _outcomes["failed"].add(report.nodeid)
    elif report.when == "call" and report.passed:
        _outcomes["passed"].add(report.nodeid)


def pytest_collectreport(report):
    if report.failed:
        _outcomes["failed"].add(report.nodeid)


def pytest_sessionfinish():
    passed = _outcomes["passed"] - _outcomes["failed"]
    with open(os.environ["CRM_KPI_OUTCOMES"], "w") as out:
        json.dump({"failed": sorted(_outcomes["failed"]), "passed": sorted(passed)}, out)
