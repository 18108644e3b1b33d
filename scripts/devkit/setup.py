"""Everything a command needs before it can start."""

from . import debian, fetch_odoo, postgres, venv
from .machine import need_python, only_one


def ensure(kind):
    with only_one("setup"):
        need_python()
        fetch_odoo.ensure()
        venv.ensure()
        debian.forget()
        postgres.ensure(kind)
