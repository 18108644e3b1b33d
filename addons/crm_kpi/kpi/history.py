# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the chatter knows about the past, for set-based fills at install."""

from odoo.tools import SQL


def tracked_selection_sql(env, model_name, field_name):
    """Query of the tracked changes of a selection field.

    Columns: ``res_id``, ``moment`` (naive UTC), ``old_value``, ``new_value``
    (technical values, NULL where unknown) and ``sequence`` (order of writing).

    The chatter stores the LABEL that the author of the change read, so the labels
    of all installed languages are turned back into values. A label that stands for
    two values in different languages is left unknown rather than guessed.
    """
    field = env["ir.model.fields"]._get(model_name, field_name)
    return SQL(
        """
        WITH label AS MATERIALIZED (
            SELECT text, min(value) AS value
              FROM (SELECT DISTINCT translated.value AS text, selection.value
                      FROM ir_model_fields_selection selection,
                           jsonb_each_text(selection.name) translated
                     WHERE selection.field_id = %(field)s) known
             GROUP BY text HAVING count(*) = 1
        )
        SELECT message.res_id,
               message.date AS moment,
               old_label.value AS old_value,
               new_label.value AS new_value,
               tracking.id AS sequence
          FROM mail_tracking_value tracking
          JOIN mail_message message
            ON message.id = tracking.mail_message_id AND message.model = %(model)s
          LEFT JOIN label old_label ON old_label.text = tracking.old_value_char
          LEFT JOIN label new_label ON new_label.text = tracking.new_value_char
         WHERE tracking.field_id = %(field)s
        """,
        field=field.id,
        model=model_name,
    )


def analyze(env, *tables):
    """Have the database look at what the tables hold now.

    It takes columns that are new for nearly always filled, and plans loops over whole
    tables within loops over whole tables."""
    for table in tables:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def temporary_table(env, name, query, *, key):
    """Temporary table with the result of a query, gone with the transaction.

    :param key: column that is unique in it
    """
    table = SQL.identifier(name)
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
    env.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (%s)", table, SQL.identifier(key)))
    analyze(env, name)


def update_rows(env, table, columns, rows):
    """Write many rows with one statement.

    :param table: table name
    :param columns: [(column, SQL type)] of the values, without the id
    :param rows: list of (id, value, ...)
    """
    if not rows:
        return
    names = [name for name, _type in columns]
    types = ["int4", *(sql_type for _name, sql_type in columns)]
    env.cr.execute(
        SQL(
            "UPDATE %s target SET %s FROM unnest(%s) AS source (%s) WHERE target.id = source.id",
            SQL.identifier(table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("source", name))
                for name in names
            ),
            SQL(", ").join(
                SQL("%s::%s[]", list(values), SQL(sql_type))
                for values, sql_type in zip(zip(*rows, strict=True), types, strict=True)
            ),
            SQL(", ").join(SQL.identifier(name) for name in ["id", *names]),
        )
    )
