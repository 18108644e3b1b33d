# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.duplicates.work import RECORD, STORED, UNIT, profiles_of

_SOURCE = {"customers": "partner_id", "leads": "lead_id"}


# Keys are indexed by their last bits only: lists of records instead of one entry for each key make
# the index a fifth as large at a million records. The few records too many are told by the keys.
_BUCKET = SQL("bit(19)")


class KeysField(fields.Field):
    """A list of 32-bit numbers; only SQL reads and writes it."""

    type = "json"
    _column_type = ("int4[]", "int4[]")
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
    _keys_index = models.Index("USING gin ((keys::bit(19)[]::int4[]))")
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
    def _written(self, company, since):
        """SQL condition on ``record``: it may have changed since a search read it.

        :param since: time before which nothing was written that was not read; None: all
        """
        return SQL(
            "(record.company_id IS NULL OR record.company_id = %s) AND %s",
            company.id,
            SQL("record.write_date >= %s", since) if since else SQL("TRUE"),
        )

    @api.model
    def _count_written(self, source, company, since):
        """Number of records to look at: those that could have duplicates, or that changed."""
        table, condition, _columns = self._source(source)
        self.env.flush_all()
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s record WHERE %s AND %s",
                table,
                self._written(company, since),
                SQL("TRUE") if since else condition,
            )
        )
        return count

    @api.model
    def _fetch(self, source, company, after, limit, since=None, is_full=False):
        """The next records whose profile is missing, out of date, or not needed any more.

        :param after: id of the last record that was fetched
        :param since: see `_written`
        :param is_full: whether the age of profiles does not matter
        :return: list of (values of `_source`, id of the company or 0, time of the last change,
            whether the record can have duplicates: not archived, an address, a user, won or lost)
        """
        self.env.flush_all()
        table, condition, columns = self._source(source)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s, COALESCE(record.company_id, 0), record.write_date,
                       COALESCE(%(condition)s, FALSE)
                  FROM %(table)s record
                  LEFT JOIN crm_duplicate_profile profile ON profile.%(link)s = record.id
                  LEFT JOIN res_country country ON country.id = record.country_id
                 WHERE %(written)s AND record.id > %(after)s
                       AND CASE WHEN COALESCE(%(condition)s, FALSE)
                           THEN %(full)s OR profile.read_on IS NULL
                                OR record.write_date > profile.read_on
                           ELSE profile.id IS NOT NULL END
                 ORDER BY record.id LIMIT %(limit)s
                """,
                columns=columns,
                condition=condition,
                table=table,
                link=SQL.identifier(_SOURCE[source]),
                written=self._written(company, since),
                after=after,
                full=is_full,
                limit=limit,
            )
        )
        return [(row[:14], *row[14:]) for row in rows]

    @api.model
    def _store(self, source, heads, texts):
        """Write profiles in one statement; ``changed_on`` moves only where something changed.

        :param heads: list of (id of the record, id of its company or 0, time of its last change)
        :param texts: what `work.read` made of the records
        """
        link = SQL.identifier(_SOURCE[source])
        names = SQL(", ").join(map(SQL.identifier, STORED))
        compared = (*STORED, "company_id")
        *columns, arrays = (SQL("string_to_array(%s, %s)", text, UNIT) for text in texts)
        ids, companies, read = (list(column) for column in zip(*heads, strict=True))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_profile AS old (
                       %(link)s, company_id, read_on, keys, changed_on, %(names)s)
                SELECT new.id, new.company_id, new.read_on, new.keys::int4[],
                       (SELECT clock_timestamp() AT TIME ZONE 'UTC'), %(new_names)s
                  FROM unnest(%(ids)s::int[], %(companies)s::int[], %(read)s::timestamp[],
                              %(keys)s, %(columns)s)
                       AS new (id, company_id, read_on, keys, %(names)s)
                ON CONFLICT (%(link)s) WHERE %(link)s IS NOT NULL DO UPDATE
                   SET read_on = EXCLUDED.read_on, company_id = EXCLUDED.company_id,
                       keys = EXCLUDED.keys, %(sets)s,
                       changed_on = CASE WHEN (%(old_values)s) IS DISTINCT FROM (%(new_values)s)
                                         THEN EXCLUDED.changed_on ELSE old.changed_on END
                 WHERE (old.read_on, old.keys, %(old_values)s)
                       IS DISTINCT FROM (EXCLUDED.read_on, EXCLUDED.keys, %(new_values)s)
                """,
                link=link,
                names=names,
                new_names=SQL(", ").join(map(self._new_value, STORED)),
                ids=ids,
                companies=companies,
                read=read,
                keys=arrays,
                columns=SQL(", ").join(columns),
                sets=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in STORED
                ),
                old_values=SQL(", ").join(SQL.identifier("old", name) for name in compared),
                new_values=SQL(", ").join(SQL("EXCLUDED.%s", SQL.identifier(n)) for n in compared),
            )
        )

    @api.model
    def _new_value(self, name):
        kind = {"vat_valid": "boolean", "family": "integer"}.get(name)
        if kind:
            return SQL("%s::" + kind, SQL.identifier("new", name))
        # of one record without the value there is an array without elements
        return SQL("COALESCE(%s, '')", SQL.identifier("new", name))

    @api.model
    def _outdated(self, source, company, since):
        """Ids of records with a profile that cannot have duplicates any more, though nobody wrote
        them: they became a user's or a company's own.

        :param since: as of `_written`; None: look at all profiles
        """
        name = SQL.identifier(_SOURCE[source])
        table, condition, _columns = self._source(source)
        if since is None:
            chosen = SQL("TRUE")
        elif source == "customers":
            chosen = SQL(
                "record.id IN (SELECT partner_id FROM res_users WHERE NOT share"
                " UNION ALL SELECT partner_id FROM res_company)"
            )
        else:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT record.id
                  FROM crm_duplicate_profile profile JOIN %s record ON record.id = profile.%s
                 WHERE profile.company_id IN (0, %s) AND %s AND NOT COALESCE(%s, FALSE)
                """,
                table,
                name,
                company.id,
                chosen,
                condition,
            )
        )
        return [key for (key,) in rows]

    @api.model
    def _remove(self, source, ids):
        """Forget records that cannot have duplicates any more, and what is open about them.

        Their clusters are grouped anew, in every company that compared them.

        :param ids: ids of customers or leads
        """
        if not ids:
            return
        name = _SOURCE[source]
        self.env.cr.execute(
            SQL("DELETE FROM crm_duplicate_profile WHERE %s = ANY(%s)", SQL.identifier(name), ids)
        )
        dropped = self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_duplicate_pair pair
                 WHERE decision = 'none' AND (%s = ANY(%s) OR %s = ANY(%s))
                RETURNING cluster_id
                """,
                SQL.identifier("pair", f"left_{name}"),
                ids,
                SQL.identifier("pair", f"right_{name}"),
                ids,
            )
        )
        self.env["crm.duplicate.pair"].invalidate_model(flush=False)
        clusters = self.env["crm.duplicate.cluster"].browse({key for (key,) in dropped if key})
        clusters.filtered(lambda cluster: cluster.state == "open")._regroup()

    # ------------------------------------------------------------ looking up
    @api.model
    def _index_later(self):
        """Before an empty table is filled: to index all keys afterwards takes a third of the time.

        Until then nothing looks a key up: nothing was ever found.
        """
        ((is_used,),) = self.env.execute_query(
            SQL("SELECT EXISTS (SELECT FROM crm_duplicate_profile)")
        )
        if not is_used:
            self.env.cr.execute(SQL("DROP INDEX IF EXISTS crm_duplicate_profile_keys_index"))

    @api.model
    def _index_keys(self):
        """Make sure that keys can be looked up fast.

        Those written a moment ago wait in a list that every lookup would read from end to end.
        """
        self._table_objects["crm_duplicate_profile_keys_index"].apply_to_database(self)
        self.env.cr.execute(
            SQL("SELECT gin_clean_pending_list('crm_duplicate_profile_keys_index')")
        )

    @api.model
    def _sharing(self, key, scope, limit):
        """SQL query of ids of profiles with a key, and when they changed.

        :param key: SQL expression
        :param scope: SQL condition on ``profile``
        """
        return SQL(
            """
            SELECT profile.id, profile.changed_on FROM crm_duplicate_profile profile
             WHERE profile.keys::%(bucket)s[]::int4[] @> ARRAY[%(key)s::%(bucket)s::int4]
                   AND profile.keys @> ARRAY[%(key)s] AND %(scope)s
             LIMIT %(limit)s
            """,
            bucket=_BUCKET,
            key=key,
            scope=scope,
            limit=limit,
        )

    @api.model
    def _look_again(self, partners, leads):
        """Let the next search compare these records, as if they had changed."""
        self.env.cr.execute(
            SQL(
                "UPDATE crm_duplicate_profile SET changed_on = clock_timestamp() AT TIME ZONE 'UTC'"
                " WHERE partner_id = ANY(%s) OR lead_id = ANY(%s)",
                partners.ids,
                leads.ids,
            )
        )

    # ------------------------------------------------------------ reading
    @api.model
    def _read_text(self, condition):
        """Profiles that match an SQL condition on ``profile`` as one text, see `profiles_of`."""
        values = [
            SQL("profile.id"),
            SQL("COALESCE(partner_id, -lead_id)"),
            SQL("array_to_string(profile.keys, ' ')"),
            *(SQL.identifier("profile", name) for name in STORED),
        ]
        ((text,),) = self.env.execute_query(
            SQL(
                "SELECT string_agg(concat(%s), %s) FROM crm_duplicate_profile profile WHERE %s",
                SQL(", %s, ", UNIT).join(values),
                RECORD,
                condition,
            )
        )
        return text or ""

    @api.model
    def _read_profiles(self, condition):
        """Profiles that match an SQL condition on ``profile``: dict id of the row → `Profile`."""
        return profiles_of(self._read_text(condition))[0]
