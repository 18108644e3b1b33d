"""A browser for the tests: the machine's Chromium or Chrome."""

import os
import shutil

from .machine import is_root
from .say import Stop, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find():
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure():
    if find():
        return
    if not is_root():
        raise Stop("the browser tests need Chromium. Install it: sudo apt-get install chromium")
    if not shutil.which("apt-get"):
        raise Stop("the browser tests need Chromium or Chrome on the PATH.")
    why = "Chromium could not be installed; install it by hand: apt-get install chromium"
    with step("Installing Chromium through apt"):
        run(["apt-get", "update", "-q"], why)
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], why,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
    if not find():
        raise Stop(why)
