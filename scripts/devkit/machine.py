"""What the machine must offer: tools and free space."""

import fcntl
import os
import shutil
import sys
from contextlib import contextmanager

from .paths import GENERATED
from .say import Stop, say

MINIMUM = (3, 10)


def need_python():
    if sys.version_info[:2] < MINIMUM:
        raise Stop(f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}.")


def need_tool(name, hint):
    path = shutil.which(name)
    if not path:
        raise Stop(f"the tool '{name}' is missing: {hint}")
    return path


def need_space(megabytes, purpose):
    GENERATED.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(GENERATED).free // 2**20
    if free < megabytes:
        raise Stop(
            f"the disk is too full: {purpose} needs {megabytes} MB in {GENERATED}, "
            f"{free} MB are free."
        )


def is_root():
    return os.geteuid() == 0


@contextmanager
def only_one(purpose):
    """Let one command at a time do this; others wait for it."""
    GENERATED.mkdir(parents=True, exist_ok=True)
    with (GENERATED / f"{purpose}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another command that is at: {purpose} ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
