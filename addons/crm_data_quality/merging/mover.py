# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes everything that names one record name another, and writes down what it changed."""

import json

from odoo.tools import SQL

from .catalogue import PAIR, PROPERTY, REFERENCE
from .properties import PropertyMover
from .quoted import quoted


class Mover:
    """Moves what hangs on records to other records of the same model, many pairs in one pass.

    Every changed row is a line of the journal. Where a unique index allows only one of two
    rows, what hangs on the one that cannot move goes to the other in the same way, and only
    that row is deleted, kept whole in the journal.

    :param env: environment of the superuser
    :param condition: function (table, alias) → SQL of the rows that may be moved, or None
    """

    def __init__(self, env, condition):
        self.env = env
        self.condition = condition
        self.properties = PropertyMover(env, env["crm.merge"]._property_columns())
        self.own_rows = set()
        self._maps = 0

    def move(self, model_name, pairs, snapshot=None, only=None, is_last=True):
        """Move what hangs on sources to their targets.

        :param pairs: list of (source id, target id, merge id); a target is no source
        :param snapshot: of the model's own rows, told before they change; what changed in
            them is journalled by whoever took it
        :param only: function Column → bool
        :param is_last: no other call for these pairs follows: what is no column of its own moves,
            too
        """
        table = self.env[model_name]._table
        mapping = self._store_map(pairs)
        for column in self.env["crm.merge"]._columns(model_name):
            if only is None or only(column):
                self._move_column(column, mapping, table, snapshot)
        if is_last:
            self._move_defaults(model_name, mapping)
            self.properties.move(model_name, mapping, table, snapshot)
        self.env.cr.execute(SQL("DROP TABLE %s", mapping))

    def _store_map(self, pairs):
        self._maps += 1
        name = quoted(f"crm_merge_map_{self._maps}")
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s (src int PRIMARY KEY, dst int NOT NULL, merge_id int NOT NULL)"
                " ON COMMIT DROP",
                name,
            )
        )
        columns = [list(column) for column in zip(*pairs, strict=True)]
        self.env.cr.execute(
            SQL("INSERT INTO %s SELECT * FROM unnest(%s::int[], %s::int[], %s::int[])",
                name, *columns)
        )  # fmt: skip
        self.env.cr.execute(SQL("ANALYZE %s", name))
        return name

    # ------------------------------------------------------------ one column
    def _move_column(self, column, mapping, own_table, snapshot):
        if column.kind == PROPERTY:
            self._move_property(column, mapping)
            return
        is_own = snapshot is not None and column.table == own_table
        for index in column.uniques:
            self._make_room(column, index, mapping)
        value = SQL("t.%s", quoted(column.name))
        new = SQL("map.dst")
        if column.kind == REFERENCE:
            new = SQL("%s || map.dst", column.model_value)
        where = self._where(column, mapping, is_own)
        table = quoted(column.table)
        if is_own:
            self._move_own(column, mapping, where, snapshot)
            return
        row_key = SQL("t.id, NULL::jsonb")
        if not column.has_id:
            row_key = SQL("NULL::int, to_jsonb(t) - %s", column.name)
        self.env.cr.execute(
            SQL(
                """
                WITH moved (merge_id, row_id, row_key, old, new) AS (
                    UPDATE %(table)s t SET %(column)s = %(new)s
                      FROM %(mapping)s map
                     WHERE %(where)s
                 RETURNING map.merge_id, %(row_key)s, %(old)s, %(value)s
                )
                INSERT INTO crm_merge_line
                       (merge_id, table_name, row_id, row_key, action, old_values, new_values)
                SELECT merge_id, %(table_name)s, row_id, row_key, 'update',
                       jsonb_build_object(%(name)s, old), jsonb_build_object(%(name)s, new)
                  FROM moved
                """,
                table=table,
                column=quoted(column.name),
                new=new,
                mapping=mapping,
                where=where,
                row_key=row_key,
                old=self._held(column),
                value=value,
                table_name=column.table,
                name=column.name,
            )
        )

    def _held(self, column):
        """What the column holds while it names the source."""
        if column.kind == REFERENCE:
            return SQL("%s || map.src", column.model_value)
        return SQL("map.src")

    def _where(self, column, mapping, is_own=False):
        parts = [SQL("t.%s = %s", quoted(column.name), self._held(column))]
        if column.kind == PAIR:
            parts.append(SQL("t.%s = %s", quoted(column.model_column), column.model_value))
        if is_own:
            # a merged record keeps its own relations, and it may name itself
            parts.append(SQL("NOT EXISTS (SELECT FROM %s own WHERE own.src = t.id)", mapping))
        condition = self.condition(column.table, "t")
        if condition is not None:
            parts.append(condition)
        return SQL(" AND ").join(parts)

    def _move_own(self, column, mapping, where, snapshot):
        """Rows of the model itself: their snapshot tells in the end what has changed."""
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id, map.merge_id FROM %s t, %s map WHERE %s",
                quoted(column.table),
                mapping,
                where,
            )
        )
        if not rows:
            return
        snapshot.watch(column.table, dict(rows))
        self.own_rows |= {(column.name, row_id) for row_id, _merge in rows}
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s = map.dst FROM %s map WHERE %s",
                quoted(column.table),
                quoted(column.name),
                mapping,
                where,
            )
        )

    def _move_property(self, column, mapping):
        """Values per company, {company: id}."""
        self.env.cr.execute(
            SQL(
                """
                WITH wanted AS (
                    SELECT t.id, min(map.merge_id) AS merge_id, t.%(column)s AS old
                      FROM %(table)s t, jsonb_each(t.%(column)s) held
                      JOIN %(mapping)s map ON held.value = to_jsonb(map.src)
                     GROUP BY t.id
                ), moved AS (
                    UPDATE %(table)s t SET %(column)s = (
                           SELECT jsonb_object_agg(held.key,
                                      COALESCE(to_jsonb(map.dst), held.value))
                             FROM jsonb_each(t.%(column)s) held
                             LEFT JOIN %(mapping)s map ON held.value = to_jsonb(map.src))
                      FROM wanted WHERE wanted.id = t.id
                 RETURNING wanted.merge_id, t.id, wanted.old, t.%(column)s AS new
                )
                INSERT INTO crm_merge_line
                       (merge_id, table_name, row_id, action, old_values, new_values)
                SELECT merge_id, %(table_name)s, id, 'update',
                       jsonb_build_object(%(name)s, old), jsonb_build_object(%(name)s, new)
                  FROM moved
                """,
                table=quoted(column.table),
                column=quoted(column.name),
                mapping=mapping,
                table_name=column.table,
                name=column.name,
            )
        )

    def _move_defaults(self, model_name, mapping):
        """Default values of fields that name a record of the model."""
        self.env.cr.execute(
            SQL(
                """
                WITH moved AS (
                    UPDATE ir_default t SET json_value = map.dst::text
                      FROM %s map, ir_model_fields field
                     WHERE field.id = t.field_id AND field.ttype = 'many2one'
                       AND field.relation = %s AND t.json_value = map.src::text
                 RETURNING map.merge_id, t.id, map.src, map.dst
                )
                INSERT INTO crm_merge_line
                       (merge_id, table_name, row_id, action, old_values, new_values)
                SELECT merge_id, 'ir_default', id, 'update',
                       jsonb_build_object('json_value', src::text),
                       jsonb_build_object('json_value', dst::text)
                  FROM moved
                """,
                mapping,
                model_name,
            )
        )

    # ------------------------------------------------------------ unique indexes
    def _make_room(self, column, index, mapping):
        """Remove the rows that a unique index would not let move."""
        losers = self._losers(column, index, mapping)
        if not losers:
            return
        if column.has_id:
            model_name = self._model_of(column.table)
            if model_name:
                self._merge_rows(model_name, losers)
            self._delete(column.table, losers)
        else:
            self._delete_relations(column.table, losers)

    def _losers(self, column, index, mapping):
        """Rows that cannot move: (row, row that stays, merge id).

        A row is its id, in a table without ids all of it.
        """
        source = self._where(column, mapping)
        new = SQL("map.dst")
        target = SQL("map.dst")
        if column.kind == REFERENCE:
            new = target = SQL("%s || map.dst", column.model_value)
        name = quoted(column.name)
        pair = SQL("TRUE")
        if column.kind == PAIR:
            pair = SQL("t.%s = %s", quoted(column.model_column), column.model_value)
        columns = SQL(", ").join(
            SQL("COALESCE(%s, t.%s) AS %s", new, name, name)
            if item == column.name
            else SQL("t.%s", quoted(item))
            for item in column.columns
        )
        parts = [_plain(expression) for expression in index.expressions]
        aliases = [quoted(f"__key{number}") for number in range(len(parts))]
        keys = SQL(", ").join(
            SQL("%s AS %s", part, alias) for part, alias in zip(parts, aliases, strict=True)
        )
        filled = SQL("TRUE")
        if not index.nulls_equal:
            filled = SQL(" AND ").join(SQL("%s IS NOT NULL", alias) for alias in aliases)
        row = SQL("id") if column.has_id else SQL("__row")
        return self.env.execute_query(
            SQL(
                """
                SELECT row, stays, merge_id FROM (
                    SELECT __row AS row, __merge AS merge_id,
                           row_number() OVER same AS place, first_value(__row) OVER same AS stays
                      FROM (SELECT %(row)s AS __row, __merge, __tie, %(keys)s FROM (
                              SELECT %(columns)s, map.merge_id AS __merge, t.ctid AS __tie
                                     %(whole)s
                                FROM %(table)s t LEFT JOIN %(mapping)s map ON %(source)s
                               WHERE %(pair)s AND (map.src IS NOT NULL OR EXISTS (
                                     SELECT FROM %(mapping)s map WHERE t.%(name)s = %(target)s))
                           ) AS %(table)s WHERE %(predicate)s) keyed
                     WHERE %(filled)s
                    WINDOW same AS (PARTITION BY %(aliases)s
                                    ORDER BY __merge IS NOT NULL, __tie)
                ) ranked WHERE place > 1 AND merge_id IS NOT NULL
                """,
                row=row,
                keys=keys,
                columns=columns,
                whole=SQL("") if column.has_id else SQL(", to_jsonb(t) AS __row"),
                table=quoted(column.table),
                mapping=mapping,
                source=source,
                pair=pair,
                name=name,
                target=target,
                predicate=_plain(index.predicate) if index.predicate else SQL("TRUE"),
                filled=filled,
                aliases=SQL(", ").join(aliases),
            )
        )

    def _model_of(self, table):
        for model in self.env.registry.values():
            if model._table == table and model._auto and not model._abstract:
                return model._name
        return None

    def _merge_rows(self, model_name, losers):
        """Move what hangs on rows that go to the rows that stay."""
        stays = {row: winner for row, winner, _merge in losers}
        pairs = []
        for row, winner, merge_id in losers:
            while winner in stays:
                winner = stays[winner]
            pairs.append((row, winner, merge_id))
        self.move(model_name, pairs)

    def _delete(self, table, losers):
        ids = [row for row, _winner, _merge in losers]
        merges = [merge_id for _row, _winner, merge_id in losers]
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM %(table)s t USING unnest(%(ids)s::int[], %(merges)s::int[])
                           AS loser (id, merge_id)
                     WHERE t.id = loser.id
                 RETURNING loser.merge_id, t.id, to_jsonb(t) AS row
                )
                INSERT INTO crm_merge_line (merge_id, table_name, row_id, action, old_values)
                SELECT merge_id, %(name)s, id, 'delete', row FROM gone
                """,
                table=quoted(table),
                ids=ids,
                merges=merges,
                name=table,
            )
        )

    def _delete_relations(self, table, losers):
        rows = [row for row, _winner, _merge in losers]
        names = list(rows[0])
        same = SQL(" AND ").join(
            SQL("t.%s = (jsonb_populate_record(NULL::%s, loser.row)).%s",
                quoted(name), quoted(table), quoted(name))
            for name in names
        )  # fmt: skip
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM %(table)s t
                     USING unnest(%(rows)s::jsonb[], %(merges)s::int[]) AS loser (row, merge_id)
                     WHERE %(same)s
                 RETURNING loser.merge_id, loser.row
                )
                INSERT INTO crm_merge_line (merge_id, table_name, action, old_values)
                SELECT merge_id, %(name)s, 'delete', row FROM gone
                """,
                table=quoted(table),
                rows=[json.dumps(row) for row in rows],
                merges=[merge_id for _row, _winner, merge_id in losers],
                same=same,
                name=table,
            )
        )


def _plain(text):
    """Text of the database's own catalogue as SQL."""
    return SQL(text.replace("%", "%%"))
