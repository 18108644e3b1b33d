"""Packages of Debian unstable through a private apt: nothing is installed.

The mirror is the one the machine already uses; signatures are checked by apt
against the keyring that Debian ships. No root is needed.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from .machine import need_tool
from .paths import GENERATED
from .say import Stop, run, say

APT = GENERATED / "apt"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ELSE = "or set ODOO_HOME to an Odoo 19 that is already on this machine."


def mirror():
    """The archive address that this machine's own apt uses for Debian."""
    need_tool("apt-get", f"it is part of Debian and Ubuntu; use such a machine, {ELSE}")
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(SUITE) $(CODENAME)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout.splitlines()
    if not listed:  # lists never fetched: the same question without their contents
        listed = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout.splitlines()
    uris = [line.split()[0] for line in listed if line.strip()]
    archive = [uri for uri in uris if uri.rstrip("/").endswith("/debian")]
    if not archive:
        raise Stop(f"apt on this machine knows no Debian mirror; add one to its sources, {ELSE}")
    return archive[0]


def _options():
    # Files may lie where apt's own download user cannot write: stay who we are.
    user = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    return [
        "-o", f"Dir::State={APT}/state",
        "-o", f"Dir::State::status={APT}/state/status",
        "-o", f"Dir::Cache={APT}/cache",
        "-o", f"Dir::Etc::SourceList={APT}/sources.list",
        "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", "Dir::Etc::Preferences=/dev/null",
        "-o", "Dir::Etc::PreferencesParts=/dev/null",
        "-o", "APT::Get::List-Cleanup=false",
        "-o", "Acquire::Retries=3",
        "-o", "Acquire::Languages=none",
        "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        "-o", "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
        *user,
    ]  # fmt: skip


@functools.cache
def update():
    """Fetch the signed package list of Debian unstable."""
    if not KEYRING.exists():
        raise Stop(f"{KEYRING} is missing: install debian-archive-keyring, {ELSE}")
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    (APT / "state/status").touch()
    (APT / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} sid main\n")
    update = ["apt-get", *_options(), "-o", "APT::Update::Error-Mode=any", "update"]
    why = f"the Debian mirror could not be reached or verified; try again later, {ELSE}"
    try:
        run(update, why)
    except Stop as stop:
        if "is expired" not in str(stop):
            raise
        say(
            "    (this mirror lags behind: its list is past its date; signatures are checked all the same)"
        )
        run([*update, "-o", "Acquire::Check-Valid-Until=false"], why)


def download(names, folder):
    """Download packages into ``folder``; apt verifies size and checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    run(
        ["apt-get", *_options(), "download", *names],
        f"downloading from the Debian mirror was interrupted or failed; run it again, {ELSE}",
        cwd=folder,
    )
    files = {}
    for name in names:
        found = sorted(folder.glob(f"{name}_*.deb"))
        if not found:
            raise Stop(f"the Debian mirror has no package '{name}' in unstable; {ELSE}")
        files[name] = found[-1]
    return files


def unpack(package, folder):
    need_tool("dpkg-deb", f"it is part of Debian and Ubuntu (package dpkg), {ELSE}")
    folder.mkdir(parents=True, exist_ok=True)
    run(["dpkg-deb", "-x", package, folder], f"unpacking {package.name} failed")


def forget():
    """Remove the package list; nothing needs it once the set-up is complete."""
    shutil.rmtree(APT, ignore_errors=True)
