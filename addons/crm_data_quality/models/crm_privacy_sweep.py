# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..quality.privacy import needles
from .crm_background_run import CrmBackgroundRun
from .crm_privacy import OPT_OUT_MODELS

# Rows of a table looked at and committed at a time, at most and at first …
CHUNK = 20_000
FIRST_CHUNK = 2000
# … and so many as take about this long, in seconds: Cancel answers, and no row is locked longer.
STEP_SECONDS = 0.8
# Databases with fewer rows in all tables are swept while the person waits.
AT_ONCE = 200_000
# Models of Odoo itself whose texts come from nobody's data.
# Booked documents of other customers must stay as they were booked (Art. 17(3)(b) GDPR).
BOOKED = {
    "account.move": [("state", "!=", "posted")],
    "account.move.line": [("parent_state", "!=", "posted")],
    "account.payment": ["|", ("move_id", "=", False), ("move_id.state", "!=", "posted")],
    "account.bank.statement.line": [("move_id.state", "!=", "posted")],
    "ir.attachment": [("res_model", "!=", "account.move")],
}
TECHNICAL = ("ir.", "res.country", "res.lang", "res.currency", "res.groups", "base.", "web_")


class CrmPrivacySweep(models.Model):
    """The last part of an anonymisation: what other records say about the person.

    The full name, addresses and numbers are replaced in the texts of all tables, also of records
    that do not point to the person. Only texts that belong to nobody else are looked for: another
    customer of the same name, or with the same switchboard number, keeps what is his. A surname
    alone, or a street without its town, cannot be told from other people's and stays.
    """

    _name = "crm.privacy.sweep"
    _description = "Search for Traces of Anonymised People"
    _inherit = ["crm.background.run"]
    _order = "id desc"
    _rec_name = "started_on"
    _run_cron = "crm_data_quality.ir_cron_run_privacy_sweeps"
    _run_fields = CrmBackgroundRun._run_fields | {
        "pattern", "signs", "model_names", "last_id", "replaced_count", "attachment_ids",
    }  # fmt: skip

    pattern = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What is looked for; it is deleted when the search is done.",
    )
    signs = fields.Json(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Words of which a text that matches has some, for a quick first look; they are deleted "
        "when the search is done.",
    )
    model_names = fields.Json(
        readonly=True, copy=False, groups=fields.NO_ACCESS, help="Models to look at, in order."
    )
    last_id = fields.Integer(
        readonly=True, copy=False, help="Rows of the present table up to this id are done."
    )
    step_count = fields.Integer(string="Tables", help="Tables to look at.")
    done_count = fields.Integer(string="Tables Done", help="Tables that have been looked at.")
    replaced_count = fields.Integer(
        string="Records Changed", readonly=True, copy=False, help="Records that named the person."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_privacy_sweep_attachment_rel",
        "sweep_id",
        "attachment_id",
        string="Files To Look At",
        readonly=True,
        copy=False,
        help="Files of other records whose text names the person. A file cannot be blackened: "
        "somebody has to look whether it may stay.",
    )

    # ------------------------------------------------------------ what is looked for
    @api.model
    def _needles_of(self, partners, leads):
        """Texts that give exactly these people away, and nobody else.

        :return: tuple (set of texts, set of addresses) as :func:`needles.pattern` takes them;
            empty where every text is shared with others
        """
        texts, names, addresses = set(), set(), set()
        for records in (partners.sudo(), leads.sudo()):
            is_lead = records._name == "crm.lead"
            kinds = [
                ("email_normalized", texts, False),
                ("phone_sanitized", texts, False),
                ("contact_name" if is_lead else "name", names, True),
            ]
            for field_name, found, is_name in kinds:
                values = {record[field_name] for record in records if record[field_name]}
                if is_name and not is_lead:
                    values = {r.name for r in records if r.name and not r.is_company}
                found |= values - self._shared(field_name, values, partners, leads)
            addresses |= self._addresses(records) - self._addresses_of_others(
                records.mapped("street"), partners, leads
            )
        for partner in partners.sudo():
            users = self.env["crm.privacy"]._users_of(partner)
            texts.update(login for login in users.mapped("login") if "@" in login)
            banks = partner.with_context(active_test=False).bank_ids
            texts.update(banks.mapped("acc_number"))
        phones = {
            record.phone
            for records in (partners.sudo(), leads.sudo())
            for record in records
            if record.phone and record.phone_sanitized in texts
        }
        texts |= phones | {phone.replace(" ", "") for phone in phones}
        # a street without a house number, or a single word, is no one's alone
        texts |= {name for name in names if len(needles.words_of(name)) > 1}
        addresses = {pair for pair in addresses if any(sign.isdigit() for sign in pair[0])}
        return texts, addresses

    @api.model
    def _addresses(self, records):
        """Set of (street, postal code) and (street, city)."""
        return {
            (record.street, place)
            for record in records
            for place in (record.zip, record.city)
            if record.street and place
        }

    @api.model
    def _addresses_of_others(self, streets, partners, leads):
        """The same of customers and leads in these streets that are not anonymised now."""
        found = set()
        for records in (partners, leads):
            model = self.env[records._name].sudo().with_context(active_test=False)
            found |= self._addresses(
                model.search_fetch(
                    Domain("street", "in", [street for street in streets if street])
                    & Domain("id", "not in", records.ids),
                    ["street", "zip", "city"],
                )
            )
        return found

    @api.model
    def _shared(self, field_name, values, partners, leads):
        """Those of some values that customers or leads have that are not anonymised now."""
        if not values:
            return set()
        same = {"name": "contact_name", "contact_name": "name"}
        found = set()
        for records in (partners, leads):
            name = field_name
            if name not in records._fields or (records._name, name) == ("crm.lead", "name"):
                name = same.get(field_name)
            model = self.env[records._name].sudo().with_context(active_test=False)
            others = model.search_fetch(
                Domain(name, "in", list(values)) & Domain("id", "not in", records.ids), [name]
            )
            found.update(others.mapped(name))
        return found

    # ------------------------------------------------------------ the run
    @api.model
    def _sweep(self, texts, addresses):
        """Look for texts everywhere: at once in a small database, else in the background.

        :return: the search; empty where there is nothing to look for
        """
        pattern = needles.pattern(texts, addresses=addresses)
        if not pattern:
            return self
        sweep = self.sudo().create({"user_id": self.env.uid})
        names = self._swept_models()
        sweep._begin(
            "waiting",
            {
                "pattern": pattern,
                "signs": needles.signs(texts, addresses),
                "model_names": names,
                "step_count": len(names),
            },
        )
        return sweep

    def _is_small(self):
        rows = self.env.execute_query(
            SQL("SELECT SUM(reltuples) FROM pg_class WHERE relkind = 'r' AND reltuples > 0")
        )
        return (rows[0][0] or 0) <= AT_ONCE

    def _progress_words(self):
        return self.env._(
            "%(done)s of %(total)s tables, %(found)s records changed",
            done=formatLang(self.env, self.done_count, digits=0),
            total=formatLang(self.env, self.step_count, digits=0),
            found=formatLang(self.env, self.replaced_count, digits=0),
        )

    @api.model
    def _cron_run_sweeps(self):
        """Go on with the searches for traces, committing after each chunk."""
        self._work_off()

    @api.model
    def _swept_models(self):
        """Names of the models whose tables may hold what people wrote."""
        return [
            name
            for name in sorted(self.env.registry)
            if name == "ir.attachment"
            or (
                not name.startswith(TECHNICAL)
                and name != self._name
                and name not in OPT_OUT_MODELS
                and self.env[name]._auto
                and not self.env[name]._abstract
                and self.env["crm.privacy"]._text_columns(self.env[name])
            )
        ]

    def _run_batch(self, memo):
        names = self.model_names
        if self.done_count >= len(names):
            self._end()
            return 0
        name = names[self.done_count]
        values = {"run_state": "running", "done_count": self.done_count + 1, "last_id": 0}
        if name in self.env:
            start = time.perf_counter()
            size = memo.get("chunk", min(FIRST_CHUNK, CHUNK))
            last, changed = self._sweep_chunk(name, size)
            pace = STEP_SECONDS / max(time.perf_counter() - start, 0.001)
            memo["chunk"] = max(1, min(CHUNK, int(size * min(pace, 2.0))))
            values["replaced_count"] = self.replaced_count + changed
            if last:
                values |= {"done_count": self.done_count, "last_id": last}
        self.write(values)
        if self.done_count >= len(names):
            self._end()
        return 1

    def _sweep_chunk(self, name, size):
        """Blacken the next rows of a table.

        :param size: number of rows to look at
        :return: tuple (id reached, 0 at the end of the table; number of rows changed)
        """
        model = self.env[name].sudo()
        self.env.flush_all()
        table = SQL.identifier(model._table)
        ((last, highest),) = self.env.execute_query(
            SQL(
                "SELECT MAX(id), (SELECT MAX(id) FROM %(table)s) FROM ("
                "SELECT id FROM %(table)s WHERE id > %(after)s ORDER BY id LIMIT %(chunk)s) AS c",
                table=table,
                after=self.last_id,
                chunk=size,
            )
        )
        if not last:
            return 0, 0
        domain = Domain("id", ">", self.last_id) & Domain("id", "<=", last)
        domain &= Domain(self.env["crm.privacy"]._document_domains().get(name, []))
        domain &= Domain(BOOKED.get(name, []))
        domain &= Domain("id", "in", self._sifted(model, domain))
        if name == "ir.attachment":
            self._note_files(domain)
        changed = self.env["crm.privacy"]._blacken(model, domain, self.pattern)
        return (0 if last == highest else last), changed

    def _sifted(self, model, domain):
        """Ids of those of some records whose texts may match the pattern, after a quick look."""
        names = self.env["crm.privacy"]._text_columns(model)
        if not names:
            return []
        sieve = needles.Sieve(self.signs or [])
        records = model.with_context(active_test=False)._search(domain)
        texts = [SQL("%s::text", SQL.identifier(records.table, name)) for name in names]
        rows = self.env.execute_query(
            records.select(
                SQL.identifier(records.table, "id"),
                SQL("concat_ws(chr(10), %s)", SQL(", ").join(texts)),
            )
        )
        return [key for key, text in rows if sieve.may_match(text)]

    def _note_files(self, domain):
        """Remember the files whose text names the person, before their index is blackened."""
        attachments = self.env["ir.attachment"].sudo()
        found = attachments._search(domain & Domain("res_field", "=", False))
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM ir_attachment WHERE id IN %s AND index_content ~* %s",
                found.subselect(),
                self.pattern,
            )
        )
        self.attachment_ids = [(4, key) for (key,) in rows]

    def _end(self):
        self.write(
            {
                "run_state": "done",
                "finished_on": fields.Datetime.now(),
                "pattern": False,
                "signs": False,
                "model_names": False,
            }
        )
