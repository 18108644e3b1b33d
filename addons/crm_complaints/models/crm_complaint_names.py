# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import formataddr


class CrmComplaint(models.Model):
    """In whose name customers are written to: the colleague's, or the company's where it says so."""

    _inherit = "crm.complaint"

    def _sender_address(self):
        """The company as sender: its address, else that of the team, else its catchall.

        :return: '"Name" <address>', or False where the company has no address at all
        """
        self.ensure_one()
        complaint = self.sudo()
        address = (
            complaint.company_id.email
            or complaint.team_id.complaint_alias_id.alias_full_name
            or complaint.company_id.catchall_email
        )
        return formataddr((complaint.company_id.name, address)) if address else False

    def _hides_author(self, author):
        """Whether customers must not read the name of the author of a message.

        :param author: ``res.partner``
        """
        return (
            len(self) == 1
            and self.sudo().company_id.complaint_hide_names
            and any(not user.share for user in author.sudo().user_ids)
        )

    def _message_compute_author(self, author_id=None, email_from=None):
        """E-mails of colleagues come from the company; in the chatter the author stays."""
        author_id, email_from = super()._message_compute_author(author_id, email_from)
        author = self.env["res.partner"].browse(author_id or [])
        if self._hides_author(author):
            email_from = self._sender_address() or email_from
        return author_id, email_from

    def _notify_by_email_prepare_rendering_context(self, message, *args, **kwargs):
        values = super()._notify_by_email_prepare_rendering_context(message, *args, **kwargs)
        if self._hides_author(values["author_user"].partner_id):
            values.update(
                author_user=self.env["res.users"], signature="", email_add_signature=False
            )
        return values

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers go to the address of the team: what lost its thread arrives all the same."""
        result = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for complaint in self:
            alias = complaint.sudo().team_id.complaint_alias_id.alias_full_name
            author_id = (author_ids or {}).get(complaint.id)
            author = self.env["res.partner"].browse(author_id or [])
            if complaint._hides_author(author):
                author_id = complaint.sudo().company_id.partner_id.id
            if alias or author != author.browse(author_id or []):
                address = alias or complaint.sudo().company_id.catchall_email
                if address:
                    result[complaint.id] = complaint._notify_get_reply_to_formatted_email(
                        address, author_id=author_id
                    )
        return result

    def _notify_get_reply_to_formatted_email(self, record_email, author_id=False):
        """Stock falls back on the user's name where name and address are too long together."""
        if len(self) == 1 and self.sudo().company_id.complaint_hide_names:
            address = formataddr((self.sudo().company_id.name, record_email))
            return address if len(address) <= 68 else record_email
        return super()._notify_get_reply_to_formatted_email(record_email, author_id=author_id)
