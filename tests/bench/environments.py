# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Environments of other libraries to measure beside, never those of the addons."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from devkit import paths, venv

FOLDER = Path(__file__).parent


def run(purpose, script, *arguments):
    """The JSON answer of a script in the environment pinned by requirements-<purpose>.lock.

    :return: the answer; None where the environment cannot be made (no package index)
    """
    python = _python(purpose)
    if python is None:
        return None
    done = subprocess.run(
        [str(python), str(FOLDER / script), *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def _python(purpose):
    lock = FOLDER / f"requirements-{purpose}.lock"
    folder = paths.GENERATED / f"bench-{purpose}"
    marker, wanted = folder / "finished", hashlib.sha256(lock.read_bytes()).hexdigest()
    python = folder / "bin/python"
    if marker.exists() and marker.read_text() == wanted:
        return python
    uv, env = venv.UV / "bin/uv", venv.uv_environment()
    steps = (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder],
        [uv, "pip", "sync", "--quiet", "--require-hashes", "--only-binary", ":all:",
         "--python", python, lock],
    )  # fmt: skip
    for step in steps:
        if subprocess.run([str(part) for part in step], env=env).returncode:
            return None
    marker.write_text(wanted)
    return python
