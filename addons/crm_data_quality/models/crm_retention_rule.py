# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo import api, fields, models
from odoo.fields import Domain


class CrmRetentionRule(models.Model):
    """For how long what was written about a customer must be kept by law.

    A period begins at the end of the calendar year of the last such document (§ 147 (4) AO).
    """

    _name = "crm.retention.rule"
    _description = "Retention Period"
    _order = "years desc, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: for all companies."
    )
    kind = fields.Selection(
        [
            ("books", "Books: posted journal items"),
            ("vouchers", "Vouchers: invoices and credit notes"),
            ("letters", "Business letters: orders, leads, messages"),
        ],
        required=True,
        help="Germany: books 10 years (§ 147 (1) No. 1, (3) AO, § 257 (1) No. 1, (4) HGB), "
        "vouchers 8 years since 2025 (§ 147 (3) AO and § 257 (4) HGB as amended by the Fourth "
        "Bureaucracy Relief Act, BEG IV), letters 6 years (§ 147 (1) No. 2, 3, (3) AO, "
        "§ 257 (1) No. 2, 3, (4) HGB).",
    )
    years = fields.Integer(
        required=True, help="Full calendar years after the year of the last document."
    )
    source = fields.Char(string="Legal Source", translate=True)

    _years_positive = models.Constraint("CHECK(years > 0)", "A period has at least one year.")

    @api.model
    def _evidence(self):
        """Which documents are of which kind: dict kind → list of (model, partner field, date
        field, domain). Models that are not installed are left out; addons add theirs."""
        return {
            "books": [
                ("account.move.line", "partner_id", "date", [("parent_state", "=", "posted")])
            ],
            "vouchers": [
                (
                    "account.move",
                    "commercial_partner_id",
                    "date",
                    [("state", "=", "posted"), ("move_type", "!=", "entry")],
                ),
                (
                    "account.move",
                    "partner_id",
                    "date",
                    [("state", "=", "posted"), ("move_type", "!=", "entry")],
                ),
            ],
            "letters": [
                ("sale.order", "partner_id", "date_order", [("state", "!=", "cancel")]),
                ("crm.lead", "partner_id", "create_date", []),
                ("calendar.event", "partner_ids", "start", []),
            ],
        }

    @api.model
    def _open_documents(self):
        """What is not finished: list of (model, partner field, domain)."""
        unpaid = [("state", "=", "posted"), ("payment_state", "in", ("not_paid", "partial"))]
        invoices = ("out_invoice", "out_refund", "in_invoice", "in_refund")
        return [
            ("account.move", "commercial_partner_id", [("state", "=", "draft")]),
            ("account.move", "commercial_partner_id", [*unpaid, ("move_type", "in", invoices)]),
            ("sale.order", "partner_id", [("state", "in", ("draft", "sent"))]),
            ("sale.order", "partner_id", [("invoice_status", "=", "to invoice")]),
            ("crm.lead", "partner_id", [("won_status", "=", "pending"), ("active", "=", True)]),
        ]

    @api.model
    def _model(self, name):
        """Records as superuser, archived ones included; None where the addon is not installed.

        What must be kept does not depend on what the person may see.
        """
        if name not in self.env:
            return None
        return self.env[name].sudo().with_context(active_test=False)

    @api.model
    def _last_dates(self, kind, partners):
        """Day of the last document of a kind: dict customer id → date."""
        last = {}
        for name, field_name, date_name, domain in self._evidence()[kind]:
            model = self._model(name)
            if model is None:
                continue
            groups = model._read_group(
                Domain(domain) & Domain(field_name, "in", partners.ids),
                [field_name],
                [f"{date_name}:max"],
            )
            for partner, moment in groups:
                if not moment:
                    continue
                day = self._day(moment)
                last[partner.id] = max(last.get(partner.id, day), day)
        if kind == "letters":
            self._add_messages(partners, last)
        return last

    @api.model
    def _day(self, moment):
        """Day of a document where the company is: at the turn of the year an hour counts."""
        if isinstance(moment, datetime):
            return fields.Datetime.context_timestamp(self, moment).date()
        return moment

    @api.model
    def _add_messages(self, partners, last):
        """Real messages on the customer count as letters; automatic notes do not."""
        groups = self._model("mail.message")._read_group(
            Domain("model", "=", "res.partner")
            & Domain("res_id", "in", partners.ids)
            & Domain("message_type", "in", ("email", "email_outgoing", "comment")),
            ["res_id"],
            ["date:max"],
        )
        for key, moment in groups:
            day = self._day(moment)
            last[key] = max(last.get(key, day), day)

    @api.model
    def _with_open_documents(self, partners, besides=()):
        """Ids of the customers with something unfinished.

        :param besides: names of models that do not count
        """
        return set(self._open_counts(partners, besides))

    @api.model
    def _years(self, company):
        """Longest period of each kind for a company: dict kind → rule."""
        rules = self.sudo().search(Domain("company_id", "in", [False, *company.ids]))
        longest = {}
        for rule in rules:
            if rule.kind not in longest or rule.years > longest[rule.kind].years:
                longest[rule.kind] = rule
        return longest

    @api.model
    def _ends(self, partners, company, kinds=None):
        """Until when customers must be kept.

        :return: dict customer id → (last day, kind, day of the last document of that kind); those
            without any document are not named
        """
        ends = {}
        for kind, rule in self._years(company).items():
            if kinds and kind not in kinds:
                continue
            for key, last in self._last_dates(kind, partners).items():
                end = date(last.year + rule.years, 12, 31)
                if key not in ends or end > ends[key][0]:
                    ends[key] = end, kind, last
        return ends

    @api.model
    def _books_until(self, partners):
        """Until when posted journal items and vouchers must name customers.

        Letters do not bind here: what they say about the business stays, and the person may
        claim Art. 17 GDPR.

        :return: dict customer id → (last day, kind, day of the last document of that kind), of
            those whose period is not over in one of the companies
        """
        today = fields.Date.context_today(self)
        found = {}
        # the address of the delivery is printed on the invoice, too; the column has no index, so
        # that the search through all customers does without it
        rules = self.with_context(retention_deliveries=True)
        for company in self.env["res.company"].sudo().search([]):
            for key, end in rules._ends(partners, company, ("books", "vouchers")).items():
                if end[0] >= today and (key not in found or end[0] > found[key][0]):
                    found[key] = end
        return found

    @api.model
    def _unfinished(self, partner):
        """Why a customer cannot be anonymised yet, as a sentence; False where nothing hinders."""
        counts = self._open_counts(partner, besides=self._loose_ends()).get(partner.id)
        if not counts:
            return False
        return self.env._(
            "%(customer)s has orders or invoices that are not finished: %(documents)s.",
            customer=partner.display_name,
            documents=self._open_words(counts),
        )

    @api.model
    def _kind_label(self, kind):
        return dict(self._selection_kind())[kind]

    @api.model
    def _selection_kind(self):
        """The kinds of documents in the language of whoever reads them."""
        return self._fields["kind"]._description_selection(self.env)
