#!/usr/bin/env python3
"""The commands behind the Makefile."""

import sys

from devkit import say, setup, venv


def main():
    match sys.argv[1:]:
        case ["setup"]:
            setup.ensure("test")
        case ["lock"]:
            venv.lock()


if __name__ == "__main__":
    say.main(main)
