"""Template databases of the tests, built once for a state of the addons."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

from . import addons, database, fetch_odoo, odoo
from .machine import only_one
from .paths import LOCK, LOGS, TREE
from .say import say, step

_KIND = "test"


def _name(prefix, *parts):
    return prefix + hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:12]


def _build_once(prefix, name, text, log, modules, **options):
    """Build the template ``name`` unless it is there; drop older ones of its kind."""
    with only_one(prefix.rstrip("_")):
        if database.exists(_KIND, name):
            return name
        for old in database.names(_KIND):
            if old.startswith(prefix):
                database.drop(_KIND, old)
        with step(text):
            odoo.build(_KIND, name, modules, log=LOGS / log, **options)
    return name


def stock(*, demo=False):
    """A template with the stock addons that ours need and test against; demo: German, too."""
    kind = "demo" if demo else "plain"
    prefix = f"tmpl_stock_{kind}_"
    modules = addons.stock_dependencies()
    return _build_once(
        prefix,
        _name(prefix, fetch_odoo.version(), LOCK.read_bytes(), modules, odoo.DEMO_LANGUAGES),
        f"Building a database with Odoo's own addons ({kind}; once)",
        f"template-stock-{kind}.log",
        modules,
        demo=demo,
        languages=odoo.DEMO_LANGUAGES if demo else "",
    )


def ensure(*, demo):
    """The name of a template with every addon; ``demo`` with demo data, in German too."""
    kind = "demo" if demo else "test"
    prefix = f"tmpl_{kind}_{TREE}_"
    name = _name(prefix, addons.fingerprint(), odoo.DEMO_LANGUAGES)
    if database.exists(_KIND, name):
        return name
    base = stock(demo=demo)
    text = f"Installing the addons into the {kind} template (once for a state of the addons)"
    return _build_once(
        prefix, name, text, f"template-{kind}.log", addons.some(), demo=demo, base=base
    )


def ensure_both():
    """Both templates, built side by side."""
    with ThreadPoolExecutor(2) as pool:
        with_demo = pool.submit(ensure, demo=True)
        without = ensure(demo=False)
        with_demo.result()
    return without


def copy(template, purpose):
    """A copy for one run, with leftovers of runs that were killed removed."""
    # Each of the processes that share a run makes copies of its own, possibly at the same time.
    name = f"{purpose}_{TREE}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    number = 0
    while database.exists(_KIND, f"{name}_{number}") and _in_use(f"{name}_{number}"):
        number += 1
    drop(f"{name}_{number}")
    database.copy(_KIND, template, f"{name}_{number}")
    return f"{name}_{number}"


def drop(name):
    """Drop a copy, and what processes that share a run have copied from it."""
    for found in database.names(_KIND):
        if found == name or found.startswith(f"{name}-"):
            database.drop(_KIND, found)


def _in_use(name):
    """Whether somebody works in a database, or in a process's copy of it."""
    query = (
        "SELECT 1 FROM pg_stat_activity"
        f" WHERE datname = '{name}' OR starts_with(datname, '{name}-') LIMIT 1"
    )
    return bool(database.ask(_KIND, query))


def report(name):
    say(f"    kept for a look: scripts/odoo -d {name}")
