# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

# Customers looked at together.
BATCH_SIZE = 2000


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
        selection=lambda self: self.env["crm.retention.rule"]._fields["kind"].selection,
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
            ("archived", "Archived"),
            ("anonymised", "Anonymised"),
            ("kept", "Kept"),
        ],
        default="open",
        required=True,
        readonly=True,
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
        """Look for customers and leads of the company whose periods are over."""
        self._check_manager()
        company = self.env.company
        self.sudo().search(
            Domain("company_id", "=", company.id) & Domain("state", "=", "open")
        ).unlink()
        if not self.env["crm.retention.rule"]._years(company).get("letters"):
            raise UserError(self.env._("There is no retention period for business letters."))
        self._look_at_customers(company)
        self._look_at_leads(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_retention_proposal"
        )

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_data_quality.group_data_quality_manager"):
            raise AccessError(
                self.env._("Only a data quality manager decides about retention periods.")
            )

    @api.model
    def _look_at_customers(self, company):
        rules = self.env["crm.retention.rule"]
        years = rules._years(company)["letters"].years
        partners = self.env["res.partner"].with_context(allowed_company_ids=company.ids)
        domain = (
            Domain("partner_share", "=", True)
            & Domain("company_id", "in", [False, company.id])
            & Domain("parent_id", "=", False)
            # whoever was created within the shortest period cannot be over it
            & Domain("create_date", "<", fields.Datetime.now() - timedelta(days=365))
        )
        kept = self._kept("partner_id")
        last_id = 0
        while found := partners.search(
            domain & Domain("id", ">", last_id), order="id", limit=BATCH_SIZE
        ):
            last_id = found[-1].id
            family = partners.sudo().with_context(active_test=False)
            family = family.search(Domain("commercial_partner_id", "in", found.ids))
            ends = rules._ends(family, company)
            unfinished = rules._with_open_documents(family)
            members = family.grouped("commercial_partner_id")
            values = []
            for partner in found - kept:
                contacts = members.get(partner.sudo(), family.browse(partner.id))
                if unfinished & set(contacts.ids):
                    continue
                values.append(self._proposal(company, contacts, ends, years, partner))
            self._store([value for value in values if value])
            found.invalidate_recordset()

    @api.model
    def _proposal(self, company, contacts, ends, years, partner):
        """Values of the proposal for a customer with its contacts; None while one must be kept."""
        known = [ends[key] for key in contacts.ids if key in ends]
        created = fields.Date.to_date(partner.create_date)
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
    def _look_at_leads(self, company):
        """Closed leads without a customer; leads of a customer go with the customer."""
        years = self.env["crm.retention.rule"]._years(company)["letters"].years
        today = fields.Date.context_today(self)
        limit = fields.Date.start_of(today.replace(year=today.year - years, day=1), "year")
        leads = self.env["crm.lead"].with_context(active_test=False)
        found = leads.search(
            Domain("partner_id", "=", False)
            & Domain("company_id", "in", [False, company.id])
            & Domain("won_status", "!=", "pending")
            & Domain("create_date", "<", limit)
            & Domain("write_date", "<", limit)
        )
        values = []
        for lead in found - self._kept("lead_id"):
            last = fields.Date.to_date(lead.write_date)
            values.append(
                {
                    "company_id": company.id,
                    "lead_id": lead.id,
                    "kind": "letters",
                    "last_on": last,
                    "kept_until": last.replace(year=last.year + years, month=12, day=31),
                }
            )
        self._store(values)

    @api.model
    def _kept(self, name):
        """Records that somebody decided to keep: they are not proposed again."""
        return self.sudo().search([("state", "=", "kept")])[name].with_env(self.env)

    @api.model
    def _store(self, values):
        self.sudo().create(values)

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
        proposals = self.filtered(lambda item: item.state == "open")
        return self.env["crm.anonymise"]._open(proposals.partner_id, proposals.lead_id)

    def _decide(self, state):
        self._check_manager()
        self.check_access("read")
        if any(proposal.state != "open" for proposal in self):
            raise UserError(self.env._("This was decided already."))
        self.sudo().state = state
