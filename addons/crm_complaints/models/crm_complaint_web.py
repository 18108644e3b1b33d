# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.tools import plaintext2html
from odoo.tools.mail import formataddr


class CrmComplaint(models.Model):
    """Complaints that customers file themselves: in the portal or through the public form."""

    _inherit = "crm.complaint"

    @api.model
    def _file(self, values, text, files, author):
        """Store what a customer has filed, as a complaint and as the first message in it.

        :param values: values of the complaint
        :param text: plain text of the customer
        :param files: list of (name, content)
        :param author: ``res.partner``, empty for an unknown sender
        :return: the complaint, with all rights
        """
        complaints = self.sudo().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        complaint = complaints.create({**values, "description": plaintext2html(text)})
        sender = formataddr((complaint.partner_name or "", complaint.email_from or ""))
        complaint.message_post(
            body=Markup(complaint.description),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted or sender,
            attachments=files,
        )
        return complaint

    @api.model
    def _file_by_form(self, team, values, text, files, order_name):
        """Store a complaint of the public form.

        :param team: ``crm.team`` of the form
        :param order_name: number of an order or invoice as typed, or an empty text
        """
        company = team.complaint_form_company_id
        partner = self._recognise_sender(values["email_from"], company)
        order = self.env["sale.order"].sudo()
        if order_name:
            text = self.env._("%(text)s\n\nOrder or invoice: %(name)s", text=text, name=order_name)
            order = partner and order.search(
                [
                    ("name", "=ilike", order_name.replace("\\", "").replace("%", "")),
                    ("company_id", "=", company.id),
                    ("partner_id.commercial_partner_id", "=", partner.commercial_partner_id.id),
                ],
                limit=1,
            )
        values = {
            **values,
            "team_id": team.id,
            "company_id": company.id,
            "partner_id": partner.id,
            "channel": "form",
        }
        if order:
            values["order_id"] = order.id
        complaint = self.with_company(company)._file(values, text, files, partner)
        complaint._send_receipt()
        return complaint
