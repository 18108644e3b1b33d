# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every
from odoo.tools.misc import formatLang

_BATCH = 500


class CrmPrivacyRestriction(models.Model):
    """A customer whose erasure has to wait for booked documents: what went, what stays, until when.

    The record is archived and stays so (Art. 18 GDPR, § 35 (3) BDSG). When the period has passed, a
    job proposes the rest for anonymising.
    """

    _name = "crm.privacy.restriction"
    _description = "Restricted Customer"
    _order = "kept_until, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        context={"active_test": False},
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Company in which the erasure was asked for.",
    )
    user_id = fields.Many2one(
        "res.users", string="Restricted By", readonly=True, ondelete="set null"
    )
    date = fields.Datetime(
        string="Restricted On", required=True, readonly=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        selection=lambda self: self.env["crm.retention.rule"]._selection_kind(),
        readonly=True,
        help="The kind of booked document with the longest period.",
    )
    last_on = fields.Date(
        string="Last Document", readonly=True, help="Day of the last document of that kind."
    )
    kept_until = fields.Date(
        required=True,
        readonly=True,
        help="Last day of the legal period. On the day after, the rest is proposed for anonymising.",
    )
    state = fields.Selection(
        [
            ("restricted", "Restricted"),
            ("due", "Rest can go"),
            ("ended", "Anonymised"),
        ],
        required=True,
        readonly=True,
        default="restricted",
        index=True,
        help="Rest can go: the period has passed, a retention proposal waits for a decision.",
    )
    gone = fields.Json(
        readonly=True, help="How many records of which model were emptied, blackened or deleted."
    )
    went = fields.Text(string="What Went", compute="_compute_words")
    stayed = fields.Text(string="What Stayed and Why", compute="_compute_words")
    sweep_id = fields.Many2one(
        "crm.privacy.sweep",
        string="Search for Traces",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends_context("lang")
    @api.depends("kind", "last_on", "kept_until", "gone")
    def _compute_words(self):
        names = self.env["ir.model"].sudo()
        for restriction in self:
            lines = [
                self.env._(
                    "E-mail, phone, notes, website, job position, tags, pictures, and bank accounts "
                    "that no booked document names. The portal user can no longer sign in."
                ),
            ]
            counts = sorted(
                (names._get(name).name, count)
                for name, count in (restriction.gone or {}).items()
                if name in self.env
            )
            if counts:
                lines.append(
                    self.env._(
                        "Emptied, blackened or deleted, together with the records anonymised at "
                        "the same time:"
                    )
                )
            lines += [
                f"  {label}: {formatLang(self.env, count, digits=0)}" for label, count in counts
            ]
            restriction.went = "\n".join(lines)
            restriction.stayed = restriction._words_of_stay(
                restriction.kind, restriction.last_on, restriction.kept_until
            )

    @api.model
    def _words_of_stay(self, kind, last_on, kept_until):
        """What stays of a customer that booked documents name, and why."""
        return self.env._(
            "Name, address, VAT number and customer number stay until %(until)s, because booked "
            "documents name the customer (%(kind)s, the last one of %(last)s). These documents and "
            "their files stay as they were booked (Art. 17 (3) (b) GDPR). The customer is archived "
            "and restricted (Art. 18 GDPR): no mail, no use in daily work. After that day the rest "
            "is proposed for anonymising.",
            until=format_date(self.env, kept_until),
            kind=self.env["crm.retention.rule"]._kind_label(kind),
            last=format_date(self.env, last_on),
        )

    @api.model
    def _of(self, partners, states=("restricted", "due")):
        """The restrictions of customers that are in force, as superuser."""
        return self.sudo().search([("partner_id", "in", partners.ids), ("state", "in", states)])

    @api.model
    def _note(self, partners, named, gone, sweep):
        """Write down who was restricted, and that what was restricted before has ended.

        :param partners: customers that were anonymised or restricted
        :param named: dict customer id → (last day, kind, day of the last document), of those that
            booked documents name
        :param gone: Counter of model names
        :param sweep: the search for traces, which may be empty
        """
        known = self._of(partners).grouped("partner_id")
        for partner in partners:
            restriction = known.get(partner, self.sudo().browse())
            if partner.id not in named:
                restriction.state = "ended"
                continue
            until, kind, last_on = named[partner.id]
            values = {"kept_until": until, "kind": kind, "last_on": last_on, "state": "restricted"}
            values |= {"gone": dict(gone), "sweep_id": sweep.id}
            if restriction:
                restriction.write(values)
            else:
                restriction.create(values | {"partner_id": partner.id, "user_id": self.env.uid})
            partner._message_log(body=self._words_of_stay(kind, last_on, until))

    @api.model
    def _cron_end(self):
        """Propose the rest of customers whose period has passed; others get their new date."""
        today = fields.Date.context_today(self)
        over = self.search([("state", "=", "restricted"), ("kept_until", "<", today)])
        remaining = len(over)
        for ids in split_every(_BATCH, over.ids):
            restrictions = self.browse(ids)
            named = self.env["crm.retention.rule"]._books_until(restrictions.partner_id)
            for restriction in restrictions:
                if restriction.partner_id.id in named:
                    until, kind, last_on = named[restriction.partner_id.id]
                    restriction.write({"kept_until": until, "kind": kind, "last_on": last_on})
                else:
                    restriction._propose()
            remaining -= len(restrictions)
            if not self.env["ir.cron"]._commit_progress(len(restrictions), remaining=remaining):
                break

    def _propose(self):
        """The rest can go: a retention proposal asks for the decision."""
        self.state = "due"
        proposals = self.env["crm.retention.proposal"]
        if proposals.search_count(
            [("partner_id", "=", self.partner_id.id), ("state", "in", ("open", "held"))]
        ):
            return
        proposals.create(
            {
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "kind": self.kind,
                "last_on": self.last_on,
                "kept_until": self.kept_until,
            }
        )

    def action_anonymise(self):
        """Open the preview of what would be anonymised now."""
        self.check_access("read")
        return self.env["crm.anonymise"]._open(self.partner_id, self.env["crm.lead"])

    @api.model
    def _action_open(self, restrictions):
        """Window of some restrictions."""
        if len(restrictions) == 1:
            return restrictions.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_data_quality.action_crm_privacy_restriction"
        )
        return action | {"domain": [("id", "in", restrictions.ids)], "context": {}}


class CrmPrivacy(models.AbstractModel):
    _inherit = "crm.privacy"

    @api.model
    def _note_anonymised(self, partners, leads, named):
        """Note in the privacy log who is anonymised and who is only restricted."""
        log = self.env["crm.privacy.log"].sudo()
        restricted = partners.filtered(lambda partner: partner.id in named)
        if restricted:
            log._note("restricted", restricted, leads.browse())
        if leads or partners != restricted:
            log._note("anonymised", partners - restricted, leads)


class CrmRetentionProposal(models.Model):
    _inherit = "crm.retention.proposal"

    def action_archive(self):
        """
        :raise UserError: for restricted customers: they are archived already
        """
        if self.env["crm.privacy.restriction"]._of(self.partner_id):
            raise UserError(
                self.env._(
                    "Restricted customers are archived already: anonymise the rest, or keep it."
                )
            )
        return super().action_archive()
