"""Template databases of the tests, built once for a state of the addons."""

from . import addons, database, odoo
from .machine import only_one
from .paths import LOGS, TREE
from .say import say, step

_KIND = "test"


def ensure(*, demo):
    """The name of a template with every addon; ``demo`` with demo data, in German too."""
    with only_one(f"template-{TREE}"):
        return _ensure(demo)


def _ensure(demo):
    prefix = f"tmpl_{'demo' if demo else 'test'}_{TREE}_"
    name = prefix + addons.fingerprint()
    if database.exists(_KIND, name):
        return name
    for old in database.names(_KIND):
        if old.startswith(prefix):
            database.drop(_KIND, old)
    text = "with demo data" if demo else "without demo data"
    with step(f"Building the test template database {text} (once for a state of the addons)"):
        odoo.build(
            _KIND, name, addons.some(), demo=demo, languages="de_DE" if demo else "",
            log=LOGS / f"template-{'demo' if demo else 'test'}.log",
        )  # fmt: skip
    return name


def copy(template, purpose):
    """A copy for one run, with leftovers of runs that were killed removed."""
    name = f"{purpose}_{TREE}"
    number = 0
    while database.exists(_KIND, f"{name}_{number}") and _in_use(f"{name}_{number}"):
        number += 1
    database.copy(_KIND, template, f"{name}_{number}")
    return f"{name}_{number}"


def drop(name):
    database.drop(_KIND, name)


def _in_use(name):
    query = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{name}' LIMIT 1"
    return bool(database.ask(_KIND, query))


def report(name):
    say(f"    kept for a look: scripts/odoo -d {name}")
