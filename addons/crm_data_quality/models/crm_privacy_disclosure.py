# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext
from odoo.tools.misc import formatLang

# What says nothing about the person, or must not be handed out.
LEFT_OUT = frozenset(
    (
        "id", "create_uid", "write_uid", "display_name", "parent_path", "access_token", "password",
        "signup_token", "signup_type", "message_id", "sequence", "res_id", "model", "color",
    )
)  # fmt: skip
TYPES = (
    "char", "text", "html", "selection", "date", "datetime", "many2one", "monetary", "float",
    "integer",
)  # fmt: skip


class CrmPrivacy(models.AbstractModel):
    """A copy of the data about a person (Art. 15 (3) GDPR): which models hold what."""

    _inherit = "crm.privacy"

    @api.model
    def _same_person(self, partners):
        """All records that are probably the same person: the members of open duplicate clusters.

        Addons that know more extend this.
        """
        members = self.env["crm.duplicate.member"]
        own = members.search([("partner_id", "in", partners.ids)])
        clusters = own.cluster_id.filtered(lambda cluster: cluster.state == "open")
        return partners | clusters.member_ids.partner_id

    @api.model
    def _holdings(self, partners):
        """Everything about the persons, model by model, as far as this user may read it.

        :return: list of dicts: model, label, records (list of (name, list of (label, text))) and
            hidden, the number of records that this user may not read
        """
        leads = self._leads_of(partners, self.env["crm.lead"])
        found = {"res.partner": set(partners.ids), "crm.lead": set(leads.ids)}
        documents = self._documents(partners, leads)
        owners = found | self._made_out_to(partners, documents)
        for source in (self._attached(owners), self._listed(partners, leads)):
            for name, ids in source.items():
                documents[name] = documents.get(name, set()) | ids
        found |= dict(sorted(documents.items()))
        holdings = [self._holding(name, sorted(ids)) for name, ids in found.items() if ids]
        return [item for item in holdings if item["records"] or item["hidden"]]

    @api.model
    def _attached(self, owners):
        """What hangs on records by model and id: messages, files, activities, ratings, traces.

        :param owners: dict model name → ids
        :return: dict model name → set of ids
        """
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient or not model._auto:
                continue
            domains = [
                Domain(field.model_field, "=", owner) & Domain(field.name, "in", list(ids))
                for field in model._fields.values()
                if field.type == "many2one_reference"
                and field.store
                and model._fields[field.model_field].store
                for owner, ids in owners.items()
            ]
            if not domains:
                continue
            domain = Domain.OR(domains)
            if name == "ir.attachment":
                # pictures of fields are told with their record
                domain &= Domain("res_field", "=", False)
            ids = model.sudo().with_context(active_test=False)._search(domain).get_result_ids()
            if ids:
                found[name] = set(ids)
        return found

    @api.model
    def _listed(self, partners, leads):
        """Contacts of mailing lists with the persons' addresses: dict model name → set of ids."""
        if "mailing.contact" not in self.env:
            return {}
        emails = [*partners.mapped("email_normalized"), *leads.mapped("email_normalized")]
        contacts = self.env["mailing.contact"].sudo()
        return {
            "mailing.contact": set(
                contacts.search([("email_normalized", "in", [e for e in emails if e])]).ids
            )
        }

    @api.model
    def _holding(self, name, ids):
        records = self.env[name].with_context(active_test=False, prefetch_fields=False).browse(ids)
        readable = records.exists()._filtered_access("read")
        names = [
            field_name
            for field_name, field in records._fields.items()
            if field.store
            and field.type in TYPES
            and field_name not in LEFT_OUT
            and records._has_field_access(field, "read")
        ]
        labels = {
            field_name: records._fields[field_name]._description_string(self.env)
            for field_name in names
        }
        rows = []
        for record in readable:
            values = [
                (labels[field_name], self._text(record, field_name))
                for field_name in names
                if record[field_name] or record._fields[field_name].type in ("monetary",)
            ]
            rows.append((record.display_name or f"#{record.id}", [v for v in values if v[1]]))
        return {
            "model": name,
            "label": self.env["ir.model"].sudo()._get(name).name,
            "records": rows,
            "hidden": len(ids) - len(readable),
        }

    @api.model
    def _text(self, record, name):
        """A value as people read it; with `plain_values` in the context as programs do: figures
        with a decimal point, dates as ISO 8601, moments in UTC."""
        value, field = record[name], record._fields[name]
        plain = self.env.context.get("plain_values")
        if field.type == "many2one":
            linked = value._filtered_access("read")
            return linked.display_name or f"#{value.id}"
        if field.type == "html":
            return html2plaintext(value)
        if field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value))
        if plain and field.type in ("date", "datetime"):
            return value.isoformat()
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        if not plain and field.type == "monetary":
            currency = record[field.get_currency_field(record)]._filtered_access("read")
            return formatLang(self.env, value, currency_obj=currency or None)
        if not plain and field.type == "float":
            # without a precision of its own, as an exchange rate, it keeps what it has
            exact = len(f"{value:.6f}".rstrip("0").partition(".")[2])
            _precision, scale = field.get_digits(self.env) or (None, exact)
            return formatLang(self.env, value, digits=scale)
        return str(value)

    @api.model
    def _kept_until(self, partners):
        """How long the law makes the company keep the records: list of sentences."""
        rules = self.env["crm.retention.rule"]
        ends = rules._ends(partners, self.env.company)
        today = fields.Date.context_today(self)
        return [
            self.env._(
                "%(name)s: until %(day)s (%(kind)s)",
                name=partner.display_name,
                day=format_date(self.env, ends[partner.id][0]),
                kind=rules._kind_label(ends[partner.id][1]),
            )
            for partner in partners
            if partner.id in ends and ends[partner.id][0] >= today
        ]
