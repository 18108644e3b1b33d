# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names of tables and columns that Odoo has not made."""

from odoo.tools import SQL


def quoted(name):
    """A name as SQL, whatever characters it has: `SQL.identifier` takes Odoo's own ones only."""
    return SQL('"{}"'.format(name.replace('"', '""').replace("%", "%%")))
