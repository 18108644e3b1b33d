# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.fields import Domain

from .crm_merge_service import Job

_logger = logging.getLogger(__name__)

_BATCH = 200


class CrmMerge(models.Model):
    """Merging of what is almost certain, by a job; off unless a company says so."""

    _inherit = "crm.merge"

    @api.model
    def _automatic_domain(self, companies):
        """Clusters that the job merges: the dry run lists exactly these."""
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "open")
            & Domain("band", "=", "automatic")
            & Domain("kind", "in", ("customers", "leads"))
        )

    @api.model
    def action_dry_run(self):
        """List what the job would merge in the companies chosen, without merging anything."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_duplicate_cluster"
        )
        return action | {
            "name": self.env._("Would be merged automatically"),
            "domain": list(self._automatic_domain(self.env.companies)),
            "context": {},
        }

    @api.model
    def _cron_merge_automatic(self):
        """Merge almost certain duplicates where the company wants it, committing each batch."""
        companies = self.env["res.company"].search([("merge_automatic", "=", True)])
        clusters = self.env["crm.duplicate.cluster"]
        domain = self._automatic_domain(companies)
        remaining = clusters.search_count(domain)
        while remaining:
            batch = clusters.search(domain, order="id", limit=_BATCH)
            if not batch:
                break
            self._merge_clusters(batch)
            remaining = clusters.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining):
                break

    @api.model
    def _merge_clusters(self, clusters):
        """Merge clusters as proposed; those that cannot be are left for review.

        :return: `crm.merge`
        """
        jobs, taken, settled = [], set(), []
        for cluster in clusters:
            records = cluster._records()
            keys = {(records._name, key) for key in records.ids}
            if keys & taken:
                continue  # in another cluster of this batch; the next batch looks again
            if len(records) < 2:
                cluster.write({"state": "dismissed"})
                continue
            taken |= keys
            ordered = self._by_activity(records)
            jobs.append(Job(ordered[0], ordered[1:], {}, cluster))
            settled.append(cluster)
        merges, refused = self._merge_many(jobs, is_automatic=True)
        for number, reason in refused.items():
            _logger.info("Cluster %s is left for review: %s", settled[number].id, reason)
            settled[number].write({"band": "review"})
        return merges
