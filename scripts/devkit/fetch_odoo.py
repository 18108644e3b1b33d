"""Odoo 19 itself: ``ODOO_HOME``, or Debian's package unpacked privately."""

import os
import shutil
from pathlib import Path

from . import debian
from .machine import need_space
from .paths import GENERATED, SOURCE
from .say import Stop, step

# The package links fonts and scripts of these by relative paths.
LINKED = (
    "libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-font-awesome",
    "fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b",
)  # fmt: skip
# Left out by Debian although a bundle names it; empty is enough (a camera blur).
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def python_path():
    """The folder that holds the package ``odoo``."""
    home = os.environ.get("ODOO_HOME")
    if not home:
        return SOURCE / "usr/lib/python3/dist-packages"
    home = Path(home).expanduser().resolve()
    for folder in (home, home / "usr/lib/python3/dist-packages", home.parent):
        if (folder / "odoo/release.py").exists():
            return folder
    raise Stop(f"ODOO_HOME={home} holds no Odoo: it needs a folder 'odoo' with release.py in it.")


def addons_paths():
    """Stock addon folders: of the package, and of a git checkout or nightly."""
    base = python_path()
    folders = [base / "odoo/addons", base / "addons"]
    return [f for f in folders if any(f.glob("*/__manifest__.py"))]


def _release(base):
    values = {}
    text = (base / "odoo/release.py").read_text()
    exec(compile(text, "release.py", "exec"), values)
    return values


def version():
    """Text that changes when Odoo changes: part of the key of built databases."""
    base = python_path()
    marker = GENERATED / "source.version"
    if not os.environ.get("ODOO_HOME") and marker.exists():
        return marker.read_text().strip()
    return f"{base} {_release(base)['version']}"


def ensure():
    if os.environ.get("ODOO_HOME"):
        series = _release(python_path())["serie"]
        if not series.endswith("19.0"):
            raise Stop(f"ODOO_HOME holds Odoo {series}; this project is for Odoo 19.0.")
        return
    marker = GENERATED / "source.version"
    if marker.exists() and SOURCE.exists():
        return
    need_space(2000, "Odoo")
    downloads, unfinished = GENERATED / "download", GENERATED / "source.unfinished"
    with step("Downloading Odoo 19 from the Debian mirror (about 130 MB)"):
        debian.update()
        packages = debian.download(("odoo-19", *LINKED), downloads)
    with step("Unpacking Odoo 19"):
        shutil.rmtree(unfinished, ignore_errors=True)
        for package in packages.values():
            debian.unpack(package, unfinished)
        left_out = unfinished / "usr/lib/python3/dist-packages/odoo/addons" / LEFT_OUT
        if not left_out.exists():
            left_out.parent.mkdir(parents=True, exist_ok=True)
            if left_out.is_symlink():
                left_out.unlink()
            left_out.touch()
        shutil.rmtree(SOURCE, ignore_errors=True)
        unfinished.rename(SOURCE)
        marker.write_text(packages["odoo-19"].name + "\n")
    shutil.rmtree(downloads, ignore_errors=True)
