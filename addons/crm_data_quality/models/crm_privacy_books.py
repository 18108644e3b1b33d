# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.privacy.needles import BLACKENED

# What an invoice must say about its customer (§ 14 (4) No. 1 UStG), and the numbers printed on it.
BOOK_FIELDS = frozenset(
    (
        "name", "complete_name", "company_name", "street", "street2", "zip", "city", "vat",
        "company_registry", "ref",
    )
)  # fmt: skip
# Identifiers that a country wants on its invoices.
COUNTRY_PREFIX = "l10n_"


class CrmPrivacy(models.AbstractModel):
    """What booked documents need of a customer stays until their period is over.

    Erasure is no duty for what a law makes the company keep (Art. 17 (3) (b) GDPR); it is restricted
    instead (Art. 18 GDPR, § 35 (3) BDSG). All the rest goes at once.
    """

    _inherit = "crm.privacy"

    @api.model
    def _booked(self):
        """Domain of the entries that must be kept as they were booked; None where there are none."""
        if "account.move" not in self.env:
            return None
        year = fields.Date.context_today(self).year
        rules = self.env["crm.retention.rule"]
        parts = []
        for company in self.env["res.company"].sudo().search([]):
            years = [
                rule.years
                for kind, rule in rules._years(company).items()
                if kind in ("books", "vouchers")
            ]
            if years:
                first = date(year - max(years), 1, 1)
                parts.append(Domain("company_id", "=", company.id) & Domain("date", ">=", first))
        return Domain.OR(parts) & Domain("state", "=", "posted") if parts else None

    @api.model
    def _entry_models(self):
        """Names of the models whose rows are a part of an entry: lines, payments, statements."""
        return [
            name
            for name, model in sorted(self.env.registry.items())
            if name.startswith("account.")
            and not (model._abstract or model._transient)
            and (link := model._fields.get("move_id")) is not None
            and link.store
            and link.comodel_name == "account.move"
        ]

    @api.model
    def _document_domains(self):
        domains = super()._document_domains()
        booked = self._booked()
        if booked is None:
            return domains
        domains["account.move"] = Domain(domains.get("account.move", Domain.TRUE)) & ~booked
        for name in self._entry_models():
            outside = Domain("move_id", "=", False) | Domain("move_id", "not any", booked)
            domains[name] = Domain(domains.get(name, Domain.TRUE)) & outside
        domains["res.partner.bank"] = self._unnamed_banks(booked)
        return domains

    @api.model
    def _booked_files(self, attachments):
        """Those of some files that belong to entries that must not be touched."""
        ids = [item.res_id for item in attachments if item.res_model == "account.move"]
        if not ids:
            return attachments.browse()
        moves = self.env["account.move"].sudo()
        free = moves.search(Domain("id", "in", ids) & self._document_domains()["account.move"])
        kept = set(ids) - set(free.ids)
        return attachments.filtered(
            lambda item: item.res_model == "account.move" and item.res_id in kept
        )

    @api.model
    def _unnamed_banks(self, booked):
        """Domain of the bank accounts that no entry of a domain names."""
        banks = "res.partner.bank"
        free = Domain.TRUE
        for name in ["account.move", *self._entry_models()]:
            model = self.env[name].sudo().with_context(active_test=False)
            own = booked if name == "account.move" else Domain("move_id", "any", booked)
            for field in model._fields.values():
                if field.comodel_name == banks and field.type == "many2one" and field.store:
                    named = model._search(own & Domain(field.name, "!=", False))
                    column = model._field_to_sql(model._table, field.name, named)
                    free &= _not_named(named.select(column))
        return free

    @api.model
    def _restrict_values(self, partners):
        """Empty what no booked document needs, and take the customers out of daily work."""
        emptied = {
            name: value
            for name, value in self._emptied(partners).items()
            if name not in BOOK_FIELDS and not name.startswith(COUNTRY_PREFIX)
        }
        unnamed = Domain(self._document_domains().get("res.partner.bank", Domain.TRUE))
        for partner in partners:
            banks = partner.with_context(active_test=False).bank_ids
            loose = banks.search(unnamed & Domain("id", "in", banks.ids))
            loose.write({"acc_holder_name": False})
            for bank in loose:
                bank.acc_number = f"{BLACKENED} {bank.id}"
            banks.write({"active": False})
            values = emptied | {"active": False, "category_id": [(5, 0, 0)]}
            partner.write(self._forget_apart(partner, values))

    @api.model
    def _going(self, partners, leads, documents):
        """What goes now, counted before it does: Counter of model names."""
        counts = Counter({name: len(ids) for name, ids in documents.items()})
        counts["crm.lead"] += len(leads)
        owners = {"res.partner": partners.ids, "crm.lead": leads.ids}
        for name, key in (("mail.message", "model"), ("mail.activity", "res_model")):
            own = Domain.OR(
                Domain(key, "=", model) & Domain("res_id", "in", ids)
                for model, ids in owners.items()
            )
            counts[name] = self.env[name].sudo().search_count(own)
        files = self.env["ir.attachment"].sudo()
        owners |= self._made_out_to(partners, documents)
        counts["ir.attachment"] = files.search_count(
            Domain.OR(
                Domain("res_model", "=", model) & Domain("res_id", "in", list(ids))
                for model, ids in owners.items()
            )
            & Domain("res_field", "=", False)
        )
        return +counts


def _not_named(query):
    """Domain of the records whose id a query does not give.

    The database joins the two; "not in" would look through all that the query gives for each record.
    """

    def to_sql(_model, alias, _query):
        own = SQL.identifier(alias, "id")
        return SQL("NOT EXISTS (SELECT FROM (%s) AS named (id) WHERE named.id = %s)", query, own)

    return Domain.custom(to_sql=to_sql)
