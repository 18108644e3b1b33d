# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmComplaintAccept(models.TransientModel):
    """Decide which contact the unknown sender of a complaint is."""

    _name = "crm.complaint.accept"
    _description = "Accept the Sender of a Complaint as Contact"

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Existing Contact",
        compute="_compute_partner_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('partner_share', '=', True)]",
        help="Proposed: the contact with the same e-mail address, phone number or name.",
    )
    proposals = fields.Text(
        compute="_compute_proposals",
        help="The contacts that fit, each with what it has in common with the sender.",
    )
    is_sender_forged = fields.Boolean(related="complaint_id.is_sender_forged", related_sudo=False)
    name = fields.Char(compute="_compute_new", compute_sudo=False, store=True, readonly=False)
    email = fields.Char(
        string="E-mail", compute="_compute_new", compute_sudo=False, store=True, readonly=False
    )
    phone = fields.Char(compute="_compute_new", compute_sudo=False, store=True, readonly=False)
    parent_id = fields.Many2one(
        "res.partner",
        string="Company of the Contact",
        domain="[('is_company', '=', True)]",
        help="Company the new contact works for.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards.complaint_id.check_access("write")
        return wizards

    @api.depends("complaint_id")
    def _compute_new(self):
        self.complaint_id.check_access("read")
        for wizard in self:
            complaint = wizard.complaint_id
            wizard.name = complaint.partner_name or complaint.email_normalized or complaint.phone
            wizard.email = complaint.email_normalized or complaint.email_from
            wizard.phone = complaint.phone

    def _candidates(self):
        """Contacts that fit, best first.

        :return: list of (``res.partner``, what is the same in words)
        """
        self.ensure_one()
        complaint = self.complaint_id
        found = {
            partner: []
            for partner in complaint._recognise(
                complaint.email_from, complaint.phone, complaint.company_id
            )
        }
        if complaint.partner_name:
            for partner in self.env["res.partner"].search(
                [
                    ("name", "=ilike", complaint.partner_name),
                    ("partner_share", "=", True),
                    ("company_id", "in", [False, complaint.company_id.id]),
                ],
                limit=5,
            ):
                found.setdefault(partner, [])
        for partner, reasons in found.items():
            email = complaint.email_normalized
            if email and partner.email_normalized == email:
                reasons.append(self.env._("same e-mail address"))
            phone = complaint.phone_sanitized
            if phone and partner.phone_sanitized == phone:
                reasons.append(self.env._("same phone number"))
            name = complaint.partner_name
            if name and (partner.name or "").lower() == name.lower():
                reasons.append(self.env._("same name"))
        return list(found.items())

    @api.depends("complaint_id")
    def _compute_partner_id(self):
        """The best candidate, unless only its name fits."""
        self.complaint_id.check_access("read")
        for wizard in self:
            complaint = wizard.complaint_id
            known = complaint._recognise(
                complaint.email_from, complaint.phone, complaint.company_id
            )
            wizard.partner_id = not complaint.is_sender_forged and known[:1]

    @api.depends("complaint_id")
    def _compute_proposals(self):
        self.complaint_id.check_access("read")
        for wizard in self:
            wizard.proposals = "\n".join(
                f"{partner.display_name}: {', '.join(reasons)}"
                for partner, reasons in wizard._candidates()
            )

    def action_link(self):
        """Give the complaint to the chosen contact."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Please choose a contact, or create a new one."))
        return self._give(self.partner_id)

    def action_create(self):
        """Make a new contact of the sender."""
        self.ensure_one()
        if not self.name:
            raise UserError(self.env._("Please give the new contact a name."))
        complaint = self.complaint_id
        partner = self.env["res.partner"].create(
            {
                "name": self.name,
                "email": self.email,
                "phone": self.phone,
                "parent_id": self.parent_id.id,
                "lang": complaint.lang,
            }
        )
        return self._give(partner)

    def _give(self, partner):
        others = self.complaint_id._give_to(partner) - self.complaint_id
        message = self.env._("The complaint belongs to %s now.", partner.display_name)
        if others:
            message = self.env._(
                "The complaint belongs to %(contact)s now. Others from the same address that went "
                "along: %(number)s",
                number=len(others),
                contact=partner.display_name,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
