# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

# Key of a finding's details: the cluster that it comes from.
_CLUSTER = "cluster"


class CrmQualityResult(models.Model):
    """Uniqueness opens the duplicates that make its figure."""

    _inherit = "crm.quality.result"

    duplicate_cluster_count = fields.Integer(
        string="Duplicates",
        compute="_compute_duplicate_cluster_count",
        help="Groups of duplicates that make the figure, as far as they still exist and you may "
        "see them; 0 for rules about anything else.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("failed", "rule_id.check_method")
    def _compute_duplicate_cluster_count(self):
        clusters = self.env["crm.duplicate.cluster"]
        for result in self:
            counted = result.failed and result.rule_id.check_method == "duplicate"
            result.duplicate_cluster_count = (
                clusters.search_count([("quality_result_id", "=", result.id)]) if counted else 0
            )

    def action_open_duplicates(self):
        """The groups of duplicates that make the figure; the title says how it is computed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_duplicate_cluster_of_check"
        )
        name = self.env._(
            "%(rule)s: 1 − %(surplus)s ÷ %(total)s = %(score)s %%",
            rule=self.rule_id.name,
            surplus=formatLang(self.env, self.failed, digits=0),
            total=formatLang(self.env, self.applicable, digits=0),
            score=formatLang(self.env, self.score, digits=1),
        )
        return action | {
            "name": name,
            "display_name": name,
            "domain": [("quality_result_id", "=", self.id)],
            "context": {"quality_result_id": self.id},
        }


class CrmDuplicateCluster(models.Model):
    _inherit = "crm.duplicate.cluster"

    quality_result_id = fields.Many2one(
        "crm.quality.result",
        string="Counted In",
        compute="_compute_quality_result_id",
        search="_search_quality_result_id",
        help="The result of a check whose figure the duplicates are part of; for searching only.",
    )
    counted_surplus = fields.Integer(
        string="Surplus in the Check",
        compute="_compute_counted_surplus",
        help="Records of these duplicates that the check has counted as surplus: the almost "
        "certain duplicates of another customer in its scope, without those that are OK as they "
        "are. All of them together, divided by the customers of the check, are missing from "
        "100 %.",
    )

    def _compute_quality_result_id(self):
        self.quality_result_id = False

    @api.model
    def _search_quality_result_id(self, operator, value):
        if operator not in ("=", "in"):
            return NotImplemented
        ids = [value] if operator == "=" else list(value)
        results = self.env["crm.quality.result"].search([("id", "in", ids)])
        found = [Domain("id", "in", self._counted_query(result)) for result in results]
        return Domain.OR(found)

    @api.depends_context("quality_result_id", "uid", "allowed_company_ids")
    def _compute_counted_surplus(self):
        key = self.env.context.get("quality_result_id")
        result = self.env["crm.quality.result"].search([("id", "=", key)])
        counts = {}
        if result:
            rows = self.env.execute_query(
                SQL(
                    "SELECT found.cluster, count(*) FROM (%s) AS found (cluster)"
                    " WHERE found.cluster = ANY(%s) GROUP BY 1",
                    self._counted_query(result),
                    self.ids,
                )
            )
            counts = dict(rows)
        for cluster in self:
            cluster.counted_surplus = counts.get(cluster.id, 0)

    @api.model
    def _counted_query(self, result):
        """SQL query of a cluster's id for every open finding of a result that the user may see."""
        findings = self.env["crm.quality.finding"]
        query = findings._search(result._finding_domain() & Domain("is_accepted", "=", False))
        details = SQL.identifier(findings._table, "reason_values")
        query.add_where(SQL("%s ? %s", details, _CLUSTER))
        return query.select(SQL("(%s ->> %s)::int", details, _CLUSTER))
