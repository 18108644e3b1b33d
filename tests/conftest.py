# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fixtures of the browser journeys: a server on a copy of the demo database.

The journeys talk to a server process of their own, as a person would; what
pytest-odoo sets up inside this process is not touched.
"""

import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from socket import socket

import pytest
from playwright.sync_api import sync_playwright

from devkit import chromium, odoo, paths, setup, templates

PARSER_FAULT = "SystemError: AST constructor recursion depth mismatch"
_ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.MULTILINE)


class Server:
    """A running Odoo: ``url``, ``database`` and the errors of its log."""

    def __init__(self, url, database, log):
        self.url = url
        self.database = database
        self.log = log

    def errors(self, start=0):
        """Error lines of the log from the byte ``start`` on.

        Not those of Python 3.11 itself, whose parser fails now and then in threads (CPython issue
        106905); Odoo reads the grouping of numbers by it.
        """
        text = self.log.read_bytes()[start:].decode(errors="replace")
        entries = _ENTRY.split(text)
        found = [one for one in entries if " ERROR " in one[:60] or " CRITICAL " in one[:60]]
        return [one for one in found if PARSER_FAULT not in one]


def _free_port():
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process, url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(240):
        if process.poll() is not None:
            pytest.fail("the Odoo server of the journeys ended at once")
        try:
            opener.open(url + "/web/health", timeout=30).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    pytest.fail("the Odoo server of the journeys did not answer")


def _serve(database, name):
    """Start a server on ``database``; yield it; stop it."""
    port = _free_port()
    log = paths.LOGS / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            odoo.command(
                "test", "-d", database, f"--http-port={port}", f"--db-filter=^{database}$"
            ),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=odoo.environment("test"),
        )
    try:
        _wait(process, f"http://localhost:{port}")
        yield Server(f"http://localhost:{port}", database, log)
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="session")
def odoo_server():
    """Server on a fresh copy of the demo database, shared by all journeys of a run."""
    setup.ensure("test")
    database = templates.copy(templates.ensure(demo=True), "journey")
    yield from _serve(database, "journey-server")
    if not os.environ.get("KEEP"):
        templates.drop(database)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium of this machine."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        yield found
        found.close()


class Visitor:
    """Opens pages as some user, and notes what the browser complains about."""

    def __init__(self, server, browser):
        self.server = server
        self.browser = browser
        self.complaints = []
        self._contexts = []

    def login(self, user="admin", password=None, **options):
        """A page of ``user``, logged in; ``options`` go to the browser context.

        Demo users have their login as password. Useful options: ``locale``,
        ``timezone_id``, ``viewport``, ``has_touch``, ``reduced_motion``.
        """
        page = self.visit(**options)
        # not to Discuss, which marks messages as read and logs each collision of that
        page.goto("/web/login?redirect=/odoo/kpi-dashboard")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", password or user)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar")
        return page

    def visit(self, **options):
        """An empty page of somebody who is not logged in; ``options`` as for :meth:`login`."""
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = self.browser.new_context(base_url=self.server.url, **options)
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._on_console)
        return page

    def _on_console(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def close(self):
        for context in self._contexts:
            context.close()


@pytest.fixture
def visitor(odoo_server, browser):
    """``visitor.login("admin")`` gives a page; a complaint of the browser or the server fails.

    A journey that provokes an error on purpose takes it out of ``visitor.complaints``.
    """
    start = odoo_server.log.stat().st_size
    found = Visitor(odoo_server, browser)
    yield found
    found.close()
    assert not found.complaints, "the browser complained"
    assert not odoo_server.errors(start), "the server logged errors"


@pytest.fixture
def login(visitor):
    """Short for ``visitor.login``: ``page = login("admin")``."""
    return visitor.login
