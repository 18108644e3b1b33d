# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..kpi.contacts import CONTACT_ACTIVITIES, CONTACT_TYPES


class MailMessage(models.Model):
    """Every message exchanged with a customer leaves its moment on the lead and on the
    customer: who wrote last, and since when somebody waits for an answer."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages.sudo()._kpi_note_contacts()
        return messages

    @api.model
    def _kpi_contact_models(self):
        """Documents whose messages are contacts with a customer.

        :returns: {model: (column of the customer, column of the lead or None)}
        """
        return {
            "crm.lead": ("partner_id", "id"),
            "sale.order": ("partner_id", "opportunity_id"),
            "account.move": ("partner_id", None),
            "res.partner": ("id", None),
        }

    def _kpi_direction(self):
        """'out' for a message to the customer, 'in' for one from the customer, False for
        notes, automatic messages and everything else."""
        self.ensure_one()
        if self.mail_activity_type_id:
            return self.mail_activity_type_id.category in CONTACT_ACTIVITIES and "out"
        if self.message_type not in CONTACT_TYPES or self.is_internal:
            return False
        if self.message_type == "email_outgoing":
            return "out"
        if self.subtype_id.internal:
            return False
        if self.author_id and not self.author_id.partner_share:
            # A comment without a subtype is a log note.
            return bool(self.subtype_id or self.message_type == "email") and "out"
        return "in"

    def _kpi_note_contacts(self):
        """Stamp leads and customers. Set-based and without the ORM's bookkeeping: a message
        is no edit of the record, and it may not cost more than two statements."""
        documents = self._kpi_contact_models()
        found = defaultdict(lambda: defaultdict(lambda: ([], [])))
        for message in self:
            if message.model not in documents:
                continue
            # Cheap first: the ORM has to read "res_id" from the database.
            direction = message._kpi_direction()
            if direction and message.res_id:
                dates = found[message.model][message.res_id]
                dates[direction == "out"].append(message.date)
        for model, dates_by_id in found.items():
            rows = []
            for res_id, (received, sent) in dates_by_id.items():
                unanswered = [date for date in received if not sent or date > max(sent)]
                rows.append(
                    (
                        res_id,
                        max(received, default=None),
                        min(sent, default=None),
                        max(sent, default=None),
                        min(unanswered, default=None),
                    )
                )
            partner_column, lead_column = documents[model]
            contacts = SQL(
                "(VALUES %s) AS contact (res_id, last_in, first_out, last_out, unanswered)",
                SQL(", ").join(
                    SQL(
                        "(%s::int, %s::timestamp, %s::timestamp, %s::timestamp, %s::timestamp)",
                        *row,
                    )
                    for row in rows
                ),
            )
            if lead_column:
                self._kpi_stamp_leads(model, lead_column, contacts)
            self._kpi_stamp_partners(model, partner_column, contacts)

    def _kpi_stamp_leads(self, model, lead_column, contacts):
        leads = self.env["crm.lead"]
        leads.flush_model(["first_response_on", "waiting_since"])
        self.env[model].flush_model(["id" if lead_column == "id" else lead_column])
        if lead_column == "id":
            source, lead_id = contacts, SQL("contact.res_id")
        else:
            source = SQL(
                "%s JOIN %s document ON document.id = contact.res_id",
                contacts,
                SQL.identifier(self.env[model]._table),
            )
            lead_id = SQL.identifier("document", lead_column)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead
                   SET first_response_on = LEAST(first_response_on, contact.first_out),
                       waiting_since = CASE WHEN contact.last_out IS NULL
                                            THEN COALESCE(waiting_since, contact.unanswered)
                                            ELSE contact.unanswered END
                  FROM %s
                 WHERE crm_lead.id = %s
             RETURNING crm_lead.id, first_response_on = contact.first_out
                """,
                source,
                lead_id,
            )
        )
        leads.browse(row[0] for row in rows).invalidate_recordset(
            ["first_response_on", "waiting_since"], flush=False
        )
        answered = leads.browse(row[0] for row in rows if row[1])
        if answered:
            answered.modified(["first_response_on"])

    def _kpi_stamp_partners(self, model, partner_column, contacts):
        partners = self.env["res.partner"]
        names = ["last_contact_in_on", "last_contact_out_on", "waiting_since"]
        partners.flush_model([*names, "commercial_partner_id", "partner_share"])
        self.env[model].flush_model([partner_column])
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner
                   SET last_contact_in_on = GREATEST(last_contact_in_on, customer.last_in),
                       last_contact_out_on = GREATEST(last_contact_out_on, customer.last_out),
                       waiting_since = CASE WHEN customer.last_out IS NULL
                                            THEN COALESCE(waiting_since, customer.unanswered)
                                            ELSE customer.unanswered END
                  FROM (SELECT partner.commercial_partner_id AS id,
                               MAX(contact.last_in) AS last_in,
                               MAX(contact.last_out) AS last_out,
                               MIN(contact.unanswered) AS unanswered
                          FROM %s
                          JOIN %s document ON document.id = contact.res_id
                          JOIN res_partner partner ON partner.id = %s
                      GROUP BY partner.commercial_partner_id
                       ) customer
                 WHERE res_partner.id = customer.id
                   AND res_partner.partner_share IS NOT FALSE
             RETURNING res_partner.id
                """,
                contacts,
                SQL.identifier(self.env[model]._table),
                SQL.identifier("document", partner_column),
            )
        )
        partners.browse(row[0] for row in rows).invalidate_recordset(names, flush=False)
