# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class CrmRetentionProposal(models.Model):
    """A customer or lead whose retention period is over: to be archived or anonymised.

    Nothing happens by itself: a data quality manager confirms each proposal.
    """

    _name = "crm.retention.proposal"
    _description = "Retention Proposal"
    _inherit = ["crm.quality.subject.mixin"]
    _order = "state, kept_until, id"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Lead", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(
        selection=lambda self: self.env["crm.retention.rule"]._selection_kind(),
        readonly=True,
        help="The kind of document with the longest period; empty where there is none.",
    )
    last_on = fields.Date(
        string="Last Document",
        readonly=True,
        help="Day of the last document of that kind; of the creation where there is none.",
    )
    kept_until = fields.Date(
        readonly=True, help="Last day of the calendar year in which the period ended."
    )
    reason = fields.Char(compute="_compute_reason", help="Why it can go, in words.")
    state = fields.Selection(
        [
            ("open", "To decide"),
            ("held", "Held back"),
            ("archived", "Archived"),
            ("anonymised", "Anonymised"),
            ("kept", "Kept"),
        ],
        default="open",
        required=True,
        readonly=True,
        help="Held back: the period is over, but something about the customer is not finished. "
        "The next search looks again.",
    )

    _one_record = models.Constraint(
        "CHECK((partner_id IS NULL) <> (lead_id IS NULL))",
        "A proposal is about either a customer or a lead.",
    )

    @api.depends_context("lang")
    @api.depends("kind", "last_on", "kept_until")
    def _compute_reason(self):
        rules = self.env["crm.retention.rule"]
        for proposal in self:
            last = format_date(self.env, proposal.last_on)
            until = format_date(self.env, proposal.kept_until)
            if proposal.kind:
                proposal.reason = self.env._(
                    "%(kind)s: the last one is of %(last)s, the period ended on %(until)s.",
                    kind=rules._kind_label(proposal.kind),
                    last=last,
                    until=until,
                )
            else:
                proposal.reason = self.env._(
                    "No document at all since the creation on %(last)s, the period for letters "
                    "ended on %(until)s.",
                    last=last,
                    until=until,
                )

    @api.model
    def action_look(self):
        """Look for customers and leads of the company whose periods are over.

        :return: window of the proposals, or of the search where it goes on in the background
        """
        self._check_manager()
        search = self.env["crm.retention.search"].create({})
        search.action_start()
        if search.is_running:
            return search.get_formview_action()
        return search.action_open_proposals()

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_data_quality.group_data_quality_manager"):
            raise AccessError(
                self.env._("Only a data quality manager decides about retention periods.")
            )

    @api.model
    def _for_customers(self, company, found):
        """Values of the proposals for those of some customers whose periods are over.

        :param found: customers without a parent, as the person who looks sees them
        """
        rules = self.env["crm.retention.rule"].with_context(**found.env.context)
        years = rules._years(company)["letters"].years
        family = self.env["res.partner"].sudo().with_context(active_test=False)
        family = family.search(Domain("commercial_partner_id", "in", found.ids))
        ends = rules._ends(family, company)
        unfinished = rules._with_open_documents(family)
        members = family.grouped("commercial_partner_id")
        values = []
        for partner in found - self._kept("partner_id", found):
            contacts = members.get(partner.sudo(), family.browse(partner.id))
            value = self._proposal(company, contacts, ends, years, partner)
            if value:
                held = unfinished & set(contacts.ids)
                values.append(value | {"state": "held" if held else "open"})
        return values

    @api.model
    def _proposal(self, company, contacts, ends, years, partner):
        """Values of the proposal for a customer with its contacts; None while one must be kept."""
        known = [ends[key] for key in contacts.ids if key in ends]
        created = fields.Datetime.context_timestamp(partner, partner.create_date).date()
        without = (fields.Date.end_of(created.replace(year=created.year + years, day=1), "year"),)
        end, kind, last = max(known) if known else (*without, False, created)
        if end >= fields.Date.context_today(self):
            return None
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "kind": kind,
            "last_on": last,
            "kept_until": end,
        }

    @api.model
    def _for_leads(self, company, found):
        """Values of the proposals for closed leads without a customer."""
        years = self.env["crm.retention.rule"]._years(company)["letters"].years
        values = []
        for lead in found - self._kept("lead_id", found):
            last = fields.Datetime.context_timestamp(lead, lead.write_date).date()
            values.append(
                {
                    "company_id": company.id,
                    "lead_id": lead.id,
                    "kind": "letters",
                    "last_on": last,
                    "kept_until": last.replace(year=last.year + years, month=12, day=31),
                }
            )
        return values

    @api.model
    def _kept(self, name, found):
        """Those of some records that somebody decided to keep: they are not proposed again."""
        domain = Domain("state", "=", "kept") & Domain(name, "in", found.ids)
        return self.sudo().search(domain)[name].with_env(found.env)

    @api.model
    def _drop_open(self, company, name, after, last):
        """Delete the undecided proposals of the records that are looked at now.

        :param name: field of the customer or lead
        :param after: id before the first of the records
        :param last: id of the last of them, None: all that follow
        """
        column = SQL.identifier(name)
        until = SQL("AND %s <= %s", column, last) if last else SQL()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_retention_proposal"
                " WHERE company_id = %s AND state IN ('open', 'held') AND %s > %s %s"
                # the rest of restricted customers is proposed by their own job
                " AND (partner_id IS NULL OR partner_id NOT IN"
                " (SELECT partner_id FROM crm_privacy_restriction WHERE state = 'due'))",
                company.id,
                column,
                after,
                until,
            )
        )
        self.invalidate_model(flush=False)

    # ------------------------------------------------------------ decisions
    def action_keep(self):
        """Keep records: they are not proposed again."""
        self._decide("kept")
        return True

    def action_archive(self):
        """Archive customers with their contacts, and leads; they stay as they are otherwise."""
        partners, leads = self.partner_id, self.lead_id
        self._decide("archived")
        contacts = partners | partners.child_ids
        self.env["crm.privacy.log"].sudo()._note("archived", contacts, leads)
        contacts.write({"active": False})
        leads.write({"active": False})
        return True

    def action_anonymise(self):
        """Open the preview of what would be anonymised."""
        self._check_manager()
        self.check_access("read")
        proposals = self.filtered(lambda item: item.state in ("open", "held"))
        proposals._check_unfinished()
        return self.env["crm.anonymise"]._open(proposals.partner_id, proposals.lead_id)

    def _decide(self, state):
        self._check_manager()
        self.check_access("read")
        if any(proposal.state not in ("open", "held") for proposal in self):
            raise UserError(self.env._("This was decided already."))
        if state != "kept":
            self._check_unfinished()
        self.sudo().state = state
