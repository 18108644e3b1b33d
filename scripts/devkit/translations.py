"""Translation completeness: each addon's German file against its exported terms."""

import subprocess
import tempfile
from pathlib import Path

from . import addons, odoo, postgres, setup, templates
from .paths import ADDONS, BIN

# Runs in the project's environment, which has polib: prints one line a problem.
COMPARE = """
import sys, polib
pot, path, addon = sys.argv[1:]
terms = {e.msgid for e in polib.pofile(pot)}
german = polib.pofile(path)
known = {e.msgid: e for e in german if not e.obsolete}
for msgid in sorted(terms - set(known)):
    print(f"{addon}: not in de.po: {msgid!r}")
for msgid, entry in sorted(known.items()):
    if msgid not in terms:
        print(f"{addon}: no longer used: {msgid!r}")
    elif entry.fuzzy:
        print(f"{addon}: fuzzy: {msgid!r}")
    elif not (entry.msgstr or all(entry.msgstr_plural.values() or [""])):
        print(f"{addon}: not translated: {msgid!r}")
for entry in german.obsolete_entries():
    print(f"{addon}: obsolete entry: {entry.msgid!r}")
"""


def export(addon, path, database):
    """Write the addon's translatable terms (pot) to ``path``."""
    from .say import run

    run(
        odoo.command("test", "i18n", "export", "-d", database, "-l", "pot", "-o", path, addon),
        f"the terms of {addon} could not be exported",
        env=odoo.environment("test"),
    )


def check():
    """Problems as lines of text; empty when the German translation is complete."""
    setup.ensure("test")
    database = templates.ensure(demo=False)
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for addon in addons.names():
            pot, german = Path(folder) / f"{addon}.pot", ADDONS / addon / "i18n/de.po"
            export(addon, pot, database)
            if "msgid" not in pot.read_text().replace('msgid ""', "", 1):
                continue
            if not german.exists():
                problems.append(f"{addon}: i18n/de.po is missing")
                continue
            done = subprocess.run(
                [BIN / "python", "-c", COMPARE, pot, german, addon],
                stdout=subprocess.PIPE, text=True, check=True, env=postgres.environment("test"),
            )  # fmt: skip
            problems += done.stdout.splitlines()
    return problems
