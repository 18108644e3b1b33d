# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from . import complaint_fields
from .portal import ComplaintPortal

MAX_PER_HOUR = 20
SHOWN_ORDERS = 100
RATES = ("5", "3", "1")


class ComplaintPortalFiling(ComplaintPortal):
    """Customers with a login file complaints and rate how they were dealt with."""

    def _complaint_orders(self):
        """Confirmed orders of the customer, the latest first; the record rules apply."""
        orders = request.env["sale.order"]
        if not orders.has_access("read"):
            return orders
        customer = request.env.user.partner_id.commercial_partner_id
        return orders.search(
            [("state", "=", "sale"), ("partner_id", "child_of", customer.id)],
            order="date_order desc, id desc",
            limit=SHOWN_ORDERS,
        )

    @http.route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        max_content_length=complaint_fields.MAX_REQUEST,
    )
    def portal_new_complaint(self, **post):
        errors = {}
        orders = self._complaint_orders()
        if request.httprequest.method == "POST":
            values, text = complaint_fields.read_fields(post, errors)
            files = complaint_fields.read_files(errors)
            chosen = complaint_fields.clean(post, "order_id")
            order = orders.filtered(lambda candidate: str(candidate.id) == chosen)
            if chosen and not order:
                errors["order_id"] = request.env._("Please choose one of your orders.")
            counts = request.env["crm.complaint.form.count"].sudo()
            if not errors and counts._count_up("user", request.env.uid) > MAX_PER_HOUR:
                errors["subject"] = request.env._(
                    "You have sent many complaints within an hour. Please try again later."
                )
            if not errors:
                complaint = self._file_complaint(values, text, files, order)
                return request.redirect(complaint.access_url)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "complaint",
            "new_complaint": True,
            "orders": orders.sudo(),
            "categories": complaint_fields.categories(),
            "post": {name: complaint_fields.clean(post, name) for name in post},
            "errors": errors,
            "limits": complaint_fields.LIMITS,
        }
        return request.render("crm_complaints.portal_new_complaint", values)

    def _file_complaint(self, values, text, files, order):
        partner = request.env.user.partner_id
        company = order.sudo().company_id or request.env.company
        values = {
            **values,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "company_id": company.id,
            "order_id": order.id,
            "channel": "portal",
        }
        complaints = request.env["crm.complaint"].with_company(company)
        return complaints._file(values, text, files, partner)

    @http.route(
        "/my/complaints/<int:complaint_id>/rate",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_rate_complaint(self, complaint_id, **post):
        try:
            complaint = self._document_check_access("crm.complaint", complaint_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        rate = complaint_fields.clean(post, "rate")
        if complaint.is_closed and rate in RATES:
            token = complaint._rating_get_access_token(partner=request.env.user.partner_id)
            feedback = complaint_fields.clean(post, "feedback")[: complaint_fields.MAX_TEXT]
            complaint.rating_apply(int(rate), token=token, feedback=feedback)
        return request.redirect(f"/my/complaints/{complaint.id}")
