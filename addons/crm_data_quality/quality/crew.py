# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plain-Python work shared among the processors, for jobs in the background.

Python computes on one processor at a time, and a long computation in the server's own process makes
its users wait. So helper processes compute: they know neither Odoo nor the database, get what they
need through a pipe, and run at low priority.
"""

import logging
import os
import pickle
import subprocess
import sys
import weakref
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Event

_logger = logging.getLogger(__name__)

MOST = 4
"""Helpers that are worth it: more would wait for the database."""
_PACKAGE = Path(__file__).parent
# What a helper runs: this package without the addon around it, which would need Odoo.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import quality.crew_member; "
    "del sys.path[0]; quality.crew_member.serve()"
)


def processors():
    """Number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def best_size():
    """Helpers for this machine: none where there is one processor only."""
    count = processors()
    return min(count, MOST) if count > 1 else 0


class Crew:
    """Helper processes for the tasks of a module of this package.

    Every task is a function of the module; its first parameter is what the module's ``share``
    returned in that process. Where no helper can be started, or one ended too early, the work is done
    in this process: the same, more slowly, and with the same error if it was one.

    :param tasks: the module
    :param size: number of helpers
    :param shared: parameters of ``share``, called once in each process
    """

    def __init__(self, tasks, size, shared=()):
        self.size = size
        self._idle, self._is_over = SimpleQueue(), Event()
        self._local = _Local(tasks, shared)
        self._pool = ThreadPoolExecutor(size) if size else None
        members = []
        for _number in range(size):
            members.append(_start(tasks, shared))
            self._idle.put(members[-1])
        # a job that ends, in whichever way, forgets its crew: then the helpers end, too
        weakref.finalize(self, _dismiss, self._pool, self._is_over, [one for one in members if one])

    def submit(self, task, *arguments):
        """Have a task done: a future of its result.

        :param task: name of the function
        :param arguments: plain data
        """
        if self._pool:
            return self._pool.submit(_work, self._idle, self._is_over, self._local, task, arguments)
        done = Future()
        done.set_result(self._local(task, arguments))
        return done


class Line:
    """Work that is fetched ahead and handed back in the order in which it was fetched."""

    def __init__(self, crew):
        self._crew = crew
        self._waiting = deque()
        self._is_ended = False
        self._last = None

    def take(self, fetch):
        """The next piece of work done: tuple (what was fetched with it, result); None at the end.

        :param fetch: function (key of the last piece, or None) → (key, what goes with it, task,
            arguments), or None when there is no more
        """
        while not self._is_ended and len(self._waiting) <= self._crew.size:
            piece = fetch(self._last)
            if piece is None:
                self._is_ended = True
                break
            self._last, with_it, task, arguments = piece
            self._waiting.append((with_it, self._crew.submit(task, *arguments)))
        if not self._waiting:
            return None
        with_it, done = self._waiting.popleft()
        return with_it, done.result()


class _Local:
    """The tasks in this process."""

    def __init__(self, tasks, shared):
        self._tasks, self._parameters, self._shared = tasks, shared, None

    def __call__(self, task, arguments):
        if self._shared is None:
            self._shared = (self._tasks.share(*self._parameters),)
        return getattr(self._tasks, task)(self._shared[0], *arguments)


def _start(tasks, shared):
    """A helper that has got what all share, or None where none can be started."""
    name = tasks.__name__.rpartition(f"{_PACKAGE.name}.")[2]
    try:
        member = subprocess.Popen(
            [sys.executable, "-c", _BOOT, str(_PACKAGE.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        _send(member, (name, shared))
    except OSError:
        _logger.warning("No helper process could be started.", exc_info=True)
        return None
    return member


def _send(member, message):
    pickle.dump(message, member.stdin, pickle.HIGHEST_PROTOCOL)
    member.stdin.flush()


def _work(idle, is_over, local, task, arguments):
    """Have a task done by whoever is idle; every thread of the pool finds one."""
    member = idle.get()
    try:
        if member is None:
            return local(task, arguments)
        try:
            _send(member, (task, arguments))
            return pickle.load(member.stdout)
        except (OSError, EOFError):
            if is_over.is_set():
                raise
            _logger.warning("A helper process was lost; its work is done here.")
            member = None
            return local(task, arguments)
    finally:
        idle.put(member)


def _dismiss(pool, is_over, members):
    """End helpers, whatever they are doing."""
    is_over.set()
    if pool:
        pool.shutdown(wait=False, cancel_futures=True)
    for member in members:
        member.kill()
        try:
            member.stdin.close()
        except OSError:
            _logger.debug("A helper process ended in the middle of a message.", exc_info=True)
        member.stdout.close()
        member.wait()
