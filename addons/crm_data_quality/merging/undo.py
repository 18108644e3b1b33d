# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes the lines of a journal back, the last one first, where nothing has changed since."""

import logging

import psycopg2

from odoo.tools import SQL, mute_logger

from .quoted import quoted

_logger = logging.getLogger(__name__)

# Says who wrote a row last: restored with it, but no change of its own.
_BOOKKEEPING = ("write_date", "write_uid")
# Added by a merge, and people go on with them: what they did since stays.
_USED_ON = ("mailing_subscription", "mailing_contact")


class Undo:
    """Restores rows from journal lines and notes on every line what became of it.

    :param env: environment of the superuser, with nothing left to flush
    :param merges: `crm.merge` records
    """

    def __init__(self, env, merges):
        self.env = env
        self.merges = merges
        self._objects = {}

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
        name = quoted(table)
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
        if table in _USED_ON:
            used = self._used_since(table, ids)
            self._mark(list(used), "changed")
            self._note_kept(used)
            ids = [line_id for line_id in ids if line_id not in used]
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
        objects = self._object_columns(table) if not no_id else ()
        for column in columns:
            for (line_id,) in self._change_column_back(table, no_id, ids, column):
                restored[line_id].add(column)
            if column in objects:
                left = [line_id for line_id in ids if column not in restored[line_id]]
                for (line_id,) in self._change_keys_back(table, left, column):
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
        self._note_kept({key: kept[key] - set(_BOOKKEEPING) for key in changed})

    def _note_kept(self, columns):
        """Note on lines which columns were not restored: dict line id → names."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_merge_line line SET kept_columns = known.names
                  FROM unnest(%s::int[], %s::varchar[]) AS known (id, names)
                 WHERE known.id = line.id
                """,
                list(columns),
                [",".join(sorted(names)) for names in columns.values()],
            )
        )

    def _used_since(self, table, ids):
        """Added rows that are no longer as the merge had made them: dict line id → columns."""
        more = SQL("NULL::text")
        if table == "mailing_contact":
            # on other lists since
            more = SQL(
                "(SELECT 'list_ids' FROM mailing_subscription WHERE contact_id = t.id LIMIT 1)"
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, ARRAY(
                       SELECT now.key FROM jsonb_each(to_jsonb(t) - %s::text[]) now
                        WHERE now.value IS DISTINCT FROM line.new_values -> now.key), %s
                  FROM crm_merge_line line JOIN %s t ON t.id = line.row_id
                 WHERE line.id = ANY(%s)
                """,
                list(_BOOKKEEPING),
                more,
                quoted(table),
                ids,
            )
        )
        return {
            line_id: {*names, *([extra] if extra else ())}
            for line_id, names, extra in rows
            if names or extra
        }

    def _present(self, table, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT line.id FROM crm_merge_line line JOIN %s t ON t.id = line.row_id"
                " WHERE line.id = ANY(%s)",
                quoted(table),
                ids,
            )
        )
        return {line_id for (line_id,) in rows}

    def _change_column_back(self, table, no_id, ids, column):
        """Ids of the lines whose column held what the merge had written, and was restored."""
        values = {
            "table": quoted(table),
            "name": quoted(column),
            "ids": ids,
            "column": column,
        }
        if no_id:
            return self._change_relation_back(values)
        return self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s t
                   SET %(name)s = (jsonb_populate_record(NULL::%(table)s, line.old_values)).%(name)s
                  FROM crm_merge_line line
                 WHERE line.id = ANY(%(ids)s) AND line.new_values ? %(column)s
                   AND t.id = line.row_id
                   AND COALESCE(to_jsonb(t.%(name)s), 'null') = line.new_values -> %(column)s
             RETURNING line.id
                """,
                **values,
            )
        )

    def _change_relation_back(self, values):
        """The same for rows without an id: as many of equal rows as there are lines about them."""
        return self.env.execute_query(
            SQL(
                """
                WITH line AS (
                    SELECT id, row_key, old_values, new_values -> %(column)s AS held,
                           row_number() OVER (PARTITION BY row_key, new_values ORDER BY id) AS place
                      FROM crm_merge_line WHERE id = ANY(%(ids)s) AND new_values ? %(column)s
                ), present AS (
                    SELECT ctid AS spot, to_jsonb(whole) - %(column)s AS row_key,
                           to_jsonb(%(name)s) AS held,
                           row_number() OVER (PARTITION BY to_jsonb(whole) ORDER BY ctid) AS place
                      FROM %(table)s whole
                     WHERE %(name)s IN (SELECT (line.held #>> '{}')::int FROM line)
                )
                UPDATE %(table)s t
                   SET %(name)s = (jsonb_populate_record(NULL::%(table)s, line.old_values)).%(name)s
                  FROM present JOIN line USING (row_key, held, place)
                 WHERE t.ctid = present.spot
             RETURNING line.id
                """,
                **values,
            )
        )

    def _object_columns(self, table):
        """Columns that may hold a JSON object: values per company, properties, translations."""
        if table not in self._objects:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT attname FROM pg_attribute
                     WHERE attrelid = to_regclass(%s) AND atttypid = 'jsonb'::regtype
                       AND attnum > 0 AND NOT attisdropped
                    """,
                    f'"{table}"',
                )
            )
            self._objects[table] = {name for (name,) in rows}
        return self._objects[table]

    def _change_keys_back(self, table, ids, column):
        """Restore those keys of JSON objects that hold what the merge had written.

        :return: the lines of which every key was restored
        """
        if not ids:
            return []
        return self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT line.id, line.row_id, line.new_values -> %(column)s AS new,
                           CASE jsonb_typeof(line.old_values -> %(column)s)
                                WHEN 'object' THEN line.old_values -> %(column)s
                                WHEN 'null' THEN '{}'::jsonb END AS old
                      FROM crm_merge_line line
                     WHERE line.id = ANY(%(ids)s)
                       AND jsonb_typeof(line.new_values -> %(column)s) = 'object'
                ), back AS (
                    UPDATE %(table)s t
                       SET %(name)s = (
                           SELECT jsonb_object_agg(part.key, part.value)
                             FROM (SELECT known.key,
                                          CASE WHEN t.%(name)s -> known.key
                                                    IS NOT DISTINCT FROM asked.new -> known.key
                                               THEN asked.old -> known.key
                                               ELSE t.%(name)s -> known.key END AS value
                                     FROM jsonb_object_keys(asked.old || asked.new || t.%(name)s)
                                          AS known (key)) part
                            WHERE part.value IS NOT NULL)
                      FROM asked
                     WHERE t.id = asked.row_id AND asked.old IS NOT NULL
                       AND jsonb_typeof(t.%(name)s) = 'object'
                 RETURNING asked.id, asked.old, asked.new, t.%(name)s AS now
                )
                SELECT id FROM back
                 WHERE NOT EXISTS (
                       SELECT FROM jsonb_object_keys(old || new) AS known (key)
                        WHERE old -> known.key IS DISTINCT FROM new -> known.key
                          AND now -> known.key IS DISTINCT FROM old -> known.key)
                """,
                table=quoted(table),
                name=quoted(column),
                ids=ids,
                column=column,
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
