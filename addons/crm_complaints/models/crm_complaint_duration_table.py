# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_complaint import SEVERITIES

# figure → its date, its duration, what else has to hold
DURATIONS = {
    "answer": ("first_answer_on", "work_hours_to_first_answer", Domain.TRUE),
    "resolution": ("resolved_on", "work_days_to_resolution", Domain("is_rejected", "=", False)),
}
ALL = "all"


class CrmComplaint(models.Model):
    """Time to the first answer and to the resolution, by team and severity.

    As in the KPIs: working time, of the complaints answered or resolved in the period. Every
    percentile is taken over single complaints, also those of the totals.
    """

    _inherit = "crm.complaint"

    @api.model
    def _times_table(self, domain, question):
        domains, figures = {}, {}
        for name, (date, duration, others) in DURATIONS.items():
            domains[name] = (
                domain & others & self._in_period(date, question.period, question.timezone)
            )
            figures[name] = self._percentiles(domains[name], duration)
        severities = [key for key, _label in SEVERITIES][::-1]
        found = {team for numbers in figures.values() for team, _severity in numbers}
        labels = {team: self._member_label("team_id", team) for team in found - {ALL}}
        labels[False] = self.env._("Unassigned")
        teams = sorted(found - {ALL}, key=lambda team: (not team, labels[team]))
        rows = []
        for team in [ALL, *teams] if found else []:
            for severity in [ALL, *severities]:
                if not any((team, severity) in numbers for numbers in figures.values()):
                    continue
                part = []
                if team != ALL:
                    part.append(("team_id", "=", team))
                if severity != ALL:
                    part.append(("severity", "=", severity))
                if severity != ALL:
                    label = self._member_label("severity", severity)
                else:
                    label = self.env._("All teams") if team == ALL else labels[team]
                cells = [{"text": label, "value": label}]
                for name, numbers in figures.items():
                    count, median, p90 = numbers.get((team, severity), (0, None, None))
                    cells += [
                        self._number_cell(count, domain=[*domains[name], *part] if count else None),
                        self._number_cell(median, decimals=1),
                        self._number_cell(p90, decimals=1),
                    ]
                rows.append(
                    {
                        "key": f"{team}-{severity}",
                        "level": int(severity != ALL),
                        "is_strong": severity == ALL,
                        "cells": cells,
                    }
                )
        return {
            "key": "times",
            "title": self.env._("Time to answer and to resolve"),
            "note": self.env._(
                "Working time; half of the complaints took no longer than the median, nine of "
                "ten no longer than the 90th percentile. Answered or resolved in the period; "
                "time waiting for the customer and rejected complaints are not in the "
                "resolution."
            ),
            "empty": self.env._("No complaint was answered or resolved in this period."),
            "columns": [
                self._column("team", self.env._("Team and Severity"), "text"),
                self._column("answered", self.env._("Answered")),
                self._column("answer_median", self.env._("First Answer, Median (h)")),
                self._column("answer_p90", self.env._("First Answer, 90 % (h)")),
                self._column("resolved", self.env._("Resolved")),
                self._column("resolution_median", self.env._("Resolution, Median (Days)")),
                self._column("resolution_p90", self.env._("Resolution, 90 % (Days)")),
            ],
            "rows": rows,
        }

    @api.model
    def _percentiles(self, domain, duration):
        """dict (team id, severity) → (complaints, median, 90th percentile); ALL stands for
        every team or severity, False for no team"""
        query = self._search(domain)
        alias = query.table
        team, severity, value = (
            self._field_to_sql(alias, name, query) for name in ("team_id", "severity", duration)
        )
        rows = query.select(
            SQL("%s AS team", team), SQL("%s AS severity", severity), SQL("%s AS value", value)
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(team), GROUPING(severity), team, severity, count(*),
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY value),
                       percentile_cont(0.9) WITHIN GROUP (ORDER BY value)
                  FROM (%s) complaints
              GROUP BY CUBE (team, severity) HAVING count(*) > 0
                """,
                rows,
            )
        )
        return {
            (ALL if any_team else team or False, ALL if any_severity else severity): numbers
            for any_team, any_severity, team, severity, *numbers in found
        }
