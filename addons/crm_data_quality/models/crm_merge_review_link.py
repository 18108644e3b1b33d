# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

# Where customers and leads say the same: field of the customer, field of the lead.
_PAIRS = (
    ("email", "email_from"),
    ("phone", "phone"),
    ("website", "website"),
    ("user_id", "user_id"),
)


class CrmDuplicateCluster(models.Model):
    """Leads beside the customers that they probably come from, on the review page."""

    _inherit = "crm.duplicate.cluster"

    def review_case(self, master_id=None, choices=None):
        """As for duplicates; of leads and customers what `_link_case` says."""
        self.ensure_one()
        if not self.exists() or self.kind != "leads_customers":
            return super().review_case(master_id, choices)
        self.check_access("read")
        return self._link_case(master_id)

    def review_merge(self, master_id, choices=None):
        """As for duplicates; leads are linked to a customer, not merged with it."""
        if self.kind == "leads_customers":
            raise UserError(self.env._("Leads are linked to their customer, not merged."))
        return super().review_merge(master_id, choices)

    def review_link(self, customer_id, lead_ids):
        """Give leads of the case their customer; the other leads of the case stay undecided.

        :param customer_id: id of one of the customers of the case
        :param lead_ids: ids of leads of the case
        :return: dict(merge, name): id of the `crm.merge`, which undoes it, and the customer's name
        :raise UserError: when the case was decided before, or a record is not one of the case
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "open" or self.kind != "leads_customers":
            raise UserError(self.env._("This was decided already."))
        customers, leads = self._link_sides()
        if not isinstance(lead_ids, list):
            raise UserError(self.env._("The choices cannot be read."))
        customer = customers.filtered(lambda record: record.id == customer_id)
        chosen = leads.filtered(lambda lead: lead.id in lead_ids)
        if not customer or len(chosen) != len(lead_ids):
            raise UserError(self.env._("Choose a customer and leads of this case."))
        merge = self.env["crm.merge"]._link(customer, chosen, origin=self)
        return {"merge": merge.id, "name": customer.display_name}

    def _link_sides(self):
        """Customers and leads of the case that are still there, archived ones included."""
        members = self.with_context(active_test=False).member_ids
        return members.partner_id.exists(), members.lead_id.exists()

    def _link_case(self, customer_id):
        """All that the page shows of leads and their probable customers.

        :param customer_id: the customer that is chosen (default: the most active one)
        :return: None where a side is gone, else dict(id, kind, state, band, score, reasons, model,
            master, records, leads, fields, refusals): "records" are the customers and "leads" the
            leads, both as in `crm.merge._preview`, a lead also with "refusal", the sentence why
            it cannot be linked; "fields" is a list of dict(name, label, customers, leads), the
            last two dict record id → text; "refusals" is filled where no lead can be linked
        """
        customers, leads = self._link_sides()
        if not customers or not leads:
            return None
        merges = self.env["crm.merge"]
        customers = merges._by_activity(customers)
        master = customers.filtered(lambda record: record.id == customer_id) or customers[0]
        refusals = {lead.id: "\n".join(merges._link_refusals(master, lead)) for lead in leads}
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "band": self.band,
            "score": self.score,
            "reasons": self._reasons(),
            "model": "res.partner",
            "master": master.id,
            "records": self._link_records(customers),
            "leads": [
                values | {"refusal": refusals[values["id"]]} for values in self._link_records(leads)
            ],
            "fields": self._link_fields(customers, leads),
            "refusals": list(dict.fromkeys(refusals.values())) if all(refusals.values()) else [],
        }

    def _link_records(self, records):
        hanging = self.env["crm.merge"]._hanging(records)
        return [
            {
                "id": record.id,
                "name": record.display_name,
                "created": format_date(self.env, record.create_date),
                "archived": not record.active,
                "hanging": hanging[record.id],
            }
            for record in records
        ]

    def _link_fields(self, customers, leads):
        """What both sides say, side by side; without rows that are empty everywhere."""
        merges = self.env["crm.merge"]
        company = customers._fields["company_name"].get_description(self.env, ["string"])
        person = leads._fields["contact_name"].get_description(self.env, ["string"])
        rows = [
            (
                "company",
                company["string"],
                {one.id: one.commercial_company_name or "" for one in customers},
                {lead.id: lead.partner_name or "" for lead in leads},
            ),
            (
                "person",
                person["string"],
                {one.id: "" if one.is_company else one.name or "" for one in customers},
                {lead.id: lead.contact_name or "" for lead in leads},
            ),
            *(
                (own, merges._label(customers, own), merges._texts(customers, own),
                 merges._texts(leads, theirs))
                for own, theirs in _PAIRS
            ),
            (
                "address",
                merges._label(customers, "address"),
                merges._texts(customers, "address"),
                merges._texts(leads, "address"),
            ),
        ]  # fmt: skip
        return [
            {"name": name, "label": label, "customers": left, "leads": right}
            for name, label, left, right in rows
            if any(left.values()) or any(right.values())
        ]
