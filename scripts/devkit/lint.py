"""``make lint``: every check of form, all of them even when one finds something."""

import subprocess

from . import containers, node, setup, translations
from .paths import ADDONS, BIN, ROOT
from .say import say

PYTHON_FOLDERS = ("addons", "scripts", "tests")
# Matters of taste, searches over definitions (few), and one file for each concept.
PYLINT_LEFT_OUT = (
    "attribute-string-redundant,manifest-superfluous-key,no-search-all,"
    "consider-merging-classes-inherited"
)
PRETTIER_FILES = ("addons/**/*.{js,scss,xml}", "*.{json,mjs}")


def _python_files():
    return [str(ROOT / folder) for folder in PYTHON_FOLDERS if (ROOT / folder).exists()]


def _command(*line):
    """Problems of a checker: its output when it fails."""
    line = [str(part) for part in line]
    done = subprocess.run(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout.strip().splitlines() or ["failed"] if done.returncode else []


def _pylint():
    folders = [f.parent for f in sorted(ADDONS.glob("*/__manifest__.py"))]
    rules = ("--disable=all", "--enable=odoolint", f"--disable={PYLINT_LEFT_OUT}")
    return _command(BIN / "python", "-m", "pylint", "--rcfile=pyproject.toml", *rules, *folders)


def checks():
    ruff = BIN / "ruff"
    return {
        "Python (ruff)": lambda: _command(ruff, "check", "--quiet", *_python_files()),
        "Python form (ruff format)": lambda: _command(ruff, "format", "--check", *_python_files()),
        "Odoo rules (pylint-odoo)": _pylint,
        "scripts (eslint)": lambda: _command(
            *node.eslint("--no-error-on-unmatched-pattern", "addons")
        ),
        "scripts, styles, views (prettier)": lambda: _command(
            *node.prettier(
                "--check", "--log-level=warn", "--no-error-on-unmatched-pattern", *PRETTIER_FILES
            )
        ),
        "container files": containers.check,
        "German translation": translations.check,
    }


def main():
    setup.ensure("test")
    node.ensure()
    failed = []
    for name, check in checks().items():
        problems = check()
        say(f"{'FAIL' if problems else 'ok  '}  {name}")
        for problem in problems:
            say(f"      {problem}")
        if problems:
            failed.append(name)
    say("\nLint: all clean." if not failed else f"\nLint: problems in {', '.join(failed)}.")
    return 1 if failed else 0


def form():
    """``make format``: bring Python, scripts, styles and views into form."""
    setup.ensure("test")
    node.ensure()
    subprocess.run([BIN / "ruff", "check", "--fix", "--quiet", *_python_files()], cwd=ROOT)
    subprocess.run([BIN / "ruff", "format", *_python_files()], cwd=ROOT)
    write = node.prettier(
        "--write", "--log-level=warn", "--no-error-on-unmatched-pattern", *PRETTIER_FILES
    )
    return subprocess.run([str(part) for part in write], cwd=ROOT).returncode
