# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a helper process of a crew does: it waits for tasks, and answers them, until it gets no more."""

import os
import pickle
import signal
import sys
from importlib import import_module

NICENESS = 10
"""How far behind others a helper waits for a processor: who works in Odoo comes first."""


def serve():
    """Answer tasks from standard input; what is printed elsewhere goes to standard error."""
    source, target = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _be_modest()
    name, shared = pickle.load(source)
    tasks = import_module(f"{__package__}.{name}")
    state = tasks.share(*shared)
    del shared
    while True:
        try:
            task, arguments = pickle.load(source)
        except EOFError:
            return
        pickle.dump(getattr(tasks, task)(state, *arguments), target, pickle.HIGHEST_PROTOCOL)
        target.flush()


def _be_modest():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process by itself
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        import resource
    except ImportError:  # not on every system
        return
    # the server limits the processor time of one request; this is not one
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
