# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..quality.duplicates.reasons import unpack
from .crm_duplicate_member import record_name
from .crm_duplicate_visibility import SIDES


class CrmDuplicatePair(models.Model):
    """Two records that look alike: how much, why, and what a person said about it.

    What was decided stays, whether a later search finds the pair again or not.
    """

    _name = "crm.duplicate.pair"
    _description = "Pair of Duplicates"
    _inherit = ["crm.duplicate.visibility"]
    _order = "weight desc, id"
    _rec_name = "score"

    cluster_id = fields.Many2one(
        "crm.duplicate.cluster", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    search_id = fields.Many2one(
        "crm.duplicate.search",
        string="Found By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_data_quality.group_data_quality_manager",
        help="The last search that found the pair.",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["crm.duplicate.search"]._selection_kind(),
        required=True,
        readonly=True,
        default="customers",
    )
    left_partner_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    right_partner_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    left_lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    right_lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    score = fields.Float(
        string="Probability",
        readonly=True,
        aggregator=None,
        help="Probability that both are the same, 0 to 1: 1 ÷ (1 + 2^−weight).",
    )
    weight = fields.Float(
        readonly=True,
        aggregator=None,
        help="Sum of the fields' weights and of the prior odds, in bits (logarithm to base 2). "
        "Model of Fellegi and Sunter, A Theory for Record Linkage, 1969.",
    )
    band = fields.Selection(
        [("automatic", "Almost certain"), ("review", "To review")],
        required=True,
        readonly=True,
        default="review",
    )
    reasons = fields.Text(
        string="Stored Explanation", readonly=True, help="The explanation, shortened for storing."
    )
    explanation = fields.Json(
        compute="_compute_explanation",
        help="What was compared: list of field, label, left, right, outcome, weight, frequency "
        "and gate.",
    )
    explanation_text = fields.Text(
        string="Reasons", compute="_compute_explanation_text", help="The reasons in words."
    )
    left_name = fields.Char(string="Record", compute="_compute_names")
    right_name = fields.Char(string="Looks Like", compute="_compute_names")
    decision = fields.Selection(
        [("none", "Undecided"), ("not_duplicate", "Not a duplicate"), ("merged", "Merged")],
        required=True,
        readonly=True,
        default="none",
    )
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)

    _two_records = models.Constraint(
        "CHECK(num_nonnulls(left_partner_id, left_lead_id) = 1"
        " AND num_nonnulls(right_partner_id, right_lead_id) = 1)",
        "A pair has a customer or lead on either side.",
    )
    _records_unique = models.UniqueIndex(
        "(company_id, COALESCE(left_partner_id, 0), COALESCE(right_partner_id, 0),"
        " COALESCE(left_lead_id, 0), COALESCE(right_lead_id, 0))"
    )

    @api.depends("reasons")
    def _compute_explanation(self):
        for pair in self:
            pair.explanation = unpack(pair.reasons)

    @api.depends_context("lang")
    @api.depends("explanation")
    def _compute_explanation_text(self):
        for pair in self:
            pair.explanation_text = "\n".join(pair._explanation_lines())

    @api.depends("left_partner_id", "right_partner_id", "left_lead_id", "right_lead_id")
    def _compute_names(self):
        for pair in self:
            pair.left_name = record_name(pair._left())
            pair.right_name = record_name(pair._right())

    @api.model
    def _hidden_where(self, alias):
        names = [name for name in SIDES if name.startswith(("left", "right"))]
        return self._hidden_condition(alias, names)

    def _left(self):
        """The record on the left: the older one, or the lead where a customer is opposite."""
        self.ensure_one()
        return self.left_partner_id or self.left_lead_id

    def _right(self):
        """The record on the right."""
        self.ensure_one()
        return self.right_partner_id or self.right_lead_id
