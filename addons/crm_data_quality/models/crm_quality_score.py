# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from ..quality.dimensions import share
from ..quality.nullable import ScoreField


class CrmQualityScore(models.Model):
    """A dimension of a check: numerator, denominator and score."""

    _name = "crm.quality.score"
    _description = "Data Quality Score per Dimension"
    _order = "check_id desc, id"
    _rec_name = "dimension"

    check_id = fields.Many2one("crm.quality.check", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    user_id = fields.Many2one(related="check_id.user_id", store=True)
    is_reference = fields.Boolean(related="check_id.is_reference", store=True)
    finished_on = fields.Datetime(related="check_id.finished_on", store=True)
    run_state = fields.Selection(related="check_id.run_state")
    valid_from = fields.Datetime(related="check_id.valid_from", store=True, index="btree_not_null")
    valid_to = fields.Datetime(related="check_id.valid_to", store=True)
    dimension = fields.Selection(
        selection=lambda self: self.env["crm.quality.rule"]._selection_dimension(), required=True
    )
    weight = fields.Float(
        default=1.0, help="How much the dimension counts in the overall score, relative to others."
    )
    numerator = fields.Float(readonly=True, help="Σ weight × passed.")
    denominator = fields.Float(
        readonly=True,
        help="Σ weight × applicable; 0 where nothing was checked or nothing applied.",
    )
    score = ScoreField(
        readonly=True,
        aggregator="avg",
        help="Numerator ÷ denominator, 0 to 100; empty where nothing was checked or applied.",
    )
    score_change = ScoreField(
        string="Change",
        readonly=True,
        aggregator=None,
        help="Points since the last check of the same scope.",
    )
    overall_share = fields.Float(
        readonly=True, help="Share of the dimension in the overall score, 0 to 1."
    )
    overall_numerator = fields.Float(
        readonly=True,
        help="Customers × share in the overall score × score ÷ 100: the sum over the dimensions, "
        "divided by that of the next field, is the overall score.",
    )
    overall_denominator = fields.Float(
        readonly=True, help="Customers × share in the overall score."
    )
    formula = fields.Char(compute="_compute_formula", help="The calculation in words.")

    _dimension_unique = models.Constraint(
        "UNIQUE(check_id, dimension)", "A check has each dimension only once."
    )
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "Weights cannot be negative.")

    @api.depends_context("lang")
    @api.depends("numerator", "denominator", "run_state")
    def _compute_formula(self):
        for score in self:
            if score.run_state != "done":
                score.formula = False
            elif not score.denominator:
                score.formula = self.env._("not checked")
            else:
                score.formula = self.env._(
                    "%(passed)s of %(applicable)s, weighted",
                    passed=score._number_text(score.numerator),
                    applicable=score._number_text(score.denominator),
                )

    def _number_text(self, number):
        """A weighted count in the reader's notation, with a decimal only where there is one."""
        return formatLang(self.env, number, digits=0 if number == round(number) else 1)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"weight"}:
                raise AccessError(self.env._("The figures of a check come from its run only."))
            if any(score.run_state != "draft" for score in self):
                raise UserError(
                    self.env._("The weights of a check that was started cannot change any more.")
                )
        return super().write(vals)

    def _store(self, numerator, denominator):
        """Take over the weighted sums."""
        self.ensure_one()
        score = share(numerator, denominator)
        before = self.check_id.previous_id.score_ids.filtered(
            lambda item: item.dimension == self.dimension
        )
        change = None
        if score is not None and before and before.score is not False:
            change = score - before.score
        self.write(
            {
                "numerator": numerator,
                "denominator": denominator,
                "score": score,
                "score_change": change,
            }
        )

    def _store_effect_base(self, total_weight):
        """Store the dimension's part in the overall score.

        :param total_weight: sum of the weights of the dimensions that have a score
        """
        self.ensure_one()
        part = 0.0
        if total_weight and self.denominator and self.weight > 0:
            part = self.weight / total_weight
        customers = self.check_id.done_count
        ratio = (share(self.numerator, self.denominator) or 0.0) / 100.0
        self.write(
            {
                "overall_share": part,
                "overall_numerator": customers * part * ratio,
                "overall_denominator": customers * part,
            }
        )

    def action_open_results(self):
        """The rules behind the figure."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_result"
        )
        return action | {
            "domain": [("check_id", "=", self.check_id.id), ("dimension", "=", self.dimension)],
        }
