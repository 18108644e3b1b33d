# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_kpi.kpi import formats
from odoo.addons.crm_kpi.kpi.currency import join_rates, rate_table

DIMENSIONS = ("category_id", "cause_id", "product_id", "team_id", "severity")
MEASURES = ("complaints", "cost")
VITAL_FEW = 0.8
"""The few members that make up this share are marked: the line of Pareto's rule."""


class CrmComplaint(models.Model):
    """Where complaints come from: Pareto, heat table, times and repeat complainers."""

    _inherit = "crm.complaint"

    @api.model
    def _insight_overview(self, domain, options):
        """Tables of the overview.

        :param options: ``dimension`` and ``measure`` of the Pareto chart, see DIMENSIONS and
            MEASURES
        """
        dimension = options.get("dimension") or DIMENSIONS[0]
        measure = options.get("measure") or MEASURES[0]
        if dimension not in DIMENSIONS or measure not in MEASURES:
            raise UserError(self.env._("Complaints cannot be split that way."))
        question = self._insight_question()
        in_period = domain & self._in_period("received_on", question.period, question.timezone)
        pareto, chart = self._pareto_table(domain, in_period, question, dimension, measure)
        return {
            "complaints": self.search_count(in_period),
            "dimension": dimension,
            "measure": measure,
            "dimensions": [
                {"key": name, "label": self._fields[name]._description_string(self.env)}
                for name in DIMENSIONS
            ],
            "measures": [
                {"key": "complaints", "label": self.env._("Complaints")},
                {"key": "cost", "label": self.env._("Cost")},
            ],
            "chart": chart,
            "tables": [
                pareto,
                self._heat_table(in_period),
                self._times_table(domain, question),
                self._repeaters_table(domain, question),
            ],
        }

    @api.model
    def _pareto_table(self, domain, in_period, question, dimension, measure):
        counts = self._counts_by(in_period, dimension)
        before = self._insight_other_period(question)
        in_before = before and domain & self._in_period("received_on", before, question.timezone)
        earlier = self._counts_by(in_before, dimension) if before else {}
        costs = self._costs_by(in_period, dimension)
        orders, orders_note = self._orders_by(domain, question, dimension)
        values = costs if measure == "cost" else counts
        members = sorted(
            counts.keys() | earlier.keys(),
            key=lambda member: (-values.get(member, 0), -counts.get(member, 0), str(member)),
        )
        total = sum(values.values())
        rows, cumulative = [], 0
        chart = {"labels": [], "values": [], "texts": [], "cumulative": [], "cumulative_texts": []}
        for member in members:
            value = values.get(member, 0)
            is_vital = total > 0 and cumulative < VITAL_FEW * total
            cumulative += value
            share = value / total if total else None
            sum_share = cumulative / total if total else None
            label = self._member_label(dimension, member)
            of_member = [*in_period, (dimension, "=", member)]
            count = counts.get(member, 0)
            ordered = orders and orders(member)
            amount = self._cost_cell(costs.get(member), of_member)
            number = self._number_cell(count, domain=of_member)
            bar = amount if measure == "cost" else number
            bar["share"] = share
            cells = [
                {"text": label, "value": label, "domain": of_member},
                number,
                amount,
                self._percent_cell(share),
                self._percent_cell(sum_share),
                self._number_cell(100 * count / ordered if ordered else None, decimals=1),
            ]
            if before:
                of_before = [*in_before, (dimension, "=", member)]
                cells.append(self._number_cell(earlier.get(member, 0), domain=of_before))
            rows.append(
                {
                    "key": str(member),
                    "level": 0,
                    "is_strong": is_vital and value > 0,
                    "cells": cells,
                }
            )
            chart["labels"].append(label)
            chart["values"].append(value)
            chart["texts"].append(bar["text"])
            chart["cumulative"].append(100 * (sum_share or 0))
            chart["cumulative_texts"].append(self._percent_cell(sum_share)["text"])
        note = self.env._(
            "In bold: the few that make up %s.",
            formats.percent_text(self.env, formats.number_text(self.env, 100 * VITAL_FEW, 0)),
        )
        table = {
            "key": "pareto",
            "title": self.env._("What matters most"),
            "note": " ".join(filter(None, [note, orders_note])),
            "empty": self.env._("No complaint in this period."),
            "columns": [
                self._column(
                    "member", self._fields[dimension]._description_string(self.env), "text"
                ),
                self._column("complaints", self.env._("Complaints")),
                self._column("cost", self.env._("Cost")),
                self._column("share", self.env._("Share")),
                self._column("cumulative", self.env._("Cumulative")),
                self._column("per_100", self.env._("Per 100 Orders")),
                *([self._column("before", self.env._("Complaints Before"))] if before else []),
            ],
            "rows": rows,
        }
        return table, chart

    @api.model
    def _cost_cell(self, amount, domain):
        """Cell of the costs of complaints that opens the cost lines."""
        if amount is None:
            return self._money_cell(None)
        lines = [("complaint_id", "any", domain)]
        return self._money_cell(amount, domain=lines, model="crm.complaint.cost")

    # ------------------------------------------------------------------
    # Numbers by member of a dimension
    # ------------------------------------------------------------------
    @api.model
    def _counts_by(self, domain, field_name):
        """dict member (id, key of a selection, or False) → number of complaints"""
        groups = self._read_group(domain, [field_name], ["__count"])
        is_record = self._fields[field_name].relational
        return {(member.id if is_record else member): count for member, count in groups}

    @api.model
    def _costs_by(self, domain, field_name):
        """Costs of complaints in the currency of the viewer's company, at the rate of each
        line's date; the lines that the viewer may read.

        :return: dict member → amount; without lines no entry
        """
        lines = self.env["crm.complaint.cost"]
        lines.flush_model()
        self.flush_model([field_name])
        query = lines._search(Domain("complaint_id", "any", domain))
        alias = query.table
        query.add_join(
            "JOIN",
            "complained",
            "crm_complaint",
            SQL("complained.id = %s", SQL.identifier(alias, "complaint_id")),
        )
        amount = SQL.identifier(alias, "amount_company")
        table = rate_table(self.env, by_company=True)
        if table is not None:
            factor = join_rates(
                query, table, SQL.identifier(alias, "company_id"), SQL.identifier(alias, "date")
            )
            amount = SQL("%s * %s", amount, factor)
        member = SQL.identifier("complained", field_name)
        query.groupby = member
        found = self.env.execute_query(query.select(member, SQL("sum(%s)::float8", amount)))
        return {member or False: amount for member, amount in found}
