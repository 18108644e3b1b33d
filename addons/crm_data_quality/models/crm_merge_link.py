# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2
from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..merging.recompute import editable_dependents
from ..merging.snapshot import Snapshot
from .crm_merge_quiet import QUIET

_logger = logging.getLogger(__name__)


class CrmMerge(models.Model):
    """Leads are given the customer that they come from. Nothing is archived; the undo is that of
    a merge.

    What Odoo takes over from the customer into the lead (contact data, address) is journalled
    with it.
    """

    _inherit = "crm.merge"

    linked_lead_ids = fields.Many2many(
        "crm.lead",
        "crm_merge_linked_lead_rel",
        "merge_id",
        "lead_id",
        string="Linked Leads",
        readonly=True,
        context={"active_test": False},
        help="Leads that were given the kept customer; they stay as they are otherwise.",
    )

    @api.model
    def _link(self, customer, leads, origin=None):
        """Give leads without a customer the one that they come from.

        :param customer: the `res.partner`
        :param leads: `crm.lead` records of the user
        :param origin: the `crm.duplicate.cluster` that the records come from
        :return: `crm.merge`, to be undone as any other
        :raise UserError: with all reasons, when it is refused; nothing has changed then
        """
        refusals = self._link_refusals(customer, leads)
        if refusals:
            raise UserError("\n".join(refusals))
        try:
            with self.env.cr.savepoint():
                return self._link_now(customer, leads, origin)
        except psycopg2.IntegrityError as error:
            _logger.info("Link of %s refused by the database", leads, exc_info=True)
            raise UserError(
                self.env._("The database refuses this link: %s", error.diag.message_primary)
            ) from error

    @api.model
    def _link_refusals(self, customer, leads):
        """Why the leads cannot be given the customer: list of sentences, empty where they can.

        :raise AccessError: where the user may not even read one of the records
        """
        if (customer._name, leads._name) != ("res.partner", "crm.lead"):
            return [self.env._("Only leads are linked, and only to a customer.")]
        if len(customer) != 1 or not leads:
            return [self.env._("Choose a customer and at least one lead.")]
        if not customer.exists() or leads.exists() != leads:
            return [self.env._("One of the records was deleted meanwhile.")]
        customer.check_access("read")
        leads.check_access("read")
        refusals = self._refused_rights(leads)
        if refusals:
            return refusals
        for records in (customer, leads):
            for gone in self.sudo()._merged_away(records).with_env(self.env):
                refusals.append(
                    self.env._("“%s” was merged before. Undo that merge first.", gone.display_name)
                )
        for lead in leads:
            if lead.partner_id:
                refusals.append(self.env._("“%s” has a customer already.", lead.display_name))
            elif customer.company_id and lead.company_id not in (
                customer.company_id,
                lead.company_id.browse(),
            ):
                refusals.append(
                    self.env._(
                        "“%s” belongs to another company than the customer.", lead.display_name
                    )
                )
        return refusals

    @api.model
    def _link_now(self, customer, leads, origin, is_automatic=False):
        """Link without asking; the caller keeps a savepoint."""
        leads.sudo().lock_for_update(allow_referencing=True)
        head = self._link_head(customer, leads, origin)
        merge = self.sudo().create(head | {"is_automatic": is_automatic})
        self.env.flush_all()
        everything = leads.sudo().with_context(active_test=False)
        known = {merge: merge._link_addresses()}
        before = Snapshot(merge.env)
        before.watch("crm_lead", dict.fromkeys(leads.ids, merge.id))
        for model, ids in editable_dependents(everything, ["partner_id"]).items():
            before.watch(merge.env[model]._table, dict.fromkeys(ids, merge.id))
        quiet = leads.with_context(**QUIET)
        quiet.write({"partner_id": customer.id})
        quiet.env.flush_all()
        before.journal()
        merge._unite_consent(known)
        merge._settle_links()
        merge._note_link(
            lambda count: self.env._("Leads linked to this customer: %s", count),
            lambda name: self.env._("Linked to the customer %s.", name),
        )
        self.env.flush_all()
        return merge.with_env(self.env)

    def _link_head(self, customer, leads, origin):
        company = leads.company_id[:1] or customer.company_id or self.env.company
        today = fields.Date.context_today(self)
        return {
            "res_model": "res.partner",
            "partner_id": customer.id,
            "linked_lead_ids": [Command.set(leads.ids)],
            "company_id": company.id,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "cluster_id": origin.id if origin else False,
            "expires_on": today + relativedelta(days=company.sudo().quality_journal_days),
        }

    def _link_addresses(self):
        """E-mails and phone numbers of the customer and the leads, as `_consent` gives them."""
        parts = (self.partner_id, self.linked_lead_ids)
        return tuple(
            {value for records in parts for value in records.mapped(name) if value}
            for name in ("email_normalized", "phone_sanitized")
        )

    # ------------------------------------------------------------ duplicates
    def _settle_links(self):
        """The links that were decided leave their clusters; what is left stays to be decided."""
        for merge in self:
            cluster = merge.cluster_id
            pairs = cluster.pair_ids.filtered(lambda pair: pair.decision == "none")
            own = pairs.filtered(lambda pair, merge=merge: pair._left() in merge.linked_lead_ids)
            own._decide("merged")
            if own == pairs:
                cluster.write({"state": "merged"})
            else:
                cluster._regroup()

    def _reopen_clusters(self):
        links = self.filtered("linked_lead_ids")
        pairs = self.env["crm.duplicate.pair"].search(
            [
                ("kind", "=", "leads_customers"),
                ("decision", "=", "merged"),
                ("left_lead_id", "in", links.linked_lead_ids.ids),
            ]
        )
        pairs._decide("none")
        links.cluster_id._regroup(pairs)
        return super(CrmMerge, self - links)._reopen_clusters()

    # ------------------------------------------------------------ undo
    def _written(self):
        # who merges customers need not know leads at all
        return self.sudo().linked_lead_ids.with_env(self.env) or super()._written()

    def _undo(self):
        self.linked_lead_ids.lock_for_update(allow_referencing=True)
        return super()._undo()

    def _note_undo(self):
        links = self.filtered("linked_lead_ids")
        links._note_link(
            lambda count: self.env._("Leads whose link to this customer was undone: %s", count),
            lambda name: self.env._("The link to the customer %s was undone.", name),
        )
        return super(CrmMerge, self - links)._note_undo()

    def _note_link(self, text_of_customer, text_of_lead):
        """Log on customers and leads.

        The customer's note names no lead: who reads the customer may not read all of its leads.
        """
        for merge in self:
            leads = merge.linked_lead_ids
            name = merge.partner_id._get_html_link()
            merge.partner_id._message_log(body=Markup("<p>%s</p>") % text_of_customer(len(leads)))
            body = Markup("<p>%s</p>") % text_of_lead(name)
            leads._message_log_batch(dict.fromkeys(leads.ids, body))
