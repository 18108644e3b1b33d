# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records named inside Odoo's properties: the values, and the defaults in their definitions."""

from collections import defaultdict
from dataclasses import dataclass

from odoo.tools import SQL

from .quoted import quoted


@dataclass(frozen=True)
class Properties:
    """A column with values of properties, and where their definitions are.

    :param table: table of the values
    :param name: column of the values, a JSON object: name of the property → value
    :param holder: column of `table` with the id of the record that holds the definition, or an
        empty text where none is stored
    :param definition_table: table of the definitions
    :param definition: their column, a JSON list
    """

    table: str
    name: str
    holder: str
    definition_table: str
    definition: str


def properties_of(env):
    """Every stored column with properties, as a tuple of `Properties`."""
    found = set()
    for model in env.registry.values():
        if model._abstract or model._transient or not model._auto:
            continue
        for field in model._fields.values():
            if field.type != "properties" or not field.store or field.inherited:
                continue
            holder = model._fields[field.definition_record]
            container = env.registry[holder.comodel_name]
            if not container._fields[field.definition_record_field].store:
                continue
            found.add(
                Properties(
                    model._table,
                    field.name,
                    holder.name if holder.store and holder.column_type else "",
                    container._table,
                    field.definition_record_field,
                )
            )
    return tuple(sorted(found, key=lambda item: (item.table, item.name)))


class PropertyMover:
    """Makes properties that name one record name another; every changed row is journalled.

    :param env: environment of the superuser
    :param columns: answer of `properties_of`
    """

    def __init__(self, env, columns):
        self.env = env
        self.columns = columns
        self._names = None

    def move(self, model_name, mapping, own_table, snapshot):
        """Move the properties that name records of the model.

        :param mapping: name of the table with src, dst and merge_id
        :param own_table: table of the model
        :param snapshot: of that table, told of its rows before they change, or None
        """
        for column in self.columns:
            names = self._named(column).get(model_name)
            if names:
                is_own = snapshot is not None and column.table == own_table
                self._move_values(column, names, mapping, snapshot if is_own else None)
        for table, name in {(item.definition_table, item.definition) for item in self.columns}:
            if model_name in self._definitions()[table, name]:
                self._move_defaults(model_name, table, name, mapping)

    def _named(self, column):
        return self._definitions()[column.definition_table, column.definition]

    def _definitions(self):
        """dict (table, column) → dict model → names of the properties that name its records."""
        if self._names is None:
            self._names = {}
            for column in self.columns:
                key = column.definition_table, column.definition
                if key not in self._names:
                    self._names[key] = self._read_definitions(*key)
        return self._names

    def _read_definitions(self, table, name):
        found = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item ->> 'comodel', item ->> 'name'
                  FROM %(table)s t, jsonb_array_elements(%(items)s) item
                 WHERE item ->> 'type' IN ('many2one', 'many2many')
                """,
                table=quoted(table),
                items=_list(SQL("t.%s", quoted(name))),
            )
        )
        for model_name, key in rows:
            found[model_name].append(key)
        return found

    def _move_values(self, column, names, mapping, snapshot):
        value = SQL("t.%s", quoted(column.name))
        defined = SQL("TRUE")
        if column.holder:
            # a row that went to another holder may keep a value that is defined no more
            defined = SQL(
                """EXISTS (SELECT FROM %(holders)s holder,
                                  jsonb_array_elements(%(items)s) definition
                            WHERE holder.id = t.%(holder)s
                              AND definition ->> 'name' = held.key)""",
                holders=quoted(column.definition_table),
                items=_list(SQL("holder.%s", quoted(column.definition))),
                holder=quoted(column.holder),
            )
        wanted = SQL(
            """
            SELECT t.id, min(map.merge_id) AS merge_id
              FROM %(table)s t, jsonb_each(%(object)s) held,
                   jsonb_array_elements(%(items)s) item
              JOIN %(mapping)s map ON item = to_jsonb(map.src)
             WHERE %(value)s ?| %(names)s AND held.key = ANY(%(names)s) AND %(defined)s
             GROUP BY t.id
            """,
            table=quoted(column.table),
            object=_object(value),
            items=_items(SQL("held.value")),
            mapping=mapping,
            value=value,
            names=names,
            defined=defined,
        )
        if snapshot is not None:
            # a merged record keeps its own values
            wanted = SQL(
                "SELECT * FROM (%s) found WHERE NOT EXISTS"
                " (SELECT FROM %s own WHERE own.src = found.id)",
                wanted,
                mapping,
            )
        new = SQL(
            """(SELECT jsonb_object_agg(held.key, CASE WHEN held.key = ANY(%s) THEN %s
                                                       ELSE held.value END)
                  FROM jsonb_each(%s) held)""",
            names,
            _replaced(SQL("held.value"), mapping),
            value,
        )
        self._update(column.table, column.name, wanted, new, snapshot)

    def _move_defaults(self, model_name, table, name, mapping):
        """Default values in the definitions."""
        value = SQL("t.%s", quoted(name))
        wanted = SQL(
            """
            SELECT t.id, min(map.merge_id) AS merge_id
              FROM %(table)s t, jsonb_array_elements(%(definitions)s) definition,
                   jsonb_array_elements(%(items)s) item
              JOIN %(mapping)s map ON item = to_jsonb(map.src)
             WHERE definition ->> 'comodel' = %(model)s
             GROUP BY t.id
            """,
            table=quoted(table),
            definitions=_list(value),
            items=_items(SQL("definition -> 'default'")),
            mapping=mapping,
            model=model_name,
        )
        new = SQL(
            """(SELECT jsonb_agg(CASE WHEN part.definition ->> 'comodel' = %s
                                       AND part.definition ? 'default'
                                      THEN jsonb_set(part.definition, '{default}', %s)
                                      ELSE part.definition END ORDER BY part.place)
                  FROM jsonb_array_elements(%s) WITH ORDINALITY AS part (definition, place))""",
            model_name,
            _replaced(SQL("part.definition -> 'default'"), mapping),
            value,
        )
        self._update(table, name, wanted, new)

    def _update(self, table, name, wanted, new, snapshot=None):
        """Write and journal; rows that a snapshot keeps are journalled with it.

        :param wanted: query of (id, merge_id)
        :param new: SQL of the new value, over the row `t`
        """
        rows = self.env.execute_query(wanted)
        if not rows:
            return
        if snapshot is not None:
            snapshot.watch(table, dict(rows))
        journal = SQL(
            """
            INSERT INTO crm_merge_line
                   (merge_id, table_name, row_id, action, old_values, new_values)
            SELECT merge_id, %(table_name)s, id, 'update',
                   jsonb_build_object(%(name)s, old), jsonb_build_object(%(name)s, new)
              FROM moved
            """,
            table_name=table,
            name=name,
        )
        self.env.cr.execute(
            SQL(
                """
                WITH wanted AS (
                    SELECT was.id, known.merge_id, was.%(column)s AS old
                      FROM unnest(%(ids)s::int[], %(merges)s::int[]) AS known (id, merge_id)
                      JOIN %(table)s was ON was.id = known.id
                ), moved AS (
                    UPDATE %(table)s t SET %(column)s = %(new)s
                      FROM wanted WHERE wanted.id = t.id
                 RETURNING wanted.merge_id, t.id, wanted.old, t.%(column)s AS new
                ) %(journal)s
                """,
                column=quoted(name),
                ids=[row_id for row_id, _merge in rows],
                merges=[merge_id for _row, merge_id in rows],
                table=quoted(table),
                new=new,
                journal=SQL("SELECT count(*) FROM moved") if snapshot is not None else journal,
            )
        )


def _object(value):
    return SQL("CASE WHEN jsonb_typeof(%s) = 'object' THEN %s ELSE '{}' END", value, value)


def _list(value):
    return SQL("CASE WHEN jsonb_typeof(%s) = 'array' THEN %s ELSE '[]' END", value, value)


def _items(value):
    """One value or the values of a list, as a list."""
    return SQL(
        "CASE WHEN jsonb_typeof(%s) = 'array' THEN %s ELSE jsonb_build_array(%s) END",
        value,
        value,
        value,
    )


def _replaced(value, mapping):
    """SQL of a value, or of a list without doubles, that names the targets."""
    return SQL(
        """
        CASE WHEN jsonb_typeof(%(value)s) = 'array' THEN COALESCE((
                  SELECT jsonb_agg(named.item ORDER BY named.place)
                    FROM (SELECT COALESCE(to_jsonb(map.dst), entry.item) AS item,
                                 min(entry.place) AS place
                            FROM jsonb_array_elements(%(value)s)
                                 WITH ORDINALITY AS entry (item, place)
                            LEFT JOIN %(mapping)s map ON to_jsonb(map.src) = entry.item
                           GROUP BY 1) named), '[]')
             ELSE COALESCE((SELECT to_jsonb(map.dst) FROM %(mapping)s map
                             WHERE to_jsonb(map.src) = %(value)s), %(value)s) END
        """,
        value=value,
        mapping=mapping,
    )
