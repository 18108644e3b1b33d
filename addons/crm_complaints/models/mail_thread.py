# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import codecs

from odoo import api, models

# Headers by which machines say that nobody has written (RFC 3834 and what was used before it)
_MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond")
_MACHINE_PRECEDENCE = ("auto_reply", "auto-reply")


def is_automatic_reply(message):
    """Whether an e-mail was sent by a machine, e.g. as an out-of-office note.

    :param message: :class:`email.message.EmailMessage`
    """
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in _MACHINE_PRECEDENCE
        or any(message.get(header) for header in _MACHINE_HEADERS)
    )


def make_charset_readable(part):
    """Read a text of unknown encoding as UTF-8: wrong letters are better than no complaint.

    :param part: part of an e-mail, changed in place
    """
    charset = part.get_content_charset()
    if not charset:
        return
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        part.set_param("charset", "utf-8")


class MailThread(models.AbstractModel):
    """What the mail gateway has to bear so that no complaint gets lost."""

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        for part in message.walk():
            make_charset_readable(part)
        values = super().message_parse(message, save_original=save_original)
        # The database stores no NUL character in a text.
        return {
            name: value.replace("\0", "") if isinstance(value, str) else value
            for name, value in values.items()
        }

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if is_automatic_reply(message):
            self = self.with_context(complaint_automatic_reply=True)
        context, routes = self.env["crm.complaint"]._sort_incoming(message, message_dict, routes)
        self = self.with_context(**context)
        return super()._message_route_process(message, message_dict, routes)
