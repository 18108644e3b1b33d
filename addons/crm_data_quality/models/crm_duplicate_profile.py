# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.keys import keys
from ..quality.duplicates.profile import FIELDS, Profile, build

COLUMNS = tuple(name for name in FIELDS if name != "key")
_SOURCE = {"customers": "partner_id", "leads": "lead_id"}


class KeysField(fields.Field):
    """A list of 64-bit numbers; only SQL reads and writes it."""

    type = "json"
    _column_type = ("int8[]", "int8[]")
    prefetch = False


class CrmDuplicateProfile(models.Model):
    """A customer or lead as the search sees it: normalised values and keys of blocks.

    A table beside the records, so that theirs gets no column. Only the search reads it.
    """

    _name = "crm.duplicate.profile"
    _description = "Normalised Record of the Search for Duplicates"
    _log_access = False

    partner_id = fields.Many2one("res.partner", ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    company_id = fields.Integer(help="Id of the record's company, 0 for none.")
    kind = fields.Char(help="c: company, p: person, u: unknown")
    name = fields.Char()
    legal = fields.Char()
    surname = fields.Char()
    contact = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    vat = fields.Char()
    vat_valid = fields.Boolean()
    street = fields.Char()
    house = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    country = fields.Char()
    birth = fields.Char()
    family = fields.Integer(help="Id of the customer that a contact or lead belongs to.")
    keys = KeysField()
    read_on = fields.Datetime(help="When the record was last written, as far as it was read.")
    changed_on = fields.Datetime(help="When what counts for the search last changed.")

    _partner_unique = models.UniqueIndex("(partner_id) WHERE partner_id IS NOT NULL")
    _lead_unique = models.UniqueIndex("(lead_id) WHERE lead_id IS NOT NULL")
    _keys_index = models.Index("USING gin (keys)")
    _changed_index = models.Index("(changed_on)")

    # ------------------------------------------------------------ which records
    @api.model
    def _partner_condition(self):
        """Customers and contacts that could have duplicates: neither own users and companies nor
        addresses."""
        return SQL(
            "record.active AND record.partner_share AND record.type = 'contact'"
            " AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = record.id)"
        )

    @api.model
    def _lead_condition(self):
        """Leads that somebody works on."""
        return SQL("record.active AND record.won_status = 'pending'")

    @api.model
    def _birth_column(self):
        """The customer's date of birth, where another addon stores one."""
        for name in ("birthdate_date", "birthdate", "birthday"):
            field = self.env["res.partner"]._fields.get(name)
            if field and field.type == "date" and field.store and not field.company_dependent:
                return SQL("to_char(%s, 'YYYYMMDD')", SQL.identifier("record", name))
        return SQL("NULL")

    @api.model
    def _source(self, source):
        """Table, condition and columns of a source.

        :param source: "customers" or "leads"
        """
        if source == "customers":
            columns = SQL(
                """
                record.id, record.name, record.is_company, NULL AS contact, record.email,
                record.phone, record.phone_sanitized, record.vat,
                concat_ws(' ', record.street, record.street2) AS street, record.zip, record.city,
                country.code AS country, %s AS birth, record.commercial_partner_id AS family
                """,
                self._birth_column(),
            )
            return SQL("res_partner"), self._partner_condition(), columns
        columns = SQL(
            """
            record.id, COALESCE(NULLIF(record.partner_name, ''), record.contact_name) AS name,
            COALESCE(record.partner_name, '') <> '' AS is_company,
            record.contact_name AS contact, record.email_from, record.phone,
            record.phone_sanitized, NULL AS vat,
            concat_ws(' ', record.street, record.street2) AS street, record.zip, record.city,
            country.code AS country, NULL AS birth,
            (SELECT p.commercial_partner_id FROM res_partner p WHERE p.id = record.partner_id)
            """
        )
        return SQL("crm_lead"), self._lead_condition(), columns

    # ------------------------------------------------------------ refreshing
    @api.model
    def _to_read(self, source, company, since, is_full):
        """FROM and WHERE of the records whose profile is missing or older than they are.

        :param since: only records written since then; None: all
        :param is_full: whether the age of profiles does not matter
        """
        table, condition, _columns = self._source(source)
        return SQL(
            """
            FROM %(table)s record
            LEFT JOIN crm_duplicate_profile profile ON profile.%(link)s = record.id
            LEFT JOIN res_country country ON country.id = record.country_id
           WHERE %(condition)s AND (record.company_id IS NULL OR record.company_id = %(company)s)
                 AND %(since)s AND (%(full)s OR profile.id IS NULL OR profile.read_on IS NULL
                      OR record.write_date > profile.read_on)
            """,
            table=table,
            link=SQL.identifier(_SOURCE[source]),
            condition=condition,
            company=company.id,
            since=SQL("record.write_date >= %s", since) if since else SQL("TRUE"),
            full=is_full,
        )

    @api.model
    def _refresh(self, source, company, after, limit, since=None, is_full=False):
        """Bring the next profiles up to date.

        :param after: id of the last record that was read
        :param since, is_full: see `_to_read`
        :return: tuple (id of the last record read now, number of records read)
        """
        self.env.flush_all()
        _table, _condition, columns = self._source(source)
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, COALESCE(record.company_id, 0), record.write_date %s"
                " AND record.id > %s ORDER BY record.id LIMIT %s",
                columns,
                self._to_read(source, company, since, is_full),
                after,
                limit,
            )
        )
        if not rows:
            return after, 0
        sign = 1 if source == "customers" else -1
        region = company.country_id.code or ""
        entries = []
        for row in rows:
            profile = self._profile(sign, row[:14], region)
            entries.append((row[0], row[14], row[15], profile))
        self._store(source, entries)
        return rows[-1][0], len(rows)

    @api.model
    def _profile(self, sign, values, region):
        """The profile of a record's values in the order of `_source`."""
        (
            key, name, is_company, contact, email, phone, sanitized, vat, street, zip_code, city,
            country, birth, family,
        ) = values  # fmt: skip
        return build(
            sign * key, name=name or "", is_company=is_company, contact=contact or "",
            email=email or "", phone=phone or "", phone_sanitized=sanitized or "", vat=vat or "",
            street=street or "", zip_code=zip_code or "", city=city or "",
            country=country or region, birth=birth or "", family=family or 0,
        )  # fmt: skip

    @api.model
    def _store(self, source, entries):
        """Write profiles in one statement; ``changed_on`` moves only where something changed."""
        link = SQL.identifier(_SOURCE[source])
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        columns = [[getattr(entry[3], name) for entry in entries] for name in COLUMNS]
        kinds = [
            SQL("%s::" + {"vat_valid": "bool[]", "family": "int[]"}.get(name, "varchar[]"), values)
            for name, values in zip(COLUMNS, columns, strict=True)
        ]
        known = [
            "{" + ",".join(map(str, sorted(keys(profile)))) + "}" for *_record, profile in entries
        ]
        compared = (*COLUMNS, "company_id")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_profile AS old (
                       %(link)s, company_id, read_on, keys, changed_on, %(names)s)
                SELECT new.id, new.company_id, new.read_on, new.keys::int8[],
                       clock_timestamp() AT TIME ZONE 'UTC', %(new_names)s
                  FROM unnest(%(ids)s::int[], %(companies)s::int[], %(read)s::timestamp[],
                              %(keys)s::text[], %(columns)s)
                       AS new (id, company_id, read_on, keys, %(names)s)
                ON CONFLICT (%(link)s) WHERE %(link)s IS NOT NULL DO UPDATE
                   SET read_on = EXCLUDED.read_on, company_id = EXCLUDED.company_id,
                       keys = EXCLUDED.keys, %(sets)s,
                       changed_on = CASE WHEN (%(old_values)s) IS DISTINCT FROM (%(new_values)s)
                                         THEN EXCLUDED.changed_on ELSE old.changed_on END
                """,
                link=link,
                names=names,
                new_names=SQL(", ").join(SQL.identifier("new", name) for name in COLUMNS),
                ids=[entry[0] for entry in entries],
                companies=[entry[1] for entry in entries],
                read=[entry[2] for entry in entries],
                keys=known,
                columns=SQL(", ").join(kinds),
                sets=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in COLUMNS
                ),
                old_values=SQL(", ").join(SQL.identifier("old", name) for name in compared),
                new_values=SQL(", ").join(SQL("EXCLUDED.%s", SQL.identifier(n)) for n in compared),
            )
        )

    @api.model
    def _remove_outdated(self, source, company):
        """Forget records that are archived, addresses, users, won or lost by now."""
        table, condition, _columns = self._source(source)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_duplicate_profile profile USING %(table)s record
                 WHERE profile.%(link)s = record.id AND profile.company_id IN (0, %(company)s)
                       AND NOT COALESCE(%(condition)s, FALSE)
                """,
                table=table,
                link=SQL.identifier(_SOURCE[source]),
                company=company.id,
                condition=condition,
            )
        )

    # ------------------------------------------------------------ reading
    @api.model
    def _read_profiles(self, condition):
        """Profiles that match an SQL condition on ``profile``: dict id of the row → `Profile`."""
        rows = self.env.execute_query(
            SQL(
                "SELECT profile.id, COALESCE(partner_id, -lead_id), %s"
                " FROM crm_duplicate_profile profile WHERE %s",
                SQL(", ").join(SQL.identifier("profile", name) for name in COLUMNS),
                condition,
            )
        )
        return {row[0]: Profile(*row[1:]) for row in rows}
