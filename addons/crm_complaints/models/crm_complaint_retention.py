# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_complaint import REPEAT_MONTHS

BATCH = 100
# Texts that tell nothing about a person, or that follow the ones which do
KEPT_TEXTS = frozenset(["number", "email_normalized", "phone_sanitized"])
# Links that lead to the customer: the documents carry the name
LINKS = ("partner_id", "order_id", "move_id", "lead_id")


class CrmComplaint(models.Model):
    """After some time nobody needs to know who complained, only that and why."""

    _inherit = "crm.complaint"

    anonymised_on = fields.Datetime(
        string="Anonymised On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the texts, the sender and the conversation of the complaint were deleted.",
    )
    was_repeat = fields.Boolean(
        readonly=True,
        copy=False,
        help="Counted as repeated when it, or the complaint before it, was anonymised. Without "
        "the customer this could not be found out any more.",
    )

    @api.depends("was_repeat")
    def _compute_is_repeat(self):
        result = super()._compute_is_repeat()
        for complaint in self.filtered("was_repeat"):
            complaint.is_repeat = not complaint.duplicate_of_id
        return result

    # ------------------------------------------------------------------
    # Which ones
    # ------------------------------------------------------------------
    @api.model
    def _due_for_anonymisation(self, company, months):
        """Domain of the closed complaints whose time is over.

        The months count from the resolution to the beginning of today in UTC.

        :param company: ``res.company``
        :param months: 0 for "never"
        """
        if not months or months < 0:
            return Domain.FALSE
        limit = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return Domain(
            [
                ("company_id", "=", company.id),
                ("is_closed", "=", True),
                ("resolved_on", "<", limit - relativedelta(months=months)),
                ("anonymised_on", "=", False),
                ("active", "in", [True, False]),
            ]
        )

    @api.model
    def _cron_anonymise(self):
        """Anonymise what is due in every company, batch by batch, and note how much it was."""
        cron = self.env["ir.cron"]
        complaints = self.sudo().with_context(active_test=False)
        companies = self.env["res.company"].sudo().search([("complaint_retention_months", ">", 0)])
        for company in companies:
            months = company.complaint_retention_months
            domain = self._due_for_anonymisation(company, months)
            remaining = complaints.search_count(domain)
            while remaining:
                batch = complaints.search(domain, limit=BATCH, order="resolved_on, id")
                batch._anonymise()
                self.env["crm.complaint.anonymisation"].sudo()._note(company, months, len(batch))
                remaining = complaints.search_count(domain)
                if not cron._commit_progress(len(batch), remaining=remaining) and remaining:
                    return

    # ------------------------------------------------------------------
    # What happens to them
    # ------------------------------------------------------------------
    def _anonymise(self):
        """Delete everything of closed complaints that tells of a person.

        Kept are number, category, product, dates, durations, stage, responsible colleague, costs
        and the value of ratings, so that every figure stays as it was.

        :raise UserError: when one of them is open
        """
        complaints = self.sudo().with_context(
            tracking_disable=True, mail_notrack=True, active_test=False
        )
        if not all(complaints.mapped("is_closed")):
            raise UserError(self.env._("Only closed complaints can be anonymised."))
        complaints._keep_repeats()
        complaints._delete_conversation()
        complaints._delete_children_texts()
        complaints.write(
            {
                **dict.fromkeys(self._personal_texts(self), False),
                **dict.fromkeys(LINKS, False),
                "name": self.env._("Anonymised complaint"),
                "is_sender_forged": False,
                "anonymised_on": fields.Datetime.now(),
            }
        )
        return True

    @api.model
    def _personal_texts(self, records):
        """Names of the stored text fields of a model, without those that tell of nobody.

        All of them, so that a text field which another addon brings is deleted as well.
        """
        return [
            name
            for name, field in records._fields.items()
            if field.type in ("char", "text", "html", "json", "properties")
            and field.store
            and not field.related
            and not field.required
            and name not in KEPT_TEXTS
            and name not in models.MAGIC_COLUMNS
        ]

    def _keep_repeats(self):
        """Remember which complaints count as repeated, the ones that followed these included."""
        customers = self.commercial_partner_id
        followers = self.search(
            [("commercial_partner_id", "in", customers.ids), ("is_repeat", "=", True)]
        )
        earlier = self.grouped(
            lambda complaint: (complaint.commercial_partner_id, complaint.company_id)
        )
        span = relativedelta(months=REPEAT_MONTHS)
        for complaint in followers - self:
            before = earlier.get(
                (complaint.commercial_partner_id, complaint.company_id), self.browse()
            )
            complaint.was_repeat = complaint.was_repeat or any(
                received <= complaint.received_on <= received + span
                for received in before.mapped("received_on")
            )
        self.filtered("is_repeat").was_repeat = True

    def _delete_conversation(self):
        """Delete messages, tracked values, followers, activities and files; keep rating values."""
        ratings = self.rating_ids
        rated_on = {rating: rating.rated_on for rating in ratings}
        ratings.write(
            {
                "message_id": False,
                "feedback": False,
                "partner_id": False,
                "access_token": False,
            }
        )
        for rating, moment in rated_on.items():
            # Stock takes every change of the comment for a new rating.
            rating.rated_on = moment
        domain = [("model", "=", self._name), ("res_id", "in", self.ids)]
        linked = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        in_fields_too = ["|", ("res_field", "=", False), ("res_field", "!=", False)]
        self.env["ir.attachment"].search([*linked, *in_fields_too]).unlink()
        self.env["mail.activity"].search(linked).unlink()
        self.env["mail.followers"].search(linked).unlink()
        self.env["mail.message"].search(domain).unlink()

    def _delete_children_texts(self):
        """Delete the texts of the lines that hang on the complaints, e.g. of costs."""
        for field in self._fields.values():
            if field.type != "one2many" or not field.comodel_name.startswith("crm.complaint."):
                continue
            children = self.mapped(field.name)
            values = dict.fromkeys(self._personal_texts(children), False)
            if "move_id" in children._fields:
                values["move_id"] = False
            if children and values:
                children.write(values)
