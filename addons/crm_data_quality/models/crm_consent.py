# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmConsent(models.AbstractModel):
    """Who wants no mail, and who got one all the same.

    The states themselves are Odoo's own: the blacklists of addresses and numbers, and, where
    mailings are installed, the opt-outs of mailing lists.
    """

    _name = "crm.consent"
    _description = "Consent of Customers and Leads"

    @api.model
    def _mail_queries(self, model):
        """Mails to records of a model: list of SQL queries with the columns res_id and moment.

        Mails that a person wrote and mailings count, answers and notifications of Odoo do not.
        """
        queries = [
            SQL(
                "SELECT res_id, date AS moment FROM mail_message"
                " WHERE model = %s AND message_type = 'email_outgoing'",
                model._name,
            )
        ]
        if "mailing.trace" in self.env:
            queries.append(
                SQL(
                    "SELECT res_id, sent_datetime AS moment FROM mailing_trace"
                    " WHERE model = %s AND trace_type = 'mail' AND sent_datetime IS NOT NULL",
                    model._name,
                )
            )
        return queries

    @api.model
    def _mailed_ids(self, model):
        """SQL query of the records that were written to after their address was blacklisted."""
        for name in ("mail.blacklist", "mail.message"):
            self.env[name].flush_model()
        model.flush_model(["email_normalized"])
        return SQL(
            "SELECT record.id FROM %s record"
            " JOIN mail_blacklist blacklist ON blacklist.email = record.email_normalized"
            " AND blacklist.active"
            " JOIN (%s) AS mail ON mail.res_id = record.id"
            " AND mail.moment > blacklist.write_date",
            SQL.identifier(model._table),
            SQL(" UNION ALL ").join(self._mail_queries(model)),
        )

    @api.model
    def _opted_out_ids(self, model):
        """SQL query of the records whose address left a mailing list; None without mailings."""
        if "mailing.subscription" not in self.env:
            return None
        for name in ("mailing.subscription", "mailing.contact"):
            self.env[name].flush_model()
        model.flush_model(["email_normalized"])
        return SQL(
            "SELECT record.id FROM %s record"
            " JOIN mailing_contact contact ON contact.email_normalized = record.email_normalized"
            " JOIN mailing_subscription subscription ON subscription.contact_id = contact.id"
            " WHERE subscription.opt_out",
            SQL.identifier(model._table),
        )

    @api.model
    def _flag(self, records, name, query):
        """Set a flag on the records that a query names."""
        found = set()
        if query is not None and any(records._ids):
            rows = self.env.execute_query(
                SQL("SELECT id FROM (%s) AS named (id) WHERE id = ANY(%s)", query, records.ids)
            )
            found = {key for (key,) in rows}
        for record in records:
            record[name] = record._origin.id in found

    @api.model
    def _named(self, model, field_name, query, operator, value):
        """Domain of the records that a query names, or does not; None names nobody.

        :raise AccessError: for those who may not read the flag: a search would tell it, too
        """
        if operator != "in":
            return NotImplemented
        model._check_field_access(model._fields[field_name], "read")
        if query is None:
            return Domain.TRUE if False in value else Domain.FALSE
        return Domain("id", "in" if True in value else "not in", query)


class ResPartner(models.Model):
    _inherit = "res.partner"

    quality_mailed_despite = fields.Boolean(
        string="Mailed Despite Opt-Out",
        compute="_compute_quality_consent",
        search="_search_quality_mailed_despite",
        groups="crm_data_quality.group_data_quality_user",
        help="A mail or mailing went out after the address was put on the blacklist.",
    )
    quality_list_opt_out = fields.Boolean(
        string="Left a Mailing List",
        compute="_compute_quality_consent",
        search="_search_quality_list_opt_out",
        groups="crm_data_quality.group_data_quality_user",
        help="The address left at least one mailing list; empty where mailings are not installed.",
    )

    @api.depends("email_normalized")
    def _compute_quality_consent(self):
        consent = self.env["crm.consent"]
        consent._flag(self, "quality_mailed_despite", consent._mailed_ids(self))
        consent._flag(self, "quality_list_opt_out", consent._opted_out_ids(self))

    def _search_quality_mailed_despite(self, operator, value):
        consent = self.env["crm.consent"]
        query = consent._mailed_ids(self)
        return consent._named(self, "quality_mailed_despite", query, operator, value)

    def _search_quality_list_opt_out(self, operator, value):
        consent = self.env["crm.consent"]
        query = consent._opted_out_ids(self)
        return consent._named(self, "quality_list_opt_out", query, operator, value)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    quality_mailed_despite = fields.Boolean(
        string="Mailed Despite Opt-Out",
        compute="_compute_quality_mailed_despite",
        search="_search_quality_mailed_despite",
        groups="crm_data_quality.group_data_quality_user",
        help="A mail or mailing went out after the address was put on the blacklist.",
    )

    @api.depends("email_normalized")
    def _compute_quality_mailed_despite(self):
        consent = self.env["crm.consent"]
        consent._flag(self, "quality_mailed_despite", consent._mailed_ids(self))

    def _search_quality_mailed_despite(self, operator, value):
        consent = self.env["crm.consent"]
        query = consent._mailed_ids(self)
        return consent._named(self, "quality_mailed_despite", query, operator, value)
