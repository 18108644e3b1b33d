# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import api, fields, models
from odoo.tools import SQL


class CrmDuplicateCluster(models.Model):
    """Records that are probably the same customer or lead.

    Who may not read one of its members does not see the cluster at all.
    """

    _name = "crm.duplicate.cluster"
    _description = "Duplicates"
    _inherit = ["crm.duplicate.visibility"]
    _order = "state desc, band, score desc, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Records of this company and those without a company were compared.",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["crm.duplicate.search"]._selection_kind(),
        required=True,
        readonly=True,
        default="customers",
        help="What was compared with what.",
    )
    res_model = fields.Char(
        string="Model",
        compute="_compute_res_model",
        store=True,
        help="Technical name of the model of the members; clusters of leads and customers hold "
        "both and carry the leads' model.",
    )
    band = fields.Selection(
        [("automatic", "Almost certain"), ("review", "To review")],
        required=True,
        readonly=True,
        default="review",
        help="Almost certain: the weakest link has a posterior of at least 99 % and a strong "
        "identifier agrees. All others need a person's judgement.",
    )
    score = fields.Float(
        string="Probability",
        readonly=True,
        aggregator=None,
        help="Probability (0 to 1) that the members are the same, of the weakest link that holds "
        "the cluster together.",
    )
    state = fields.Selection(
        [("open", "Undecided"), ("merged", "Merged"), ("dismissed", "Not duplicates")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    member_ids = fields.One2many("crm.duplicate.member", "cluster_id", string="Members")
    pair_ids = fields.One2many("crm.duplicate.pair", "cluster_id", string="Links")
    member_count = fields.Integer(
        string="Records", readonly=True, aggregator="sum", help="Number of members."
    )
    surplus_count = fields.Integer(
        string="Surplus",
        compute="_compute_surplus_count",
        store=True,
        aggregator="sum",
        help="Members − 1: so many records would go if the cluster were merged into one.",
    )
    reason = fields.Char(
        string="Main Reason",
        compute="_compute_reason",
        help="The weightiest reason of the weakest link.",
    )
    found_on = fields.Datetime(readonly=True, default=fields.Datetime.now)

    # the order in which open cases are listed and reviewed
    _open_index = models.Index("(band, score DESC, id) WHERE state = 'open'")

    @api.depends("kind")
    def _compute_res_model(self):
        for cluster in self:
            cluster.res_model = "res.partner" if cluster.kind == "customers" else "crm.lead"

    @api.depends("member_count")
    def _compute_surplus_count(self):
        for cluster in self:
            cluster.surplus_count = max(cluster.member_count - 1, 0)

    @api.depends("member_ids.display_name")
    def _compute_display_name(self):
        for cluster in self:
            members = cluster.member_ids
            # a slice would read the members of each cluster for itself
            names = dict.fromkeys(member.display_name for member in islice(members, 3))
            more = " …" if len(members) > 3 else ""
            cluster.display_name = " · ".join(names) + more

    @api.depends_context("lang")
    @api.depends("pair_ids.explanation", "pair_ids.weight", "pair_ids.decision")
    def _compute_reason(self):
        for cluster in self:
            links = cluster.pair_ids.filtered(lambda pair: pair.weight and pair.explanation)
            weakest = links.sorted("weight")[:1]
            cluster.reason = weakest._explanation_lines()[0] if weakest else False

    @api.model
    def _hidden_where(self, alias):
        return self._hides_member(SQL.identifier(alias, "id"))

    @api.model
    def _hides_member(self, cluster):
        """SQL condition: a cluster has a member that the user may not read.

        Written so that it is asked for each cluster in turn: with EXISTS the database looks at
        the members of all clusters before it gives the first ones.

        :param cluster: SQL expression of the cluster's id
        """
        return SQL(
            "(SELECT COALESCE(bool_or(%s), FALSE) FROM crm_duplicate_member hiding"
            " WHERE hiding.cluster_id = %s)",
            self._hidden_condition("hiding", ("partner_id", "lead_id")),
            cluster,
        )
