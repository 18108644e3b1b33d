"""``make test-stock``: the stock suites with all our addons installed.

The same suites run once without ours (kept until Odoo or the Python packages
change); only a failure that is not there counts. All tests of a suite run in
the complete registry, so that our overrides are in force for each of them.
"""

import hashlib
import json
import os
import subprocess

from . import addons, chromium, database, fetch_odoo, odoo, setup, templates
from .paths import BIN, GENERATED, LOCK, LOGS, ROOT
from .say import Stop, say, step

SUITES = ("crm", "sale_crm", "sale", "link_tracker", "hr")


def _stock_dependencies():
    """Stock addons that ours need, besides the suites themselves."""
    own = addons.manifests()
    needed = {name for manifest in own.values() for name in manifest.get("depends", [])}
    return sorted((needed - set(own)) | set(SUITES))


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
    modules = _stock_dependencies()
    key = hashlib.sha256(
        LOCK.read_bytes() + f"{fetch_odoo.version()} {modules} {SUITES}".encode()
    ).hexdigest()[:12]
    kept = GENERATED / f"stock-baseline-{key}.json"
    if not kept.exists():
        template = f"tmpl_stock_{key}"
        if not database.exists("test", template):
            with step("Building a database with the stock addons only"):
                odoo.build("test", template, modules, log=LOGS / "template-stock.log")
        with step("Running the stock suites without our addons (once)"):
            outcome = _run(template, "without")
        database.drop("test", template)
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
