# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.batch import Outcome
from ..quality.duplicates.union import components


class CrmQualityRule(models.Model):
    """Built-in check of uniqueness, from the last search for duplicates.

    Uniqueness = 1 − Σ(size − 1) ÷ customers over the groups of customers that almost certain
    links hold together. Links that a person still has to judge do not count: they are questions,
    not findings. What a person dismissed does not count either, and what was merged is gone.
    """

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("duplicate", self.env._("No duplicate of another customer")),
        ]

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("duplicate", self.env._("is almost certainly a duplicate of an older record")),
        ]

    @api.model
    def _selection_not_checked(self):
        return [
            *super()._selection_not_checked(),
            ("no_search", self.env._("No search for duplicates has been finished yet.")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {"duplicate": ["name"]}

    def _check_duplicate(self, batch, rows):
        company = batch.check.company_id
        searched = batch.memo.get("duplicate_search")
        if searched is None:
            searched = batch.memo["duplicate_search"] = bool(
                self.env["crm.duplicate.search"]
                .sudo()
                .search_count(
                    [
                        ("company_id", "=", company.id),
                        ("kind", "=", "customers"),
                        ("run_state", "=", "done"),
                    ],
                    limit=1,
                )
            )
        if not searched:
            return Outcome(not_checked="no_search")
        outcome = Outcome(skipped=set(rows) - self._searched_ids(rows))
        for cluster_id, group in self._duplicate_groups(batch, rows):
            for key in sorted(group)[1:]:
                if key in rows:
                    # the figure opens exactly the clusters that it was made of
                    reason = ("duplicate", {"cluster": cluster_id})
                    outcome.failed[key] = (rows[key]["name"] or "", reason, "")
        return outcome

    @api.model
    def _searched_ids(self, ids):
        """Customers that the search has looked at."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM crm_duplicate_profile WHERE partner_id = ANY(%s)",
                list(ids),
            )
        )
        return {key for (key,) in rows}

    @api.model
    def _duplicate_groups(self, batch, rows):
        """Groups of customers of the check's scope that are almost certainly the same.

        Customers that the person who checks may not read take no part.

        :return: list of (id of the `crm.duplicate.cluster`, list of customers' ids)
        """
        links = self.env.execute_query(
            SQL(
                """
                SELECT pair.cluster_id, pair.left_partner_id, pair.right_partner_id
                  FROM crm_duplicate_pair pair
                 WHERE pair.band = 'automatic' AND pair.decision = 'none'
                       AND pair.cluster_id IN (
                           SELECT member.cluster_id FROM crm_duplicate_member member
                             JOIN crm_duplicate_cluster cluster ON cluster.id = member.cluster_id
                            WHERE member.partner_id = ANY(%s) AND cluster.state = 'open'
                                  AND cluster.kind = 'customers' AND cluster.company_id = %s)
                """,
                list(rows),
                batch.check.company_id.id,
            )
        )
        partners = batch.check._partners()
        found = {key for link in links for key in link[1:]}
        domain = batch.check._customer_domain() & Domain("id", "in", list(found))
        seen = set(partners._search(domain).get_result_ids()) if found else set()
        by_cluster = defaultdict(list)
        for cluster_id, left, right in links:
            if left in seen and right in seen:
                by_cluster[cluster_id].append((1.0, left, right))
        return [
            (cluster_id, group)
            for cluster_id, links in by_cluster.items()
            for group in components(links)
        ]
