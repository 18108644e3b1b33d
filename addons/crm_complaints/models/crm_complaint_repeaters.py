# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.crm_kpi.kpi.company_time import local_day
from odoo.addons.crm_kpi.kpi.formats import number_text
from odoo.addons.crm_kpi.kpi.periods import Period

from .crm_complaint import REPEAT_MONTHS

SHOWN = 50


class CrmComplaint(models.Model):
    """Customers who complain again and again."""

    _inherit = "crm.complaint"

    @api.model
    def _repeaters_table(self, domain, question):
        period = question.period
        year = Period("custom", period.end - relativedelta(months=REPEAT_MONTHS), period.end)
        in_period, in_year = (
            domain
            & Domain("commercial_partner_id", "!=", False)
            & self._in_period("received_on", span, question.timezone)
            for span in (period, year)
        )
        now = self._counts_by(in_period, "commercial_partner_id")
        groups = self._read_group(
            in_year,
            ["commercial_partner_id"],
            ["__count", "received_on:max"],
            having=[("__count", ">", 1)],
        )
        found = [(partner.id, count, last) for partner, count, last in groups if partner.id in now]
        found.sort(key=lambda row: (-row[1], -now[row[0]], row[0]))
        ids = [partner_id for partner_id, _count, _last in found]
        of_found = in_year & Domain("commercial_partner_id", "in", ids)
        costs = self._costs_by(of_found, "commercial_partner_id") if found else {}
        rows = []
        for partner_id, count, last in found[:SHOWN]:
            mine = ("commercial_partner_id", "=", partner_id)
            label = self._member_label("commercial_partner_id", partner_id)
            day = local_day(last, ZoneInfo(question.timezone))
            rows.append(
                {
                    "key": str(partner_id),
                    "level": 0,
                    "cells": [
                        {"text": label, "value": label, "domain": [*in_year, mine]},
                        self._number_cell(now[partner_id], domain=[*in_period, mine]),
                        self._number_cell(count, domain=[*in_year, mine]),
                        {"text": format_date(self.env, day), "value": day.isoformat()},
                        self._cost_cell(costs.get(partner_id), [*in_year, mine]),
                    ],
                }
            )
        note = self.env._(
            "Customers who complained in the period and at least twice in the %s months up to "
            "its end.",
            REPEAT_MONTHS,
        )
        if len(found) > SHOWN:
            more = number_text(self.env, len(found) - SHOWN, 0)
            note += " " + self.env._("%s more are not shown.", more)
        return {
            "key": "repeaters",
            "title": self.env._("Repeat complainers"),
            "note": note,
            "empty": self.env._("Nobody complained repeatedly."),
            "columns": [
                self._column("customer", self.env._("Customer"), "text"),
                self._column("now", self.env._("In the Period")),
                self._column("year", self.env._("In %s Months", REPEAT_MONTHS)),
                self._column("last", self.env._("Last Complaint"), "text"),
                self._column("cost", self.env._("Cost")),
            ],
            "rows": rows,
        }
