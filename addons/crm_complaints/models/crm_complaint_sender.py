# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.mail import email_normalize

CHANNELS = [
    ("manual", "Entered by hand"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("portal", "Customer portal"),
    ("form", "Web form"),
    ("import", "Import"),
]


class CrmComplaint(models.Model):
    """Who complains: a contact that was recognised, or a sender a person has yet to accept."""

    _inherit = "crm.complaint"

    channel = fields.Selection(
        CHANNELS,
        string="Received Through",
        required=True,
        default=lambda self: "import" if self.env.context.get("import_file") else "manual",
        readonly=True,
        copy=False,
        help="The way on which the complaint came in.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Lead or opportunity from which the complaint was taken down.",
    )
    email_normalized = fields.Char(
        string="Normalized E-mail",
        compute="_compute_email_normalized",
        store=True,
        index="btree_not_null",
        help="The bare address in lower case, for comparisons.",
    )
    phone_sanitized = fields.Char(
        string="Sanitized Phone",
        compute="_compute_phone_sanitized",
        store=True,
        index="btree_not_null",
        help="The phone number in international form (E.164), for comparisons.",
    )
    is_sender_forged = fields.Boolean(
        string="Sender Forged",
        readonly=True,
        copy=False,
        help="The mail server found that the e-mail does not come from the address it names "
        "(DMARC): the complaint was given to no contact and nobody was answered.",
    )
    can_accept_contact = fields.Boolean(
        compute="_compute_can_accept_contact",
        help="Something is known of the sender, but which contact it is has not been decided.",
    )

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for complaint in self:
            complaint.email_normalized = email_normalize(complaint.email_from or "")

    @api.depends("phone", "company_id", "partner_id.country_id")
    def _compute_phone_sanitized(self):
        for complaint in self:
            country = complaint.partner_id.country_id or complaint.company_id.country_id
            complaint.phone_sanitized = complaint.phone and complaint._phone_format(
                number=complaint.phone, country=country
            )

    @api.depends("partner_id", "partner_name", "email_from", "phone")
    def _compute_can_accept_contact(self):
        for complaint in self:
            known = complaint.partner_name or complaint.email_from or complaint.phone
            complaint.can_accept_contact = bool(known and not complaint.partner_id)

    @api.depends("lead_id")
    def _compute_partner_id(self):
        """The customer of the lead, where nothing else names one."""
        result = super()._compute_partner_id()
        for complaint in self.filtered(lambda c: not c.partner_id and c.lead_id):
            complaint.partner_id = complaint.lead_id.partner_id
        return result

    def _phone_get_number_fields(self):
        return ["phone"]

    # ------------------------------------------------------------------
    # Recognition
    # ------------------------------------------------------------------
    @api.model
    def _recognise(self, email=None, phone=None, company=None):
        """Contacts with the e-mail address or the phone number, both first, then by e-mail.

        Colleagues are none of them: nobody complains to the own company.

        :param email: e-mail address in any form
        :param phone: phone number in any form
        :param company: ``res.company`` that received the complaint, by default the current one
        :return: ``res.partner`` the user may read
        """
        company = company or self.env.company
        partners = self.env["res.partner"]
        domain = [("partner_share", "=", True), ("company_id", "in", [False, company.id])]
        order = "customer_rank desc, is_company, id"
        normalized = email_normalize(email or "")
        number = phone and self._phone_format(number=phone, country=company.country_id)
        by_email = by_phone = partners
        if normalized:
            by_email = partners.search(
                [*domain, ("email_normalized", "=", normalized)], order=order
            )
        if number:
            by_phone = partners.search([*domain, ("phone_sanitized", "=", number)], order=order)
        return (by_email & by_phone) | by_email | by_phone

    @api.model
    def _recognise_sender(self, email, company):
        """The contact that has an e-mail address, unless two customers share it.

        A phone number alone decides nothing: everybody can type one.
        """
        found = self.sudo()._recognise(email=email, company=company)
        return found[:1] if len(found.commercial_partner_id) == 1 else found.browse()

    @api.model
    def _is_colleague(self, email):
        """Whether an e-mail address belongs to an internal user."""
        normalized = email_normalize(email or "")
        users = self.env["res.users"].sudo()
        return bool(normalized) and bool(
            users.search_count(
                [("email_normalized", "=", normalized), ("share", "=", False)], limit=1
            )
        )

    # ------------------------------------------------------------------
    # From a sender to a contact
    # ------------------------------------------------------------------
    def action_accept_contact(self):
        """Say which contact the sender is, or make one of it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept as Contact"),
            "res_model": "crm.complaint.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id, "dialog_size": "medium"},
        }

    def _give_to(self, partner):
        """Give the complaint, and others of the same unknown address, to a contact.

        :param partner: ``res.partner``
        :return: the complaints that were changed
        """
        complaints = self
        addresses = [address for address in self.mapped("email_normalized") if address]
        # Whoever uses a forged address is not its owner.
        if addresses and not any(self.mapped("is_sender_forged")):
            complaints |= self.search(
                [
                    ("partner_id", "=", False),
                    ("email_normalized", "in", addresses),
                    ("is_sender_forged", "=", False),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        complaints.partner_id = partner
        # What he wrote before becomes his: the portal shows the customer's own messages.
        messages = complaints.sudo().message_ids.filtered(
            lambda message: (
                not message.author_id
                and not message.author_guest_id
                and email_normalize(message.email_from or "") in addresses
            )
        )
        if not any(complaints.mapped("is_sender_forged")):
            messages.author_id = partner
        return complaints

    def _get_customer_information(self):
        """What is known of the sender, should a colleague answer him as a new contact."""
        information = super()._get_customer_information()
        for complaint in self.filtered(lambda c: c.email_normalized and not c.partner_id):
            known = information.setdefault(complaint.email_normalized, {})
            known.setdefault("name", complaint.partner_name or complaint.email_normalized)
            known.setdefault("phone", complaint.phone)
        return information

    def _message_post_after_hook(self, message, msg_vals):
        """An answer to the unknown sender by a colleague accepts the contact it is sent to."""
        complaint = self.sudo()
        if len(self) == 1 and complaint.email_normalized and not complaint.partner_id:
            sender = message.sudo().partner_ids.filtered(
                lambda partner: partner.email_normalized == complaint.email_normalized
            )
            if sender and not self.env.user.share and not complaint.is_sender_forged:
                self._give_to(sender[0])
        return super()._message_post_after_hook(message, msg_vals)
