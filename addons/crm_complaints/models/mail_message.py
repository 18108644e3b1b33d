# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.mail.tools.discuss import Store

# What names the colleague behind a message
PERSON_FIELDS = ("create_uid", "write_uid", "email_from", "reply_to", "author_avatar")


class MailMessage(models.Model):
    """Customers read the company's name for those of its people, where the company says so."""

    _inherit = "mail.message"

    def _company_instead_of_author(self):
        """The company to show in place of the author to the user; empty: show the author."""
        self.ensure_one()
        message = self.sudo()
        nobody = self.env["res.company"].sudo()
        if not self.env.user.share or message.model != "crm.complaint" or not message.res_id:
            return nobody
        complaint = self.env["crm.complaint"].sudo().browse(message.res_id).exists()
        hidden = complaint and complaint._hides_author(message.author_id)
        return complaint.company_id if hidden else nobody

    def _portal_message_format(self, properties_names, options=None):
        values_list = super()._portal_message_format(properties_names, options=options)
        for message, values in zip(self, values_list, strict=True):
            company = message._company_instead_of_author()
            if company:
                values["author_id"] = {"id": company.partner_id.id, "name": company.name}
                values["author_avatar_url"] = f"/logo.png?company={company.id}"
        return values_list

    def _read_format(self, fnames, load="_classic_read"):
        """The same for customers who read messages over RPC."""
        values_list = super()._read_format(fnames, load=load)
        if not self.env.user.share or not {"author_id", *PERSON_FIELDS} & set(fnames):
            return values_list
        for values in values_list:
            company = self.browse(values["id"])._company_instead_of_author()
            if not company:
                continue
            partner = company.partner_id
            if "author_id" in values:
                values["author_id"] = (
                    (partner.id, company.name) if load == "_classic_read" else partner.id
                )
            values.update({name: False for name in PERSON_FIELDS if name in values})
        return values_list

    def _to_store_defaults(self, target):
        result = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            return result
        return [
            Store.One(
                "author_id",
                ["avatar_128", "is_company"],
                dynamic_fields=lambda m: m._get_store_partner_name_fields(),
                sudo=True,
                value=lambda m: m._company_instead_of_author().partner_id or m.sudo().author_id,
            )
            if getattr(field, "field_name", None) == "author_id"
            else field
            for field in result
        ]
