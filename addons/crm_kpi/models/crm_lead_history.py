# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The past of the leads, read from the chatter when the KPIs are installed.

Everything is set-based SQL over temporary tables: a million leads take minutes.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kpi.contacts import answers_sql, contacts_sql
from ..kpi.departments import fill_departments
from ..kpi.working_time import WorkingTime
from .crm_lead import DURATIONS

# The company whose working hours count, see crm.lead._kpi_company.
_COMPANY = """COALESCE(%s.company_id,
    (SELECT salesperson.company_id FROM res_users salesperson WHERE salesperson.id = %s.user_id),
    %s)"""


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _kpi_fill_history(self):
        """Fill the moments, durations and the stage history of the past.

        Without records: all leads that have no stage history yet, so that a second run
        changes nothing. With records: these leads anew, from what the chatter says.
        What had to be estimated is marked (``dates_estimated``, ``is_estimated``).
        """
        self.env.flush_all()
        self._history_choose()
        self._history_read_tracking()
        self._history_close()
        self._history_write_stays()
        self._history_write_leads()
        self._history_write_durations()
        fill_departments(self)
        self.env["res.partner"]._kpi_fill_contacts()
        self.env["crm.stage"]._cron_update_slow_thresholds()
        self._history_write_slow()
        self.env.invalidate_all()

    def _history_table(self, name, query):
        """Temporary table ``name`` with the result of ``query``, gone with the transaction."""
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))

    def _history_choose(self):
        """Table ``kpi_todo``: the leads to fill."""
        if self:
            self.env.cr.execute(
                SQL("DELETE FROM crm_lead_stage_log WHERE lead_id = ANY(%s)", self.ids)
            )
        chosen = SQL("lead.id = ANY(%s)", self.ids) if self else SQL("TRUE")
        self._history_table(
            "kpi_todo",
            SQL(
                """
                SELECT lead.* FROM crm_lead lead
                 WHERE %s AND NOT EXISTS (SELECT FROM crm_lead_stage_log log
                                           WHERE log.lead_id = lead.id)
                """,
                chosen,
            ),
        )
        self.env.cr.execute("CREATE UNIQUE INDEX ON kpi_todo (id); ANALYZE kpi_todo")

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

    @api.model
    def _history_write_stays(self):
        """Insert the stage history."""
        self.env.cr.execute(
            SQL(
                """
                WITH stay AS (
                    SELECT step.lead_id, step.stage_id, step.at AS entered_on, step.n,
                           LEAD(step.at) OVER steps AS left_on,
                           LEAD(step.stage_id) OVER steps AS next_stage_id,
                           step.estimated
                           OR COALESCE(LEAD(step.estimated) OVER steps, FALSE) AS estimated
                      FROM kpi_step step
                    WINDOW steps AS (PARTITION BY step.lead_id ORDER BY step.n)
                ), ended AS (
                    SELECT stay.*, lead.won_status, lead.type, lead.company_id, lead.user_id,
                           lead.team_id, lead.date_conversion,
                           stay.left_on IS NULL AS is_last,
                           COALESCE(stay.left_on,
                                    CASE WHEN closed.lost_on IS NOT NULL
                                         THEN GREATEST(closed.lost_on, stay.entered_on) END
                                   ) AS ended_on,
                           closed.estimated AS closed_estimated
                      FROM stay
                      JOIN kpi_todo lead ON lead.id = stay.lead_id
                 LEFT JOIN kpi_closed closed ON closed.lead_id = stay.lead_id
                )
                INSERT INTO crm_lead_stage_log
                       (lead_id, stage_id, next_stage_id, entered_on, left_on, outcome,
                        is_estimated, lead_type, company_id, user_id, team_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT ended.lead_id, ended.stage_id, ended.next_stage_id, ended.entered_on,
                       ended.ended_on,
                       CASE WHEN NOT ended.is_last THEN 'moved'
                            WHEN ended.won_status = 'won' THEN 'won'
                            WHEN ended.won_status = 'lost' THEN 'lost'
                            ELSE 'open' END,
                       ended.estimated
                       OR ended.is_last AND ended.won_status = 'lost' AND ended.closed_estimated,
                       CASE WHEN ended.ended_on <= ended.date_conversion THEN 'lead'
                            ELSE ended.type END,
                       ended.company_id, holder.id, team.id,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM ended
             -- whoever is replaced by the first change after the stay held the lead in it
             LEFT JOIN LATERAL (SELECT TRUE AS found, old_id FROM kpi_tracked
                                 WHERE lead_id = ended.lead_id AND field = 'user_id'
                                   AND at >= ended.ended_on
                              ORDER BY at, seq LIMIT 1) replaced_user ON TRUE
             LEFT JOIN LATERAL (SELECT TRUE AS found, old_id FROM kpi_tracked
                                 WHERE lead_id = ended.lead_id AND field = 'team_id'
                                   AND at >= ended.ended_on
                              ORDER BY at, seq LIMIT 1) replaced_team ON TRUE
             LEFT JOIN res_users holder
                    ON holder.id = CASE WHEN replaced_user.found THEN replaced_user.old_id
                                        ELSE ended.user_id END
             LEFT JOIN crm_team team
                    ON team.id = CASE WHEN replaced_team.found THEN replaced_team.old_id
                                      ELSE ended.team_id END
              ORDER BY ended.lead_id, ended.n
                """,
                uid=self.env.uid,
            )
        )

    @api.model
    def _history_write_leads(self):
        """Write the moments of the leads: first response, first offer, won, lost."""
        contacts = SQL(
            """
            SELECT lead.id, contact.date, contact.is_out
              FROM kpi_todo lead JOIN (%s) contact ON contact.res_id = lead.id
         UNION ALL
            SELECT lead.id, contact.date, contact.is_out
              FROM kpi_todo lead
              JOIN sale_order document ON document.opportunity_id = lead.id
              JOIN (%s) contact ON contact.res_id = document.id
            """,
            contacts_sql("crm.lead"),
            contacts_sql("sale.order"),
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead lead
                   SET first_response_on = answer.first_out,
                       waiting_since = answer.waiting_since,
                       first_offer_on = offer.first_on,
                       won_on = closed.won_on,
                       lost_on = closed.lost_on,
                       closed_on = COALESCE(closed.won_on, closed.lost_on),
                       slow_since = NULL,
                       dates_estimated = COALESCE(closed.estimated, FALSE)
                  FROM kpi_todo todo
             LEFT JOIN kpi_closed closed ON closed.lead_id = todo.id
             LEFT JOIN (%s) answer ON answer.id = todo.id
             LEFT JOIN (SELECT opportunity_id, MIN(quotation_sent_on) AS first_on
                          FROM sale_order WHERE opportunity_id IS NOT NULL
                      GROUP BY opportunity_id) offer ON offer.opportunity_id = todo.id
                 WHERE lead.id = todo.id
                """,
                answers_sql(contacts),
            )
        )

    @api.model
    def _history_write_durations(self):
        """Calendar days and working hours, one statement per company and table."""
        main_company = self.env.ref("base.main_company").id
        company = {
            alias: SQL(_COMPANY, SQL.identifier(alias), SQL.identifier(alias), main_company)
            for alias in ("lead", "log")
        }
        self.env.cr.execute(
            SQL(
                """
                SELECT span.company_id, MIN(span.start_on), MAX(span.end_on)
                  FROM (SELECT %(lead)s AS company_id, lead.create_date AS start_on,
                               GREATEST(%(ends)s, lead.create_date) AS end_on
                          FROM crm_lead lead JOIN kpi_todo todo ON todo.id = lead.id
                     UNION ALL
                        SELECT %(log)s, log.entered_on, COALESCE(log.left_on, log.entered_on)
                          FROM crm_lead_stage_log log JOIN kpi_todo todo ON todo.id = log.lead_id
                       ) span
              GROUP BY span.company_id
                """,
                lead=company["lead"],
                log=company["log"],
                ends=SQL(", ").join(SQL.identifier("lead", name) for name in DURATIONS.values()),
            )
        )
        for company_id, start, end in self.env.cr.fetchall():
            time = WorkingTime.for_company(self.env["res.company"].browse(company_id), start, end)
            assignments = []
            for name, end_field in DURATIONS.items():
                start_sql = SQL.identifier("lead", "create_date")
                end_sql = SQL("GREATEST(%s, %s)", SQL.identifier("lead", end_field), start_sql)
                known = SQL("%s IS NOT NULL", SQL.identifier("lead", end_field))
                if name == "qualification":
                    known = SQL("%s >= %s", SQL.identifier("lead", end_field), start_sql)
                for field, value in (
                    (f"days_to_{name}", _days(start_sql, end_sql)),
                    (f"work_hours_to_{name}", time.sql_hours(start_sql, end_sql)),
                ):
                    assignments.append(
                        SQL("%s = CASE WHEN %s THEN %s END", SQL.identifier(field), known, value)
                    )
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead lead SET %s FROM kpi_todo todo"
                    " WHERE todo.id = lead.id AND %s = %s AND (%s)",
                    SQL(", ").join(assignments),
                    company["lead"],
                    company_id,
                    SQL(" OR ").join(
                        SQL("%s IS NOT NULL", SQL.identifier("lead", name))
                        for name in DURATIONS.values()
                    ),
                )
            )
            entered, left = SQL("log.entered_on"), SQL("log.left_on")
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead_stage_log log SET days = %s, work_hours = %s"
                    " FROM kpi_todo todo"
                    " WHERE todo.id = log.lead_id AND log.left_on IS NOT NULL AND %s = %s",
                    _days(entered, left),
                    time.sql_hours(entered, left),
                    company["log"],
                    company_id,
                )
            )

    @api.model
    def _history_write_slow(self):
        """Ended stays of the past are measured by the threshold of today: none is older."""
        self.env.cr.execute(
            """
            UPDATE crm_lead_stage_log log
               SET slow_on = log.entered_on + stage.slow_after_days * INTERVAL '1 day'
              FROM crm_stage stage, kpi_todo todo
             WHERE todo.id = log.lead_id
               AND stage.id = log.stage_id
               AND log.left_on IS NOT NULL
               AND stage.slow_after_days IS NOT NULL
            """
        )


def _days(start, end):
    return SQL("(EXTRACT(EPOCH FROM (%s - %s)) / 86400)::float8", end, start)
