# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize

from ..tools.incoming_mail import (
    failed_sender_check,
    is_answer_of_a_machine,
    wants_no_receipt,
)

_logger = logging.getLogger(__name__)

# Who knows an address can complain in its owner's name. So many receipts at most reach one
# address within a day, and none quotes a word of the sender: nothing to bomb or to spam with.
MAX_RECEIPTS_PER_DAY = 2


class CrmComplaint(models.Model):
    """The receipt customers get, and the e-mails that get none."""

    _inherit = "crm.complaint"

    receipt_sent_on = fields.Datetime(
        string="Receipt Sent On",
        readonly=True,
        copy=False,
        help="When the customer was told automatically that the complaint has been received. "
        "It is no answer: the time to the first answer goes on.",
    )
    _receipt_idx = models.Index(
        "(email_normalized, receipt_sent_on) WHERE receipt_sent_on IS NOT NULL"
    )

    @api.model
    def _sort_incoming(self, message, message_dict, routes):
        """Take from an incoming e-mail what must not happen to complaints.

        * Answers of machines go into their complaint, but never make a new one.
        * An e-mail that the mail server found forged has no author and acts for nobody.

        :param message: :class:`email.message.EmailMessage`
        :param message_dict: the parsed message, changed in place
        :param routes: routes of the mail gateway
        :return: (context for the processing, routes that are left)
        """
        if not any(route[0] == self._name for route in routes or ()):
            return {}, routes
        if is_answer_of_a_machine(message):
            stopped = [route for route in routes if route[0] == self._name and not route[1]]
            if stopped:
                _logger.info(
                    "Automatic answer %s from %s became no complaint",
                    message_dict["message_id"],
                    message_dict["email_from"],
                )
            routes = [route for route in routes if route not in stopped]
        sender = email_normalize(message_dict["email_from"] or "")
        context = {"complaint_no_receipt": wants_no_receipt(message, sender)}
        if failed_sender_check(message):
            context.update(complaint_sender_forged=True, complaint_no_receipt=True)
            message_dict["author_id"] = False
            routes = [
                (model, thread_id, values, self.env.uid, alias)
                for model, thread_id, values, _user_id, alias in routes
            ]
        return context, routes

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self.env.context.get("complaint_new_by_email"):
            self.with_context(complaint_new_by_email=False)._send_receipt()
        return result

    def _send_receipt(self):
        """Tell the customer that the complaint has been received, once per case."""
        template = self.env.ref("crm_complaints.mail_template_receipt", raise_if_not_found=False)
        for complaint in self.sudo():
            if not template or not complaint._may_get_receipt():
                continue
            try:
                with self.env.cr.savepoint():
                    complaint._post_receipt(template.sudo())
            except UserError as error:
                # A template that somebody broke must not cost us the complaint.
                _logger.exception("The receipt of complaint %s could not be sent", complaint.id)
                complaint.message_post(
                    body=self.env._("The receipt could not be sent: %s", error),
                    subtype_xmlid="mail.mt_note",
                )

    def _may_get_receipt(self):
        """Whether a receipt may go to the address of the complaint now."""
        self.ensure_one()
        address = email_normalize(self.partner_id.email or "") or self.email_normalized
        if (
            not self.company_id.complaint_receipt
            or not address
            or self.receipt_sent_on
            or self.is_sender_forged
            or self.env.context.get("complaint_no_receipt")
            or self._is_colleague(address)
            or self._is_own_address(address)
        ):
            return False
        sent = self.with_context(active_test=False).search_count(
            [
                ("email_normalized", "=", address),
                ("receipt_sent_on", ">", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        return sent < MAX_RECEIPTS_PER_DAY

    @api.model
    def _is_own_address(self, address):
        """Whether mail to an address would come back to this database."""
        return bool(self.env["mail.alias.domain"].sudo()._find_aliases([address])) or bool(
            self.env["res.company"]
            .sudo()
            .search_count([("partner_id.email_normalized", "=", address)], limit=1)
        )

    def _post_receipt(self, template):
        self.ensure_one()
        lang = self.partner_id.lang or self.lang or self.company_id.partner_id.lang
        template = template.with_context(lang=lang)
        body = template._render_field("body_html", self.ids)[self.id]
        subject = template._render_field("subject", self.ids)[self.id]
        recipient = (
            {"partner_ids": self.partner_id.ids}
            if self.partner_id.email
            else {"outgoing_email_to": self.email_normalized}
        )
        self.receipt_sent_on = fields.Datetime.now()
        self.with_context(
            lang=lang, mail_post_autofollow=False, mail_notify_author=True
        ).message_post(
            author_id=self.env.ref("base.partner_root").id,
            email_from=self._sender_address() or None,
            body=body,
            subject=subject,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="mail.mail_notification_light",
            email_add_signature=False,
            notify_skip_followers=True,
            force_email_lang=lang,
            force_record_name=self.number,
            force_send=False,
            mail_headers={
                "Auto-Submitted": "auto-replied",
                "X-Auto-Response-Suppress": "All",
                "Precedence": "bulk",
            },
            **recipient,
        )
