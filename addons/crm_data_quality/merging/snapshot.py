# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows as they were, to see afterwards what Odoo itself changed in them."""

import itertools

from odoo.tools import SQL

from .quoted import quoted

_numbers = itertools.count(1)


class Snapshot:
    """Rows of tables with ids as they are when `watch` is called; `journal` writes what differs.

    :param env: environment of the superuser, with nothing left to flush
    """

    def __init__(self, env):
        self.env = env
        self.tables = set()
        self.name = quoted(f"crm_merge_before_{next(_numbers)}")
        env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s (table_name varchar, row_id int, merge_id int, row jsonb,"
                " PRIMARY KEY (table_name, row_id)) ON COMMIT DROP",
                self.name,
            )
        )

    def watch(self, table, merges):
        """Keep rows as they are now, unless they are kept already.

        :param merges: dict row id → id of the merge that is about to change the row
        """
        if not merges:
            return
        self.tables.add(table)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (table_name, row_id, merge_id, row)
                SELECT %s, t.id, seen.merge_id, to_jsonb(t)
                  FROM %s t JOIN unnest(%s::int[], %s::int[]) AS seen (id, merge_id)
                       ON seen.id = t.id
                ON CONFLICT DO NOTHING
                """,
                self.name,
                table,
                quoted(table),
                list(merges),
                list(merges.values()),
            )
        )

    def journal(self):
        """Write down what has changed in the rows, and forget them."""
        for table in sorted(self.tables):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_merge_line
                           (merge_id, table_name, row_id, action, old_values, new_values)
                    SELECT before.merge_id, before.table_name, before.row_id,
                           CASE WHEN t.id IS NULL THEN 'delete' ELSE 'update' END,
                           CASE WHEN t.id IS NULL THEN before.row ELSE changed.old END,
                           changed.new
                      FROM %(before)s before
                      LEFT JOIN %(table)s t ON t.id = before.row_id
                     CROSS JOIN LATERAL (
                           SELECT jsonb_object_agg(now.key, before.row -> now.key) AS old,
                                  jsonb_object_agg(now.key, now.value) AS new
                             FROM jsonb_each(to_jsonb(t)) now
                            WHERE now.value IS DISTINCT FROM before.row -> now.key) changed
                     WHERE before.table_name = %(name)s
                       AND (t.id IS NULL OR changed.old IS NOT NULL)
                    """,
                    before=self.name,
                    table=quoted(table),
                    name=table,
                )
            )
        self.tables.clear()
        self.env.cr.execute(SQL("DROP TABLE %s", self.name))
