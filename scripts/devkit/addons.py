"""The project's addons and the fingerprint of what goes into a database."""

import ast
import hashlib

from . import fetch_odoo
from .paths import ADDONS, LOCK
from .say import Stop

# Files that change no database: tests, pictures, scripts and styles (bundles are
# built from the files when a page asks for them), texts for people.
_LEFT_OUT = ("tests", "static", "__pycache__")
SUITES = ("crm", "sale_crm", "sale", "link_tracker", "hr")
_SUFFIXES = {".py", ".xml", ".csv", ".po", ".sql"}


def manifests():
    """Installable addons: ``{name: manifest}``."""
    found = {}
    for path in sorted(ADDONS.glob("*/__manifest__.py")):
        values = ast.literal_eval(path.read_text())
        if values.get("installable", True):
            found[path.parent.name] = values
    return found


def names():
    return list(manifests())


def some():
    own = names()
    if not own:
        raise Stop(f"there are no addons in {ADDONS}.")
    return own


def stock_dependencies():
    """Stock addons that ours need, besides those whose suites `make test-stock` runs."""
    own = manifests()
    needed = {name for manifest in own.values() for name in manifest.get("depends", [])}
    return sorted((needed - set(own)) | set(SUITES))


def fingerprint():
    """Changes when a database built with the addons would be another one."""
    digest = hashlib.sha256(fetch_odoo.version().encode() + LOCK.read_bytes())
    for path in sorted(ADDONS.rglob("*")):
        inner = path.relative_to(ADDONS).parts[1:]
        if path.suffix in _SUFFIXES and not set(inner[:-1]) & set(_LEFT_OUT):
            digest.update(str(path.relative_to(ADDONS)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
