# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases of the benchmarks: copies of templates, opened in this process."""

import os
from contextlib import contextmanager

from filling import fill

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from devkit import setup, templates


def size(default):
    """Rows to work with: what BENCH_SIZE says, else ``default``."""
    return int(os.environ.get("BENCH_SIZE") or default)


@contextmanager
def copy_of(template, purpose):
    """The name of a copy that is dropped in the end; KEEP=1 keeps it."""
    setup.ensure("test")
    name = templates.copy(template, purpose)
    try:
        yield name
    finally:
        Registry.delete(name)
        sql_db.close_db(name)
        if os.environ.get("KEEP"):
            templates.report(name)
        else:
            templates.drop(name)


@contextmanager
def environment(name, user_id=SUPERUSER_ID, **context):
    """An environment on the database; committed in the end."""
    # as a server would: else opening a database runs the tests of its addons
    config["test_enable"] = False
    with Registry(name).cursor() as cr:
        yield api.Environment(cr, user_id, context)


def filled(name, rows):
    """Fill the database with a past of so many leads and orders."""
    with environment(name) as env:
        fill(env, rows)
