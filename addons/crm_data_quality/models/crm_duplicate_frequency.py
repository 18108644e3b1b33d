# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.counts import Counts
from ..quality.duplicates.frequencies import MIN_COUNT, Frequencies, values

# Counts fetched at once: all of a million records would take as much memory as what is kept of them.
LOAD_BATCH = 20_000

# How the values that are counted come out of a profile.
_VALUES = {
    "token": SQL("unnest(string_to_array(profile.name, ' '))"),
    "name": SQL("profile.name"),
    "email": SQL("profile.email"),
    "domain": SQL("split_part(profile.email, '@', 2)"),
    "phone": SQL("profile.phone"),
    "address": SQL(
        "CASE WHEN profile.house <> '' THEN concat(profile.street, ' ', profile.house, ' ',"
        " CASE WHEN profile.zip <> '' THEN profile.zip ELSE profile.city END) END"
    ),
    "city": SQL("profile.city"),
}


class CrmDuplicateFrequency(models.Model):
    """How often a value occurs among the records of a company, as the last search counted.

    Only cities and values that occur several times are kept: what is not here is rare.
    """

    _name = "crm.duplicate.frequency"
    _description = "Frequency of a Value"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Char(required=True, help="What was compared, as in the search.")
    field = fields.Char(required=True)
    value = fields.Char(required=True)
    number = fields.Integer(required=True, help="Records with the value.")

    _value_index = models.UniqueIndex("(company_id, kind, field, value)")

    @api.model
    def _count(self, company, kind, scope):
        """Count the values anew.

        :param scope: SQL condition on ``profile``
        """
        own = SQL("company_id = %s AND kind = %s", company.id, kind)
        self.env.cr.execute(SQL("DELETE FROM crm_duplicate_frequency WHERE %s", own))
        for field, value in _VALUES.items():
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_duplicate_frequency (company_id, kind, field, value, number)
                    SELECT %s, %s, %s, value, count(*)
                      FROM (SELECT %s AS value FROM crm_duplicate_profile profile WHERE %s) AS v
                     WHERE value <> '' GROUP BY value HAVING count(*) >= %s
                    """,
                    company.id,
                    kind,
                    field,
                    value,
                    scope,
                    1 if field == "city" else MIN_COUNT,
                )
            )
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_duplicate_frequency (company_id, kind, field, value, number)"
                " SELECT %s, %s, 'total', '', count(*) FROM crm_duplicate_profile profile"
                " WHERE %s",
                company.id,
                kind,
                scope,
            )
        )

    @api.model
    def _load(self, company, kind, profiles=None):
        """`Frequencies` of the last search.

        :param profiles: what will be compared: only counts of their values; default: all
        :return: None where nothing was ever counted
        """
        condition = SQL("company_id = %s AND kind = %s", company.id, kind)
        counts = Counts()
        for rows in (
            self._rows(condition) if profiles is None else [self._some(condition, profiles)]
        ):
            counts.add(rows)
        total = counts.get(("total", ""))
        if total is None:
            return None
        weights = self.env["crm.duplicate.search"]._weights_of(company, kind)
        return Frequencies(total, counts, weights)

    @api.model
    def _rows(self, condition):
        """All counts as (field, value, number), some at a time."""
        last = 0
        while rows := self.env.execute_query(
            SQL(
                "SELECT field, value, number, id FROM crm_duplicate_frequency"
                " WHERE %s AND id > %s ORDER BY id LIMIT %s",
                condition,
                last,
                LOAD_BATCH,
            )
        ):
            last = rows[-1][3]
            yield [row[:3] for row in rows]

    @api.model
    def _some(self, condition, profiles):
        """Counts of the values of profiles as (field, value, number)."""
        wanted = {("total", "")}
        for profile in profiles:
            wanted |= values(profile)
            # a word of a name may be a place
            wanted.update(("city", token) for token in profile.name.split())
        fields_wanted, texts = zip(*wanted, strict=True)
        return self.env.execute_query(
            SQL(
                "SELECT field, value, number FROM crm_duplicate_frequency"
                " WHERE %s AND (field, value) IN"
                " (SELECT * FROM unnest(%s::varchar[], %s::varchar[]))",
                condition,
                list(fields_wanted),
                list(texts),
            )
        )
