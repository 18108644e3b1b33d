# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages and tracked changes of the past, as the chatter would have stored them."""

from dataclasses import dataclass
from datetime import datetime

from .bulk import insert_rows
from .company import language

MESSAGE = {
    "model": "varchar", "res_id": "int4", "date": "timestamp", "create_date": "timestamp",
    "author_id": "int4", "email_from": "varchar", "subtype_id": "int4", "message_type": "varchar",
    "subject": "varchar", "body": "text", "is_internal": "bool", "message_id": "varchar",
}  # fmt: skip
TRACKING = {
    "mail_message_id": "int4", "create_date": "timestamp", "field_id": "int4", "old_value_integer": "int4",
    "old_value_char": "varchar", "new_value_integer": "int4", "new_value_char": "varchar",
}  # fmt: skip


@dataclass
class Change:
    """A tracked change: old and new value as (integer, text); labels in English."""

    field: str
    old: tuple
    new: tuple


@dataclass
class Entry:
    """One message under a record."""

    record: object
    moment: datetime
    author: object = None
    email_from: str | None = None
    kind: str = "notification"
    """Type of the message: notification, email (received) or email_outgoing."""
    body: str = ""
    changes: tuple = ()


class _Labels:
    """Values of tracked fields in the words of the people who changed them."""

    def __init__(self, env):
        self.env = env(context={**env.context, "lang": language(env)})
        self.known = {}

    def of(self, model, name, number, text):
        """The pair (number, text) of a value, its English text translated."""
        key = (model, name, number, text)
        if key not in self.known:
            self.known[key] = (number, self._translate(model, name, number, text))
        return self.known[key]

    def _translate(self, model, name, number, text):
        field = self.env[model]._fields[name]
        if field.type == "many2one" and number:
            return self.env[field.comodel_name].browse(number).display_name
        if field.type == "selection" and text:
            english = dict(field._description_selection(self.env(context={"lang": "en_US"})))
            value = next(value for value, label in english.items() if label == text)
            return dict(field._description_selection(self.env))[value]
        return text


def write_entries(env, entries):
    """Store messages, oldest first, with their tracked changes."""
    entries = sorted(entries, key=lambda entry: entry.moment)
    note, comment = env.ref("mail.mt_note").id, env.ref("mail.mt_comment").id
    field_ids, labels = {}, _Labels(env)
    rows, trackings = [], []
    for number, entry in enumerate(entries):
        model, res_id = entry.record._name, entry.record.id
        rows.append(
            (
                model, res_id, entry.moment, entry.moment, entry.author.id if entry.author else None,
                entry.email_from or (entry.author.email_formatted if entry.author else None),
                note if entry.kind == "notification" else comment, entry.kind,
                entry.record.display_name if entry.kind != "notification" else None,
                f"<p>{entry.body}</p>" if entry.body else "", False,
                f"<demo-{model}-{res_id}-{number}@crm-kpi>",
            )
        )  # fmt: skip
    env["mail.message"].flush_model()
    ids = insert_rows(env, "mail_message", MESSAGE, rows)
    for message_id, entry in zip(ids, entries, strict=True):
        for change in entry.changes:
            key = (entry.record._name, change.field)
            if key not in field_ids:
                field_ids[key] = env["ir.model.fields"]._get(*key).id
            trackings.append(
                (
                    message_id,
                    entry.moment,
                    field_ids[key],
                    *labels.of(*key, *change.old),
                    *labels.of(*key, *change.new),
                )
            )
    insert_rows(env, "mail_tracking_value", TRACKING, trackings)
    env["mail.message"].invalidate_model()
