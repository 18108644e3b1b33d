# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime, html2plaintext

# What a definition says besides its type: a heading has no value.
_WITHOUT_VALUE = ("separator",)


class CrmMerge(models.Model):
    """Values of Odoo's properties: the kept record's win, what only others have is added.

    A choice about a property is named "field.property", as in "properties.a1b2".
    """

    _inherit = "crm.merge"

    @api.model
    def _property_fields(self, model):
        """Names of the stored fields with properties of a model."""
        return [
            name
            for name, field in model._fields.items()
            if field.type == "properties" and field.store and not field.inherited
        ]

    @api.model
    def _property_definitions(self, record, name):
        """dict property → its definition, of those that the record knows."""
        field = record._fields[name]
        holder = record.sudo()[field.definition_record]
        return {
            item["name"]: item
            for item in holder[field.definition_record_field] or ()
            if item.get("type") not in _WITHOUT_VALUE
        }

    @api.model
    def _property_values(self, records, name):
        """What the database holds: dict record id → dict property → value."""
        records.flush_model([name])
        column = SQL.identifier(name)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s) AND jsonb_typeof(%s) = 'object'",
                column,
                SQL.identifier(records._table),
                list(records.ids),
                column,
            )
        )
        return dict(rows)

    @api.model
    def _added_properties(self, job, ordered, name, held):
        """Values of properties that the kept record is given: dict property → value.

        :param ordered: records of the job, the most active first
        :param held: answer of `_property_values`
        """
        if not any(held.get(record.id) for record in ordered if record != job.master):
            return {}
        known = self._property_definitions(job.master, name)
        own = held.get(job.master.id, {})
        added = {}
        for record in ordered - job.master:
            values = held.get(record.id) or {}
            theirs = self._property_definitions(record, name) if values else {}
            for key, value in values.items():
                chosen = (job.choices or {}).get(f"{name}.{key}")
                if _is_empty(value) or not _is_same(known.get(key), theirs.get(key)):
                    continue
                if chosen == record.id:
                    added[key] = value
                elif not chosen and _is_empty(own.get(key)):
                    added.setdefault(key, value)
        return added

    def _fill_properties(self, jobs, orders):
        """Give the kept records what only the others have; the caller has their rows in a snapshot.

        :param self: heads as superuser, one for each job
        :param orders: for each job its records, the most active first
        """
        model = jobs[0].master.sudo().browse()
        records = model.browse([record.id for ordered in orders for record in ordered])
        for name in self._property_fields(model):
            held = self._property_values(records, name)
            if not held:
                continue
            filled = {}
            for job, ordered in zip(jobs, orders, strict=True):
                added = self._added_properties(job, ordered.sudo(), name, held)
                if added:
                    filled[job.master.id] = held.get(job.master.id, {}) | added
            self._write_properties(model, name, filled)

    def _write_properties(self, model, name, filled):
        """Past the ORM, which would take ids of records for what the user may see of them."""
        if not filled:
            return
        column = SQL.identifier(name)
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s = given.held FROM unnest(%s::int[], %s::jsonb[])"
                " AS given (id, held) WHERE t.id = given.id",
                SQL.identifier(model._table),
                column,
                list(filled),
                [json.dumps(held) for held in filled.values()],
            )
        )
        model.browse(filled).invalidate_recordset([name], flush=False)

    # ------------------------------------------------------------ choices
    @api.model
    def _refused_choices(self, job):
        own, plain = _split(job.choices)
        refusals = super()._refused_choices(job._replace(choices=plain))
        known = set()
        if own:
            for name in self._property_fields(job.master):
                keys = self._property_definitions(job.master, name)
                known.update(f"{name}.{key}" for key in keys)
        for name, record_id in own.items():
            if name not in known:
                refusals.append(self.env._("“%s” cannot be chosen.", name))
            elif record_id not in (job.master | job.others).ids:
                refusals.append(
                    self.env._("Choose the value of “%s” from one of these records.", name)
                )
        return refusals

    @api.model
    def _chosen(self, job, ordered):
        return super()._chosen(job._replace(choices=_split(job.choices)[1]), ordered)

    # ------------------------------------------------------------ preview
    def _differing(self, records, ordered, master):
        rows = super()._differing(records, ordered, master)
        for name in self._property_fields(records):
            held = self._property_values(records, name)
            if held:
                rows += self._differing_properties(records, ordered, master, name, held)
        return sorted(rows, key=lambda row: not row["conflict"])

    def _differing_properties(self, records, ordered, master, name, held):
        """Rows of the preview, as `_differing` has them."""
        texts = {record.id: self._property_texts(record, name) for record in records}
        rows = []
        for key, definition in self._property_definitions(master, name).items():
            values = {record.id: texts[record.id].get(key, "") for record in records}
            if len(set(values.values())) < 2:
                continue
            order = master | ordered
            filled = (one for one in order if not _is_empty(held.get(one.id, {}).get(key)))
            proposed = next(filled, master)
            rows.append(
                {
                    "name": f"{name}.{key}",
                    "label": definition.get("string") or key,
                    "conflict": len({text for text in values.values() if text}) > 1,
                    "proposed": proposed.id,
                    "is_picture": False,
                    "values": values,
                }
            )
        return rows

    def _property_texts(self, record, name):
        """dict property → its value as a person reads it, without empty ones."""
        [row] = record.read([name])
        return {
            item["name"]: self._property_text(item)
            for item in row[name] or ()
            if not _is_empty(item.get("value"))
        }

    def _property_text(self, item):
        value, kind = item["value"], item["type"]
        if kind == "boolean":
            return self.env._("Yes")
        if kind == "many2one":
            return value[1] or self.env._("not visible for your role")
        if kind == "many2many":
            hidden = self.env._("not visible for your role")
            return ", ".join(name or hidden for _id, name in value)
        if kind == "selection":
            return dict(map(tuple, item.get("selection") or ())).get(value, str(value))
        if kind == "tags":
            labels = {key: label for key, label, _color in item.get("tags") or ()}
            return ", ".join(labels.get(key, key) for key in value)
        if kind == "date":
            return format_date(self.env, value)
        if kind == "datetime":
            return format_datetime(self.env, fields.Datetime.to_datetime(value))
        if kind == "html":
            return html2plaintext(value).strip()
        return str(value)


def _split(choices):
    """Choices about properties, and all others."""
    choices = choices or {}
    own = {name: value for name, value in choices.items() if "." in name}
    return own, {name: value for name, value in choices.items() if name not in own}


def _is_empty(value):
    """Odoo stores an unset property as false; a number 0 is a value."""
    return value is None or value is False or value in ("", [])


def _is_same(one, other):
    """Whether two definitions mean the same property: leads of two teams have two lists."""
    return (
        bool(one and other)
        and one.get("type") == other.get("type")
        and (one.get("comodel") or False) == (other.get("comodel") or False)
    )
