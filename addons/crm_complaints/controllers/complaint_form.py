# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets
import time
from ipaddress import ip_address, ip_network

from odoo import http
from odoo.http import request
from odoo.tools import hash_sign, verify_hash_signed

from . import complaint_fields

STAMP_SCOPE = "crm_complaints.form"
STAMP_HOURS = 24
# Faster than this nobody reads and fills in a form.
SHORTEST_SECONDS = 4
# Complaints per address and hour, and tries, which cost us less.
MAX_PER_HOUR = 8
MAX_TRIES_PER_HOUR = 60


class ComplaintForm(http.Controller):
    """The public form for complaints; it needs no login and no web site."""

    @http.route(
        "/complaint/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
        max_content_length=complaint_fields.MAX_REQUEST,
    )
    def complaint_form(self, token, **post):
        team = self._team(token)
        user = request.env.user
        if user.share and not user._is_public():
            return request.redirect("/my/complaints/new")
        if request.httprequest.method == "GET":
            return self._render(team, {}, {})
        counts = request.env["crm.complaint.form.count"].sudo()
        if counts._count_up("try", self._address()) > MAX_TRIES_PER_HOUR:
            return self._render_refusal(team)
        errors = {}
        stamp = self._read_stamp(team, post, errors)
        values, text = complaint_fields.read_fields(post, errors)
        values.update(complaint_fields.read_sender(post, errors))
        order_name = complaint_fields.clean(post, "order")[: complaint_fields.MAX_SHORT]
        files = complaint_fields.read_files(errors)
        if complaint_fields.clean(post, "homepage"):
            errors["homepage"] = request.env._("Please leave this field empty.")
        if errors:
            return self._render(team, post, errors)
        if counts._count_up("stamp", stamp) > 1:
            # The button was pressed twice, or the page was loaded anew.
            return request.redirect(f"/complaint/{token}/thanks")
        if counts._count_up("address", self._address()) > MAX_PER_HOUR:
            return self._render_refusal(team)
        values["lang"] = request.env.lang
        complaint = request.env["crm.complaint"]._file_by_form(
            team, values, text, files, order_name
        )
        request.session["complaint_number"] = complaint.number
        return request.redirect(f"/complaint/{token}/thanks")

    @http.route(
        "/complaint/<string:token>/thanks",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def complaint_thanks(self, token, **_kwargs):
        values = self._page_values(self._team(token))
        values["number"] = request.session.get("complaint_number")
        return request.render("crm_complaints.complaint_form_thanks", values)

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------
    def _team(self, token):
        team = request.env["crm.team"]._find_complaint_form(token)
        if not team:
            raise request.not_found()
        return team

    def _address(self):
        """The address of the visitor; of IPv6 the network, as one visitor has all of it."""
        address = request.httprequest.remote_addr or ""
        try:
            address = ip_address(address)
        except ValueError:
            return address  # a server behind a socket names none: all count as one
        return str(ip_network((address, 64), strict=False) if address.version == 6 else address)

    def _make_stamp(self, team):
        content = [team.id, time.time(), secrets.token_hex(8)]
        return hash_sign(request.env(su=True), STAMP_SCOPE, content, expiration_hours=STAMP_HOURS)

    def _read_stamp(self, team, post, errors):
        """Check when the form was handed out.

        :return: what tells this page of the form from all others
        """
        try:
            content = verify_hash_signed(
                request.env(su=True), STAMP_SCOPE, complaint_fields.clean(post, "stamp")
            )
        except ValueError:
            content = None
        if not content or content[0] != team.id:
            errors["stamp"] = request.env._(
                "The form was open for too long. Please send it once more."
            )
            return None
        if time.time() - content[1] < SHORTEST_SECONDS:
            errors["stamp"] = request.env._("That was very fast. Please send it once more.")
        return content[2]

    def _render(self, team, post, errors):
        values = {
            **self._page_values(team),
            "token": team.complaint_form_token,
            "categories": complaint_fields.categories(),
            "post": {name: complaint_fields.clean(post, name) for name in post},
            "errors": errors,
            "stamp": self._make_stamp(team),
            "limits": complaint_fields.LIMITS,
        }
        response = request.render("crm_complaints.complaint_form", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _render_refusal(self, team):
        values = self._page_values(team)
        return request.render("crm_complaints.complaint_form_refused", values, status=429)

    def _page_values(self, team):
        """The company of the form, whose logo stands on the page, and the language."""
        company = team.complaint_form_company_id
        return {"company": company, "res_company": company, "lang": request.env.lang}
