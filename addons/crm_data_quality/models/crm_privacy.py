# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..quality.privacy import needles

# Fields whose text gives a person away wherever it stands.
TELLING_FIELDS = {
    "res.partner": (
        "name", "complete_name", "email", "email_normalized", "phone", "phone_sanitized",
        "street", "street2", "vat", "website", "company_registry", "company_name", "ref",
    ),
    "crm.lead": (
        "contact_name", "partner_name", "email_from", "email_normalized", "phone",
        "phone_sanitized", "street", "street2", "website",
    ),
}  # fmt: skip
# The addresses of those who want no mail must stay: without them the wish could not be followed
# when the address comes in again (Art. 17(3)(b) and 21(3) GDPR).
OPT_OUT_MODELS = frozenset(("mail.blacklist", "phone.blacklist"))


class CrmPrivacy(models.AbstractModel):
    """What the database holds about customers and leads: the base of disclosure and erasure."""

    _name = "crm.privacy"
    _description = "Personal Data of Customers and Leads"

    @api.model
    def _leads_of(self, partners, leads):
        """The leads themselves and all leads of the customers, archived ones included.

        A lead without a customer belongs to the only customer who has its e-mail address.
        """
        model = self.env["crm.lead"].sudo().with_context(active_test=False)
        found = model.browse(leads.ids) | model.search([("partner_id", "in", partners.ids)])
        own = self._own_addresses(partners)
        if own:
            domain = Domain("partner_id", "=", False) & Domain("email_normalized", "in", own)
            found |= model.search(domain)
        return found

    @api.model
    def _own_addresses(self, partners):
        """E-mail addresses of customers that no other customer has."""
        everyone = self.env["res.partner"].sudo().with_context(active_test=False)
        addresses = {address for address in partners.sudo().mapped("email_normalized") if address}
        others = everyone.search_fetch(
            Domain("email_normalized", "in", list(addresses))
            & Domain("id", "not in", partners.ids),
            ["email_normalized"],
        )
        return sorted(addresses - set(others.mapped("email_normalized")))

    @api.model
    def _document_domains(self):
        """What must not be touched among the documents: dict model → domain of the others.

        Entries that accounting has sealed with a hash stay as they are.
        """
        return {
            "account.move": [("inalterable_hash", "=", False)],
            "account.move.line": [("move_id.inalterable_hash", "=", False)],
        }

    @api.model
    def _links(self):
        """Stored fields that point to customers or leads: list of (model name, field)."""
        links = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient or not model._auto or name in OPT_OUT_MODELS:
                continue
            links += [
                (name, field)
                for field in model._fields.values()
                if field.comodel_name in TELLING_FIELDS
                and field.store
                and field.type in ("many2one", "many2many")
            ]
        return links

    @api.model
    def _documents(self, partners, leads):
        """All records that point to customers or leads: dict model name → set of ids.

        Counted as superuser: what a manager may not see is personal data all the same.
        """
        ids = {"res.partner": partners.ids, "crm.lead": leads.ids}
        skipped = self._document_domains()
        found = defaultdict(set)
        for name, field in self._links():
            if not ids[field.comodel_name]:
                continue
            model = self.env[name].sudo().with_context(active_test=False)
            domain = Domain(field.name, "in", ids[field.comodel_name])
            domain &= Domain(skipped.get(name, []))
            found[name].update(model._search(domain).get_result_ids())
        for model_name, records in ids.items():
            found[model_name].difference_update(records)
        return {name: records for name, records in found.items() if records}

    @api.model
    def _made_out_to(self, partners, documents):
        """Those of some documents whose customer the person is: dict model name → set of ids."""
        found = {}
        for name, ids in documents.items():
            if "partner_id" in self.env[name]._fields and name not in ("mail.message", "res.users"):
                model = self.env[name].sudo().with_context(active_test=False)
                own = Domain("id", "in", list(ids)) & Domain("partner_id", "in", partners.ids)
                found[name] = set(model._search(own).get_result_ids())
        return found

    @api.model
    def _pattern(self, partners, leads):
        """Pattern of the texts that give these customers and leads away."""
        texts, words = set(), set()
        for records in (partners, leads):
            for record in records.sudo():
                texts.update(record[name] for name in TELLING_FIELDS[record._name])
        for partner in partners.sudo():
            texts.add((partner.phone or "").replace(" ", ""))
            texts.update(self._users_of(partner).mapped("login"))
            texts.update(partner.with_context(active_test=False).bank_ids.mapped("acc_number"))
            if not partner.is_company:
                words.update(needles.words_of(partner.name))
        for lead in leads.sudo():
            words.update(needles.words_of(lead.contact_name))
        texts.update([text.replace(" ", "%20") for text in texts if text])  # in links
        return needles.pattern(texts, words)

    @api.model
    def _erase_personal_data(self, partners, leads):
        """Delete what this addon's journals hold about customers and leads.

        A model that keeps personal data of its own extends this.
        """
        domains = [("partner_id", "in", partners.ids), ("lead_id", "in", leads.ids)]
        self._erase_reports(domains)
        for name in ("crm.quality.fix.line", "crm.quality.finding", "crm.quality.acceptance"):
            model = self.env[name].sudo()
            for field_name, operator, ids in domains:
                if field_name in model._fields:
                    model.search([(field_name, operator, ids)]).unlink()

    @api.model
    def _erase_reports(self, domains):
        """Delete the files at checks that found something about these records: reports name all
        whom they found, and a file cannot be blackened."""
        findings = self.env["crm.quality.finding"].sudo()
        checks = findings.search(Domain.OR(Domain([term]) for term in domains)).check_id
        files = self.env["ir.attachment"].sudo().with_context(active_test=False)
        files.search([("res_model", "=", checks._name), ("res_id", "in", checks.ids)]).unlink()
