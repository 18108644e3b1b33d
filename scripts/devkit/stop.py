"""``make stop`` and ``make clean``."""

import os
import shutil
import signal
import time

from . import postgres
from .paths import BORROWED, GENERATED, VENV
from .say import Stop, say
from .serve import PID


def _stop_server():
    if not PID.exists():
        return False
    pid = int(PID.read_text())
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            ours = str(GENERATED).encode() in line.read()
    except FileNotFoundError:
        ours = False
    if ours:
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not os.path.exists(f"/proc/{pid}"):
                break
            time.sleep(0.1)
    PID.unlink(missing_ok=True)
    return ours


def stop():
    stopped = ["Odoo"] if _stop_server() else []
    # The servers of a borrowed folder may be at work for the tree that owns it.
    if VENV.exists() and not postgres.is_external() and not BORROWED:
        stopped += [f"PostgreSQL ({kind})" for kind in ("run", "test") if postgres.stop(kind)]
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")


def clean():
    """Remove everything generated."""
    if BORROWED:
        raise Stop(f"{GENERATED} belongs to another work tree: clean it there.")
    if not GENERATED.exists():
        say("Nothing to remove.")
        return
    stop()
    for kind in ("run", "test"):
        folder = postgres.socket_folder(kind)
        if not folder.is_relative_to(GENERATED):
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(GENERATED)
    say(f"Removed {GENERATED}.")
    if postgres.is_external():
        say("Databases on your own PostgreSQL server are kept.")
