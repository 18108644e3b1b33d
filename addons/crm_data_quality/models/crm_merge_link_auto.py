# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
_KINDS = ("leads_customers",)


class CrmMerge(models.Model):
    """Linking of leads to the customer that they almost certainly come from, by the job; off
    unless a company says so."""

    _inherit = "crm.merge"

    @api.model
    def action_dry_run_links(self):
        """List what the job would link in the companies chosen, without linking anything."""
        return self._dry_run_action(
            self.env._("Would be linked automatically"),
            self._automatic_domain(self.env.companies, _KINDS),
        )

    @api.model
    def _cron_link_automatic(self):
        """Link leads to almost certain customers where the company wants it."""
        companies = self.env["res.company"].search([("link_automatic", "=", True)])
        self._settle_automatic(self._automatic_domain(companies, _KINDS), self._link_clusters)

    @api.model
    def _link_clusters(self, clusters):
        """Link the leads of each cluster to its customer; what is not clear is left for review.

        :return: `crm.merge`
        """
        merges = self.browse()
        for cluster in clusters:
            members = cluster.member_ids
            customers = members.partner_id.exists().filtered("active")
            leads = members.lead_id.exists()
            leads = leads.filtered(lambda lead: not (lead.partner_id or lead.is_merged))
            if not leads or not customers:
                cluster.write({"state": "dismissed"})
                continue
            merge, reason = self._link_certain(customers, leads, cluster)
            if reason:
                _logger.info("Cluster %s is left for review: %s", cluster.id, reason)
                cluster.write({"band": "review"})
            merges |= merge
        return merges

    @api.model
    def _link_certain(self, customers, leads, cluster):
        """:return: (`crm.merge`, why nothing was linked)"""
        if len(customers) > 1:
            return self.browse(), "several customers"
        refusals = self._link_refusals(customers, leads)
        if refusals:
            return self.browse(), " ".join(refusals)
        try:
            with self.env.cr.savepoint():
                return self._link_now(customers, leads, cluster, is_automatic=True), ""
        except psycopg2.OperationalError:
            raise  # a collision with another transaction: the whole is tried again
        except (psycopg2.Error, UserError) as error:
            return self.browse(), str(error)
