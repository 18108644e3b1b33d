# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The past of the leads, read from the chatter when the KPIs are installed.

Everything is set-based SQL over temporary tables: a million leads take minutes.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kpi.contacts import answers_sql, contacts_sql
from ..kpi.departments import departments_sql, fill_departments, flush_departments
from ..kpi.history import analyze, temporary_table
from ..kpi.working_time import WorkingTime
from .crm_lead import DURATIONS

_TIMES = ["days", "work_hours"]
_MEASURES = [f"{kind}_to_{name}" for name in DURATIONS for kind in ("days", "work_hours")]


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _kpi_fill_history(self):
        """Fill the moments, durations and the stage history of the past.

        Without records: all leads that have no stage history yet, so that a second run
        changes nothing. With records: these leads anew, from what the chatter says.
        What had to be estimated is marked (``dates_estimated``, ``is_estimated``).
        """
        self.env.flush_all()
        analyze(self.env, "crm_lead")
        self._history_choose()
        self._history_read_tracking()
        self._history_close()
        self._history_stays()
        self._history_moments()
        for company, start, end in self._history_companies():
            time = WorkingTime.for_company(company, start, end)
            self._history_measure_stays(company, time)
            self._history_measure_leads(company, time)
        self._history_thresholds()
        self._history_write_stays()
        self._history_write_leads()
        fill_departments(self)
        self.env["res.partner"]._kpi_fill_contacts()
        self.env["crm.stage"]._apply_slow_thresholds()
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
                -- the company whose working hours count, see _kpi_company
                SELECT lead.*, COALESCE(lead.company_id, salesperson.company_id, %s)
                               AS kpi_company_id
                  FROM crm_lead lead
             LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
                 WHERE %s AND NOT EXISTS (SELECT FROM crm_lead_stage_log log
                                           WHERE log.lead_id = lead.id)
                """,
                self.env.ref("base.main_company").id,
                chosen,
            ),
        )
        self.env.cr.execute("CREATE UNIQUE INDEX ON kpi_todo (id); ANALYZE kpi_todo")

    @api.model
    def _history_stays(self):
        """Table ``kpi_stay``: the stage history."""
        self._history_table(
            "kpi_stay",
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
                           lead.team_id, lead.date_conversion, lead.kpi_company_id,
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
                SELECT ended.lead_id, ended.n, ended.stage_id, ended.next_stage_id,
                       ended.entered_on, ended.ended_on AS left_on,
                       CASE WHEN NOT ended.is_last THEN 'moved'
                            WHEN ended.won_status = 'won' THEN 'won'
                            WHEN ended.won_status = 'lost' THEN 'lost'
                            ELSE 'open' END AS outcome,
                       ended.estimated
                       OR ended.is_last AND ended.won_status = 'lost' AND ended.closed_estimated
                          AS is_estimated,
                       CASE WHEN ended.ended_on <= ended.date_conversion THEN 'lead'
                            ELSE ended.type END AS lead_type,
                       ended.company_id, holder.id AS user_id, team.id AS team_id,
                       ended.kpi_company_id
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
                """
            ),
        )

    @api.model
    def _history_moments(self):
        """Table ``kpi_moment``: first response, first offer, won and lost of the leads; and the
        tables ``kpi_measured`` and ``kpi_timed`` that add the durations, still empty."""
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
        self._history_table(
            "kpi_moment",
            SQL(
                """
                SELECT todo.id, todo.create_date, todo.date_conversion, todo.kpi_company_id,
                       answer.first_out AS first_response_on,
                       answer.waiting_since,
                       offer.first_on AS first_offer_on,
                       closed.won_on,
                       closed.lost_on,
                       NULLIF(closed.estimated, FALSE) AS dates_estimated
                  FROM kpi_todo todo
             LEFT JOIN kpi_closed closed ON closed.lead_id = todo.id
             LEFT JOIN (%s) answer ON answer.id = todo.id
             LEFT JOIN (SELECT opportunity_id, MIN(quotation_sent_on) AS first_on
                          FROM sale_order WHERE opportunity_id IS NOT NULL
                      GROUP BY opportunity_id) offer ON offer.opportunity_id = todo.id
                """,
                answers_sql(contacts),
            ),
        )
        for table, name in (("kpi_measured", "kpi_moment"), ("kpi_timed", "kpi_stay")):
            self._history_table(
                table,
                SQL(
                    "SELECT *, %s FROM %s WHERE FALSE",
                    SQL(", ").join(
                        SQL("NULL::float8 AS %s", SQL.identifier(column))
                        for column in (_MEASURES if name == "kpi_moment" else _TIMES)
                    ),
                    SQL.identifier(name),
                ),
            )

    @api.model
    def _history_companies(self):
        """``(company, first, last)`` of all moments, by the company whose hours count."""
        self.env.cr.execute(
            SQL(
                """
                SELECT kpi_company_id, MIN(start_on), MAX(end_on)
                  FROM (SELECT kpi_company_id, create_date AS start_on,
                               GREATEST(%s, create_date) AS end_on
                          FROM kpi_moment
                     UNION ALL
                        SELECT kpi_company_id, entered_on, COALESCE(left_on, entered_on)
                          FROM kpi_stay) span
              GROUP BY kpi_company_id
                """,
                SQL(", ").join(map(SQL.identifier, DURATIONS.values())),
            )
        )
        companies = self.env["res.company"]
        return [(companies.browse(row[0]), row[1], row[2]) for row in self.env.cr.fetchall()]

    @api.model
    def _history_measure_stays(self, company, time):
        entered, left = SQL("stay.entered_on"), SQL("stay.left_on")
        self.env.cr.execute(
            SQL(
                "INSERT INTO kpi_timed SELECT stay.*, %s, %s FROM kpi_stay stay"
                " WHERE stay.kpi_company_id = %s",
                _days(entered, left),
                time.sql_hours(entered, left),
                company.id,
            )
        )

    @api.model
    def _history_measure_leads(self, company, time):
        start = SQL.identifier("lead", "create_date")
        values = []
        for name, field in DURATIONS.items():
            moment = SQL.identifier("lead", field)
            end = SQL("GREATEST(%s, %s)", moment, start)
            known = SQL("%s IS NOT NULL", moment)
            if name == "qualification":
                known = SQL("%s >= %s", moment, start)
            for value in (_days(start, end), time.sql_hours(start, end)):
                values.append(SQL("CASE WHEN %s THEN %s END", known, value))
        self.env.cr.execute(
            SQL(
                "INSERT INTO kpi_measured SELECT lead.*, %s FROM kpi_moment lead"
                " WHERE lead.kpi_company_id = %s",
                SQL(", ").join(values),
                company.id,
            )
        )

    @api.model
    def _history_thresholds(self):
        """Learn from all stays how long one may last, before they are written."""
        names = SQL("stage_id, lead_id, left_on, days")
        self.env["crm.stage"]._learn_slow_thresholds(
            SQL(
                "(SELECT %s FROM crm_lead_stage_log UNION ALL SELECT %s FROM kpi_timed)",
                names,
                names,
            )
        )

    @api.model
    def _history_write_stays(self):
        """Ended stays of the past are measured by the threshold of today: none is older."""
        stays = ["lead_id", "stage_id", "next_stage_id", "entered_on", "left_on", "outcome"]
        stays += ["is_estimated", "lead_type", "company_id", "user_id", "team_id", *_TIMES]
        stays += ["slow_on"]
        self.env["crm.stage"].flush_model(["slow_after_days"])
        # The moment of slowing down is needed once more, for the leads.
        self._history_table(
            "kpi_written",
            SQL(
                """
                SELECT timed.*, CASE WHEN timed.left_on IS NOT NULL OR timed.outcome = 'open'
                                THEN timed.entered_on + stage.slow_after_days * INTERVAL '1 day'
                                END AS slow_on
                  FROM kpi_timed timed LEFT JOIN crm_stage stage ON stage.id = timed.stage_id
                """
            ),
        )
        columns = SQL(", ").join(map(SQL.identifier, stays))
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_lead_stage_log (%s, create_date, write_date)"
                " SELECT %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'"
                " FROM kpi_written ORDER BY lead_id, n",
                columns,
                columns,
            )
        )
        analyze(self.env, "crm_lead_stage_log", "kpi_written", "kpi_measured")

    @api.model
    def _history_write_leads(self):
        """Write everything at once: each further pass over the table costs its indexes."""
        flush_departments(self.env)
        departments = departments_sql(self, rows=SQL.identifier("kpi_todo"))
        temporary_table(self.env, "kpi_department", departments, key="id")
        names = ["first_response_on", "waiting_since", "first_offer_on", "won_on", "lost_on"]
        names += ["dates_estimated", *_MEASURES, "closed_on", "slow_since", "sales_department_id"]
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead lead
                   SET (%(names)s) = ROW(%(fresh)s)
                  FROM (SELECT measured.*, COALESCE(measured.won_on, measured.lost_on) AS closed_on,
                               CASE WHEN todo.won_status = 'pending' AND todo.type = 'opportunity'
                                    THEN stay.slow_on END AS slow_since,
                               CASE WHEN known.id IS NOT NULL THEN known.department_id
                                    ELSE todo.sales_department_id END AS sales_department_id
                          FROM kpi_measured measured
                          JOIN kpi_todo todo ON todo.id = measured.id
                     LEFT JOIN kpi_written stay
                            ON stay.lead_id = measured.id
                           AND stay.left_on IS NULL AND stay.outcome = 'open'
                     LEFT JOIN kpi_department known ON known.id = measured.id) fresh
                 WHERE fresh.id = lead.id
                   AND (%(current)s) IS DISTINCT FROM (%(fresh)s)
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                fresh=SQL(", ").join(SQL.identifier("fresh", name) for name in names),
                current=SQL(", ").join(SQL.identifier("lead", name) for name in names),
            )
        )


def _days(start, end):
    return SQL("(EXTRACT(EPOCH FROM (%s - %s)) / 86400)::float8", end, start)
