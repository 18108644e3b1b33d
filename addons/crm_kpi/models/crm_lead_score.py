# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..kpi.nullable import NullableFloat
from ..kpi.schema import create_columns

BANDS = [
    ("0_20", "Under 20 %"),
    ("20_40", "20 to under 40 %"),
    ("40_60", "40 to under 60 %"),
    ("60_80", "60 to under 80 %"),
    ("80_100", "80 % and more"),
]
"""Equal fifths of the score; each begins with its lower bound."""


class CrmLead(models.Model):
    """The predictive score with which a lead went into qualification.

    Stock overwrites its score as the deal goes on, up to 100 for the won: whether good
    scores become opportunities can only be told by the score from before.
    """

    _inherit = "crm.lead"

    qualification_score = NullableFloat(
        "Score at Qualification",
        compute="_compute_qualification_score",
        store=True,
        copy=False,
        aggregator="avg",
        help="Predictive score (0 to 100) that the lead had when it became an opportunity or was "
        "lost; of a lead not decided yet, its score of today. Empty where there was none: "
        "without won and lost deals to learn from, for opportunities that never were a lead, and "
        "for leads created before this figure was kept.",
    )
    qualification_score_band = fields.Selection(
        BANDS,
        "Score Band at Qualification",
        compute="_compute_qualification_score",
        store=True,
        copy=False,
        help="In which fifth the score at qualification lies.",
    )

    def _auto_init(self):
        # empty for the leads there are, and not computed one by one
        create_columns(self, ["qualification_score", "qualification_score_band"])
        return super()._auto_init()

    @api.depends("automated_probability", "type", "date_conversion", "won_status")
    def _compute_qualification_score(self):
        for lead in self:
            if lead._is_score_open():
                # stock's 0 means: not computed; a score is 0.01 at least
                score = lead.automated_probability or False
            elif lead._origin:
                continue  # decided: the score stays, and reading it would cost a query each
            else:
                score = False
            lead.qualification_score = score
            lead.qualification_score_band = score is not False and self._score_band(score)

    def _is_score_open(self):
        """Whether the score of today is the lead's score at qualification so far."""
        self.ensure_one()
        if self.type != "lead" or self.date_conversion or self.won_status != "pending":
            return False
        since = self._score_kept_since()
        return bool(since) and (not self.create_date or self.create_date >= since)

    @api.model
    @tools.ormcache()
    def _score_kept_since(self):
        """The moment from which on scores are kept: when the split by score was installed.

        Of the leads created before it those qualified by then have no score. To give one to
        the others alone would make every band look as if nothing came of it.
        """
        split = self.env.ref("crm_kpi.dimension_lead_score", raise_if_not_found=False)
        return split and split.sudo().create_date

    @api.model
    def _score_band(self, score):
        """Key of the band of a score from 0 to 100."""
        return BANDS[min(int(score // 20), len(BANDS) - 1)][0]

    def _update_automated_probabilities(self):
        """Stock writes the new scores past the ORM: follow it."""
        result = super()._update_automated_probabilities()
        self._kpi_fill_scores()
        return result

    @api.model
    def _kpi_fill_scores(self):
        """Bring the scores of all undecided leads in line with stock's, set-based."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead lead
                   SET qualification_score = current.score,
                       qualification_score_band =
                           (%(bands)s::varchar[])[LEAST(floor(current.score / 20)::int, 4) + 1]
                  FROM (SELECT id, NULLIF(automated_probability, 0) AS score
                          FROM crm_lead
                         WHERE type = 'lead' AND date_conversion IS NULL
                           AND won_status = 'pending' AND create_date >= %(since)s) current
                 WHERE lead.id = current.id
                   AND lead.qualification_score IS DISTINCT FROM current.score
                """,
                bands=[key for key, _label in BANDS],
                since=self._score_kept_since(),
            )
        )
        self.invalidate_model(["qualification_score", "qualification_score_band"])
