# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kpi import formats, periods
from ..kpi.figures import Figures, Question
from ..kpi.planner import OTHERS

CONTEXT_KEYS = (
    "kpi_period",
    "kpi_compare",
    "kpi_filters",
    "uid",
    "tz",
    "lang",
    "allowed_company_ids",
)
DELTA_FIELDS = {"previous": "delta_previous", "last_year": "delta_last_year"}


class CrmKpiFigures(models.Model):
    """The figures of a KPI, always computed as the viewer, for the period of the context."""

    _inherit = "crm.kpi"

    card = fields.Json(
        compute="_compute_card",
        help="Everything a renderer draws of the figure: value, target, status, comparison, trend.",
    )
    value = fields.Float(
        compute="_compute_card",
        digits=(16, 4),
        help="Figure of the period in the KPI's unit; 0 also where there is none, see the text.",
    )
    value_text = fields.Char(compute="_compute_card", string="Figure")
    target_text = fields.Char(compute="_compute_card", string="Target Value")
    delta_previous = fields.Char(compute="_compute_card", string="vs. Previous Period")
    delta_last_year = fields.Char(compute="_compute_card", string="vs. Last Year")
    status = fields.Selection(
        [
            ("on_track", "On track"),
            ("at_risk", "At risk"),
            ("off_track", "Off track"),
            ("uncertain", "Uncertain"),
            ("no_target", "No target"),
            ("no_data", "No data"),
            ("error", "Error"),
        ],
        compute="_compute_card",
    )

    @api.depends_context(*CONTEXT_KEYS)
    def _compute_card(self):
        cards = Figures(self).cards()
        for kpi in self:
            card = cards[kpi.id]
            kpi.card = card
            kpi.value = card["value"] or 0.0
            kpi.value_text = card["text"] or card["status_text"]
            kpi.target_text = card["target"] and card["target"]["text"]
            kpi.status = card["status"]
            for delta in card["deltas"]:
                kpi[DELTA_FIELDS[delta["against"]]] = delta["text"]

    # ------------------------------------------------------------ questions of the screens
    @api.model
    @api.readonly
    def dashboard_info(self):
        """The period as the screen's header shows it, with its neighbours, presets and dimensions.

        :raise UserError: for a period or filter that makes no sense
        """
        question = Question(self.env)
        period, whole = question.period, question.whole_period
        following = whole.shift(1)
        names = {
            "today": self.env._("Today"),
            "this_week": self.env._("This week"),
            "this_month": self.env._("This month"),
            "this_quarter": self.env._("This quarter"),
            "this_year": self.env._("This year"),
            "last_week": self.env._("Last week"),
            "last_month": self.env._("Last month"),
            "last_quarter": self.env._("Last quarter"),
            "last_year": self.env._("Last year"),
            "last_7_days": self.env._("Last 7 days"),
            "last_30_days": self.env._("Last 30 days"),
            "last_90_days": self.env._("Last 90 days"),
            "last_12_months": self.env._("Last 12 months"),
        }
        dimensions = self.env["crm.kpi.dimension"].search([])
        return {
            "period": self.env.context.get("kpi_period") or "this_month",
            "key": whole.key,
            "grain": whole.grain,
            "start": fields.Date.to_string(whole.start),
            "end": fields.Date.to_string(whole.last_day),
            "label": formats.period_label(self.env, period),
            "whole_label": formats.period_label(self.env, whole),
            "previous": whole.shift(-1).key,
            "next": following.key if following.start <= question.today else False,
            "is_to_date": period.is_to_date,
            "compare": question.compare,
            "as_of": formats.time_text(self.env, question.local_now),
            "timezone": question.timezone,
            "presets": [{"key": key, "label": names[key]} for key in periods.RELATIVE],
            "dimensions": [
                {"code": line.code, "label": line.name, "model": line.model_name or False}
                for line in dimensions
            ],
        }

    @api.readonly
    def get_breakdown(self, dimension_code):
        """The figure split by a dimension, largest parts first.

        :return: dict rows (id, label, card), total (card), additive
        :raise UserError: for a dimension the KPI does not have
        """
        self.ensure_one()
        dimension = self._dimensions().filtered(lambda line: line.code == dimension_code)
        if not dimension:
            raise UserError(self.env._("“%s” cannot be split that way.", self.name))
        cards, total = Figures(self).breakdown(dimension)
        labels = self._member_labels(dimension, cards) if cards else {}
        rows = [{"id": key, "label": labels[key], "card": card} for key, card in cards.items()]
        rows.sort(key=lambda row: (row["card"]["value"] is None, -(row["card"]["value"] or 0.0)))
        return {"rows": rows, "total": total, "additive": self.is_additive}

    def _member_labels(self, dimension, members):
        source = self._measures()[:1].source_id
        field = source._get_model()._fields[source._dimension_field(dimension.code)]
        labels = dimension._member_labels([key for key in members if key != OTHERS], field)
        return labels | {OTHERS: self.env._("Other persons")}

    @api.readonly
    def get_dimensions(self):
        """Dimensions the KPI can be split by: list of dict code, label."""
        self.ensure_one()
        return [{"code": line.code, "label": line.name} for line in self._dimensions()]

    @api.readonly
    def get_trend(self):
        """The figure over the last periods with target and the year before."""
        self.ensure_one()
        figures = Figures(self)
        series, cells, year_ago = figures.trend()
        targets = [figures.targets(period).get(self.id) for period in series]
        card = self.card
        return {
            "labels": [formats.axis_label(self.env, period) for period in series],
            "keys": [period.key for period in series],
            "actual": [cell.value if cell.ok else None for cell in cells],
            "texts": [formats.figure_text(self.env, self, cell.value) for cell in cells],
            "target": [target and target["value"] for target in targets],
            "target_texts": [
                formats.figure_text(self.env, self, target and target["value"])
                for target in targets
            ],
            "last_year": [cell.value if cell.ok else None for cell in year_ago],
            "last_year_texts": [
                formats.figure_text(self.env, self, cell.value) for cell in year_ago
            ],
            "alt": card["spark"]["alt"],
        }

    @api.readonly
    def get_explanation(self):
        """How the figure comes about, in words: sentence, per measure filter, dates and currency."""
        self.ensure_one()
        return {
            "sentence": self.explanation or "",
            "left_out": self.left_out or "",
            "formula": self._formula_text(),
            "measures": [measure._explain() for measure in self._measures()],
            "currency": self._currency_text(),
        }

    def action_open_records(self, side="value", member=None):
        """Open exactly the records behind the figure.

        :param side: value, numerator or denominator
        :param member: dict dimension (code) and id, for one row of a breakdown
        :raise UserError: when the figure has no such records
        """
        self.ensure_one()
        question = Question(self.env)
        measure = self._measure_of_side(side)
        split, member_id = None, None
        if member:
            split, member_id = self._read_member(member)
        planner = question.planner([question.period], split=split)
        problem = planner.ask(measure).problem(measure, 0)
        if problem:
            raise UserError(problem.reason)
        domain = planner.domain(measure, planner.windows[0], member_id)
        return measure._open_action(
            domain, f"{self.name} · {formats.period_label(self.env, question.period)}"
        )

    # ------------------------------------------------------------ parts
    def _measure_of_side(self, side):
        measures = {
            "value": self._measures()[:1],
            "numerator": self.numerator_id,
            "denominator": self.denominator_id,
        }
        measure = isinstance(side, str) and measures.get(side)
        if not measure:
            raise UserError(self.env._("“%s” has no such records.", self.name))
        return measure

    def _read_member(self, member):
        if not isinstance(member, dict) or not {"dimension", "id"} <= member.keys():
            raise UserError(self.env._("This part of the figure is not known: %s", member))
        code, member_id = member["dimension"], member["id"]
        dimension = self._dimensions().filtered(lambda line: line.code == code)
        if not dimension or not dimension._is_member(member_id):
            raise UserError(self.env._("This part of the figure is not known: %s", member))
        if code == "user" and member_id:
            visible = self.env["res.users"]._kpi_visible_persons()
            if visible is not None and member_id not in visible:
                raise UserError(self.env._("This company does not show figures of these persons."))
        return code, member_id

    def _dimensions(self):
        """Dimensions that all measures of the KPI have."""
        per_source = [measure.source_id.dimension_ids.dimension_id for measure in self._measures()]
        if not per_source:
            return self.env["crm.kpi.dimension"]
        common = per_source[0]
        for dimensions in per_source[1:]:
            common &= dimensions
        return common.sorted()

    def _formula_text(self):
        match self.kind:
            case "ratio":
                text = f"{self.numerator_id.name} ÷ {self.denominator_id.name}"
                if self.factor != 1:
                    text += f" × {formats.number_text(self.env, self.factor, 0)}"
                return text
            case "derived":
                return self.formula
        return self.measure_id.name

    def _currency_text(self):
        if not any(measure.is_money for measure in self._measures()):
            return ""
        return self.env._(
            "In %s; amounts of other currencies are converted at the date of each record.",
            self.env.company.currency_id.name,
        )
