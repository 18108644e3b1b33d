# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """What the chatter knows about the past of leads: stages, wins and losses."""

    _inherit = "crm.lead"

    @api.model
    def _history_read_tracking(self):
        """Tables ``kpi_tracked`` (changes found in the chatter) and ``kpi_step``
        (stages in their order)."""
        # Messages of merged leads carry a subject: they tell the story of another lead.
        self._history_table(
            "kpi_tracked",
            SQL(
                """
                SELECT lead.id AS lead_id, field.name AS field, tracked.id AS seq,
                       GREATEST(message.date, lead.create_date) AS at,
                       NULLIF(tracked.old_value_integer, 0) AS old_id,
                       NULLIF(tracked.new_value_integer, 0) AS new_id,
                       tracked.new_value_char AS new_char
                  FROM mail_tracking_value tracked
                  JOIN ir_model_fields field ON field.id = tracked.field_id
                  JOIN mail_message message ON message.id = tracked.mail_message_id
                  JOIN kpi_todo lead ON lead.id = message.res_id
                 WHERE field.model = 'crm.lead'
                   AND field.name IN ('stage_id', 'active', 'won_status', 'user_id', 'team_id')
                   AND message.model = 'crm.lead'
                   AND COALESCE(message.subject, '') = ''
                """
            ),
        )
        self.env.cr.execute("CREATE INDEX ON kpi_tracked (lead_id, field, at); ANALYZE kpi_tracked")
        self._history_table(
            "kpi_step",
            SQL(
                """
                WITH change AS (
                    SELECT tracked.*,
                           row_number() OVER (PARTITION BY lead_id ORDER BY at, seq) AS n,
                           row_number() OVER (PARTITION BY lead_id ORDER BY at DESC, seq DESC) AS r
                      FROM kpi_tracked tracked
                     WHERE field = 'stage_id' AND old_id IS DISTINCT FROM new_id
                ), step AS (
                    -- the stage before the first known change
                    SELECT lead.id AS lead_id, lead.create_date AS at, 0 AS n,
                           first.old_id AS stage_id, FALSE AS estimated
                      FROM kpi_todo lead
                      JOIN change first ON first.lead_id = lead.id AND first.n = 1
                 UNION ALL
                    SELECT lead_id, at, n, new_id, FALSE FROM change
                 UNION ALL
                    -- a last change that nobody recorded
                    SELECT lead.id, GREATEST(last.at, lead.date_last_stage_update), last.n + 1,
                           lead.stage_id, TRUE
                      FROM kpi_todo lead
                      JOIN change last ON last.lead_id = lead.id AND last.r = 1
                     WHERE last.new_id IS DISTINCT FROM lead.stage_id
                 UNION ALL
                    -- no change at all, or only one that nobody recorded
                    SELECT lead.id,
                           CASE WHEN moved THEN lead.date_last_stage_update
                                ELSE lead.create_date END,
                           0, lead.stage_id, moved
                      FROM (SELECT *, COALESCE(date_last_stage_update
                                               > create_date + INTERVAL '1 minute', FALSE) AS moved
                              FROM kpi_todo) lead
                     WHERE NOT EXISTS (SELECT FROM change WHERE change.lead_id = lead.id)
                )
                SELECT step.lead_id, step.at, step.n, stage.id AS stage_id, step.estimated,
                       COALESCE(stage.is_won, FALSE) AS is_won
                  FROM step
             LEFT JOIN crm_stage stage ON stage.id = step.stage_id
                """
            ),
        )
        self.env.cr.execute("CREATE INDEX ON kpi_step (lead_id, n); ANALYZE kpi_step")

    @api.model
    def _history_close(self):
        """Table ``kpi_closed``: when the closed leads were won or lost."""
        # Tracking keeps the label of a selection in the language of its author.
        self.env.cr.execute(
            """
            SELECT DISTINCT label.value
              FROM ir_model_fields_selection selection
              JOIN ir_model_fields field ON field.id = selection.field_id,
                   jsonb_each_text(selection.name) label
             WHERE field.model = 'crm.lead' AND field.name = 'won_status'
               AND selection.value = 'lost'
            """
        )
        lost_labels = [row[0] for row in self.env.cr.fetchall()]
        self._history_table(
            "kpi_closed",
            SQL(
                """
                SELECT lead.id AS lead_id, step.at AS won_on, NULL::timestamp AS lost_on,
                       step.estimated
                  FROM kpi_todo lead
                  JOIN LATERAL (
                       -- the first of the won stages in which the lead ended up
                       SELECT CASE WHEN run.n = 0 THEN COALESCE(lead.date_closed, run.at)
                                   ELSE run.at END AS at,
                              run.estimated
                              OR run.n = 0 AND COALESCE(lead.date_closed
                                                > lead.create_date + INTERVAL '1 minute', FALSE)
                              AS estimated
                         FROM kpi_step run
                        WHERE run.lead_id = lead.id
                          AND run.n > COALESCE((SELECT MAX(n) FROM kpi_step before
                                                 WHERE before.lead_id = lead.id
                                                   AND NOT before.is_won), -1)
                     ORDER BY run.n LIMIT 1
                       ) step ON TRUE
                 WHERE lead.won_status = 'won'
             UNION ALL
                SELECT lead.id, NULL,
                       COALESCE(tracked.at, lead.date_closed, lead.write_date, lead.create_date),
                       tracked.at IS NULL
                  FROM kpi_todo lead
             LEFT JOIN (SELECT lead_id, MAX(at) AS at
                          FROM kpi_tracked
                         WHERE field = 'active' AND new_id IS NULL
                            OR field = 'won_status' AND new_char = ANY(%s)
                      GROUP BY lead_id) tracked ON tracked.lead_id = lead.id
                 WHERE lead.won_status = 'lost'
                """,
                lost_labels,
            ),
        )
        self.env.cr.execute("CREATE UNIQUE INDEX ON kpi_closed (lead_id); ANALYZE kpi_closed")
