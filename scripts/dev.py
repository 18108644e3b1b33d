#!/usr/bin/env python3
"""The commands behind the Makefile.

dev.py run|test|test-stock|lint|format|bench|shell|stop|clean|setup|lock|translations
"""

import os
import sys

from devkit import bench, lint, odoo, say, serve, setup, stock, stop, testing, translations, venv


def _shell():
    setup.ensure("run")
    line = odoo.command("run", "shell", "-d", serve.DATABASE, "--no-http")
    os.execve(line[0], line, odoo.environment("run"))


def main():
    command, *arguments = sys.argv[1:] or [""]
    commands = {
        "setup": lambda: setup.ensure("test"),
        "run": serve.main,
        "test": lambda: testing.main(arguments),
        "test-stock": stock.main,
        "lint": lint.main,
        "format": lint.form,
        "bench": lambda: bench.main(arguments),
        "shell": _shell,
        "stop": stop.stop,
        "clean": stop.clean,
        "lock": venv.lock,
        "translations": translations.update,
    }
    if command not in commands:
        raise say.Stop(__doc__)
    return commands[command]()


if __name__ == "__main__":
    say.main(main)
