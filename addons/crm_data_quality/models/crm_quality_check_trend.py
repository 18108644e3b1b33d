# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

# Checks in the small chart of the result.
SHOWN = 12
WIDTH, HEIGHT, MARGIN = 320, 64, 6


class CrmQualityCheck(models.Model):
    """The score over the checks of the same scope."""

    _inherit = "crm.quality.check"

    trend_chart = fields.Html(
        compute="_compute_trend_chart",
        sanitize=False,
        help="Overall score of the checks of the same scope, oldest first.",
    )

    def _trend_domain(self):
        """Finished checks of the same scope that saw the data with the same eyes, this one last."""
        self.ensure_one()
        domain = (
            Domain("scope_key", "=", self.scope_key)
            & Domain("run_state", "=", "done")
            & Domain("user_id", "=", self.user_id.id)
        )
        if self.is_reference:
            domain |= (
                Domain("scope_key", "=", self.scope_key)
                & Domain("run_state", "=", "done")
                & Domain("is_reference", "=", True)
            )
        return domain & Domain("finished_on", "<=", self.finished_on)

    def _trend_points(self):
        """Points of the chart: list of dicts with day, score as text, x and y."""
        self.ensure_one()
        checks = self.search(
            self._trend_domain(), order="finished_on desc, id desc", limit=SHOWN
        ).sorted(lambda check: (check.finished_on, check.id))
        scored = checks.filtered(lambda check: check.score is not False)
        if len(scored) < 2:
            return []
        scores = scored.mapped("score")
        low, high = min(scores), max(scores)
        span = max(high - low, 1.0)
        low -= (span - (high - low)) / 2  # a flat line runs through the middle
        points = []
        for number, check in enumerate(scored):
            day = fields.Datetime.context_timestamp(self, check.finished_on).date()
            points.append(
                {
                    "day": format_date(self.env, day),
                    "score": formatLang(self.env, check.score, digits=1),
                    "x": round(MARGIN + (WIDTH - 2 * MARGIN) * number / (len(scored) - 1), 1),
                    "y": round(
                        HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (check.score - low) / span, 1
                    ),
                }
            )
        return points

    @api.depends_context("lang", "tz", "uid")
    @api.depends("score", "finished_on", "run_state", "scope_key")
    def _compute_trend_chart(self):
        for check in self:
            points = check._trend_points() if check.run_state == "done" else []
            check.trend_chart = bool(points) and self.env["ir.qweb"]._render(
                "crm_data_quality.trend_chart",
                {"points": points, "width": WIDTH, "height": HEIGHT},
            )

    def action_open_trend(self):
        """Scores of the checks of the same scope, per dimension."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_score"
        )
        return action | {"domain": [("check_id", "any", list(self._trend_domain()))]}
