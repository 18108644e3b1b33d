"""Which certificates downloads trust: the machine's, or Debian's on a machine without."""

import os
from pathlib import Path

from . import debian
from .paths import GENERATED

MACHINE = Path("/etc/ssl/certs/ca-certificates.crt")
OWN = GENERATED / "ca-certificates.crt"


def _bundle():
    """The machine's bundle; where none is installed, the one of the signed package."""
    if MACHINE.exists():
        return MACHINE
    if not OWN.exists():
        folder = GENERATED / "ca-certificates"
        debian.update()
        package = debian.download(["ca-certificates"], folder)["ca-certificates"]
        debian.unpack(package, folder)
        single = sorted((folder / "usr/share/ca-certificates").rglob("*.crt"))
        OWN.write_text("".join(path.read_text() for path in single))
    return OWN


def environment():
    """The environment for downloads by uv, pip and npm."""
    env = dict(os.environ)
    for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"):
        if name not in env:
            env[name] = str(_bundle())
    return env
