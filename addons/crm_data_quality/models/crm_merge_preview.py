# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import format_amount, format_date, format_datetime, html2plaintext

from .crm_merge_service import Job
from .crm_merge_values import ADDRESS, PICTURE

_LONG = 120


class CrmMerge(models.Model):
    """What a merge would do, shown before it is done."""

    _inherit = "crm.merge"

    @api.model
    def _preview(self, master, others, choices=None):
        """What merging the records would do. Nothing is changed.

        :param master: the record that would be kept; an empty one: the most active is proposed
        :param others: the other records
        :param choices: as of `_merge`; refusals take them into account
        :return: dict with
            model: of the records
            master: id of the record that is kept
            records: list of dict(id, name, created, archived, hanging, staying, logins)
            fields: list of dict(name, label, conflict, proposed, values): differing ones only;
                values is dict record id → text, "conflict" says that two records have a value
            refusals: list of sentences, empty where the merge is possible
            hidden: documents hang on the others that the user may not see; they move too
        """
        records = master | others
        records.check_access("read")
        ordered = self._by_activity(records)
        master = master or ordered[0]
        job = Job(master, records - master, choices or {})
        hanging = self._hanging(records)
        staying = (
            self._staying_documents(records - master) if records._name == "res.partner" else {}
        )
        in_total = self.sudo()._hanging(records.sudo())
        return {
            "model": records._name,
            "master": master.id,
            "records": [
                {
                    "id": record.id,
                    "name": record.display_name,
                    "created": format_date(self.env, record.create_date),
                    "archived": not record.active,
                    "hanging": hanging[record.id],
                    "staying": staying.get(record.id, 0),
                    "logins": self._login_choices(record),
                }
                for record in records
            ],
            "fields": self._differing(records, ordered, master),
            "refusals": self._refusals(job),
            "hidden": any(
                _total(in_total[record.id]) > _total(hanging[record.id]) for record in job.others
            ),
        }

    def _login_choices(self, record):
        if record._name != "res.partner":
            return []
        users = record.sudo().with_context(active_test=False).user_ids
        return [{"id": user.id, "login": user.login, "archived": not user.active} for user in users]

    def _differing(self, records, ordered, master):
        """Fields in which the records differ, those first where two have a value."""
        proposed = self._proposals(ordered, master)
        picture = self._proposed_picture(ordered)
        if picture:
            proposed[PICTURE] = picture
        rows = []
        for name in [*proposed]:
            texts = self._texts(records, name)
            if len(set(texts.values())) < 2:
                continue
            filled = {text for text in texts.values() if text}
            rows.append(
                {
                    "name": name,
                    "label": self._label(records, name),
                    "conflict": len(filled) > 1,
                    "proposed": proposed[name].id,
                    "is_picture": name == PICTURE,
                    "values": texts,
                }
            )
        return sorted(rows, key=lambda row: not row["conflict"])

    def _label(self, records, name):
        if name == "address":
            return self.env._("Address")
        return records._fields[name].get_description(self.env, ["string"])["string"]

    def _texts(self, records, name):
        """dict record id → the value as a person reads it, empty where there is none."""
        if name == PICTURE:
            pictures = self._with_picture(records)
            return {record.id: pictures.get(record.id, "") for record in records}
        if name == "address":
            return {record.id: self._address_text(record) for record in records}
        return {record.id: self._text(record, records._fields[name]) for record in records}

    def _address_text(self, record):
        parts = [record[name] for name in ADDRESS if name in record._fields]
        return ", ".join(
            part if isinstance(part, str) else part.display_name for part in parts if part
        )

    def _text(self, record, field):
        value = record[field.name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return ""
        if field.type == "many2one":
            return value.sudo().display_name or ""
        if field.type == "selection":
            options = dict(field._description_selection(self.env))
            return options.get(value, str(value))
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        if field.type == "html":
            value = html2plaintext(value).strip()
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)]
            return format_amount(self.env, value, currency) if currency else f"{value:n}"
        if field.type in ("integer", "float"):
            digits = 0 if field.type == "integer" else (field.get_digits(self.env) or (16, 2))[1]
            lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
            text = f"%.{digits}f"
            return self.env["res.lang"].browse(lang.id).format(text, value, grouping=True)
        return value if len(value) <= _LONG else f"{value[:_LONG]}…"


def _total(kinds):
    return sum(item["count"] for item in kinds)
