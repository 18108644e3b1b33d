# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.frequencies import MIN_COUNT, Frequencies, values
from ..quality.duplicates.weights import SHIPPED
from ..quality.duplicates.work import share

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
        if profiles is None:
            shared = self._share(company, kind)
            return share(*shared) if shared else None
        condition = SQL("company_id = %s AND kind = %s", company.id, kind)
        counts = {row[:2]: row[2] for row in self._some(condition, profiles)}
        total = counts.get(("total", ""))
        if total is None:
            return None
        weights = self.env["crm.duplicate.search"]._weights_of(company, kind)
        return Frequencies(total, counts, weights)

    @api.model
    def _is_known(self, company, kind):
        """Whether values were ever counted."""
        ((is_known,),) = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM crm_duplicate_frequency"
                " WHERE company_id = %s AND kind = %s AND field = 'total' AND value = '')",
                company.id,
                kind,
            )
        )
        return is_known

    @api.model
    def _share(self, company, kind):
        """All counts of the last search as plain data: arguments of `work.share`.

        :return: None where nothing was ever counted
        """
        ((total, hashes, numbers),) = self.env.execute_query(
            SQL(
                """
                SELECT max(number) FILTER (WHERE field = 'total'),
                       string_agg(int8send(hash), '' ORDER BY hash),
                       string_agg(int4send(number), '' ORDER BY hash)
                  FROM (SELECT field, number,
                               -- as `value_hash` in Python
                               ('x' || encode(substr(sha256(convert_to(
                                   field || chr(31) || value, 'UTF8')), 1, 8), 'hex')
                               )::bit(64)::bigint AS hash
                          FROM crm_duplicate_frequency
                         WHERE company_id = %s AND kind = %s) AS counted
                """,
                company.id,
                kind,
            )
        )
        if total is None:
            return None
        weights = self.env["crm.duplicate.search"]._weights_of(company, kind)
        data = None if weights is SHIPPED else weights.as_data()
        return total, (bytes(hashes), bytes(numbers)), data

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
