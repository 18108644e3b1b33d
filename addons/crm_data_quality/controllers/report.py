# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class QualityReport(http.Controller):
    """Downloads of a check."""

    @http.route(
        "/crm_data_quality/check/<int:check_id>/xlsx", type="http", auth="user", readonly=True
    )
    def xlsx(self, check_id):
        """The workbook of a check that the user may read; 404 for all others."""
        checks = request.env["crm.quality.check"]
        if not checks.has_access("read"):
            raise request.not_found()
        check = checks.search([("id", "=", check_id)])
        if not check:
            raise request.not_found()
        try:
            content = check._xlsx()
        except UserError as error:
            return request.make_response(str(error), status=409)
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{check.name}.xlsx")),
            ],
        )
