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
    def _automatic_domain(self, companies, kinds=("customers", "leads")):
        """Clusters that the job settles: the dry run lists exactly these."""
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "open")
            & Domain("band", "=", "automatic")
            & Domain("kind", "in", kinds)
        )

    @api.model
    def action_dry_run(self):
        """List what the job would merge in the companies chosen, without merging anything."""
        return self._dry_run_action(
            self.env._("Would be merged automatically"),
            self._automatic_domain(self.env.companies),
        )

    @api.model
    def _dry_run_action(self, name, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_duplicate_cluster"
        )
        return action | {"display_name": name, "domain": list(domain), "context": {}}

    @api.model
    def _cron_merge_automatic(self):
        """Merge almost certain duplicates where the company wants it, committing each batch."""
        companies = self.env["res.company"].search([("merge_automatic", "=", True)])
        self._settle_automatic(self._automatic_domain(companies), self._merge_clusters)

    @api.model
    def _settle_automatic(self, domain, settle):
        """Settle clusters batch by batch.

        A run that is killed loses the batch it is at: the next one finds it undecided.

        :param domain: of the clusters; one that was looked at is not in it any more
        :param settle: function that is given a batch
        """
        clusters = self.env["crm.duplicate.cluster"]
        remaining = clusters.search_count(domain)
        while remaining:
            batch = clusters.search(domain, order="id", limit=_BATCH)
            if not batch:
                break
            settle(batch)
            remaining = clusters.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining):
                break

    @api.model
    def _merge_clusters(self, clusters):
        """Merge clusters as proposed; those that cannot be are left for review.

        :return: `crm.merge`
        """
        jobs, taken, settled = [], set(), []
        members, place = self._members_of(clusters)
        for cluster in clusters:
            records = members[cluster]
            keys = {(records._name, key) for key in records.ids}
            if keys & taken:
                continue  # in another cluster of this batch; the next batch looks again
            if len(records) < 2:
                cluster.write({"state": "dismissed"})
                continue
            taken |= keys
            ordered = records.sorted(place.get)
            jobs.append(Job(ordered[0], ordered[1:], {}, cluster))
            settled.append(cluster)
        merges, refused = self._merge_many(jobs, is_automatic=True)
        for number, reason in refused.items():
            _logger.info("Cluster %s is left for review: %s", settled[number].id, reason)
            settled[number].write({"band": "review"})
        return merges

    @api.model
    def _members_of(self, clusters):
        """The records of the clusters, read together.

        :return: (dict cluster → records, dict record → its place, the most active first)
        """
        members, place = {}, {}
        for kind in set(clusters.mapped("kind")):
            own = clusters.filtered(lambda cluster, kind=kind: cluster.kind == kind)
            name = "partner_id" if kind == "customers" else "lead_id"
            everything = own.member_ids[name].with_context(active_test=False).exists()
            ordered = self._by_activity(everything)
            place |= {record: number for number, record in enumerate(ordered)}
            for cluster in own:
                members[cluster] = everything & cluster.member_ids[name]
        return members, place
