# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models

_FIGURES = {
    "kpi_offer_win_rate": "offer_win_rate",
    "kpi_first_response": "first_response_hours",
    "kpi_first_offer": "first_offer_days",
    "kpi_sent_decision": "sent_decision_days",
    "kpi_lead_won": "lead_won_days",
}
_VIEWERS = "crm_kpi.group_kpi_user"


class CrmKpiMemberMixin(models.AbstractModel):
    """Figures of the last twelve months on the members of a dimension.

    The engine computes them as the viewer, one question per figure for all records;
    a figure that the viewer may not see, or that has no cases, is empty.
    """

    _name = "crm.kpi.member.mixin"
    _description = "Figures of a KPI Dimension's Member"

    _kpi_dimension = None
    """Code of the dimension whose members the records are."""

    kpi_offer_win_rate = fields.Char(
        "Offer Win Rate (12 Months)",
        compute="_compute_kpi_figures",
        groups=_VIEWERS,
        help="Won offers as a share of all offers decided in the last twelve months.",
    )
    kpi_first_response = fields.Char(
        "First Response",
        compute="_compute_kpi_figures",
        groups=_VIEWERS,
        help="Median working hours from the lead to the first response, last twelve months.",
    )
    kpi_first_offer = fields.Char(
        "Lead to First Offer",
        compute="_compute_kpi_figures",
        groups=_VIEWERS,
        help="Median calendar days from the lead to the first offer, last twelve months.",
    )
    kpi_sent_decision = fields.Char(
        "Offer to Decision",
        compute="_compute_kpi_figures",
        groups=_VIEWERS,
        help="Median calendar days from the offer to its decision, last twelve months.",
    )
    kpi_lead_won = fields.Char(
        "Lead to Won Deal",
        compute="_compute_kpi_figures",
        groups=_VIEWERS,
        help="Median calendar days from the lead to the won deal, last twelve months.",
    )

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_kpi_figures(self):
        definitions = self.env["crm.kpi"].with_context(
            kpi_period="last_12_months",
            kpi_filters=json.dumps({self._kpi_dimension: self.ids}),
        )
        kpis = definitions.search([("code", "in", list(_FIGURES.values()))])
        by_code = {kpi.code: kpi for kpi in kpis}
        for field_name, code in _FIGURES.items():
            texts = {}
            if self.ids and code in by_code:
                rows = by_code[code].get_breakdown(self._kpi_dimension)["rows"]
                texts = {
                    row["id"]: row["card"]["text"]
                    for row in rows
                    if row["card"]["value"] is not None
                }
            for record in self:
                record[field_name] = texts.get(record._origin.id)
