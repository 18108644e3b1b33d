# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.privacy.needles import BLACKENED

# Fields of customers and leads that say nothing about the person, or that figures need.
KEPT_FIELDS = frozenset(("lang", "tz", "type", "lost_reason_id", "company_type", "activity_state"))
TEXT_TYPES = ("char", "text", "html")
COLUMN_TYPES = (*TEXT_TYPES, "json", "properties")
# Names and addresses in fields of other customers and leads are their own, even where they are
# the same; only what people wrote about others there is replaced.
FREE_TEXT_ONLY = frozenset(("res.partner", "crm.lead"))
FREE_TEXT_TYPES = ("html", "text", "json", "properties")


class CrmPrivacy(models.AbstractModel):
    """Anonymising customers and leads: who it was goes, what happened stays countable."""

    _inherit = "crm.privacy"

    @api.model
    def _refusal(self, record):
        """Why a customer or lead must not be anonymised yet, as a sentence; False if it may.

        Addons extend this.
        """
        if record._name == "crm.lead":
            return False
        partner = record.sudo()
        if any(not user.share for user in self._users_of(partner)):
            return self.env._("%s is a user of this database.", partner.display_name)
        if "employee_ids" in partner._fields and partner.employee_ids:
            return self.env._("%s is one of your employees.", partner.display_name)
        if self.env["res.company"].sudo().search_count([("partner_id", "=", partner.id)]):
            return self.env._("%s is one of your own companies.", partner.display_name)
        return self.env["crm.retention.rule"]._unfinished(partner)

    @api.model
    def _users_of(self, partners):
        """Users of customers, archived ones included."""
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return users.search([("partner_id", "in", partners.ids)])

    @api.model
    def _anonymise(self, partners, leads):
        """Make customers and leads, and what hangs on them, unrecognisable for good.

        Names, addresses, phones, e-mails, free texts, chatter with its tracking values and
        attachments go; amounts, dates, stages, states, countries and counts stay. The addresses of
        the blacklists stay, see `OPT_OUT_MODELS`. Customers that booked documents name are
        restricted until the period ends, see `crm.privacy.restriction`.

        :return: the search for what other records say about them, in large databases still at
            work in the background; empty where there is nothing to look for
        :raise AccessError: for anybody but data quality managers who may change the records
        :raise UserError: when one of them must be kept, with the reason
        """
        if not self.env.user.has_group("crm_data_quality.group_data_quality_manager"):
            raise AccessError(self.env._("Only a data quality manager may anonymise."))
        for records in (partners, leads):
            records.check_access("write")
            for record in records:
                reason = self._refusal(record)
                if reason:
                    raise UserError(reason)
        named = self.env["crm.retention.rule"]._books_until(partners)
        self._note_anonymised(partners, leads, named)
        partners = partners.sudo().with_context(active_test=True, tracking_disable=True)
        leads = self._leads_of(partners, leads).with_context(tracking_disable=True)
        pattern = self._pattern(partners, leads)
        own_needles = self.env["crm.privacy.sweep"]._needles_of(partners, leads)
        documents = self._documents(partners, leads)
        gone = self._going(partners, leads, documents) if named else {}
        # the journals first: nothing may keep what goes now
        self._erase_personal_data(partners, leads)
        self._forget_users(partners)
        self._forget_mailings(partners, leads)
        restricted = partners.filtered(lambda partner: partner.id in named)
        self._forget_values(partners - restricted)
        self._restrict_values(restricted)
        self._forget_values(leads)
        # the changes are in the chatter now: write their tracking, so that it goes, too
        self.env.cr.flush()
        self._forget_chatter(partners, leads, documents)
        if pattern:
            self._blacken_documents(documents, pattern)
        self.env.invalidate_all()
        sweeps = self.env["crm.privacy.sweep"]._sweep(*own_needles)
        self.env.invalidate_all()
        self.env["crm.privacy.restriction"]._note(partners, named, gone, sweeps)
        return sweeps

    # ------------------------------------------------------------ the records themselves
    @api.model
    def _emptied(self, records):
        """Empty values of what says who it was: all texts, pictures and coordinates that can be
        written."""
        emptied = {}
        for name, field in records._fields.items():
            if not field.store or name in KEPT_FIELDS or name == "id" or field.related:
                continue
            if field.compute and field.readonly:
                continue
            if field.type in (*TEXT_TYPES, "binary", "properties", "json"):
                emptied[name] = False
            elif name in ("partner_latitude", "partner_longitude"):
                emptied[name] = 0.0
        for name in list(emptied):
            if records._fields[name].required:
                del emptied[name]
        return emptied

    @api.model
    def _forget_values(self, records):
        """Empty what says who it was, and put a number in the place of the name."""
        emptied = self._emptied(records)
        for record in records:
            nameless = self.env._("Anonymised %s", record.id)
            values = emptied | {"name": nameless}
            if record._name == "res.partner":
                banks = record.with_context(active_test=False).bank_ids
                banks.write({"acc_holder_name": False, "active": False})
                for bank in banks:
                    bank.acc_number = f"{BLACKENED} {bank.id}"
                values |= {"active": False, "category_id": [(5, 0, 0)]}
                values = self._forget_apart(record, values)
            record.write(values)

    @api.model
    def _forget_apart(self, partner, values):
        """Empty what Odoo would empty at the company of a contact, too, for the contact alone.

        :return: the values that are left to write
        """
        if not partner.parent_id:
            return values
        passed_on = {*partner._address_fields(), *partner._commercial_fields()} & values.keys()
        models.BaseModel.write(partner, {name: values[name] for name in passed_on})
        return {name: value for name, value in values.items() if name not in passed_on}

    @api.model
    def _forget_users(self, partners):
        """Portal users can no longer sign in and have no name of their own."""
        users = self._users_of(partners)
        users.write({"active": False})
        users.api_key_ids._remove()
        self.env["res.device.log"].sudo().search([("user_id", "in", users.ids)]).unlink()
        users.flush_recordset()
        # past the ORM, as Odoo would write an e-mail about it
        self.env.cr.execute(
            SQL(
                "UPDATE res_users SET login = 'anonymised-' || id, password = NULL,"
                " signature = NULL WHERE id = ANY(%s)",
                users.ids,
            )
        )
        users.invalidate_recordset(flush=False)

    @api.model
    def _forget_mailings(self, partners, leads):
        """Contacts of mailing lists go; an opt-out lives on in the blacklist."""
        emails = [*partners.mapped("email_normalized"), *leads.mapped("email_normalized")]
        emails = [email for email in emails if email]
        if "mailing.contact" in self.env and emails:
            contacts = self.env["mailing.contact"].sudo()
            contacts.search([("email_normalized", "in", emails)]).unlink()

    # ------------------------------------------------------------ chatter
    @api.model
    def _forget_chatter(self, partners, leads, documents):
        """Messages on the records, and messages of the person anywhere, lose their text."""
        messages = self.env["mail.message"].sudo()
        own = Domain.FALSE
        for records in (partners, leads):
            own |= Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
        on_records = messages.search(own)
        written = messages.search(Domain("author_id", "in", partners.ids))
        self._forget_attachments(partners, leads, on_records | written, documents)
        on_records.sudo().tracking_value_ids.unlink()
        emptied = (on_records | written).ids
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM mail_mail WHERE mail_message_id = ANY(%s)", emptied))
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET body = '', subject = NULL, email_from = NULL,"
                " reply_to = NULL, incoming_email_to = NULL, incoming_email_cc = NULL,"
                " outgoing_email_to = NULL WHERE id = ANY(%s)",
                emptied,
            )
        )
        for name in ("mail.activity", "mail.scheduled.message"):
            model = self.env[name].sudo().with_context(active_test=False)
            key = "res_model" if "res_model" in model._fields else "model"
            for records in (partners, leads):
                model.search([(key, "=", records._name), ("res_id", "in", records.ids)]).unlink()
        self.env["mail.followers"].sudo().search([("partner_id", "in", partners.ids)]).unlink()

    @api.model
    def _forget_attachments(self, partners, leads, messages, documents):
        """Files on the records, in their messages, and on documents made out to the person."""
        attachments = self.env["ir.attachment"].sudo().with_context(active_test=False)
        domain = Domain("id", "in", messages.attachment_ids.ids)
        owners = {"res.partner": partners.ids, "crm.lead": leads.ids}
        owners |= self._made_out_to(partners, documents)
        for name, ids in owners.items():
            domain |= Domain("res_model", "=", name) & Domain("res_id", "in", list(ids))
        # pictures of fields are emptied with their record
        found = attachments.search(domain & Domain("res_field", "=", False))
        (found - self._booked_files(found)).unlink()

    # ------------------------------------------------------------ documents
    @api.model
    def _blacken_documents(self, documents, pattern):
        """Replace the person's texts in all documents that point to him, and in their chatter."""
        for name, ids in documents.items():
            self._blacken(self.env[name], Domain("id", "in", list(ids)), pattern)
            chatter = Domain("model", "=", name) & Domain("res_id", "in", list(ids))
            self._blacken(self.env["mail.message"], chatter, pattern)
            self._blacken(
                self.env["mail.tracking.value"],
                Domain("mail_message_id", "any", list(chatter)),
                pattern,
            )
            files = Domain("res_model", "=", name) & Domain("res_id", "in", list(ids))
            self._blacken(self.env["ir.attachment"], files, pattern)

    @api.model
    def _text_columns(self, model):
        """Names of the stored fields of a model in which a text may name somebody else."""
        types = FREE_TEXT_TYPES if model._name in FREE_TEXT_ONLY else COLUMN_TYPES
        return [
            name
            for name, field in model._fields.items()
            if field.store and field.column_type and field.type in types
        ]

    @api.model
    def _blacken(self, model, domain, pattern):
        """Replace what matches the pattern in the text columns of some records.

        :return: number of records changed
        """
        records = model.sudo().with_context(active_test=False)._search(domain)
        columns = self._text_columns(model)
        if not columns:
            return 0
        sets, matches = [], []
        for name in columns:
            column = SQL.identifier(name)
            kind = SQL(model._fields[name].column_type[1])
            replaced = SQL("regexp_replace(%s::text, %s, %s, 'gi')", column, pattern, BLACKENED)
            sets.append(SQL("%s = (%s)::%s", column, replaced, kind))
            matches.append(SQL("%s::text ~* %s", column, pattern))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s AND (%s) RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(sets),
                records.subselect(),
                SQL(" OR ").join(matches),
            )
        )
        changed = [key for (key,) in self.env.cr.fetchall()]
        if changed:
            model.invalidate_model(flush=False)
            model.sudo().browse(changed)._after_blackening()
        return len(changed)
