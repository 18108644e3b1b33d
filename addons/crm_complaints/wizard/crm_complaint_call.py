# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.tools import plaintext2html
from odoo.tools.mail import email_normalize

SHOWN = 8
DIGITS_OF_A_NUMBER = 5


class CrmComplaintCall(models.TransientModel):
    """A complaint taken down while the customer is on the phone."""

    _name = "crm.complaint.call"
    _description = "Complaint by Phone"

    caller = fields.Char(
        string="Who Calls?",
        help="Phone number, e-mail address or name; the contact is looked up from it.",
    )
    candidate_ids = fields.Many2many("res.partner", compute="_compute_candidate_ids")
    candidate_count = fields.Integer(compute="_compute_candidate_ids")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        compute="_compute_partner_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)] if candidate_ids else [('partner_share', '=', True)]",
        help="Filled in when exactly one contact fits.",
    )
    name = fields.Char(string="Subject", required=True)
    text = fields.Text(string="What the Customer Says")
    category_id = fields.Many2one("crm.complaint.category", string="Category")
    order_id = fields.Many2one(
        "sale.order",
        string="Order",
        domain="[('partner_id', 'child_of', partner_id)] if partner_id else [(0, '=', 1)]",
    )

    @api.model
    def _find_callers(self, caller):
        """Contacts that fit what was typed: phone number, e-mail address or a part of the name."""
        caller = (caller or "").strip()
        partners = self.env["res.partner"]
        if not caller:
            return partners
        email = email_normalize(caller)
        digits = re.sub(r"\D", "", caller)
        is_number = len(digits) >= DIGITS_OF_A_NUMBER and not re.search(r"[^\W\d]", caller)
        complaints = self.env["crm.complaint"]
        found = complaints._recognise(email=email, phone=is_number and caller)
        if found or email:
            return found[:SHOWN]
        domain = [
            ("partner_share", "=", True),
            ("company_id", "in", [False, self.env.company.id]),
            ("phone_mobile_search" if is_number else "complete_name", "ilike", caller),
        ]
        return partners.search(domain, limit=SHOWN, order="customer_rank desc, complete_name, id")

    @api.depends("caller")
    def _compute_candidate_ids(self):
        for call in self:
            call.candidate_ids = self._find_callers(call.caller)
            call.candidate_count = len(call.candidate_ids)

    @api.depends("caller")
    def _compute_partner_id(self):
        for call in self:
            found = self._find_callers(call.caller)
            call.partner_id = len(found) == 1 and found

    def _sender(self):
        """What was typed about a caller who is no contact."""
        caller = (self.caller or "").strip()
        if self.partner_id or not caller:
            return {}
        if email_normalize(caller):
            return {"email_from": caller}
        if len(re.sub(r"\D", "", caller)) >= DIGITS_OF_A_NUMBER and not re.search(
            r"[^\W\d]", caller
        ):
            return {"phone": caller}
        return {"partner_name": caller}

    def _create_complaint(self):
        self.ensure_one()
        values = {
            "name": self.name,
            "description": plaintext2html(self.text) if self.text else False,
            "partner_id": self.partner_id.id,
            "category_id": self.category_id.id,
            "order_id": self.order_id.id,
            "channel": "phone",
            **self._sender(),
        }
        if self.order_id:
            values["company_id"] = self.order_id.company_id.id
        return self.env["crm.complaint"].create(values)

    def action_save(self):
        """Store the complaint and stay where one was."""
        complaint = self._create_complaint()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s has been taken down.", complaint.display_name),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_save_and_open(self):
        """Store the complaint and open it."""
        complaint = self._create_complaint()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.complaint",
            "res_id": complaint.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
