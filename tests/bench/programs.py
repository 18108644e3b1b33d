# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs of the benchmarks in processes of their own; their last line is a JSON answer."""

import json
import subprocess
from pathlib import Path

from devkit import odoo, paths


def run(script, *arguments):
    """The answer of a script of this folder."""
    done = subprocess.run(
        [str(paths.BIN / "python"), str(Path(__file__).parent / script), *map(str, arguments)],
        env=odoo.environment("test"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])
