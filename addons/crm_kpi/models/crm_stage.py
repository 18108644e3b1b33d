# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..kpi.nullable import NullableFloat

# Fewer won deals give no reliable threshold.
MINIMUM_WON_DEALS = 8


class CrmStage(models.Model):
    """How long won deals stay in a stage."""

    _inherit = "crm.stage"

    slow_after_days = NullableFloat(
        "Slow After (Days)",
        readonly=True,
        copy=False,
        help="Three out of four won deals left this stage within so many calendar days "
        "(75th percentile). Computed every night; empty with fewer than 8 won deals.",
    )

    @api.model
    def _cron_update_slow_thresholds(self):
        """Learn from the won deals how long a stay in each stage may last, and apply it
        to the open deals. Stays that have ended keep the threshold of their time."""
        self.env["crm.lead"].flush_model(["won_status", "stage_id", "type", "active"])
        self.env["crm.lead.stage.log"].flush_model()
        self._learn_slow_thresholds(SQL.identifier("crm_lead_stage_log"))
        self._apply_slow_thresholds()

    @api.model
    def _learn_slow_thresholds(self, stays):
        """Store the thresholds of the stages.

        :param stays: SQL of a table of stays: stage_id, lead_id, left_on, days
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_stage SET slow_after_days = learned.days
                  FROM (SELECT stage.id, threshold.days
                          FROM crm_stage stage
                     LEFT JOIN (SELECT log.stage_id,
                                       percentile_cont(0.75) WITHIN GROUP (ORDER BY log.days)
                                           AS days
                                  FROM (SELECT stage_id, lead_id, SUM(days) AS days
                                          FROM %(stays)s stay
                                         WHERE left_on IS NOT NULL
                                      GROUP BY stage_id, lead_id) log
                                  JOIN crm_lead lead ON lead.id = log.lead_id
                                 WHERE lead.won_status = 'won'
                              GROUP BY log.stage_id
                                HAVING COUNT(*) >= %(minimum)s
                               ) threshold
                            ON threshold.stage_id = stage.id AND stage.is_won IS NOT TRUE
                       ) learned
                 WHERE crm_stage.id = learned.id
                   AND crm_stage.slow_after_days IS DISTINCT FROM learned.days
             RETURNING crm_stage.id
                """,
                stays=stays,
                minimum=MINIMUM_WON_DEALS,
            )
        )
        self.invalidate_model(["slow_after_days"])

    @api.model
    def _apply_slow_thresholds(self):
        """Open stays and deals follow the thresholds."""
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead_stage_log log
                   SET slow_on = log.entered_on + stage.slow_after_days * INTERVAL '1 day'
                  FROM crm_stage stage
                 WHERE stage.id = log.stage_id
                   AND log.left_on IS NULL
                   AND log.outcome = 'open'
                   AND log.slow_on IS DISTINCT FROM
                       log.entered_on + stage.slow_after_days * INTERVAL '1 day'
             RETURNING log.id
                """
            )
        )
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead lead SET slow_since = fresh.slow_on
                  FROM (SELECT lead.id, log.slow_on
                          FROM crm_lead lead
                     LEFT JOIN crm_lead_stage_log log
                            ON log.lead_id = lead.id
                           AND log.left_on IS NULL
                           AND log.outcome = 'open'
                           AND lead.won_status = 'pending'
                           AND lead.type = 'opportunity'
                         WHERE log.slow_on IS NOT NULL OR lead.slow_since IS NOT NULL
                       ) fresh
                 WHERE lead.id = fresh.id
                   AND lead.slow_since IS DISTINCT FROM fresh.slow_on
             RETURNING lead.id
                """
            )
        )
        self.env["crm.lead.stage.log"].invalidate_model(["slow_on"])
        self.env["crm.lead"].invalidate_model(["slow_since", "is_slow"])
