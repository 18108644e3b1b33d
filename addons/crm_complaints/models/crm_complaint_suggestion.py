# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.complaint_words import term_key


class CrmComplaint(models.Model):
    """A category suggested from what earlier complaints of the company said."""

    _inherit = "crm.complaint"

    suggested_category_id = fields.Many2one(
        "crm.complaint.category",
        string="Suggested Category",
        compute="_compute_suggestion",
        help="Category that the company's closed complaints with these words have most "
        "probably; only while there is none, and once enough was learned.",
    )
    suggestion_reason = fields.Char(
        compute="_compute_suggestion",
        help="The words that speak for the suggested category, and how often suggestions are right.",
    )

    @api.depends("name", "description", "lang", "category_id", "company_id", "partner_id")
    def _compute_suggestion(self):
        self.suggested_category_id = self.suggestion_reason = False
        classifiers = self.env["crm.complaint.classifier"].sudo()
        for company, complaints in self.grouped("company_id").items():
            wanting = complaints.filtered(lambda complaint: not complaint.category_id)
            if not wanting or not company.complaint_suggest_category:
                continue
            classifier = classifiers.search(
                [("company_id", "=", company.id), ("is_useful", "=", True)]
            )
            if classifier:
                wanting._suggest_category(classifier)

    def _suggest_category(self, classifier):
        """Fill in the suggestion of a company's classifier."""
        texts = self.env["crm.complaint.text"].sudo()
        found = texts._terms(
            [
                (
                    complaint.lang,
                    complaint.name,
                    complaint.description,
                    (complaint.partner_id.name, complaint.partner_name, complaint.email_from),
                )
                for complaint in self
            ]
        )
        status = classifier._status(classifier.company_id)
        for complaint, (config, terms) in zip(self, found, strict=True):
            spellings = {term_key(config, stem): spelling for stem, spelling in terms.items()}
            category_id, reasons = classifier._suggest(spellings)
            category = self.env["crm.complaint.category"].browse(category_id).exists()
            if category.active:
                complaint.suggested_category_id = category
                words = ", ".join(spellings[key] for key in reasons)
                because = self.env._("Because of: %s.", words) if words else ""
                complaint.suggestion_reason = f"{because} {status}".strip()

    def action_accept_category(self):
        """Take over the suggested category."""
        for complaint in self.filtered("suggested_category_id"):
            complaint.category_id = complaint.suggested_category_id
        return True
