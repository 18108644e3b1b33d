# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..quality.batch import Outcome

# Business letters are kept for six years from the end of the calendar year (§ 147 AO, § 257 HGB).
# Vouchers and books are kept longer; customers who have any are left out.
RETENTION_YEARS = 6


class CrmQualityRule(models.Model):
    """Built-in check of personal data that nobody needs to keep any more."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("retention", self.env._("Retention period has not passed")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "retention": ["", "commercial_partner_id", "create_date"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("retention", self.env._("the period for keeping letters has passed")),
        ]

    @api.model
    def _selection_not_checked(self):
        return [
            *super()._selection_not_checked(),
            (
                "retention_leads",
                self.env._("Leads are needed for a fair verdict; you may not read them."),
            ),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "retention": self.env._(
                "nothing since %(date)s: the %(years)s years for keeping letters have passed"
            ),
        }

    @api.model
    def _retention_queries(self, commercial_ids):
        """Records that must be kept longer than letters: SQL queries with the commercial id."""
        if "account.move.line" not in self.env:
            return []
        return [
            SQL(
                "SELECT p.commercial_partner_id FROM res_partner p"
                " WHERE p.commercial_partner_id = ANY(%s)"
                " AND EXISTS (SELECT FROM account_move_line l WHERE l.partner_id = p.id)",
                list(commercial_ids),
            )
        ]

    def _check_retention(self, batch, rows):
        if not batch.env["crm.lead"].has_access("read"):
            return Outcome(not_checked="retention_leads")
        commercial_ids = {row["commercial_partner_id"] for row in rows.values()}
        last = self._last_activity(batch, commercial_ids)
        batch.env.flush_all()
        kept = set()
        for query in self._retention_queries(commercial_ids):
            kept.update(key for [key] in batch.env.execute_query(query))
        year = fields.Date.context_today(self).year
        limit = datetime(year - RETENTION_YEARS, 1, 1)
        outcome = Outcome()
        for key, row in rows.items():
            moments = [last.get(row["commercial_partner_id"]), row["create_date"]]
            known = [moment for moment in moments if moment]
            if row["commercial_partner_id"] in kept or not known:
                outcome.skipped.add(key)
            elif max(known) < limit:
                day = str(max(known).date())
                reason = "retention", {"date": day, "years": RETENTION_YEARS}
                outcome.failed[key] = (day, reason, "")
        return outcome
