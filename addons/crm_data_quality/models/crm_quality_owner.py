# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..quality.nullable import ScoreField


class CrmQualityOwner(models.Model):
    """The result of a check for the customers of one salesperson (or of none)."""

    _name = "crm.quality.owner"
    _description = "Data Quality Score per Owner"
    _order = "check_id desc, finding_count desc, id"
    _rec_name = "user_id"

    check_id = fields.Many2one("crm.quality.check", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    is_reference = fields.Boolean(related="check_id.is_reference", store=True)
    valid_from = fields.Datetime(related="check_id.valid_from", store=True, index="btree_not_null")
    valid_to = fields.Datetime(related="check_id.valid_to", store=True)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, index=True, ondelete="set null"
    )
    owner_name = fields.Char(
        string="Salesperson or None",
        compute="_compute_owner_name",
        help="The customers of nobody are a row of their own.",
    )
    team_id = fields.Many2one(related="user_id.sale_team_id", store=True, string="Sales Team")
    customer_count = fields.Integer(string="Customers", readonly=True)
    finding_count = fields.Integer(string="Findings", readonly=True)
    score = ScoreField(
        readonly=True,
        aggregator=None,
        help="Weighted mean of the dimensions, 0 to 100.",
    )
    completeness_passed = fields.Float(
        string="Completeness: Passed", readonly=True, help="Σ weight × passed."
    )
    completeness_applicable = fields.Float(
        string="Completeness: Applicable", readonly=True, help="Σ weight × applicable."
    )
    completeness_score = ScoreField(string="Completeness", readonly=True, aggregator=None)
    validity_passed = fields.Float(
        string="Validity: Passed", readonly=True, help="Σ weight × passed."
    )
    validity_applicable = fields.Float(
        string="Validity: Applicable", readonly=True, help="Σ weight × applicable."
    )
    validity_score = ScoreField(string="Validity", readonly=True, aggregator=None)
    consistency_passed = fields.Float(
        string="Consistency: Passed", readonly=True, help="Σ weight × passed."
    )
    consistency_applicable = fields.Float(
        string="Consistency: Applicable", readonly=True, help="Σ weight × applicable."
    )
    consistency_score = ScoreField(string="Consistency", readonly=True, aggregator=None)
    currentness_passed = fields.Float(
        string="Currentness: Passed", readonly=True, help="Σ weight × passed."
    )
    currentness_applicable = fields.Float(
        string="Currentness: Applicable", readonly=True, help="Σ weight × applicable."
    )
    currentness_score = ScoreField(string="Currentness", readonly=True, aggregator=None)
    uniqueness_passed = fields.Float(
        string="Uniqueness: Passed", readonly=True, help="Σ weight × passed."
    )
    uniqueness_applicable = fields.Float(
        string="Uniqueness: Applicable", readonly=True, help="Σ weight × applicable."
    )
    uniqueness_score = ScoreField(string="Uniqueness", readonly=True, aggregator=None)

    @api.depends_context("lang")
    @api.depends("user_id")
    def _compute_owner_name(self):
        for owner in self:
            owner.owner_name = owner.user_id.name or self.env._("No Salesperson")

    def action_open_findings(self):
        """Open findings among this person's customers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_quality_finding"
        )
        domain = Domain("check_id", "=", self.check_id.id) & Domain("user_id", "=", self.user_id.id)
        return action | {
            "domain": list(domain),
            "context": {"search_default_open": 1, "quality_subject": self.check_id.subject},
        }
