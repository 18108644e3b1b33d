"""What the user reads: progress on long steps, one clear sentence on failure."""

import subprocess
import sys
import time
from contextlib import contextmanager


class Stop(Exception):
    """Ends the command; the message is the one sentence the user gets."""


def say(text):
    print(text, flush=True)


@contextmanager
def step(text):
    """Announce a long step and say how long it took."""
    say(f"==> {text} ...")
    start = time.monotonic()
    yield
    say(f"    done in {time.monotonic() - start:.0f} s")


def run(command, why, *, log=None, **options):
    """Run a command quietly; on failure stop with ``why`` and its last lines."""
    command = [str(part) for part in command]
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            code = subprocess.run(
                command, stdout=out, stderr=subprocess.STDOUT, **options
            ).returncode
        output = log.read_text(errors="replace")
    else:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
        )
        code, output = done.returncode, done.stdout
    if code:
        tail = "\n".join("    | " + line for line in output.strip().splitlines()[-8:])
        where = f" (whole log: {log})" if log else ""
        raise Stop(f"{why}{where}\n{tail}")
    return output


def main(function):
    """Run a command's main function, with sentences in place of tracebacks."""
    try:
        sys.exit(function())
    except Stop as stop:
        print(f"\nStopped: {stop}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nInterrupted. Nothing is broken: run the same command again.", file=sys.stderr)
        sys.exit(130)
