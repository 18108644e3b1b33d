# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmAnonymise(models.TransientModel):
    """Preview and second confirmation before people become unrecognisable for good."""

    _name = "crm.anonymise"
    _description = "Anonymise Customers and Leads"

    partner_ids = fields.Many2many(
        "res.partner", string="Customers", readonly=True, context={"active_test": False}
    )
    lead_ids = fields.Many2many(
        "crm.lead", string="Leads", readonly=True, context={"active_test": False}
    )
    with_contacts = fields.Boolean(
        string="With Contacts", default=True, help="Also the contacts of the companies chosen."
    )
    record_count = fields.Integer(
        string="To Anonymise",
        compute="_compute_preview",
        help="Customers, contacts and leads, with the leads of the customers and the records that "
        "were merged into them.",
    )
    preview = fields.Text(
        string="What Happens", compute="_compute_preview", help="What goes and what stays."
    )
    refusals = fields.Text(
        string="Must Be Kept",
        compute="_compute_preview",
        help="Records that cannot be anonymised yet, and why.",
    )
    stays = fields.Text(
        string="Stays for Now",
        compute="_compute_preview",
        help="Customers that booked documents name: what of them stays, until when, and why.",
    )
    in_use = fields.Text(
        compute="_compute_preview",
        help="What is not finished about them. It does not hinder an erasure that somebody asks for.",
    )
    is_certain = fields.Boolean(
        string="I have looked at the preview: this cannot be undone",
        help="The first of two confirmations.",
    )
    confirmation = fields.Char(
        string="Number of Records",
        help="The second confirmation: type the number of records that are anonymised.",
    )

    @api.model
    def _open(self, partners, leads):
        wizard = self.create(
            {"partner_ids": [(6, 0, partners.ids)], "lead_ids": [(6, 0, leads.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymise"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _subjects(self):
        """Customers and leads that are meant: tuple (customers, leads)."""
        self.ensure_one()
        partners = self.partner_ids
        if self.with_contacts:
            partners |= partners.with_context(active_test=False).child_ids
        privacy = self.env["crm.privacy"]
        partners = privacy._with_merged(partners)
        return partners, privacy._leads_of(partners, privacy._with_merged(self.lead_ids))

    @api.depends_context("lang")
    @api.depends("partner_ids", "lead_ids", "with_contacts")
    def _compute_preview(self):
        privacy = self.env["crm.privacy"]
        for wizard in self:
            partners, leads = wizard._subjects()
            wizard.record_count = len(partners) + len(leads)
            reasons = [privacy._refusal(record) for record in (*partners, *leads)]
            wizard.refusals = "\n".join(reason for reason in reasons if reason)
            wizard.stays, wizard.in_use = wizard._words_of_stay(partners)
            documents = privacy._documents(partners, leads)
            names = self.env["ir.model"].sudo()
            lines = [
                self.env._(
                    "Emptied: names, addresses, phones, e-mails, notes, pictures, messages with "
                    "their tracking, activities and attachments of %(customers)s customers and "
                    "contacts and %(leads)s leads.",
                    customers=len(partners),
                    leads=len(leads),
                ),
                self.env._(
                    "Blackened: these people's names, addresses and numbers in the texts of "
                    "documents that point to them:"
                ),
            ]
            if wizard.stays:
                lines.insert(
                    1, self.env._("Name, address and numbers that booked documents need stay.")
                )
            lines += sorted(
                f"  {names._get(name).name}: {len(ids)}" for name, ids in documents.items()
            )
            lines += [
                self.env._(
                    "Blackened in all other records: full names, e-mail addresses, phone numbers "
                    "and house addresses, where no other customer or lead has the same."
                ),
                self.env._("Portal users can no longer sign in. Customers are archived."),
                self.env._(
                    "Booked documents within their legal period stay as they are, with their files."
                ),
                self.env._(
                    "What stays: amounts, quantities, dates, stages, countries, and the addresses "
                    "of the blacklists, so that an opt-out is still followed."
                ),
            ]
            wizard.preview = "\n".join(lines)

    @api.model
    def _words_of_stay(self, partners):
        """What stays of customers for now, and what is not finished about them: two texts."""
        rules = self.env["crm.retention.rule"]
        restrictions = self.env["crm.privacy.restriction"]
        named = rules._books_until(partners)
        counts = rules._open_counts(partners)
        stays, in_use = [], []
        for partner in partners:
            if partner.id in named:
                until, kind, last_on = named[partner.id]
                words = restrictions._words_of_stay(kind, last_on, until)
                stays.append(f"{partner.display_name}: {words}")
            if partner.id in counts:
                in_use.append(f"{partner.display_name}: {rules._open_words(counts[partner.id])}")
        return "\n".join(stays), "\n".join(in_use)

    def action_anonymise(self):
        """Anonymise after both confirmations."""
        self.ensure_one()
        if self.refusals:
            raise UserError(self.refusals)
        if not self.is_certain or (self.confirmation or "").strip() != str(self.record_count):
            raise UserError(
                self.env._(
                    "Tick that you have looked at the preview, and type the number %s.",
                    self.record_count,
                )
            )
        partners, leads = self._subjects()
        # what hangs on the customers goes with them, whoever may see it
        own_leads = self.env["crm.privacy"]._with_merged(self.lead_ids)
        proposals = self.env["crm.retention.proposal"].sudo()
        for name, records in (("partner_id", partners), ("lead_id", leads)):
            proposals |= proposals.search(
                [(name, "in", records.ids), ("state", "in", ("open", "held"))]
            )
        sweep = self.env["crm.privacy"]._anonymise(partners, own_leads)
        restrictions = self.env["crm.privacy.restriction"]._of(partners, ["restricted"])
        waiting = proposals.filtered(lambda item: item.partner_id in restrictions.partner_id)
        waiting.unlink()
        (proposals - waiting).state = "anonymised"
        if restrictions:
            return restrictions._action_open(restrictions.with_env(self.env))
        if sweep and (sweep.is_running or sweep.attachment_ids):
            return sweep.with_env(self.env).get_formview_action()
        return {"type": "ir.actions.act_window_close"}
