"""``make test``: the addons' tests and the browser journeys in one pytest run.

The whole suite is shared by as many processes as there are processors; each works on a database
of its own.
"""

import os
import re
import shlex
import subprocess

from . import addons, chromium, odoo, setup, templates
from .paths import ADDONS, BIN, ROOT
from .say import Stop, say

JOURNEYS = ROOT / "tests"
MOST = 4
"""Processes beyond which the journeys, which stay together, take longer than all other tests."""


def _selected(arguments):
    """Positional arguments of pytest that are paths (before ``::``)."""
    return [a for a in arguments if not a.startswith("-") and (ROOT / a.split("::")[0]).exists()]


def _default_paths():
    paths = [ADDONS / name / "tests" for name in addons.names()]
    paths.append(JOURNEYS)
    return [str(p.relative_to(ROOT)) for p in paths if any(p.rglob("test_*.py"))]


def _is_journey(path):
    """Whether tests below ``path`` use the server with the demo database (tests/conftest.py)."""
    if not path.resolve().is_relative_to(JOURNEYS.resolve()) or path.name.startswith("bench_"):
        return False
    files = path.rglob("test_*.py") if path.is_dir() else [path]
    return any(re.search(r"\b(login|visitor|odoo_server)\b", f.read_text()) for f in files)


def _processes():
    """Options that share the tests among the processors of this machine."""
    count = min(len(os.sched_getaffinity(0)), MOST)
    if count < 2:
        return []
    return ["-p", "devkit.pytest_groups", f"--numprocesses={count}", "--dist=loadscope"]


def pytest(arguments):
    """Run pytest-odoo on a fresh copy of the template; its exit code."""
    selected = _selected(arguments)
    paths = selected or _default_paths()
    if not paths:
        raise Stop("there are no tests.")
    if any(_is_journey(ROOT / path.split("::")[0]) for path in paths):
        template = templates.ensure_both()
    else:
        template = templates.ensure(demo=False)
    name = templates.copy(template, "test")
    env = odoo.environment("test")
    env["PYTHONPATH"] += f":{ROOT / 'scripts'}"
    command = [
        BIN / "python", "-m", "pytest", "--odoo-http", "--odoo-log-level=critical",
        f"--odoo-config={odoo.config_file('test')}", f"--odoo-database={name}",
        *arguments, *([] if selected else [*_processes(), *paths]),
    ]  # fmt: skip
    try:
        return subprocess.run([str(part) for part in command], env=env, cwd=ROOT).returncode
    finally:
        if os.environ.get("KEEP"):
            templates.report(name)
        else:
            templates.drop(name)


def main(arguments):
    setup.ensure("test")
    chromium.ensure()
    arguments = [*shlex.split(os.environ.get("T", "")), *arguments]
    if os.environ.get("K"):
        arguments += ["-k", os.environ["K"]]
    code = pytest(arguments)
    if code == 5:
        say("No test was collected: that is a failure.")
    return code
