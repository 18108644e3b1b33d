# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the past: what the ORM would stamp with the present moment."""

from odoo.tools import SQL


def insert_rows(env, table, columns, rows):
    """Insert many rows with one statement.

    :param columns: {column: SQL type}
    :param rows: list of tuples in the order of ``columns``
    :returns: ids in the order of the rows
    """
    if not rows:
        return []
    lists = list(zip(*rows, strict=True))
    return [
        row[0]
        for row in env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(name) for name in columns),
                _arrays(columns.values(), lists),
            )
        )
    ]


def update_rows(env, table, columns, rows):
    """Write many rows with one statement.

    :param columns: {column: SQL type}, without the id
    :param rows: list of tuples: id, then the values in the order of ``columns``
    """
    if not rows:
        return
    env.execute_query(
        SQL(
            "UPDATE %s target SET %s FROM unnest(%s) AS source (%s)"
            " WHERE target.id = source.id RETURNING target.id",
            SQL.identifier(table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("source", name))
                for name in columns
            ),
            _arrays(["int4", *columns.values()], list(zip(*rows, strict=True))),
            SQL(", ").join(SQL.identifier(name) for name in ["id", *columns]),
        )
    )


def _arrays(types, lists):
    return SQL(", ").join(
        SQL("%s::%s[]", list(values), SQL.identifier(kind))
        for kind, values in zip(types, lists, strict=True)
    )
