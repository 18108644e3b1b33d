# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.models import MAGIC_COLUMNS

# One address is kept as a whole: the street of one and the town of another is no address.
ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
PICTURE = "image_1920"
# Where the record belongs: the kept one stays there, however active the others are.
_STRUCTURE = ("company_id", "is_company", "type", "parent_id", "partner_id")
# Of these, what is filled where it is empty, unless another field says that it has to be empty.
_FILLED = {"parent_id": "is_company", "partner_id": "partner_id"}
_TYPES = (
    "char", "text", "html", "integer", "float", "monetary", "boolean", "date", "datetime",
    "selection", "many2one",
)  # fmt: skip
# Kept by Odoo itself, not a person's word about the customer or lead.
_LEFT_OUT = (
    "active", "color", "message_bounce", "message_main_attachment_id", "signup_type",
    "calendar_last_notif_ack", "stage_id", "probability", "automated_probability", "priority",
)  # fmt: skip


class CrmMerge(models.Model):
    """Which value of which record is kept."""

    _inherit = "crm.merge"

    @api.model
    def _choice_fields(self, model):
        """Fields whose value a person may choose, with those that the user may write.

        :param model: empty recordset of the user
        :return: list of field names, ADDRESS left out
        """
        summed = self._summed_fields(model)
        return [
            name
            for name, field in model._fields.items()
            if field.type in _TYPES
            and field.store
            and not field.inherited
            and (not field.compute or not field.readonly)
            and (not field.readonly or field.company_dependent)
            and name not in (*MAGIC_COLUMNS, *_LEFT_OUT, *ADDRESS, *summed)
            and model._has_field_access(field, "write")
        ]

    @api.model
    def _summed_fields(self, model):
        """Counters that add up in a merge, as Odoo's own wizard knows them."""
        if model._name != "res.partner":
            return []
        return self.env["base.partner.merge.automatic.wizard"]._get_summable_fields()

    @api.model
    def _by_activity(self, records):
        """The records, the most active one first; of equals the oldest."""
        hanging = self.sudo()._hanging(records.sudo())
        weight = {
            record.id: sum(item["count"] for item in hanging[record.id]) for record in records
        }
        return records.sorted(lambda record: (-weight[record.id], not record.active, record.id))

    @api.model
    def _proposals(self, ordered, master):
        """For each choice the record whose value is proposed: the most active one that has one.

        :param ordered: records, the most active first
        :param master: the one that is kept: where it belongs is not changed, except that a
            person without a company is given that of the others
        :return: dict choice → record
        """
        proposed = {}
        for name in self._choice_fields(ordered.browse()):
            order = ordered
            if name in _STRUCTURE:
                order = master
                if name in _FILLED and not master[_FILLED[name]]:
                    order = master | ordered
            proposed[name] = next((record for record in order if record[name]), order[0])
        proposed["address"] = next(
            (record for record in ordered if record.street or record.city or record.zip), ordered[0]
        )
        return proposed

    @api.model
    def _proposed_picture(self, ordered):
        """The most active customer that has a picture; None for leads."""
        if PICTURE not in ordered._fields:
            return None
        with_picture = self._with_picture(ordered)
        return next((record for record in ordered if record.id in with_picture), ordered[0])

    @api.model
    def _with_picture(self, records):
        """dict id → checksum of the picture, of those records that have one."""
        rows = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "=", PICTURE),
                ],
                ["res_id", "checksum"],
            )
        )
        return {row.res_id: row.checksum for row in rows}

    @api.model
    def _refused_choices(self, job):
        """Sentences about choices that make no sense."""
        records = job.master | job.others
        known = {*self._choice_fields(records.browse()), "address", "login"}
        if records._name == "res.partner":
            known.add(PICTURE)
        refusals = []
        for name, record_id in (job.choices or {}).items():
            if name not in known:
                refusals.append(self.env._("“%s” cannot be chosen.", name))
            elif name != "login" and record_id not in records.ids:
                refusals.append(
                    self.env._("Choose the value of “%s” from one of these records.", name)
                )
        return refusals

    @api.model
    def _chosen(self, job, ordered):
        """dict choice → record: what was decided, else what is proposed."""
        chosen = self._proposals(ordered, job.master)
        for name, record_id in (job.choices or {}).items():
            if name not in ("login", PICTURE):
                chosen[name] = ordered.browse(record_id)
        return chosen

    @api.model
    def _new_values(self, job, ordered):
        """What is written on the kept record; only what changes.

        :param ordered: records of the job, the most active first
        """
        master = job.master
        values = {}
        for name, record in self._chosen(job, ordered).items():
            if record == master:
                continue
            names = [part for part in ADDRESS if part in master._fields]
            for part in names if name == "address" else (name,):
                if record[part] != master[part]:
                    values[part] = master._fields[part].convert_to_write(record[part], master)
        if values.get("parent_id") in (job.master | job.others).ids:
            del values["parent_id"]
        for name in self._summed_fields(master):
            total = sum(self._records_of(job).mapped(name))
            if total != master[name]:
                values[name] = total
        return values

    # ------------------------------------------------------------ what hangs on records
    @api.model
    def _hanging_kinds(self, model_name):
        """What is counted: list of (model, field or None for the chatter, domain, label)."""
        chatter = [("message_type", "in", ("email", "comment", "email_outgoing"))]
        if model_name == "res.partner":
            kinds = [
                ("sale.order", "partner_id", [], self.env._("Orders and quotations")),
                (
                    "account.move",
                    "partner_id",
                    [("move_type", "!=", "entry")],
                    self.env._("Invoices and bills"),
                ),
                ("crm.lead", "partner_id", [], self.env._("Leads and opportunities")),
                ("crm.complaint", "partner_id", [], self.env._("Complaints")),
                ("purchase.order", "partner_id", [], self.env._("Purchase orders")),
                ("project.task", "partner_id", [], self.env._("Tasks")),
                ("calendar.event", "partner_ids", [], self.env._("Meetings")),
                ("res.partner", "parent_id", [], self.env._("Contacts")),
                ("res.partner.bank", "partner_id", [], self.env._("Bank accounts")),
            ]
        else:
            kinds = [
                ("sale.order", "opportunity_id", [], self.env._("Orders and quotations")),
                ("calendar.event", "opportunity_id", [], self.env._("Meetings")),
            ]
        kinds += [
            ("mail.message", None, chatter, self.env._("Messages and mails")),
            ("mail.activity", None, [], self.env._("Activities")),
            ("ir.attachment", None, [], self.env._("Attachments")),
        ]
        return [
            kind
            for kind in kinds
            if kind[0] in self.env and (not kind[1] or kind[1] in self.env[kind[0]]._fields)
        ]

    @api.model
    def _hanging(self, records):
        """What hangs on each record, as far as the user may read it.

        :return: dict record id → list of dict(model, label, count), without zeros
        """
        found = defaultdict(list)
        for model_name, name, domain, label in self._hanging_kinds(records._name):
            model = self.env[model_name].with_context(active_test=False)
            if not model.has_access("read"):
                continue
            key = name or "res_id"
            domain = [*domain, (key, "in", records.ids)]
            if not name:
                holder = "model" if model_name == "mail.message" else "res_model"
                domain.append((holder, "=", records._name))
            if model_name == "ir.attachment":
                domain.append(("res_field", "=", False))
            for record, count in model._read_group(domain, [key], ["__count"]):
                record_id = record if not name else record.id
                if record_id in records._ids:
                    found[record_id].append({"model": model_name, "label": label, "count": count})
        return {record.id: found[record.id] for record in records}
