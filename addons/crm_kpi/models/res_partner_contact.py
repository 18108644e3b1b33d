# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.contacts import answers_sql, contacts_sql
from ..kpi.history import analyze


class ResPartner(models.Model):
    """Last contacts with a customer, kept on the commercial entity."""

    _inherit = "res.partner"

    last_contact_in_on = fields.Datetime(
        "Last Message Received",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last message from this customer on a lead, an order, an invoice or the contact. "
        "Kept on the company of the contact.",
    )
    last_contact_out_on = fields.Datetime(
        "Last Contact by Us",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last message to this customer, or last call or meeting marked as done. "
        "Internal notes do not count.",
    )
    waiting_since = fields.Datetime(
        "Waiting for Answer Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="First message of this customer that nobody has answered since.",
    )

    @api.model
    def _kpi_fill_contacts(self):
        """Fill the contacts of the past from the messages, for customers that have none yet."""
        analyze(self.env, "res_partner")
        documents = self.env["mail.message"]._kpi_contact_models()
        contacts = SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT partner.commercial_partner_id AS id, contact.date, contact.is_out
                  FROM (%s) contact
                  JOIN %s document ON document.id = contact.res_id
                  JOIN res_partner partner ON partner.id = %s
                """,
                contacts_sql(model_name),
                SQL.identifier(self.env[model_name]._table),
                SQL.identifier("document", partner_column),
            )
            for model_name, (partner_column, _lead_column) in documents.items()
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner partner
                   SET last_contact_in_on = answer.last_in,
                       last_contact_out_on = answer.last_out,
                       waiting_since = answer.waiting_since
                  FROM (%s) answer
                 WHERE partner.id = answer.id
                   AND partner.partner_share IS NOT FALSE
                   AND partner.last_contact_in_on IS NULL
                   AND partner.last_contact_out_on IS NULL
                """,
                answers_sql(contacts),
            )
        )
