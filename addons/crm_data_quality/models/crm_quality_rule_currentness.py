# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality.batch import Outcome


class CrmQualityRule(models.Model):
    """Built-in check of currentness: has anything really happened with the customer?"""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("activity", self.env._("Real activity within the months of the check")),
        ]

    @api.model
    def _check_fields(self):
        return super()._check_fields() | {"activity": ["", "commercial_partner_id", "create_date"]}

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("activity_old", self.env._("no activity for a long time")),
            ("activity_none", self.env._("no message, lead, meeting or order at all")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "activity_old": self.env._(
                "last activity on %(date)s, more than %(months)s months ago"
            ),
        }

    @api.model
    def _activity_models(self):
        """Models that the person who checks must be able to read for a fair verdict."""
        return ["crm.lead", "calendar.event"]

    @api.model
    def _activity_queries(self, batch):
        """Where real activity is seen, with the rights of the person who checks.

        An addon that knows more (orders, calls) adds its own.

        :return: list of SQL queries with the columns commercial_id and moment (UTC); they may use
            "family", a table with the columns id and commercial_id of the customers of the batch
            and of their contacts
        """
        env = batch.env
        leads = (
            env["crm.lead"]
            .with_context(active_test=False)
            ._search(Domain("partner_id", "!=", False))
        )
        meetings = env["calendar.event"]._search(Domain.TRUE)
        comment = env.ref("mail.mt_comment").id
        # notes, tracking and other automatic messages are no contact with the customer;
        # a done activity (a call, say) is
        spoken = SQL(
            "(m.mail_activity_type_id IS NOT NULL OR (m.subtype_id = %s"
            " AND m.message_type IN ('email', 'email_outgoing', 'comment')))",
            comment,
        )
        return [
            SQL(
                "SELECT f.commercial_id, m.date AS moment FROM mail_message m"
                " JOIN family f ON f.id = m.res_id WHERE m.model = 'res.partner' AND %s",
                spoken,
            ),
            SQL(
                "SELECT f.commercial_id, l.create_date AS moment FROM crm_lead l"
                " JOIN family f ON f.id = l.partner_id WHERE l.id IN %s",
                leads.subselect(),
            ),
            SQL(
                "SELECT f.commercial_id, m.date AS moment FROM crm_lead l"
                " JOIN family f ON f.id = l.partner_id"
                " JOIN mail_message m ON m.model = 'crm.lead' AND m.res_id = l.id"
                " WHERE l.id IN %s AND %s",
                leads.subselect(),
                spoken,
            ),
            SQL(
                "SELECT f.commercial_id, e.start AS moment FROM calendar_event e"
                " JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id"
                " JOIN family f ON f.id = r.res_partner_id"
                " WHERE e.active AND e.id IN %s",
                meetings.subselect(),
            ),
        ]

    @api.model
    def _last_activity(self, batch, commercial_ids):
        """Last real activity of customers, of their contacts included: dict id → UTC datetime.

        None where there is none. What one rule has asked for a batch the next need not ask again.
        """
        known = batch.activity
        missing = set(commercial_ids) - known.keys()
        if missing:
            known |= dict.fromkeys(missing) | self._ask_last_activity(batch, missing)
        return known

    @api.model
    def _ask_last_activity(self, batch, commercial_ids):
        """Last real activity of customers that have any: dict id → UTC datetime."""
        partners = (
            batch.env["res.partner"]
            .with_context(active_test=False)
            ._search(Domain("commercial_partner_id", "in", list(commercial_ids)))
        )
        table = partners.table
        family = partners.select(
            SQL.identifier(table, "id"),
            SQL("%s AS commercial_id", SQL.identifier(table, "commercial_partner_id")),
        )
        queries = self._activity_queries(batch)
        sql = SQL(
            "WITH family AS MATERIALIZED (%s)"
            " SELECT commercial_id, MAX(moment) FROM (%s) AS activity"
            # what is planned has not happened yet; to the microsecond, as creation dates are
            " WHERE moment <= clock_timestamp() AT TIME ZONE 'UTC' GROUP BY commercial_id",
            family,
            SQL(" UNION ALL ").join(queries),
        )
        batch.env.flush_all()
        return dict(batch.env.execute_query(sql))

    def _check_activity(self, batch, rows):
        for name in self._activity_models():
            model = batch.env[name]
            if not model.has_access("read"):
                return Outcome(not_checked=("records_access", {"model": name}))
        months = batch.check.months
        limit = fields.Datetime.now() - relativedelta(months=months)
        last = self._last_activity(batch, {row["commercial_partner_id"] for row in rows.values()})
        outcome = Outcome()
        for key, row in rows.items():
            moment = last.get(row["commercial_partner_id"])
            if moment and moment >= limit:
                continue
            if moment:
                day = str(fields.Datetime.context_timestamp(self, moment).date())
                reason = "activity_old", {"date": day, "months": months}
                outcome.failed[key] = (day, reason, "")
            elif not row["create_date"] or row["create_date"] < limit:
                outcome.failed[key] = ("", "activity_none", "")
            else:
                outcome.skipped.add(key)  # a new customer has not had the time
        return outcome
