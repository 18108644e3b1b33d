"""Pytest plugin: which tests stay together when several processes share a run.

A file stays whole, as its classes set up data once. So does a folder of the top-level tests: the
journeys share one server and its database, the installations one bare database.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling


class _Groups(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        path = nodeid.split("::")[0]
        return path.rpartition("/")[0] if path.startswith("tests/") else path


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    return _Groups(config, log)
