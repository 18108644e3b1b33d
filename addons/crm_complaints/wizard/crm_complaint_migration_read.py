# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL

MODULE = "__complaint_import__"


class MigrationReader:
    """Reads the tables of an OCA addon, whether the addon is still there or not.

    The models may be gone, so this is SQL: identifiers come from :mod:`..tools.oca_tables`.

    :param old: :class:`..tools.oca_tables.OldTable`
    """

    def __init__(self, env, old):
        self.env = env
        self.old = old

    def columns(self, table):
        """Names of the columns of a table, none when there is no such table."""
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s",
                table,
            )
        )
        return {name for (name,) in rows}

    def exists(self):
        """Whether the old records lie in this database."""
        return {"id", "name"} <= self.columns(self.old.table)

    def count(self):
        """Number of old records, archived ones included."""
        table = SQL.identifier(self.old.table)
        return self.env.execute_query(SQL("SELECT COUNT(*) FROM %s", table))[0][0]

    def imported(self):
        """Old id → id of the complaint, of what has been imported and still exists."""
        prefix = self.old.table + "_"
        rows = self.env.execute_query(
            SQL(
                """
                SELECT data.name, data.res_id
                  FROM ir_model_data AS data
                  JOIN crm_complaint ON crm_complaint.id = data.res_id
                 WHERE data.module = %s AND data.model = 'crm.complaint'
                   AND starts_with(data.name, %s)
                """,
                MODULE,
                prefix,
            )
        )
        return {int(name.removeprefix(prefix)): complaint_id for name, complaint_id in rows}

    def names(self, table):
        """Id → name of the records of a small table; translated names in the user's language."""
        if not {"id", "name"} <= self.columns(table):
            return {}
        rows = self.env.execute_query(SQL("SELECT id, name FROM %s", SQL.identifier(table)))
        return {old_id: self._text(name) for old_id, name in rows}

    def stages(self):
        """(id, name, closed) of the old stages in their order; closed is None where unknown."""
        columns = self.columns(self.old.stages)
        if not {"id", "name"} <= columns:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name, %s FROM %s ORDER BY %s, id",
                SQL.identifier("closed") if "closed" in columns else SQL("NULL"),
                SQL.identifier(self.old.stages),
                SQL.identifier("sequence") if "sequence" in columns else SQL("id"),
            )
        )
        return [
            (old_id, self._text(name), bool(closed) if "closed" in columns else None)
            for old_id, name, closed in rows
        ]

    def rows(self, without, limit):
        """The next old records, oldest first, as dicts field of the complaint → value.

        :param without: ids that are left out
        """
        columns = self.columns(self.old.table)
        chosen = {"id": SQL.identifier("id")}
        for name, candidates in self.old.columns.items():
            present = [
                SQL.identifier(candidate) for candidate in candidates if candidate in columns
            ]
            if present:
                chosen[name] = SQL("COALESCE(%s)", SQL(", ").join(present))
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id != ALL(%s) ORDER BY id LIMIT %s",
                SQL(", ").join(chosen.values()),
                SQL.identifier(self.old.table),
                list(without),
                limit,
            )
        )
        return [dict(zip(chosen, row, strict=True)) for row in rows]

    def _text(self, value):
        """A name that may be translated: a plain text up to Odoo 15, JSON per language since."""
        if isinstance(value, dict):
            value = value.get(self.env.lang) or value.get("en_US") or next(iter(value.values()), "")
        return value or ""
