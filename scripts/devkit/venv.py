"""The virtual environment, made by uv from the one lock file.

uv itself comes from the same lock. Neither root nor an installed pip is needed:
a machine without pip borrows the one inside Debian's package python3-pip-whl.
"""

import hashlib
import shutil
import subprocess
import sys

from . import debian, lock_subset, network
from .machine import need_space
from .paths import BIN, BORROWED, GENERATED, LOCK, VENV
from .say import Stop, run, step

UV = GENERATED / "uv"


def _pip():
    """A command and environment that run some pip of this machine."""
    has_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
    if has_pip.returncode == 0:
        return {}
    folder = GENERATED / "pip"
    wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        debian.update()
        package = debian.download(["python3-pip-whl"], folder)["python3-pip-whl"]
        debian.unpack(package, folder)
        wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise Stop("no pip was found: install python3-pip, or put uv on the PATH.")
    # Debian patched it to read the system's certificates, which may not be installed.
    return {"PYTHONPATH": str(wheels[-1]), "PIP_USE_DEPRECATED": "legacy-certs"}


def _uv():
    program = UV / "bin/uv"
    wanted = lock_subset.subset(LOCK, ["uv"])
    marker = UV / "finished"
    if marker.exists() and marker.read_text() == wanted:
        return program
    shutil.rmtree(UV, ignore_errors=True)
    UV.mkdir(parents=True)
    pinned = UV / "uv.lock"
    pinned.write_text(wanted)
    run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps",
         "--only-binary=:all:", "--target", UV, "-r", pinned],
        "uv could not be installed; is Python's package index reachable?",
        env={**network.environment(), **_pip()},
    )  # fmt: skip
    marker.write_text(wanted)
    return program


def uv_environment():
    env = network.environment() | {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": str(GENERATED / "cache/uv"),
    }
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    env.pop("VIRTUAL_ENV", None)
    return env


def ensure():
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest() + " " + sys.version.split()[0]
    marker = GENERATED / "venv.finished"
    done = marker.read_text() if marker.exists() else ""
    if (BIN / "python").exists() and (done == wanted or (BORROWED and done)):
        return
    need_space(1500, "the Python environment")
    with step("Installing the Python environment"):
        uv = _uv()
        env = uv_environment()
        if done.split()[1:] != wanted.split()[1:]:  # none, unfinished or another Python
            marker.unlink(missing_ok=True)
            run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV],
                "the Python environment could not be created", env=env)  # fmt: skip
        run(
            [uv, "pip", "sync", "--quiet", "--require-hashes", "--only-binary", ":all:",
             "--python", BIN / "python", LOCK],
            "Python packages could not be installed; is Python's package index reachable?",
            env=env,
        )  # fmt: skip
        shutil.rmtree(GENERATED / "cache/uv", ignore_errors=True)
        marker.write_text(wanted)


def lock():
    """Compile requirements.lock anew from requirements.in."""
    run(
        [_uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.10", "--upgrade",
         "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate",
         "--only-binary", ":all:", "requirements.in", "-o", "requirements.lock"],
        "requirements.lock could not be compiled",
        cwd=LOCK.parent,
        env=uv_environment(),
    )  # fmt: skip
