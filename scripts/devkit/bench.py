"""``make bench``: the benchmarks in tests/bench, each a pytest file that prints figures."""

from . import chromium, setup, testing
from .paths import ROOT
from .say import Stop

FOLDER = ROOT / "tests/bench"


def main(arguments):
    setup.ensure("test")
    chromium.ensure()
    files = sorted(FOLDER.glob("bench_*.py"))
    if not files:
        raise Stop(f"there are no benchmarks in {FOLDER}.")
    return testing.pytest([*arguments, "-s", *(str(f.relative_to(ROOT)) for f in files)])
