# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.sale.controllers.portal import CustomerPortal


class ComplaintPortal(CustomerPortal):
    """Customers follow their complaints and answer; the record rules decide which ones."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            complaints = request.env["crm.complaint"]
            values["complaint_count"] = (
                complaints.search_count(self._complaint_domain())
                if complaints.has_access("read")
                else 0
            )
        return values

    def _complaint_domain(self):
        """Complaints listed in the portal, on top of the record rules."""
        customer = request.env.user.partner_id.commercial_partner_id
        return [("commercial_partner_id", "=", customer.id)]

    @http.route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        """A customer who declines a quotation cancels it himself."""
        note = decline_message if isinstance(decline_message, str) else None
        request.update_context(cancelled_by="customer", cancellation_note=note)
        response = super().portal_quote_decline(
            order_id, access_token=access_token, decline_message=decline_message, **kwargs
        )
        request.env["crm.cancellation"].sudo()._declined_by(order_id, request.env.user)
        return response

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_complaints(self, page=1, sortby="received", **_kwargs):
        complaints = request.env["crm.complaint"]
        domain = self._complaint_domain()
        sortings = {
            "received": {"label": request.env._("Newest"), "order": "received_on desc, id desc"},
            "name": {"label": request.env._("Subject"), "order": "name, id"},
            "stage": {"label": request.env._("Status"), "order": "is_closed, stage_id, id desc"},
        }
        sortby = sortby if sortby in sortings else "received"
        pager = portal_pager(
            url="/my/complaints",
            url_args={"sortby": sortby},
            total=complaints.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        records = complaints.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        request.session["my_complaints_history"] = records.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            complaints=records.sudo(),
            page_name="complaint",
            pager=pager,
            default_url="/my/complaints",
            searchbar_sortings=sortings,
            sortby=sortby,
        )
        return request.render("crm_complaints.portal_my_complaints", values)

    @http.route(["/my/complaints/<int:complaint_id>"], type="http", auth="public", website=True)
    def portal_my_complaint(self, complaint_id, access_token=None, **kwargs):
        try:
            complaint = self._document_check_access("crm.complaint", complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            complaint,
            access_token,
            {"page_name": "complaint", "complaint": complaint},
            "my_complaints_history",
            False,
            **kwargs,
        )
        return request.render("crm_complaints.portal_my_complaint", values)
