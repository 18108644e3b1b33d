# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes the lines of a journal back, the last one first, where nothing has changed since."""

import logging

import psycopg2

from odoo.tools import SQL, mute_logger

_logger = logging.getLogger(__name__)

# Says who wrote a row last: restored with it, but no change of its own.
_BOOKKEEPING = ("write_date", "write_uid")


class Undo:
    """Restores rows from journal lines and notes on every line what became of it.

    :param env: environment of the superuser, with nothing left to flush
    :param merges: `crm.merge` records
    """

    def __init__(self, env, merges):
        self.env = env
        self.merges = merges

    def run(self):
        """Restore what can be restored; each line then says "restored" or why not."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.table_name, line.action, line.row_id IS NULL,
                       ARRAY(SELECT jsonb_object_keys(line.new_values))
                  FROM crm_merge_line line
                 WHERE line.merge_id = ANY(%s) ORDER BY line.id DESC
                """,
                list(self.merges.ids),
            )
        )
        for (table, action, no_id), lines in _consecutive(rows):
            columns = sorted({name for line in lines for name in line[4] or ()})
            ids = [line[0] for line in lines]
            if not self._try(table, action, no_id, ids, columns):
                for line in lines:
                    if not self._try(table, action, no_id, [line[0]], sorted(line[4] or ())):
                        self._mark([line[0]], "failed")

    def _try(self, table, action, no_id, ids, columns):
        """Restore lines of one kind; False where the database refuses it."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self._restore(table, action, no_id, ids, columns)
        except psycopg2.OperationalError:
            raise  # a collision with another transaction: the whole is tried again
        except psycopg2.Error as error:
            _logger.info("Rows of %s could not be restored: %s", table, error)
            return False
        return True

    def _restore(self, table, action, no_id, ids, columns):
        if not self._exists(table):
            self._mark(ids, "missing")
        elif action == "delete":
            self._put_back(table, ids)
        elif action == "insert":
            self._take_away(table, ids)
        else:
            self._change_back(table, no_id, ids, columns)

    def _exists(self, table):
        [(known,)] = self.env.execute_query(SQL("SELECT to_regclass(%s) IS NOT NULL", f'"{table}"'))
        return known

    def _mark(self, ids, state):
        self.env.cr.execute(
            SQL("UPDATE crm_merge_line SET undo_state = %s WHERE id = ANY(%s)", state, ids)
        )

    def _put_back(self, table, ids):
        name = SQL.identifier(table)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s SELECT row.* FROM crm_merge_line line,
                       jsonb_populate_record(NULL::%s, line.old_values) row
                 WHERE line.id = ANY(%s) ORDER BY line.id DESC
                """,
                name,
                name,
                ids,
            )
        )
        self._mark(ids, "restored")

    def _take_away(self, table, ids):
        """Remove rows that the merge had added, through Odoo: they may have messages."""
        model = next(
            name
            for name, model in self.env.registry.items()
            if model._table == table and model._auto and not model._abstract
        )
        rows = self.env.execute_query(
            SQL("SELECT id, row_id FROM crm_merge_line WHERE id = ANY(%s)", ids)
        )
        present = self.env[model].browse([row_id for _id, row_id in rows]).exists()
        self._mark([line for line, row_id in rows if row_id not in present._ids], "missing")
        self._mark([line for line, row_id in rows if row_id in present._ids], "restored")
        present.unlink()
        self.env.flush_all()

    def _change_back(self, table, no_id, ids, columns):
        restored = {line_id: set() for line_id in ids}
        for column in columns:
            for (line_id,) in self._change_column_back(table, no_id, ids, column):
                restored[line_id].add(column)
        present = self._present(table, ids) if not no_id else set(ids)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, ARRAY(SELECT jsonb_object_keys(new_values)) FROM crm_merge_line"
                " WHERE id = ANY(%s)",
                ids,
            )
        )
        kept = {line_id: set(names) - restored[line_id] for line_id, names in rows}
        done = [key for key, names in kept.items() if not names - set(_BOOKKEEPING)]
        missing = [key for key in kept if key not in present and key not in done]
        changed = [key for key in kept if key in present and key not in done]
        self._mark(done, "restored")
        self._mark(missing, "missing")
        self._mark(changed, "changed")
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_merge_line line SET kept_columns = known.names
                  FROM unnest(%s::int[], %s::varchar[]) AS known (id, names)
                 WHERE known.id = line.id
                """,
                changed,
                [",".join(sorted(kept[key] - set(_BOOKKEEPING))) for key in changed],
            )
        )

    def _present(self, table, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT line.id FROM crm_merge_line line JOIN %s t ON t.id = line.row_id"
                " WHERE line.id = ANY(%s)",
                SQL.identifier(table),
                ids,
            )
        )
        return {line_id for (line_id,) in rows}

    def _change_column_back(self, table, no_id, ids, column):
        """Ids of the lines whose column held what the merge had written, and was restored."""
        name = SQL.identifier(column)
        same_row = SQL("t.id = line.row_id")
        if no_id:
            # by the key of the relation first: its columns are numbers and indexed
            same_row = SQL(
                "t.%s = (line.new_values ->> %s)::int AND to_jsonb(t) - %s = line.row_key",
                name,
                column,
                column,
            )
        return self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s t
                   SET %(name)s = (jsonb_populate_record(NULL::%(table)s, line.old_values)).%(name)s
                  FROM crm_merge_line line
                 WHERE line.id = ANY(%(ids)s) AND line.new_values ? %(column)s AND %(same_row)s
                   AND COALESCE(to_jsonb(t.%(name)s), 'null') = line.new_values -> %(column)s
             RETURNING line.id
                """,
                table=SQL.identifier(table),
                name=name,
                ids=ids,
                column=column,
                same_row=same_row,
            )
        )


def _consecutive(rows):
    """Rows of the same kind that stand together: list of (kind, rows), in the same order."""
    groups = []
    for row in rows:
        if not groups or groups[-1][0] != row[1:4]:
            groups.append((row[1:4], []))
        groups[-1][1].append(row)
    return groups
