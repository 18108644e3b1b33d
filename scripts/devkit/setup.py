"""Everything a command needs before it can start."""

from . import fetch_odoo, postgres, venv


def ensure(kind):
    fetch_odoo.ensure()
    venv.ensure()
    postgres.ensure(kind)
