# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..quality.batch import Outcome


class CrmQualityRule(models.Model):
    """Built-in checks of the right to write: blacklist and consent to mailings."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("blacklist_mailed", self.env._("No mailing to a blacklisted address")),
            ("consent", self.env._("Consent to mailings is known")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {
            "blacklist_mailed": ["email", "email_normalized", "is_blacklisted"],
            "consent": ["email", "email_normalized", "is_blacklisted"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("blacklist_mailed", self.env._("got a mailing although it is blacklisted")),
            ("consent_missing", self.env._("is on no mailing list that it agreed to")),
            ("consent_withdrawn", self.env._("opted out of every mailing list")),
        ]

    @api.model
    def _selection_not_checked(self):
        return [
            *super()._selection_not_checked(),
            ("consent_app", self.env._("No installed app records the consent to mailings.")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "blacklist_mailed": self.env._("got a mailing on %(date)s although it is blacklisted"),
        }

    # ------------------------------------------------------------ what the database knows
    @api.model
    def _has_mailing_app(self):
        """Whether the app for mailings, which keeps traces and subscriptions, is installed."""
        return "mailing.subscription" in self.env

    @api.model
    def _mailing_queries(self, _batch):
        """Where mailings that were sent are seen.

        :return: list of SQL queries with the columns email (normalised) and moment (UTC); they may
            use "addressee", a table with the columns id and email of the customers asked about
        """
        queries = [
            SQL(
                "SELECT a.email, m.date AS moment FROM addressee a"
                " JOIN mail_message m ON m.model = 'res.partner' AND m.res_id = a.id"
                " WHERE m.message_type = 'email_outgoing'"
            )
        ]
        if self._has_mailing_app():
            queries.append(
                SQL(
                    "SELECT a.email, t.sent_datetime AS moment FROM addressee a"
                    " JOIN mailing_trace t ON t.email = a.email"
                    " WHERE t.trace_type = 'mail' AND NOT COALESCE(t.is_test_trace, FALSE)"
                )
            )
        return queries

    @api.model
    def _consent_queries(self, _batch):
        """Where consent to mailings is recorded; an empty list where no app records it.

        :return: list of SQL queries with the columns email (normalised) and opted_out; they may
            use "addressee" as those of :meth:`_mailing_queries`
        """
        if not self._has_mailing_app():
            return []
        return [
            SQL(
                "SELECT a.email, COALESCE(s.opt_out, FALSE) AS opted_out FROM addressee a"
                " JOIN mailing_contact c ON c.email_normalized = a.email"
                " JOIN mailing_subscription s ON s.contact_id = c.id"
            )
        ]

    @api.model
    def _addressees(self, rows):
        """The table "addressee" of the queries."""
        return SQL(
            "addressee AS MATERIALIZED (SELECT * FROM unnest(%s::int[], %s::varchar[]) AS a(id, email))",
            list(rows),
            [row["email_normalized"] for row in rows.values()],
        )

    # ------------------------------------------------------------ checks
    def _check_blacklist_mailed(self, batch, rows):
        listed = {
            key: row
            for key, row in rows.items()
            if row["email_normalized"] and row["is_blacklisted"]
        }
        outcome = Outcome(skipped=set(rows) - set(listed))
        if not listed:
            return outcome
        # the blacklist says since when: it is written when an address joins or leaves
        query = SQL(
            "WITH %s SELECT s.email, MAX(s.moment) FROM (%s) s"
            " JOIN mail_blacklist b ON b.email = s.email AND b.active"
            " WHERE s.moment > b.write_date GROUP BY s.email",
            self._addressees(listed),
            SQL(" UNION ALL ").join(self._mailing_queries(batch)),
        )
        batch.env.flush_all()
        written = dict(batch.env.execute_query(query))
        for key, row in listed.items():
            moment = written.get(row["email_normalized"])
            if moment:
                reason = "blacklist_mailed", {"date": str(moment.date())}
                outcome.failed[key] = (row["email"], reason, "")
        return outcome

    def _check_consent(self, batch, rows):
        queries = self._consent_queries(batch)
        if not queries:
            return Outcome(not_checked="consent_app")
        asked = {
            key: row
            for key, row in rows.items()
            if row["email_normalized"] and not row["is_blacklisted"]
        }
        outcome = Outcome(skipped=set(rows) - set(asked))
        if not asked:
            return outcome
        query = SQL(
            "WITH %s SELECT s.email, BOOL_AND(s.opted_out) FROM (%s) s GROUP BY s.email",
            self._addressees(asked),
            SQL(" UNION ALL ").join(queries),
        )
        batch.env.flush_all()
        withdrawn = dict(batch.env.execute_query(query))
        for key, row in asked.items():
            all_withdrawn = withdrawn.get(row["email_normalized"])
            if all_withdrawn is None:
                outcome.failed[key] = (row["email"], "consent_missing", "")
            elif all_withdrawn:
                outcome.failed[key] = (row["email"], "consent_withdrawn", "")
        return outcome
