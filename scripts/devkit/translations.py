"""Translation completeness: each addon's German file against its exported terms."""

import subprocess
import tempfile
from pathlib import Path

from . import addons, odoo, postgres, setup, templates
from .paths import ADDONS, BIN

# Runs in the project's environment, which has polib: prints one line a problem. A term is shown in
# German only at the places that its entry names, so these are compared, too.
COMPARE = """
import sys, polib
pot, path, addon = sys.argv[1:]
def places(entry):
    kinds = {line for line in entry.comment.splitlines() if line.startswith("odoo-")}
    return {place for place, _line in entry.occurrences} | kinds
terms = {e.msgid: e for e in polib.pofile(pot)}
german = polib.pofile(path)
known = {e.msgid: e for e in german if not e.obsolete}
for msgid in sorted(set(terms) - set(known)):
    print(f"{addon}: not in de.po: {msgid!r}")
for msgid, entry in sorted(known.items()):
    if msgid not in terms:
        print(f"{addon}: no longer used: {msgid!r}")
    elif entry.fuzzy:
        print(f"{addon}: fuzzy: {msgid!r}")
    elif not (entry.msgstr or all(entry.msgstr_plural.values() or [""])):
        print(f"{addon}: not translated: {msgid!r}")
    elif missing := places(terms[msgid]) - places(entry):
        print(f"{addon}: places of {msgid!r} not named (make translations): {sorted(missing)}")
for entry in german.obsolete_entries():
    print(f"{addon}: obsolete entry: {entry.msgid!r}")
"""

# Writes de.po anew in the order and with the places of the exported terms; texts stay.
UPDATE = """
import sys, polib
pot, path = sys.argv[1:]
german = polib.pofile(path)
known = {e.msgid: e for e in german}
german.clear()
for term in polib.pofile(pot):
    entry = known.get(term.msgid, term)
    entry.occurrences, entry.comment, entry.obsolete = term.occurrences, term.comment, False
    german.append(entry)
german.save(path)
"""


def export(addon, path, database):
    """Write the addon's translatable terms (pot) to ``path``."""
    from .say import run

    run(
        odoo.command("test", "i18n", "export", "-d", database, "-l", "pot", "-o", path, addon),
        f"the terms of {addon} could not be exported",
        env=odoo.environment("test"),
    )


def _exported():
    """Addon, file with its exported terms and its German file, for each addon that has terms."""
    setup.ensure("test")
    database = templates.ensure(demo=False)
    with tempfile.TemporaryDirectory() as folder:
        for addon in addons.names():
            pot, german = Path(folder) / f"{addon}.pot", ADDONS / addon / "i18n/de.po"
            export(addon, pot, database)
            if "msgid" in pot.read_text().replace('msgid ""', "", 1):
                yield addon, pot, german


def _python(program, *arguments):
    """Run a program in the project's environment and return what it printed."""
    done = subprocess.run(
        [BIN / "python", "-c", program, *arguments],
        stdout=subprocess.PIPE, text=True, check=True, env=postgres.environment("test"),
    )  # fmt: skip
    return done.stdout


def check():
    """Problems as lines of text; empty when the German translation is complete."""
    problems = []
    for addon, pot, german in _exported():
        if german.exists():
            problems += _python(COMPARE, pot, german, addon).splitlines()
        else:
            problems.append(f"{addon}: i18n/de.po is missing")
    return problems


def update():
    """Bring the German files in line with the terms: order and places; new ones are empty."""
    for _addon, pot, german in _exported():
        if german.exists():
            _python(UPDATE, pot, german)
