"""Databases with their filestores: exist, drop, copy, rename."""

import os
import shutil

from . import postgres
from .odoo import data_folder


def _filestore(kind, name):
    return data_folder(kind) / "filestore" / name


def exists(kind, name):
    return bool(ask(kind, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def names(kind):
    return ask(kind, "SELECT datname FROM pg_database ORDER BY 1").split()


def ask(kind, query, database="postgres"):
    """The answer to one query as text: a row a line."""
    return postgres.psql(kind, database, query).strip()


def drop(kind, name):
    """Drop a database, whoever uses it.

    Not by FORCE: that may not stop the server's own cleaning, which a plain DROP stops by itself.
    """
    ask(
        kind,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND usename = current_user",
    )
    ask(kind, f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(_filestore(kind, name), ignore_errors=True)


def create(kind, name):
    """An empty database, as Odoo makes them, with those extensions that exist."""
    drop(kind, name)
    ask(kind, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
    available = ask(
        kind, "SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'unaccent')"
    )
    for extension in available.split():
        postgres.psql(kind, name, f"CREATE EXTENSION IF NOT EXISTS {extension}")


def copy(kind, template, name):
    """Copy a database in a second or two; its files are shared by hard links.

    Odoo never changes a file of the filestore in place, so sharing is safe.
    """
    drop(kind, name)
    ask(kind, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    if _filestore(kind, template).exists():
        shutil.copytree(_filestore(kind, template), _filestore(kind, name), copy_function=os.link)


def rename(kind, old, new):
    drop(kind, new)
    ask(kind, f'ALTER DATABASE "{old}" RENAME TO "{new}"')
    if _filestore(kind, old).exists():
        _filestore(kind, old).rename(_filestore(kind, new))
