# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quality import names
from ..quality.batch import Outcome


class CrmQualityRule(models.Model):
    """Built-in checks of leads: real activity, names, contradictions to their customer."""

    _inherit = "crm.quality.rule"

    @api.model
    def _selection_check_method(self):
        return [
            *super()._selection_check_method(),
            ("lead_activity", self.env._("Lead: real activity within the months of the check")),
            ("lead_contact_name", self.env._("Lead: contact name is no placeholder")),
            ("lead_company_name", self.env._("Lead: company name is no placeholder")),
            ("lead_customer_email", self.env._("Lead: e-mail is one of its customer")),
            ("lead_customer_company", self.env._("Lead: company name is that of its customer")),
        ]

    @api.model
    def _lead_check_fields(self):
        return super()._lead_check_fields() | {
            "lead_activity": ["", "create_date"],
            "lead_contact_name": ["contact_name"],
            "lead_company_name": ["partner_name"],
            "lead_customer_email": ["email_from", "email_normalized", "partner_id"],
            "lead_customer_company": ["partner_name", "partner_id"],
        }

    @api.model
    def _selection_reason(self):
        return [
            *super()._selection_reason(),
            ("lead_activity", self.env._("nothing has happened for a long time")),
            ("lead_customer_email", self.env._("is none of its customer's addresses")),
            ("lead_customer_company", self.env._("is not the company of its customer")),
        ]

    @api.model
    def _reason_sentences(self):
        return super()._reason_sentences() | {
            "lead_activity": self.env._(
                "nothing has happened since %(date)s, for more than %(months)s months"
            ),
            "lead_customer_company": self.env._("its customer belongs to %(customer)s"),
        }

    # ------------------------------------------------------------ activity
    @api.model
    def _lead_activity_queries(self, batch):
        """Where real activity of leads is seen, with the rights of the person who checks.

        :return: list of SQL queries with the columns lead_id and moment (UTC); they may use
            "asked", a table with the column id of the leads of the batch
        """
        meetings = batch.env["calendar.event"]._search(Domain.TRUE)
        comment = batch.env.ref("mail.mt_comment").id
        return [
            SQL(
                "SELECT l.id AS lead_id, l.create_date AS moment FROM crm_lead l JOIN asked USING (id)"
            ),
            # a lead that moves on in the pipeline is worked on
            SQL(
                "SELECT l.id AS lead_id, l.date_last_stage_update AS moment"
                " FROM crm_lead l JOIN asked USING (id)"
            ),
            SQL(
                "SELECT a.id AS lead_id, m.date AS moment FROM asked a"
                " JOIN mail_message m ON m.model = 'crm.lead' AND m.res_id = a.id"
                " WHERE m.mail_activity_type_id IS NOT NULL OR (m.subtype_id = %s"
                " AND m.message_type IN ('email', 'email_outgoing', 'comment'))",
                comment,
            ),
            SQL(
                "SELECT a.id AS lead_id, e.start AS moment FROM asked a"
                " JOIN calendar_event e ON e.opportunity_id = a.id"
                " WHERE e.active AND e.id IN %s",
                meetings.subselect(),
            ),
        ]

    def _check_lead_activity(self, batch, rows):
        if not batch.env["calendar.event"].has_access("read"):
            return Outcome(not_checked=("records_access", {"model": "calendar.event"}))
        query = SQL(
            "WITH asked AS MATERIALIZED (SELECT unnest(%s::int[]) AS id)"
            " SELECT lead_id, MAX(moment) FROM (%s) AS activity"
            " WHERE moment <= clock_timestamp() AT TIME ZONE 'UTC' GROUP BY lead_id",
            list(rows),
            SQL(" UNION ALL ").join(self._lead_activity_queries(batch)),
        )
        batch.env.flush_all()
        last = dict(batch.env.execute_query(query))
        months = batch.check.months
        limit = fields.Datetime.now() - relativedelta(months=months)
        outcome = Outcome()
        for key in rows:
            moment = last.get(key)
            if not moment:
                outcome.skipped.add(key)  # imported without any date
            elif moment < limit:
                day = str(fields.Datetime.context_timestamp(self, moment).date())
                reason = "lead_activity", {"date": day, "months": months}
                outcome.failed[key] = (day, reason, "")
        return outcome

    # ------------------------------------------------------------ names
    def _judge_names(self, rows, name):
        outcome = Outcome()
        for key, row in rows.items():
            value = row[name] or ""
            if not value.strip():
                outcome.skipped.add(key)
                continue
            problem = names.problem(value)
            if problem:
                outcome.failed[key] = (value, f"name_{problem}", "")
        return outcome

    def _check_lead_contact_name(self, _batch, rows):
        return self._judge_names(rows, "contact_name")

    def _check_lead_company_name(self, _batch, rows):
        return self._judge_names(rows, "partner_name")

    # ------------------------------------------------------------ lead and customer
    @api.model
    def _lead_customers(self, batch, rows):
        """Customers of leads that the person who checks may read: dict id → customer."""
        ids = {row["partner_id"] for row in rows.values() if row["partner_id"]}
        partners = batch.env["res.partner"].browse(ids)._filtered_access("read")
        return {partner.id: partner for partner in partners}

    def _check_lead_customer_email(self, batch, rows):
        customers = self._lead_customers(batch, rows)
        families = {partner.commercial_partner_id.id for partner in customers.values()}
        groups = (
            batch.env["res.partner"]
            .with_context(active_test=False)
            ._read_group(
                Domain("commercial_partner_id", "in", list(families))
                & Domain("email_normalized", "!=", False),
                ["commercial_partner_id"],
                ["email_normalized:array_agg"],
            )
        )
        addresses = {commercial.id: set(found) for commercial, found in groups}
        outcome = Outcome()
        for key, row in rows.items():
            customer = customers.get(row["partner_id"])
            known = customer and addresses.get(customer.commercial_partner_id.id)
            if not known or not row["email_normalized"]:
                outcome.skipped.add(key)
            elif row["email_normalized"] not in known:
                proposal = customer.email or ""
                outcome.failed[key] = (row["email_from"], "lead_customer_email", proposal)
        return outcome

    def _check_lead_customer_company(self, batch, rows):
        customers = self._lead_customers(batch, rows)
        outcome = Outcome()
        for key, row in rows.items():
            customer = customers.get(row["partner_id"])
            company = customer and customer.commercial_partner_id
            value = (row["partner_name"] or "").strip()
            if not company or not company.is_company or not company.name or not value:
                outcome.skipped.add(key)
            elif self._name_key(value) != self._name_key(company.name):
                reason = "lead_customer_company", {"customer": company.name}
                outcome.failed[key] = (value, reason, company.name)
        return outcome

    @api.model
    def _name_key(self, name):
        """A company name for comparison: letters and digits only, without their case."""
        return "".join(char for char in name.casefold() if char.isalnum())
