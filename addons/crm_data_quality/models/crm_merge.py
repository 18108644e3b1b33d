# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

MANAGER = "crm_data_quality.group_data_quality_manager"


class CrmMerge(models.Model):
    """One merge: which record was kept, which were merged into it, and the way back.

    The service knows customers (`res.partner`) and leads (`crm.lead`). Merged records are
    archived, never deleted. Modules extend `_before_merge`, `_after_merge` and `_movable_rows`;
    a model whose rows speak of the merged record itself, or are derived from others, sets
    `_stays_when_merged = True`.
    """

    _name = "crm.merge"
    _description = "Merge"
    _inherit = ["crm.duplicate.visibility"]
    _order = "date desc, id desc"

    res_model = fields.Selection(
        [("res.partner", "Customers"), ("crm.lead", "Leads")],
        string="Kind",
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Kept Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Kept Lead",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    merged_partner_ids = fields.Many2many(
        "res.partner",
        "crm_merge_partner_rel",
        "merge_id",
        "partner_id",
        string="Merged Customers",
        readonly=True,
        context={"active_test": False},
    )
    merged_lead_ids = fields.Many2many(
        "crm.lead",
        "crm_merge_lead_rel",
        "merge_id",
        "lead_id",
        string="Merged Leads",
        readonly=True,
        context={"active_test": False},
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Company in which the merge was made.",
    )
    user_id = fields.Many2one(
        "res.users", string="Merged By", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, readonly=True)
    is_automatic = fields.Boolean(
        string="Automatic",
        readonly=True,
        help="Merged by the scheduled job, because the duplicates were almost certain.",
    )
    cluster_id = fields.Many2one(
        "crm.duplicate.cluster",
        string="Duplicates",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("done", "Merged"),
            ("undone", "Undone"),
            ("partly", "Partly undone"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="done",
        index=True,
        help="Expired: the journal was deleted, the merge can no longer be undone.",
    )
    expires_on = fields.Date(
        readonly=True, help="On this day the journal is deleted: it holds personal data."
    )
    undone_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    undone_on = fields.Datetime(readonly=True)
    undo_report = fields.Text(
        string="Not Restored",
        readonly=True,
        help="Rows that were not restored, because they had changed since.",
    )
    can_undo = fields.Boolean(compute="_compute_can_undo")
    line_ids = fields.One2many(
        "crm.merge.line", "merge_id", string="Journal", groups="base.group_system"
    )

    @api.depends("partner_id.display_name", "lead_id.display_name")
    def _compute_display_name(self):
        for merge in self:
            merge.display_name = merge._kept().display_name

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        for merge in self:
            mine = is_manager or merge.user_id == self.env.user
            merge.can_undo = mine and merge.state == "done"

    @api.model
    def _hidden_query(self):
        """A merge is as secret as the record that was kept and each one that was merged."""
        parts = [
            SQL(
                "SELECT part.id FROM crm_merge part WHERE %s",
                self._hidden_condition("part", ("partner_id", "lead_id")),
            )
        ]
        for name in ("merged_partner_ids", "merged_lead_ids", "linked_lead_ids"):
            field = self._fields[name]
            parts.append(
                SQL(
                    "SELECT part.merge_id FROM %s part WHERE %s",
                    SQL.identifier(field.relation),
                    self._hidden_condition("part", (field.column2,)),
                )
            )
        return SQL(" UNION ALL ").join(parts)

    def _kept(self):
        """The record that was kept."""
        self.ensure_one()
        return self.partner_id if self.res_model == "res.partner" else self.lead_id

    def _merged(self):
        """The records that were merged into it, archived as they are."""
        self.ensure_one()
        merges = self.with_context(active_test=False)
        if self.res_model == "res.partner":
            return merges.merged_partner_ids
        return merges.merged_lead_ids

    def _written(self):
        """The records that the merge has written and its undo writes again."""
        return self._kept() | self._merged()

    def action_open_kept(self):
        """The form of the record that was kept."""
        return self._kept().get_formview_action()
