# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Columns made before, indexes and references made after the ORM would make them.

The ORM computes a new stored field row by row at install. A column that exists
already is left alone: a set-based fill writes it afterwards, in minutes instead
of hours for a million rows. That fill is faster again where it has no indexes to
keep and no references to check row by row.
"""

from contextlib import contextmanager

from odoo.tools import SQL
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


@contextmanager
def fill_first(env, module):
    """Within the block the columns of the module's fields have no indexes but the unique ones
    and no references: both are made in the end, with their names.

    Only for the transaction of the installation, which has locked the tables anyway.
    """
    columns = SQL(
        """
        SELECT attribute.attrelid, attribute.attnum
          FROM unnest(%s, %s) AS filled (table_name, column_name)
          JOIN pg_attribute attribute ON attribute.attrelid = to_regclass(filled.table_name)
                                     AND attribute.attname = filled.column_name
        """,
        *_stored_columns(env, module),
    )
    indexes = env.execute_query(
        SQL(
            """
            SELECT DISTINCT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)
              FROM pg_index index
              JOIN (%s) filled ON filled.attrelid = index.indrelid
                              AND filled.attnum = ANY(index.indkey)
             WHERE NOT index.indisunique
          ORDER BY 1
            """,
            columns,
        )
    )
    references = env.execute_query(
        SQL(
            """
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
              FROM pg_constraint
              JOIN (%s) filled ON filled.attrelid = conrelid AND filled.attnum = ANY(conkey)
             WHERE contype = 'f'
          ORDER BY 1, 2
            """,
            columns,
        )
    )
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL(name)))
    for table, name, _definition in references:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL(table), SQL.identifier(name)))
    yield
    for _name, definition in indexes:
        env.cr.execute(_as_is(definition))
    for table, name, definition in references:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD CONSTRAINT %s %s",
                SQL(table),
                SQL.identifier(name),
                _as_is(definition),
            )
        )


def _stored_columns(env, module):
    """Names of the tables and of the columns that a module brought, as two lists."""
    columns = [
        (model._table, name)
        for model in env.values()
        if model._auto and not model._abstract
        for name, field in model._fields.items()
        if field.store and field.column_type and field._module == module
    ]
    return [table for table, _name in columns], [name for _table, name in columns]


def _as_is(definition):
    """What PostgreSQL itself gave as a definition, back as SQL."""
    return SQL(definition.replace("%", "%%"))
