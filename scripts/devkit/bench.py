"""``make bench``: the benchmarks in tests/bench, each a pytest file that prints figures."""

import os
import shlex

from . import chromium, setup, testing
from .paths import ROOT
from .say import Stop

FOLDER = ROOT / "tests/bench"


def main(arguments):
    setup.ensure("test")
    chromium.ensure()
    files = [str(path.relative_to(ROOT)) for path in sorted(FOLDER.glob("bench_*.py"))]
    if not files:
        raise Stop(f"there are no benchmarks in {FOLDER}.")
    return testing.pytest([*arguments, "-s", *(shlex.split(os.environ.get("T", "")) or files)])
