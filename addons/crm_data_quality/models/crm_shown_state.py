# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States in the words of what was done: customers are merged, leads are linked to customers."""

from odoo import api, fields, models


class CrmMerge(models.Model):
    _inherit = "crm.merge"

    shown_state = fields.Selection(
        [
            ("done", "Merged"),
            ("linked", "Linked"),
            ("undone", "Undone"),
            ("partly", "Partly undone"),
            ("expired", "Expired"),
        ],
        string="Status",
        compute="_compute_shown_state",
        help="Linked: leads were given their customer, nothing was merged.",
    )

    @api.depends("state", "linked_lead_ids")
    def _compute_shown_state(self):
        for merge in self:
            # who merges customers need not know leads at all
            is_link = merge.state == "done" and merge.sudo().linked_lead_ids
            merge.shown_state = "linked" if is_link else merge.state


class CrmDuplicateCluster(models.Model):
    _inherit = "crm.duplicate.cluster"

    shown_state = fields.Selection(
        [
            ("open", "Undecided"),
            ("merged", "Merged"),
            ("linked", "Linked"),
            ("dismissed", "Not duplicates"),
        ],
        string="Status",
        compute="_compute_shown_state",
        help="Linked: the leads were given their customer, nothing was merged.",
    )

    @api.depends("state", "kind")
    def _compute_shown_state(self):
        for cluster in self:
            is_link = cluster.state == "merged" and cluster.kind == "leads_customers"
            cluster.shown_state = "linked" if is_link else cluster.state


class CrmDuplicatePair(models.Model):
    _inherit = "crm.duplicate.pair"

    shown_decision = fields.Selection(
        [
            ("none", "Undecided"),
            ("not_duplicate", "Not a duplicate"),
            ("merged", "Merged"),
            ("linked", "Linked"),
        ],
        string="Decided",
        compute="_compute_shown_decision",
        help="Linked: the lead was given this customer, nothing was merged.",
    )

    @api.depends("decision", "kind")
    def _compute_shown_decision(self):
        for pair in self:
            is_link = pair.decision == "merged" and pair.kind == "leads_customers"
            pair.shown_decision = "linked" if is_link else pair.decision
