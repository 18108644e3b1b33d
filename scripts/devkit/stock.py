"""``make test-stock``: the stock suites with all our addons installed.

The same suites run once without ours (kept until Odoo or the Python packages
change); only a failure that is not there counts. All tests of a suite run in
the complete registry, so that our overrides are in force for each of them.
"""

import json
import os
import subprocess

from . import chromium, fetch_odoo, odoo, setup, templates
from .addons import SUITES
from .paths import BIN, GENERATED, LOGS, ROOT
from .say import Stop, say, step


def _run(template, label):
    """Outcomes of the suites on a copy of the template."""
    name = templates.copy(template, "stock")
    result = GENERATED / f"stock-{label}.json"
    result.unlink(missing_ok=True)
    env = odoo.environment("test")
    env["CRM_KPI_OUTCOMES"] = str(result)
    env["PYTHONPATH"] += f":{ROOT / 'scripts'}"
    stock = fetch_odoo.python_path() / "odoo/addons"
    if not (stock / "crm").exists():  # a git checkout keeps them apart
        stock = fetch_odoo.python_path() / "addons"
    command = [
        BIN / "python", "-m", "pytest", "-p", "devkit.pytest_outcomes", "--odoo-http",
        f"--odoo-config={odoo.config_file('test')}", f"--odoo-database={name}",
        "-o", "addopts=", "-q", "--tb=short", f"--rootdir={stock}",
        *(stock / suite / "tests" for suite in SUITES),
    ]  # fmt: skip
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"stock-{label}.log"
    with log.open("wb") as out:
        subprocess.run(
            [str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, env=env, cwd=ROOT
        )
    templates.drop(name)
    if not result.exists():
        raise Stop(f"the stock suites did not run to their end; log: {log}")
    outcome = json.loads(result.read_text())
    if not outcome["passed"]:
        raise Stop(f"the stock suites ran no test; log: {log}")
    return outcome


def _baseline():
    """Outcomes without our addons."""
    template = templates.stock()
    kept = GENERATED / f"stock-baseline-{template}.json"
    if not kept.exists():
        with step("Running the stock suites without our addons (once)"):
            outcome = _run(template, "without")
        kept.write_text(json.dumps(outcome))
    return json.loads(kept.read_text())


def main():
    setup.ensure("test")
    chromium.ensure()
    before = _baseline()
    template = templates.ensure(demo=False)
    with step(f"Running the stock suites of {', '.join(SUITES)} with all our addons"):
        after = _run(template, "with")
    known, new = [], []
    for test in after["failed"]:
        (known if test in before["failed"] else new).append(test)
    gone = sorted(set(before["passed"]) - set(after["passed"]) - set(after["failed"]))
    for title, tests in (
        ("fail without our addons, too", known),
        ("fail only with our addons", new),
        ("no longer run with our addons", gone),
    ):
        if tests:
            say(f"\n{len(tests)} {title}:\n" + "\n".join(f"  {test}" for test in tests))
    say(
        f"\nStock suites: {len(after['passed'])} passed, {len(new)} new failures, "
        f"{len(known)} that also fail without our addons. Logs: {os.path.relpath(LOGS, ROOT)}/stock-*.log"
    )
    return 1 if new or gone else 0
