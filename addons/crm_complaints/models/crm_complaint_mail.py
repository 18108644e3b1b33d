# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import html2plaintext
from odoo.tools.mail import email_normalize, email_split_tuples, is_html_empty

SUBJECT_LENGTH = 80


class CrmComplaint(models.Model):
    """E-mail intake, answers, portal and rating of complaints."""

    _inherit = "crm.complaint"

    satisfaction = fields.Selection(
        [("satisfied", "Satisfied"), ("neutral", "Neutral"), ("dissatisfied", "Dissatisfied")],
        compute="_compute_satisfaction",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="How the customer finds the resolution: the latest rating, or as told by phone.",
    )
    rated_on = fields.Datetime(
        compute="_compute_rated_on",
        store=True,
        copy=False,
        help="When the customer's latest rating was received.",
    )

    # ------------------------------------------------------------------
    # Intake by e-mail
    # ------------------------------------------------------------------
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A new e-mail becomes a complaint; an unknown sender does not become a contact."""
        body = msg_dict.get("body") or ""
        text = html2plaintext(body).strip() if not is_html_empty(body) else ""
        subject = " ".join((msg_dict.get("subject") or "").split())
        first_line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        senders = email_split_tuples(msg_dict.get("email_from") or "")
        values = {
            "name": subject or first_line[:SUBJECT_LENGTH] or self.env._("Complaint by e-mail"),
            "description": body,
            "partner_name": senders[0][0] if senders else False,
            "channel": "email",
            **(custom_values or {}),
        }
        if values.get("team_id"):
            # The team may have moved to another company since it got its address.
            company = self.env["crm.team"].browse(values["team_id"]).company_id
            values["company_id"] = company.id or values.get("company_id") or self.env.company.id
        # The gateway's own user is nobody's responsible person.
        values.setdefault("user_id", False)
        values.setdefault("email_from", msg_dict.get("email_from"))
        if self.env.context.get("complaint_sender_forged"):
            values["is_sender_forged"] = True
        elif not values.get("partner_id"):
            company = self.env["res.company"].browse(values.get("company_id"))
            partner = self._recognise_sender(values["email_from"], company or self.env.company)
            values["partner_id"] = partner.id
            values["partner_name"] = partner.name or values["partner_name"]
        complaint = super().message_new(msg_dict, custom_values=values)
        # The receipt follows the message it is for.
        return complaint.with_context(complaint_new_by_email=True)

    # ------------------------------------------------------------------
    # Conversation
    # ------------------------------------------------------------------
    def _is_customer(self, partner_id, email):
        """Whether a correspondent is the customer of the complaint."""
        self.ensure_one()
        complaint = self.sudo()
        if partner_id:
            partner = self.env["res.partner"].sudo().browse(partner_id)
            customer = complaint.commercial_partner_id
            if customer and partner.commercial_partner_id == customer:
                return True
        normalized = email_normalize(email or "")
        return bool(normalized) and normalized == email_normalize(complaint.email_from or "")

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if self._is_answer(message) and any(
            self._is_customer(recipient["id"], recipient.get("email_normalized"))
            for recipient in recipients or []
        ):
            self.sudo().first_answer_on = message.date
        return recipients

    def _is_answer(self, message):
        """Whether a message of a colleague would be the first answer to the customer."""
        if len(self) != 1 or self.sudo().first_answer_on:
            return False
        message = message.sudo()
        return (
            message.message_type in ("comment", "email", "email_outgoing")
            and not message.is_internal
            and not message.subtype_id.internal
            and any(not user.share for user in message.author_id.user_ids)
        )

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        sudo_message = message.sudo()
        from_customer = sudo_message.message_type in ("comment", "email") and self._is_customer(
            sudo_message.author_id.id, sudo_message.email_from
        )
        context = self.env.context
        by_person = not (
            context.get("complaint_automatic_reply") or context.get("complaint_sender_forged")
        )
        is_rating = sudo_message.rating_ids or msg_vals.get("rating_id")
        if from_customer and by_person and not is_rating:
            self._customer_wrote()
        return result

    def _customer_wrote(self):
        """The customer answered: waiting ends, a closed case is taken up again."""
        complaint = self.sudo()
        if complaint.is_waiting or complaint.is_closed:
            stages = self.env["crm.complaint.stage"].sudo()
            complaint.stage_id = stages._get_in_progress(complaint.team_id)

    def _creation_subtype(self):
        return self.env.ref("crm_complaints.mt_complaint_new")

    def _track_subtype(self, initial_values):
        self.ensure_one()
        if "stage_id" in initial_values and self.stage_id.is_closed:
            return self.env.ref("crm_complaints.mt_complaint_closed")
        return super()._track_subtype(initial_values)

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------
    def _compute_access_url(self):
        result = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"
        return result

    # ------------------------------------------------------------------
    # Rating
    # ------------------------------------------------------------------
    @api.depends("rating_ids.rating", "rating_ids.consumed", "rating_ids.rated_on")
    def _compute_satisfaction(self):
        texts = {"top": "satisfied", "ok": "neutral", "ko": "dissatisfied"}
        for complaint in self:
            rating = complaint._get_last_rating()
            complaint.satisfaction = texts.get(rating.rating_text) or complaint.satisfaction

    @api.depends("satisfaction", "rating_ids.rated_on")
    def _compute_rated_on(self):
        for complaint in self:
            rating = complaint._get_last_rating()
            if not complaint.satisfaction:
                complaint.rated_on = False
            else:
                complaint.rated_on = rating.rated_on or complaint.rated_on or fields.Datetime.now()

    def _get_last_rating(self):
        given = self.rating_ids.filtered(lambda rating: rating.consumed and rating.rating)
        return given.sorted(lambda rating: (rating.rated_on or rating.create_date, rating.id))[-1:]

    def _send_rating_request(self):
        """Send the rating e-mail of the stage to customers with an address."""
        for complaint in self:
            template = complaint.stage_id.rating_template_id
            if template and complaint.partner_id.email:
                complaint.rating_send_request(
                    template, lang=complaint.partner_id.lang, force_send=False
                )

    def action_ask_for_rating(self):
        """Send the customer the shipped rating e-mail."""
        template = self.env.ref("crm_complaints.mail_template_rating")
        for complaint in self.filtered("partner_id"):
            complaint.rating_send_request(template, lang=complaint.partner_id.lang)
        return True
