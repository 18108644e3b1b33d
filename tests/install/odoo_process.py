# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo in processes of its own, as an administrator installs and removes addons."""

import json
import subprocess

from devkit import database, fetch_odoo, odoo, paths

KIND = "test"
STOCK = ["crm", "sale_crm", "hr", "link_tracker"]
MARK = "ANSWER:"


def stock_template():
    """A database with the stock modules only, built once per version of Odoo."""
    version = "".join(filter(str.isalnum, fetch_odoo.version()))[:20].lower()
    name = f"tmpl_bare_{version}"
    if not database.exists(KIND, name):
        odoo.build(KIND, name, STOCK, log=paths.LOGS / "template-bare.log")
    return name


def install(name, modules):
    """Install modules on the command line; errors in the log fail."""
    line = odoo.command(KIND, "-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http")
    result = subprocess.run(line, env=odoo.environment(KIND), capture_output=True, text=True)
    problems = [text for text in result.stderr.splitlines() if " ERROR " in text]
    assert result.returncode == 0 and not problems, "\n".join(problems) or result.stderr[-2000:]


def shell(name, script):
    """Run a script in Odoo's shell; what it gives to ``answer(...)`` comes back."""
    prelude = f"import json\ndef answer(value): print({MARK!r} + json.dumps(value))\n"
    result = subprocess.run(
        odoo.command(KIND, "shell", "-d", name, "--no-http", "--log-level=error"),
        input=prelude + script,
        env=odoo.environment(KIND),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    answers = [
        line.split(MARK, 1)[1] for line in result.stdout.splitlines() if line.startswith(MARK)
    ]
    return json.loads(answers[-1]) if answers else None


def uninstall(name, modules):
    """Uninstall modules as the Apps screen does."""
    shell(
        name,
        f"""
env["ir.module.module"].search(
    [("name", "in", {modules!r}), ("state", "=", "installed")]
).button_immediate_uninstall()
""",
    )
