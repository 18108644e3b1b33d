# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..quality.dimensions import share
from ..quality.nullable import ScoreField


class CrmQualityResult(models.Model):
    """A rule of a check: whether it is asked, its weight, and what came out."""

    _name = "crm.quality.result"
    _description = "Data Quality Result per Rule"
    _order = "check_id desc, effect desc, dimension_sequence, id"
    _rec_name = "rule_id"

    check_id = fields.Many2one("crm.quality.check", required=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.quality.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    finished_on = fields.Datetime(related="check_id.finished_on", store=True)
    run_state = fields.Selection(related="check_id.run_state")
    dimension = fields.Selection(related="rule_id.dimension", store=True)
    dimension_sequence = fields.Integer(related="rule_id.dimension_sequence", store=True)
    severity = fields.Selection(related="rule_id.severity")
    explanation = fields.Text(related="rule_id.explanation")
    is_selected = fields.Boolean(
        string="Included", default=True, help="Whether the check asks this rule."
    )
    weight = fields.Float(
        default=1.0, help="How much one case counts within its dimension, relative to other rules."
    )
    not_checked_code = fields.Selection(
        selection=lambda self: self.env["crm.quality.rule"]._selection_not_checked(),
        string="Kind of Obstacle",
        readonly=True,
        help="Why the rule could not be checked, without the details.",
    )
    not_checked_values = fields.Json(readonly=True, help="The details of the obstacle.")
    not_checked_reason = fields.Char(
        string="Not Checked Because",
        compute="_compute_not_checked_reason",
        help="Why the rule could not be checked, in the language of the reader; it does not count "
        "then.",
    )
    applicable = fields.Integer(readonly=True, help="Customers that the rule applies to.")
    passed = fields.Integer(
        readonly=True,
        help="Of these, customers without a finding, or with one that is OK as it is.",
    )
    failed = fields.Integer(string="To Improve", readonly=True, help="Customers with a finding.")
    accepted = fields.Integer(
        string="OK as It Is", readonly=True, help="Customers whose finding was accepted."
    )
    not_applicable = fields.Integer(
        readonly=True, help="Customers that the rule has nothing to say about; they do not count."
    )
    score = ScoreField(readonly=True, aggregator=None, help="Passed ÷ applicable, 0 to 100.")
    score_change = ScoreField(
        string="Change",
        readonly=True,
        aggregator=None,
        help="Points since the last check of the same scope.",
    )
    effect = fields.Float(
        string="Effect on Score",
        readonly=True,
        aggregator=None,
        help="Points that the overall score rises by when all findings of this rule are fixed.",
    )
    effort_hours = fields.Float(
        string="Effort (Hours)",
        compute="_compute_effort_hours",
        help="Number of records × the rule's estimated minutes per record.",
    )
    segment_ids = fields.One2many("crm.quality.segment", "result_id", string="Worst Segments")
    worst_segment = fields.Char(
        compute="_compute_worst_segment",
        help="Where most findings are, above what the size of the segment would bring; counted "
        "at the end of the check.",
    )
    summary = fields.Char(compute="_compute_summary", help="The improvement in words.")

    _rule_unique = models.Constraint(
        "UNIQUE(check_id, rule_id)", "A check asks each rule only once."
    )
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "Weights cannot be negative.")

    @api.depends_context("lang")
    @api.depends("not_checked_code", "not_checked_values")
    def _compute_not_checked_reason(self):
        rules = self.env["crm.quality.rule"]
        for result in self:
            problem = result.not_checked_code and (
                result.not_checked_code,
                result.not_checked_values,
            )
            result.not_checked_reason = rules._write_not_checked(problem)

    def _set_not_checked(self, problem):
        """Take over why nothing could be checked: a code or a tuple (code, dict of values)."""
        code, values = (problem, None) if isinstance(problem, str) else problem
        self.write({"not_checked_code": code, "not_checked_values": values})

    @api.depends("failed", "rule_id.effort_minutes")
    def _compute_effort_hours(self):
        for result in self:
            result.effort_hours = result.failed * result.rule_id.effort_minutes / 60.0

    @api.depends_context("lang")
    @api.depends("failed", "effect", "rule_id.name")
    def _compute_summary(self):
        for result in self:
            result.summary = self.env._(
                "%(rule)s: %(number)s records", rule=result.rule_id.name, number=result.failed
            )

    @api.depends_context("lang")
    @api.depends("segment_ids")
    def _compute_worst_segment(self):
        for result in self:
            worst = result.segment_ids.sorted("excess", reverse=True)[:1]
            result.worst_segment = bool(worst) and self.env._(
                "%(segment)s: %(failed)s of %(total)s",
                segment=worst.label,
                failed=worst.failed,
                total=worst.total,
            )

    def action_open_segments(self):
        """Where the findings of the rule pile up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_segment"
        )
        return action | {"display_name": self.rule_id.name, "domain": [("result_id", "=", self.id)]}

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"is_selected", "weight"}:
                raise AccessError(self.env._("The figures of a check come from its run only."))
            if any(result.run_state != "draft" for result in self):
                raise UserError(
                    self.env._("The rules of a check that was started cannot change any more.")
                )
        return super().write(vals)

    # ------------------------------------------------------------ figures
    def _store(self, counts, customers):
        """Take over the counts [applicable, failed, accepted]; None: the rule met nobody."""
        self.ensure_one()
        applicable, failed, accepted = counts or (0, 0, 0)
        counted = self.is_selected and not self.not_checked_reason
        score = share(applicable - failed, applicable) if counted else None
        before = self._previous()
        change = None
        if score is not None and before and before.score is not False:
            change = score - before.score
        self.write(
            {
                "applicable": applicable,
                "passed": applicable - failed,
                "failed": failed,
                "accepted": accepted,
                "not_applicable": customers - applicable if counted else 0,
                "score": score,
                "score_change": change,
            }
        )

    def _previous(self):
        """The same rule in the check that this one is compared with."""
        self.ensure_one()
        results = self.check_id.previous_id.result_ids
        return results.filtered(lambda result: result.rule_id == self.rule_id)

    def _store_effect(self):
        """Points of the overall score if every finding of the rule were fixed: exact, as the
        score is linear in each rule."""
        self.ensure_one()
        dimension = self.check_id.score_ids.filtered(lambda s: s.dimension == self.dimension)
        effect = 0.0
        if self.failed and dimension.denominator and dimension.overall_share:
            lift = self.weight * self.failed / dimension.denominator
            effect = 100.0 * dimension.overall_share * lift
        self.effect = effect

    # ------------------------------------------------------------ what to do about it
    def _finding_domain(self):
        """Findings of the rule, accepted ones included."""
        self.ensure_one()
        return Domain("check_id", "=", self.check_id.id) & Domain("rule_id", "=", self.rule_id.id)

    def action_open_list(self):
        """The customers to improve."""
        self.ensure_one()
        return self.env["crm.quality.finding"]._partners_action(
            self.rule_id.name, self._open_finding_domain(), self.rule_id.subject
        )

    def action_open_findings(self):
        """The findings of the rule, with value, reason and proposal."""
        self.ensure_one()
        self.check_id._refresh_edited()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_finding"
        )
        return action | {
            "display_name": self.rule_id.name,
            "domain": list(self._finding_domain()),
            "context": {"search_default_open": 1, "quality_subject": self.rule_id.subject},
        }

    def action_assign(self):
        """Ask who is to improve these customers until when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign"),
            "res_model": "crm.quality.assign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_result_id": self.id},
        }
