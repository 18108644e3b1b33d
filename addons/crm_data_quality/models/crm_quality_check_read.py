# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from odoo.addons.mail.models.mail_thread_blacklist import MailThreadBlacklist

# What `read` returns for these is what the column holds; an empty column is False, a number 0.
PLAIN = {
    "char": False, "text": False, "selection": False, "boolean": False, "date": False,
    "datetime": False, "many2one": False, "integer": 0,
}  # fmt: skip


class CrmQualityCheck(models.Model):
    """Reading the records of a batch: plain columns without the records' cache between.

    Filling and emptying the cache took most of the time of a check.
    """

    _inherit = "crm.quality.check"

    def _read_rows(self, records, names):
        """Values as ``records.read(names, load=None)``: dict id → dict.

        :param records: records that the person who checks may read
        :param names: fields that this person may read
        """
        plain = [name for name in names if self._is_plain(records._fields[name])]
        rows = self._read_columns(records, plain)
        others = [name for name in names if name not in plain]
        if "is_blacklisted" in others and self._is_blacklist_plain(records):
            others.remove("is_blacklisted")
            self._add_blacklisted(records, rows)
        if others:
            for row in records.read(others, load=None):
                rows.setdefault(row["id"], {"id": row["id"]}).update(row)
            # millions of records do not fit into the cache
            records.invalidate_recordset(others)
        return rows

    def _is_blacklist_plain(self, records):
        """Whether no addon has more to say about the blacklist than Odoo itself."""
        method = getattr(type(records), "_compute_is_blacklisted", None)
        return method is MailThreadBlacklist._compute_is_blacklisted

    def _add_blacklisted(self, records, rows):
        """Whether the e-mail address is on the blacklist, as Odoo itself computes it."""
        records.flush_recordset(["email_normalized"])
        self.env["mail.blacklist"].flush_model(["email", "active"])
        found = self.env.execute_query(
            SQL(
                "SELECT r.id FROM %s r JOIN mail_blacklist b ON b.email = r.email_normalized"
                " WHERE b.active AND r.id = ANY(%s)",
                SQL.identifier(records._table),
                list(records.ids),
            )
        )
        listed = {key for (key,) in found}
        for key, row in rows.items():
            row["is_blacklisted"] = key in listed

    def _is_plain(self, field):
        return (
            field.type in PLAIN
            and field.store
            and bool(field.column_type)
            and not field.translate
            and not field.company_dependent
            and not field.inherited
        )

    def _read_columns(self, records, names):
        records.flush_recordset(names)
        columns = SQL(", ").join(SQL.identifier(name) for name in ("id", *names))
        found = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id = ANY(%s) ORDER BY id",
                columns,
                SQL.identifier(records._table),
                list(records.ids),
            )
        )
        empty = [PLAIN[records._fields[name].type] for name in names]
        rows = {}
        for key, *values in found:
            row = rows[key] = {"id": key}
            for name, value, nothing in zip(names, values, empty, strict=True):
                row[name] = nothing if value is None else value
        return rows
