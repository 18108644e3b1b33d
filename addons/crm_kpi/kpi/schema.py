# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Columns made before the ORM makes them.

The ORM computes a new stored field row by row at install. A column that exists
already is left alone: a set-based fill writes it afterwards, in minutes instead
of hours for a million rows.
"""

from odoo.tools.sql import create_column, table_columns


def create_columns(model, field_names):
    """Create the missing columns of the stored fields ``field_names`` of ``model``."""
    existing = table_columns(model.env.cr, model._table)
    for name in field_names:
        if name not in existing:
            field = model._fields[name]
            kind = field.column_type[1]
            if kind == "bool":
                kind = "boolean"  # under this name stock gives the column FALSE everywhere
            create_column(model.env.cr, model._table, name, kind, comment=field.string)
