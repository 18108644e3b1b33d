# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Time, processor time of Python and PostgreSQL, number of queries; and tables of them.

On a busy machine wall time says little: look at the processor time, and at ratios
within one run.
"""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from odoo import sql_db


@dataclass
class Reading:
    """What a piece of work took, in seconds."""

    wall: float = 0.0
    python: float = 0.0
    database: float = 0.0
    queries: int = 0

    def __add__(self, other):
        return Reading(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __iter__(self):
        return iter((self.wall, self.python, self.database, self.queries))


@dataclass
class Meter:
    """Readings of one database, by label.

    :param database: its name; the processor time of its servers counts as far as this
        machine can tell
    """

    database: str
    readings: dict = field(default_factory=dict)

    @contextmanager
    def measure(self, label):
        """Add what the block takes to the reading ``label``."""
        before = self._now()
        yield
        after = self._now()
        spent = Reading(*(end - begin for begin, end in zip(before, after, strict=True)))
        self.readings[label] = self.readings.get(label, Reading()) + spent

    def _now(self):
        return time.perf_counter(), self._python_time(), self._server_time(), sql_db.sql_counter

    def _python_time(self):
        """Processor time of this process and its helpers, those that have ended too."""
        ended = os.times()
        total = time.process_time() + ended.children_user + ended.children_system
        for process in psutil.Process().children():
            total += sum(process.cpu_times()[:2])
        return total

    def _server_time(self):
        """Processor time of the connections to the database. None is closed meanwhile: the
        pool keeps them."""
        total = 0.0
        for process in psutil.process_iter(["name", "cmdline", "cpu_times"]):
            title = " ".join(process.info["cmdline"] or ())
            if title.startswith("postgres:") and f" {self.database} " in title:
                total += sum(process.info["cpu_times"][:2])
        return total


def show(title, headers, rows, notes=()):
    """Print a table: text to the left, numbers to the right."""
    texts = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *texts, strict=True)]
    lines = [f"\n\n{title}", _line(headers, widths, headers, rows)]
    lines.append("  ".join("-" * width for width in widths))
    lines += [_line(text, widths, row, rows) for text, row in zip(texts, rows, strict=True)]
    print("\n".join([*lines, *notes]), flush=True)  # noqa: T201 - this is what benchmarks are for


def _line(texts, widths, values, rows):
    numeric = [isinstance(value, (int, float)) for value in (rows[0] if rows else values)]
    cells = [
        text.rjust(width) if is_number else text.ljust(width)
        for text, width, is_number in zip(texts, widths, numeric, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _text(value):
    if value is None:
        return "–"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
