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
        """The leads themselves and all leads of the customers, archived ones included."""
        model = self.env["crm.lead"].sudo().with_context(active_test=False)
        return model.browse(leads.ids) | model.search([("partner_id", "in", partners.ids)])

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
        for name in ("crm.quality.fix.line", "crm.quality.finding", "crm.quality.acceptance"):
            model = self.env[name].sudo()
            for field_name, operator, ids in domains:
                if field_name in model._fields:
                    model.search([(field_name, operator, ids)]).unlink()
