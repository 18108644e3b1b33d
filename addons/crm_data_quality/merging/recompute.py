# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stored figures that follow from columns which SQL has changed."""

from collections import defaultdict

from odoo.orm.registry import TriggerTree
from odoo.tools import SQL


def changed_columns(env, merges, action_filter=None):
    """What the journal says was changed: dict (table, column) → ids of rows with an id."""
    rows = env.execute_query(
        SQL(
            """
            SELECT line.table_name, name, array_agg(DISTINCT line.row_id)
              FROM crm_merge_line line, jsonb_object_keys(line.new_values) name
             WHERE line.merge_id = ANY(%s) AND line.action = 'update' AND line.row_id IS NOT NULL
               AND %s
             GROUP BY line.table_name, name
            """,
            list(merges.ids),
            action_filter or SQL("TRUE"),
        )
    )
    return {(table, name): ids for table, name, ids in rows}


def recompute(env, changes, partners):
    """Compute anew what Odoo itself derives from changed columns.

    Values that a person may have written (computed, but editable) stay as they are.

    :param env: environment of the superuser
    :param changes: dict (table, column) → ids of the changed rows
    :param partners: customers that rows were taken from or given to; what they sum up
        over such rows is computed anew
    """
    env.invalidate_all()
    env = env(context={**env.context, "active_test": False})
    models = {
        model._table: name
        for name, model in env.registry.items()
        if model._auto and not model._abstract
    }
    todo = defaultdict(set)
    for (table, column), ids in changes.items():
        model = env.get(models.get(table))
        field = model is not None and model._fields.get(column)
        if not field:
            continue
        tree = env["crm.merge"]._derived_tree(field.model_name, field.name)
        for dependent, records, _created in model.browse(ids).exists()._modified_triggers(tree):
            todo[dependent].update(records.ids)
    for dependent, ids in todo.items():
        if dependent.model_name == "res.partner":
            ids |= set(partners.ids)
        # in the order in which they were created: what Odoo foretells of leads depends on it
        records = env[dependent.model_name].browse(sorted(ids)).exists().sorted("id")
        env.add_to_compute(dependent, records)
    env.flush_all()


def _is_derived(field):
    return bool(field.store and field.compute and field.readonly)


def _is_editable(field):
    return bool(field.store and field.compute and not field.readonly)


def derived_tree(registry, field):
    """Like the registry's tree of triggers, but it ends where a person may have written."""
    targets_by_path = defaultdict(dict)
    waiting = [(field, (), (field,))]
    while waiting:
        source, prefix, seen = waiting.pop()
        for path, targets in registry._field_triggers.get(source, {}).items():
            whole = _joined(prefix, path)
            for target in targets:
                if target in seen or _is_editable(target):
                    continue
                if _is_derived(target):
                    targets_by_path[whole][target] = True
                waiting.append((target, whole, (*seen, target)))
    tree = TriggerTree()
    for path, targets in targets_by_path.items():
        node = tree
        for label in path:
            node = node.increase(label)
        node.root = list(targets)
    return tree


def _joined(prefix, path):
    """Paths of relations one after the other; there and back again is nowhere."""
    while prefix and path:
        last, first = prefix[-1], path[0]
        if (
            (last.type, first.type) != ("many2one", "one2many")
            or last.name != first.inverse_name
            or last.model_name != first.comodel_name
            or last.comodel_name != first.model_name
        ):
            break
        prefix, path = prefix[:-1], path[1:]
    return (*prefix, *path)


def editable_dependents(records, names):
    """Stored values that follow when fields of records are written, but that people may change.

    :param names: fields about to be written
    :return: dict (model name) → set of record ids
    """
    env = records.env
    fields = [records._fields[name] for name in names]
    tree = env.registry.get_trigger_tree(fields, _is_editable)
    found = defaultdict(set)
    for field, dependents, _created in records._modified_triggers(tree):
        found[field.model_name].update(dependents.ids)
    return found
