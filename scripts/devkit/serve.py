"""``make run``: the demo database on a local address."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

from . import addons, database, odoo, setup
from .paths import GENERATED, LOGS
from .say import Stop, run, say, step

DATABASE = "crm_kpi_demo"
LOG = LOGS / "run.log"
PID = GENERATED / "run.pid"
STATE = GENERATED / "run.json"


def port():
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT={text} is no port number.")
    return int(text)


def _need_free(number):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            raise Stop(
                f"port {number} is taken or not allowed ({error.strerror}); stop what uses it "
                f"(`make stop` if it is an earlier `make run`) or choose another: make run PORT=8070"
            ) from error


def _state():
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def _prepare():
    """Create the database, or bring it up to date with changed addons."""
    own, fingerprint, state = addons.some(), addons.fingerprint(), _state()
    if not database.exists("run", DATABASE):
        with step(f"Creating the database {DATABASE} with demo data (some minutes)"):
            odoo.build(
                "run", DATABASE, own, demo=True, languages=odoo.DEMO_LANGUAGES,
                log=LOGS / "run-build.log",
            )  # fmt: skip
        state = {}
    elif state.get("fingerprint") != fingerprint:
        new = sorted(set(own) - set(state.get("addons", [])))
        install = ["-i", ",".join(new)] if new else []
        with step("Updating the database with the changed addons"):
            run(
                odoo.command("run", "-d", DATABASE, "-u", ",".join(own), *install,
                             "--stop-after-init", "--no-http", "--with-demo"),
                "the database could not be updated (`make clean` starts afresh)",
                log=LOGS / "run-update.log", env=odoo.environment("run"),
            )  # fmt: skip
    else:
        return
    STATE.write_text(json.dumps({**state, "fingerprint": fingerprint, "addons": own}))


class _Client:
    """A browser of few lines: logs in and loads the pages' scripts and styles."""

    def __init__(self, base):
        self.base = base
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path):
        with self.opener.open(self.base + path, timeout=120) as answer:
            return answer.read().decode(errors="replace")

    def can_log_in(self, login):
        """Demo users have their login as password."""
        question = json.dumps({
            "jsonrpc": "2.0",
            "params": {"db": DATABASE, "login": login, "password": login},
        })  # fmt: skip
        request = urllib.request.Request(
            self.base + "/web/session/authenticate",
            question.encode(),
            {"Content-Type": "application/json"},
        )
        with self.opener.open(request, timeout=60) as answer:
            return bool((json.load(answer).get("result") or {}).get("uid"))

    def warm(self):
        """Have the bundles built, so that the first page is quick."""
        page = self.get("/odoo")
        for path in re.findall(r'(?:src|href)="(/web/assets/[^"]+)"', page):
            self.get(path)


def _wait_until_up(server, base):
    for _ in range(240):
        if server.poll() is not None:
            raise Stop(f"Odoo ended at once; its log: {LOG}")
        try:
            _Client(base).get("/web/health")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    raise Stop(f"Odoo did not answer within a minute; its log: {LOG}")


def _logins(base):
    """Logins of the demo database whose password equals the login."""
    state = _state()
    if "logins" not in state:
        query = (
            "SELECT login FROM res_users WHERE active AND NOT share AND id > 1 "
            "ORDER BY login <> 'admin', id LIMIT 8"
        )
        found = database.ask("run", query, DATABASE).splitlines()
        state["logins"] = [login for login in found if _Client(base).can_log_in(login)]
        STATE.write_text(json.dumps(state))
    return state["logins"]


def main():
    number = port()
    _need_free(number)
    setup.ensure("run")
    _prepare()
    base = f"http://localhost:{number}"
    with LOG.open("wb") as log:
        server = subprocess.Popen(
            odoo.command("run", "-d", DATABASE, f"--http-port={number}", f"--db-filter=^{DATABASE}$"),
            stdout=log, stderr=subprocess.STDOUT, env=odoo.environment("run"),
        )  # fmt: skip
    PID.write_text(str(server.pid))
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        _wait_until_up(server, base)
        logins = _logins(base)
        say(
            f"\n  {base}\n  Log in as {logins[0]} with password {logins[0]}"
            + (f"  (also: {', '.join(logins[1:])}; password = login)" if logins[1:] else "")
            + f"\n  Stop with Ctrl+C or `make stop`. Log: {LOG}\n"
        )
        client = _Client(base)
        if client.can_log_in(logins[0]):
            client.warm()
        return server.wait()
    except KeyboardInterrupt:
        server.send_signal(signal.SIGINT)
        server.wait()
        say("\nStopped. The database server keeps running in the background; `make stop` ends it.")
        return 0
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()
        PID.unlink(missing_ok=True)
