# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Not finished, but no reason to keep somebody who wants to be forgotten (Art. 17 GDPR): no
# contract hangs on it. They only say that the customer is not out of use.
LOOSE_ENDS = frozenset(("crm.lead", "mail.activity", "project.task"))


class CrmRetentionRule(models.Model):
    """What shows that a customer is still in use, whatever the periods say.

    A model that this addon does not know says so itself, without depending on it:
    `_customer_open = (partner field, domain of the records that are not finished)` and
    `_customer_letters = (partner field, date field, domain)` for records that are kept as business
    letters.
    """

    _inherit = "crm.retention.rule"

    @api.model
    def _declared(self, attribute):
        """Models that declare something about customers: list of (model name, declaration)."""
        return [
            (name, declared)
            for name, model in sorted(self.env.registry.items())
            if not model._abstract and (declared := getattr(model, attribute, None))
        ]

    @api.model
    def _evidence(self):
        evidence = super()._evidence()
        if self.env.context.get("retention_deliveries"):
            posted = [("state", "=", "posted"), ("move_type", "!=", "entry")]
            evidence["vouchers"].append(("account.move", "partner_shipping_id", "date", posted))
        evidence["letters"] += [
            (name, *declared) for name, declared in self._declared("_customer_letters")
        ]
        return evidence

    @api.model
    def _open_documents(self):
        running = [("state", "not in", ("done", "cancel"))]
        return [
            *super()._open_documents(),
            ("purchase.order", "partner_id", [("state", "in", ("draft", "sent", "to approve"))]),
            ("purchase.order", "partner_id", [("invoice_status", "=", "to invoice")]),
            ("stock.picking", "partner_id", running),
            ("repair.order", "partner_id", running),
            (
                "project.task",
                "partner_id",
                [("active", "=", True), ("state", "not in", ("1_done", "1_canceled"))],
            ),
            *((name, *declared) for name, declared in self._declared("_customer_open")),
        ]

    @api.model
    def _loose_ends(self):
        """Names of the models whose open records do not bind an erasure that somebody asks for."""
        return LOOSE_ENDS | {name for name, _declared in self._declared("_customer_open")}

    @api.model
    def _open_counts(self, partners, besides=()):
        """What is not finished: dict customer id → Counter of model names.

        :param besides: names of models that do not count
        """
        found = defaultdict(Counter)
        for name, field_name, domain in self._open_documents():
            model = self._model(name)
            if model is None or name in besides:
                continue
            groups = model._read_group(
                Domain(domain) & Domain(field_name, "in", partners.ids), [field_name], ["__count"]
            )
            for partner, count in groups:
                found[partner.id][name] += count
        if "mail.activity" not in besides:
            groups = self._model("mail.activity")._read_group(
                Domain("active", "=", True)
                & Domain("res_model", "=", "res.partner")
                & Domain("res_id", "in", partners.ids),
                ["res_id"],
                ["__count"],
            )
            for key, count in groups:
                found[key]["mail.activity"] += count
        return dict(found)

    @api.model
    def _open_words(self, counts):
        """What is not finished in words: "Complaint (1), Sales Order (2)".

        :param counts: Counter of model names
        """
        names = self.env["ir.model"].sudo()
        return ", ".join(
            f"{label} ({count})"
            for label, count in sorted((names._get(name).name, n) for name, n in counts.items())
        )


class CrmRetentionProposal(models.Model):
    """Customers in use are held back, with the reason; they are proposed when that has ended."""

    _inherit = "crm.retention.proposal"

    def _open_of(self):
        """What is not finished about the customers and their contacts: dict proposal → Counter."""
        partners = self.sudo().with_context(active_test=False).partner_id
        family = partners.search([("commercial_partner_id", "in", partners.ids)]) | partners
        found = self.env["crm.retention.rule"]._open_counts(family)
        members = family.grouped("commercial_partner_id")
        # of restricted customers the loose ends were anonymised, what they hang on stayed
        restricted = self.env["crm.privacy.restriction"]._of(partners).partner_id
        loose = self.env["crm.retention.rule"]._loose_ends()
        counts = {}
        for proposal in self:
            partner = proposal.sudo().partner_id
            contacts = members.get(partner, partner.browse()) | partner
            own = sum((found.get(key, Counter()) for key in contacts.ids), Counter())
            if partner in restricted:
                own = Counter({name: n for name, n in own.items() if name not in loose})
            counts[proposal] = own
        return counts

    def _check_unfinished(self):
        """
        :raise UserError: for customers that are in use again since they were proposed
        """
        reasons = [
            f"{proposal.partner_id.display_name}: {proposal.reason}"
            for proposal, counts in self._open_of().items()
            if counts
        ]
        if reasons:
            raise UserError("\n".join(reasons))

    def _compute_reason(self):
        result = super()._compute_reason()
        rules = self.env["crm.retention.rule"]
        undecided = self.filtered(lambda item: item.partner_id and item.state in ("open", "held"))
        for proposal, counts in undecided._open_of().items():
            if counts:
                # what hinders comes first: a list cuts long texts off
                open_words = self.env._("Held back, not finished: %s.", rules._open_words(counts))
                proposal.reason = f"{open_words} {proposal.reason}"
            elif proposal.state == "held":
                ended = self.env._("What was not finished has ended: look for expired records.")
                proposal.reason = f"{ended} {proposal.reason}"
            else:
                nothing = self.env._(
                    "Nothing is open: no orders, invoices, deliveries, leads, complaints, tasks "
                    "or activities."
                )
                proposal.reason = f"{proposal.reason} {nothing}"
        return result
