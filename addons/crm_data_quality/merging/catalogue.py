# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every column of the database that names a record of a model."""

from dataclasses import dataclass

from odoo.tools import SQL

KEY, PAIR, REFERENCE, PROPERTY = "key", "pair", "reference", "property"
# What tells about the merges and the duplicates themselves stays where it is.
_OWN_PREFIXES = ("crm_merge", "crm_duplicate_", "base_partner_merge_")


@dataclass(frozen=True)
class UniqueIndex:
    """A unique index: its key as SQL expressions over the table's columns.

    :param predicate: SQL condition of a partial index, or an empty text
    :param nulls_equal: two empty values collide
    """

    expressions: tuple
    predicate: str
    nulls_equal: bool


@dataclass(frozen=True)
class Column:
    """A column that holds ids of the model.

    :param kind: KEY (the id), PAIR (the id, the model is in another column), REFERENCE
        (a text that ends with the id) or PROPERTY (JSON: company → id)
    :param has_id: the table has a column "id"; a table of a many2many relation has none
    :param columns: all columns of the table
    :param uniques: unique indexes that the column takes part in
    :param model_column: of a PAIR, the column that holds the model
    :param model_value: of a PAIR, what that column holds for the model; of a REFERENCE, the text
        before the id
    """

    table: str
    name: str
    kind: str
    has_id: bool
    columns: tuple
    uniques: tuple
    model_column: str = ""
    model_value: object = None


def columns_of(env, model_name, with_staying=False):
    """All columns that name records of the model, as a tuple of `Column`.

    :param with_staying: also those of rows that stay with the merged record
    """
    table = env[model_name]._table
    found = [(row[0], row[1], KEY, "", None) for row in _foreign_keys(env, table)]
    found += _from_registry(env, model_name)
    left_out = _left_out(env, with_staying)
    found = [
        item
        for item in dict.fromkeys(found)
        if item[0] not in left_out and not item[0].startswith(_OWN_PREFIXES)
    ]
    tables = sorted({item[0] for item in found})
    names = _column_names(env, tables)
    indexes = _unique_indexes(env, tables)
    return tuple(
        Column(
            table=table,
            name=name,
            kind=kind,
            has_id="id" in names[table],
            columns=names[table],
            uniques=tuple(index for used, index in indexes.get(table, ()) if name in used),
            model_column=model_column,
            model_value=model_value,
        )
        for table, name, kind, model_column, model_value in sorted(found, key=lambda i: i[:3])
        if name in names.get(table, ())
    )


def _foreign_keys(env, table):
    return env.execute_query(
        SQL(
            """
            SELECT holder.relname, held.attname
              FROM pg_constraint con
              JOIN pg_class target ON target.oid = con.confrelid
              JOIN pg_class holder ON holder.oid = con.conrelid
              JOIN pg_attribute held ON held.attrelid = holder.oid AND held.attnum = con.conkey[1]
              JOIN pg_attribute aim ON aim.attrelid = target.oid AND aim.attnum = con.confkey[1]
             WHERE con.contype = 'f' AND target.relname = %s AND aim.attname = 'id'
               AND target.relnamespace = current_schema::regnamespace
               AND holder.relnamespace = current_schema::regnamespace
               AND array_length(con.conkey, 1) = 1
            """,
            table,
        )
    )


def _left_out(env, with_staying):
    """Tables of passing data, and those whose rows say something about the record itself."""
    tables = set()
    for model in env.registry.values():
        if model._abstract:
            continue
        stays = not with_staying and getattr(model, "_stays_when_merged", False)
        if model._transient or stays:
            tables.add(model._table)
            tables |= {
                field.relation
                for field in model._fields.values()
                if field.type == "many2many" and field.store and field.relation
            }
    return tables


def _from_registry(env, model_name):
    """Columns without a foreign key: (model, id) pairs, references, values per company."""
    found = []
    for model in env.registry.values():
        if model._abstract or model._transient or not model._auto:
            continue
        for field in model._fields.values():
            if not field.store or field.inherited or not field.column_type:
                continue
            if field.type == "many2one_reference":
                found += _pair(env, model, field.name, field.model_field, model_name)
            elif field.type == "integer" and field.name == "res_id":
                holder = next((name for name in ("res_model", "model") if name in model._fields), 0)
                found += _pair(env, model, field.name, holder, model_name) if holder else []
            elif field.type == "reference":
                found.append((model._table, field.name, REFERENCE, "", f"{model_name},"))
            elif field.company_dependent and field.comodel_name == model_name:
                found.append((model._table, field.name, PROPERTY, "", None))
    if model_name == "res.partner" and "website.visitor" in env.registry:
        # a visitor who is logged in is known by the number of his contact
        found.append((env["website.visitor"]._table, "access_token", REFERENCE, "", ""))
    return found


def _pair(env, model, name, holder, model_name):
    """The pair of an id column and its model column, which may be a link to the model's record."""
    field = model._fields[holder]
    if field.store and field.column_type and field.type != "many2one":
        return [(model._table, name, PAIR, holder, model_name)]
    link = model._fields.get((field.related or "").split(".")[0])
    if link is None or not link.store or link.comodel_name != "ir.model":
        return []
    return [(model._table, name, PAIR, link.name, env["ir.model"]._get_id(model_name))]


def _column_names(env, tables):
    rows = env.execute_query(
        SQL(
            """
            SELECT holder.relname, array_agg(col.attname::text ORDER BY col.attnum)
              FROM pg_class holder JOIN pg_attribute col ON col.attrelid = holder.oid
             WHERE holder.relname = ANY(%s) AND holder.relkind IN ('r', 'p')
               AND holder.relnamespace = current_schema::regnamespace
               AND col.attnum > 0 AND NOT col.attisdropped
             GROUP BY holder.relname
            """,
            tables,
        )
    )
    return {table: tuple(names) for table, names in rows}


def _unique_indexes(env, tables):
    """dict table → list of (names of the columns that matter, UniqueIndex)"""
    rows = env.execute_query(
        SQL(
            """
            SELECT holder.relname,
                   ARRAY(SELECT col.attname::text FROM pg_attribute col
                          WHERE col.attrelid = holder.oid AND col.attnum > 0
                            AND (idx.indexprs IS NOT NULL OR col.attnum = ANY(idx.indkey))),
                   ARRAY(SELECT pg_get_indexdef(idx.indexrelid, part, false)
                           FROM generate_series(1, idx.indnkeyatts) part),
                   COALESCE(pg_get_expr(idx.indpred, idx.indrelid), ''),
                   COALESCE((to_jsonb(idx) ->> 'indnullsnotdistinct')::bool, false)
              FROM pg_index idx JOIN pg_class holder ON holder.oid = idx.indrelid
             WHERE idx.indisunique AND idx.indisvalid AND holder.relname = ANY(%s)
               AND holder.relnamespace = current_schema::regnamespace
            """,
            tables,
        )
    )
    indexes = {}
    for table, used, expressions, predicate, nulls_equal in rows:
        if expressions != ["id"]:
            index = UniqueIndex(tuple(expressions), predicate, nulls_equal)
            indexes.setdefault(table, []).append((tuple(used), index))
    return indexes
