# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, split_every

from odoo.addons.crm_kpi.kpi.formats import number_text, percent_text
from odoo.addons.crm_kpi.kpi.statistics import wilson_interval

from ..tools.naive_bayes import NaiveBayes, cross_validated

MIN_COMPLAINTS = 100
"""Closed complaints from which suggestions may be made: with fewer, the accuracy itself is not
known better than to 10 points (95 % interval)."""
MIN_OF_CATEGORY = 10
"""Closed complaints that a category needs to be learned."""
LEARNED = 20_000
"""Latest closed complaints that are learned from: what customers say changes."""
CHECKED = 5_000
"""Latest of them that the accuracy is measured on."""


class CrmComplaintClassifier(models.Model):
    """What a company's closed complaints teach about the category of new ones.

    Nobody reads the records directly. What gets out is a category and words that stand in
    the very complaint it is suggested for, and how often that is right in the whole company.
    """

    _name = "crm.complaint.classifier"
    _description = "Learned Complaint Categories"
    _rec_name = "company_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    learned_on = fields.Datetime(required=True, default=fields.Datetime.now)
    complaint_count = fields.Integer(
        string="Complaints Learned", help="Closed complaints with a category that were learned."
    )
    checked_count = fields.Integer(
        string="Complaints Checked", help="Of them those that the accuracy was measured on."
    )
    accuracy = fields.Float(
        help="Share of complaints (0 to 1) whose category was met without having been learned "
        "from: five parts, each in turn kept back."
    )
    baseline = fields.Float(
        help="Share (0 to 1) that always naming the most frequent category would have met."
    )
    is_useful = fields.Boolean(
        help="Enough complaints, and better than the most frequent category: the lower end of "
        "the accuracy's 95 % interval (Wilson) is above it."
    )
    vocabulary = fields.Integer(help="Number of different terms learned.")
    documents = fields.Json(help="Number of learned complaints by category id.")
    sizes = fields.Json(help="Sum of the numbers of all terms by category id.")

    _company_unique = models.Constraint("UNIQUE(company_id)", "A company learns once.")

    @api.model
    def _cron_learn(self):
        """Learn the categories of every company anew."""
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._learn(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _learn(self, company):
        """Learn from a company's own closed complaints, and measure how well that works.

        :return: the company's classifier
        """
        examples = self._examples(company)
        model = NaiveBayes.trained(examples)
        checked = examples[:CHECKED]
        hits, usual = cross_validated(checked)
        is_enough = len(examples) >= MIN_COMPLAINTS and len(model.documents) > 1
        interval = wilson_interval(hits, len(checked))
        values = {
            "learned_on": fields.Datetime.now(),
            "complaint_count": len(examples),
            "checked_count": len(checked),
            "accuracy": hits / len(checked) if checked else 0.0,
            "baseline": usual / len(checked) if checked else 0.0,
            "is_useful": bool(is_enough and interval[0] > usual / len(checked)),
            "vocabulary": model.vocabulary,
            "documents": model.documents,
            "sizes": model.sizes,
        }
        classifier = self.search([("company_id", "=", company.id)])
        if classifier:
            classifier.write(values)
        else:
            classifier = self.create({"company_id": company.id, **values})
        classifier._store_counts(model.counts if classifier.is_useful else {})
        return classifier

    @api.model
    def _examples(self, company):
        """Pairs (category id, term keys) of the latest closed complaints, latest first."""
        self.env["crm.complaint"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT complaint.category_id, text.term_keys
                  FROM crm_complaint complaint
                  JOIN crm_complaint_text text ON text.complaint_id = complaint.id
                  JOIN crm_complaint_category category ON category.id = complaint.category_id
                 WHERE complaint.company_id = %s AND complaint.is_closed AND complaint.active
                   AND complaint.duplicate_of_id IS NULL AND category.active
                   AND cardinality(text.term_keys) > 0
              ORDER BY complaint.id DESC LIMIT %s
                """,
                company.id,
                LEARNED,
            )
        )
        examples = self.env.cr.fetchall()
        numbers = {}
        for category, _keys in examples:
            numbers[category] = numbers.get(category, 0) + 1
        return [example for example in examples if numbers[example[0]] >= MIN_OF_CATEGORY]

    def _store_counts(self, counts):
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL("DELETE FROM crm_complaint_classifier_count WHERE classifier_id = %s", self.id)
        )
        rows = (
            (self.id, category, key, number)
            for category, numbers in counts.items()
            for key, number in numbers.items()
        )
        for part in split_every(5000, rows, list):
            self.env.cr.execute_values(
                "INSERT INTO crm_complaint_classifier_count"
                " (classifier_id, category_id, term_key, number) VALUES %s",
                part,
                page_size=1000,
            )

    def _suggest(self, keys):
        """The most probable category of a complaint.

        :param keys: its term keys
        :return: (category id or None, term keys that speak for it)
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT category_id, term_key, number FROM crm_complaint_classifier_count"
                " WHERE classifier_id = %s AND term_key = ANY(%s::bigint[])",
                self.id,
                list(keys),
            )
        )
        counts = {}
        for category, key, number in self.env.cr.fetchall():
            counts.setdefault(category, {})[key] = number
        # JSON has no numbers as keys
        documents, sizes = (
            {int(category): number for category, number in numbers.items()}
            for numbers in (self.documents, self.sizes)
        )
        return NaiveBayes(documents, counts, self.vocabulary, sizes).suggest(keys)

    @api.model
    def _status(self, company):
        """In words: whether there are suggestions, how good they are, else why there are none."""
        classifier = self.sudo().search([("company_id", "=", company.id)])
        count = number_text(self.env, classifier.complaint_count, 0)
        if not classifier.complaint_count or classifier.complaint_count < MIN_COMPLAINTS:
            return self.env._(
                "Not yet: %(count)s closed complaints with a category can be learned from, "
                "%(least)s are needed (at least %(each)s of a category). With fewer nobody "
                "could tell how good the suggestions are.",
                count=count,
                least=MIN_COMPLAINTS,
                each=MIN_OF_CATEGORY,
            )
        accuracy, baseline = (
            percent_text(self.env, number_text(self.env, 100 * share, 0))
            for share in (classifier.accuracy, classifier.baseline)
        )
        if not classifier.is_useful:
            return self.env._(
                "Off: right in %(accuracy)s of %(count)s closed complaints, which is not clearly "
                "better than always naming the most frequent category (%(baseline)s).",
                accuracy=accuracy,
                count=number_text(self.env, classifier.checked_count, 0),
                baseline=baseline,
            )
        return self.env._(
            "Right in %(accuracy)s of %(count)s closed complaints; the most frequent category "
            "alone would be right in %(baseline)s.",
            accuracy=accuracy,
            count=number_text(self.env, classifier.checked_count, 0),
            baseline=baseline,
        )


class CrmComplaintClassifierCount(models.Model):
    """In how many learned complaints of a category a term stands.

    Beside the fields there is the column ``term_key`` (bigint), see
    ``complaint_words.term_key``.
    """

    _name = "crm.complaint.classifier.count"
    _description = "Terms of Learned Complaint Categories"
    _rec_name = "category_id"
    _log_access = False

    classifier_id = fields.Many2one("crm.complaint.classifier", required=True, ondelete="cascade")
    category_id = fields.Many2one("crm.complaint.category", required=True, ondelete="cascade")
    number = fields.Integer(
        string="Complaints", help="Learned complaints of the category with the term."
    )

    def init(self):
        """64 bits are no field of Odoo."""
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE crm_complaint_classifier_count
                    ADD COLUMN IF NOT EXISTS term_key bigint NOT NULL DEFAULT 0;
                CREATE INDEX IF NOT EXISTS crm_complaint_classifier_count_term_key_idx
                    ON crm_complaint_classifier_count (classifier_id, term_key)
                """
            )
        )
