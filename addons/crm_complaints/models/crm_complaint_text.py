# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools import complaint_words

BATCH = 1000
# What the words of a complaint are taken from, and whose names are no words.
TEXT_FIELDS = frozenset(
    ["name", "description", "lang", "partner_id", "company_id", "partner_name", "email_from"]
)


class CrmComplaintText(models.Model):
    """The stems of a complaint's words and phrases; one record for each complaint.

    Nobody reads it directly: what is counted from it goes through the complaints that the
    viewer may read. There is no dictionary beside it: with the complaint's text its words are
    gone, and two complaints that come in at once never wait for each other.

    Beside the fields there are three arrays of the same order, one element for each term:

    - ``term_keys`` (bigint): see ``complaint_words.term_key``; indexed
    - ``stems`` (text): the stem, of a phrase two stems with a space
    - ``spellings`` (text): the most frequent spelling in this complaint
    """

    _name = "crm.complaint.text"
    _description = "Words of a Complaint"
    _rec_name = "complaint_id"
    _log_access = False

    complaint_id = fields.Many2one("crm.complaint", required=True, ondelete="cascade")
    config = fields.Char(
        string="Dictionary",
        required=True,
        index=True,
        help="Text search configuration of PostgreSQL that gave the stems, by the language of "
        "the complaint; “simple” leaves words as they are.",
    )

    _complaint_unique = models.Constraint("UNIQUE(complaint_id)", "A complaint has its words once.")

    def init(self):
        """Arrays are no fields of Odoo."""
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE crm_complaint_text
                    ADD COLUMN IF NOT EXISTS term_keys bigint[] NOT NULL DEFAULT '{}',
                    ADD COLUMN IF NOT EXISTS stems text[] NOT NULL DEFAULT '{}',
                    ADD COLUMN IF NOT EXISTS spellings text[] NOT NULL DEFAULT '{}';
                CREATE INDEX IF NOT EXISTS crm_complaint_text_term_keys_idx
                    ON crm_complaint_text USING gin (term_keys)
                """
            )
        )

    @api.model
    def _known_configurations(self):
        """Names of the text search configurations whose dictionary the database has."""
        wanted = [*complaint_words.CONFIGURATIONS.values()]
        self.env.cr.execute(
            SQL(
                "SELECT left(dictname, -5) FROM pg_ts_dict WHERE dictname = ANY(%s)",
                [f"{name}_stem" for name in wanted],
            )
        )
        return {name for (name,) in self.env.cr.fetchall()}

    @api.model
    def _stems(self, config, words):
        """Stems by PostgreSQL's dictionary.

        :param words: lower-case words
        :return: dict word → stem; None for stop words
        """
        dictionary = "simple" if config == complaint_words.FALLBACK else f"{config}_stem"
        self.env.cr.execute(
            SQL(
                "SELECT word, (ts_lexize(%s::regdictionary, word))[1] FROM unnest(%s::text[]) word",
                dictionary,
                list(words),
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _full_names(self):
        """Names of colleagues, in pairs of neighbouring words."""
        self.env.cr.execute(
            SQL(
                """
                SELECT partner.name
                  FROM res_users person
                  JOIN res_partner partner ON partner.id = person.partner_id
                 WHERE NOT person.share AND strpos(partner.name, ' ') > 0
                """
            )
        )
        pairs = set()
        for (name,) in self.env.cr.fetchall():
            words = name.lower().split()
            pairs.update(pairwise(words))
        return pairs

    @api.model
    def _terms(self, texts):
        """Terms of texts.

        :param texts: list of (language code, subject, HTML, names)
        :return: list of (configuration, dict stem → spelling)
        """
        known, full_names = self._known_configurations(), self._full_names()
        read, words = [], {}
        for language, subject, html, names in texts:
            config = complaint_words.configuration(language, known)
            runs = complaint_words.sequences(
                subject, html, complaint_words.name_words(*names), full_names
            )
            read.append((config, runs))
            words.setdefault(config, set()).update(word.lower() for run in runs for word in run)
        stems = {config: self._stems(config, found) for config, found in words.items()}
        return [(config, complaint_words.terms_of(runs, stems[config])) for config, runs in read]

    @api.model
    def _refresh(self, complaint_ids):
        """Take the words of complaints anew, in batches.

        :param complaint_ids: ids of complaints; their changes lie in the database
        """
        for ids in split_every(BATCH, complaint_ids):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT complaint.id, complaint.lang,
                           CASE WHEN complaint.anonymised_on IS NULL THEN complaint.name ELSE '' END,
                           complaint.description,
                           ARRAY[partner.name, company.name, complaint.partner_name,
                                 complaint.email_from, partner.email]
                      FROM crm_complaint complaint
                 LEFT JOIN res_partner partner ON partner.id = complaint.partner_id
                 LEFT JOIN res_partner company ON company.id = complaint.commercial_partner_id
                     WHERE complaint.id = ANY(%s)
                    """,
                    list(ids),
                )
            )
            rows = self.env.cr.fetchall()
            found = self._terms([row[1:] for row in rows])
            self._store(
                (row[0], config, terms) for row, (config, terms) in zip(rows, found, strict=True)
            )

    @api.model
    def _store(self, rows):
        """Write the arrays; only rows that change.

        :param rows: (complaint id, configuration, dict stem → spelling)
        """
        values = [
            (
                complaint_id,
                config,
                [complaint_words.term_key(config, stem) for stem in terms],
                [*terms],
                [*terms.values()],
            )
            for complaint_id, config, terms in rows
        ]
        self.env.cr.execute_values(
            """
            INSERT INTO crm_complaint_text AS stored
                        (complaint_id, config, term_keys, stems, spellings)
                 VALUES %s
            ON CONFLICT (complaint_id) DO UPDATE
                    SET config = excluded.config, term_keys = excluded.term_keys,
                        stems = excluded.stems, spellings = excluded.spellings
                  WHERE (stored.config, stored.spellings)
                        IS DISTINCT FROM (excluded.config, excluded.spellings)
                     OR stored.stems IS DISTINCT FROM excluded.stems
            """,
            values,
            template="(%s, %s, %s::bigint[], %s::text[], %s::text[])",
        )
        self.invalidate_model()

    @api.model
    def _cron_read_new(self):
        """Read complaints that came without Odoo's own ways: an import by SQL, an upgrade from
        a version without words."""
        while ids := self._unread(BATCH):
            self._refresh(ids)
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break

    @api.model
    def _unread(self, limit=None):
        """Ids of complaints whose words were never read."""
        self.env.cr.execute(
            SQL(
                """
                SELECT complaint.id FROM crm_complaint complaint
                 WHERE NOT EXISTS (
                       SELECT FROM crm_complaint_text read WHERE read.complaint_id = complaint.id)
              ORDER BY complaint.id DESC LIMIT %s
                """,
                limit,
            )
        )
        return [complaint_id for (complaint_id,) in self.env.cr.fetchall()]


class CrmComplaint(models.Model):
    """Complaints keep the words of their texts up to date."""

    _inherit = "crm.complaint"

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints._refresh_words()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        if not TEXT_FIELDS.isdisjoint(vals):
            self._refresh_words()
        return result

    def _after_blackening(self):
        """Data quality has replaced a person's texts: their words go, too."""
        self._refresh_words()

    def _refresh_words(self):
        """Take the words of the complaints from their texts."""
        if self:
            self.flush_recordset([*TEXT_FIELDS, "commercial_partner_id"])
            self.env["crm.complaint.text"].sudo()._refresh(self.ids)
