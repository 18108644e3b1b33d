# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fills the fields of orders that existed before this addon, set-based.

Every step can be repeated: rows that this addon has seen already keep what was
stamped live, and what follows from the stamped moments comes out the same again.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..kpi.company_time import company_timezone, end_of_day
from ..kpi.departments import departments_sql, fill_departments, flush_departments
from ..kpi.durations import Stopwatch
from ..kpi.history import analyze, temporary_table, tracked_selection_sql, update_rows
from ..kpi.offers import Quotation, decide_offer
from .sale_order_customer import first_orders_sql
from .sale_order_duration import duration_spans

_BATCH = 20000
_FACTS = (
    "quotation_sent_on",
    "confirmed_on",
    "cancelled_on",
    "dates_estimated",
    "first_invoiced_on",
    "commercial_partner_id",
    "origin_campaign_id",
    "company_currency_id",
    "amount_untaxed_company",
    "amount_list_company",
    "amount_discount_company",
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _kpi_fill_history(self):
        """Fill all fields of orders made before the installation."""
        self.env.flush_all()
        self._kpi_fill_facts()
        self._fill_offers_and_durations()
        self._fill_first_orders()
        self.env.invalidate_all()
        fill_departments(self)

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------
    @api.model
    def _kpi_fill_facts(self):
        """Moments and money of each order, from the chatter and the order itself.

        Apart from :meth:`_kpi_fill_history`, because opportunities need the moments
        and offers need the opportunities."""
        self.env.flush_all()
        flush_departments(self.env)
        analyze(self.env, "sale_order")
        temporary_table(
            self.env,
            "kpi_order",
            SQL(
                """
                WITH transition AS MATERIALIZED (%(transitions)s),
                     moment AS MATERIALIZED (%(moments)s),
                     invoiced AS MATERIALIZED (%(invoiced)s),
                     listed AS MATERIALIZED (%(listed)s),
                     fact AS MATERIALIZED (%(facts)s)
                SELECT source.id, source.user_id, source.company_id, source.create_date,
                       source.sales_department_id,
                       fact.sent_on AS quotation_sent_on,
                       fact.confirmed_on,
                       fact.cancelled_on,
                       COALESCE(fact.estimated, FALSE) AS dates_estimated,
                       invoiced.first_on AS first_invoiced_on,
                       partner.commercial_partner_id,
                       COALESCE(source.campaign_id, lead.campaign_id) AS origin_campaign_id,
                       company.currency_id AS company_currency_id,
                       %(untaxed)s AS amount_untaxed_company,
                       %(list_value)s AS amount_list_company,
                       %(discount)s AS amount_discount_company
                  FROM fact
                  JOIN sale_order source ON source.id = fact.id
                  JOIN res_partner partner ON partner.id = source.partner_id
                  JOIN res_company company ON company.id = source.company_id
                  JOIN res_currency currency ON currency.id = company.currency_id
                  LEFT JOIN crm_lead lead ON lead.id = source.opportunity_id
                  LEFT JOIN invoiced ON invoiced.order_id = source.id
                  LEFT JOIN listed ON listed.order_id = source.id
                """,
                transitions=tracked_selection_sql(self.env, "sale.order", "state"),
                moments=_moments_sql(),
                invoiced=_invoiced_sql(),
                listed=_listed_sql(),
                facts=_facts_sql(self.env.ref("mail.mt_comment").id),
                untaxed=_company_money("source.amount_untaxed"),
                list_value=_company_money("COALESCE(listed.amount, 0)"),
                discount=_company_money("COALESCE(listed.amount, 0) - source.amount_untaxed"),
            ),
            key="id",
        )
        departments = departments_sql(self, rows=SQL.identifier("kpi_order"))
        temporary_table(self.env, "kpi_department", departments, key="id")
        # Departments as well: each further pass over the table costs its indexes.
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order
                   SET %s,
                       is_first_order = FALSE,
                       sales_department_id = CASE WHEN known.id IS NOT NULL
                                                  THEN known.department_id
                                                  ELSE fact.sales_department_id END
                  FROM kpi_order fact
             LEFT JOIN kpi_department known ON known.id = fact.id
                 WHERE sale_order.id = fact.id
                """,
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("fact", name))
                    for name in _FACTS
                ),
            )
        )
        analyze(self.env, "sale_order")
        self.env.invalidate_all()
        # Free goods with taxes in the price need the tax engine; they are few.
        free = self.env["sale.order.line"].search(
            [("discount", ">=", 100), ("tax_ids.price_include", "=", True)]
        )
        self.env.add_to_compute(self._fields["amount_list_company"], free.order_id)
        self.env.flush_all()

    # ------------------------------------------------------------------
    # What follows from the facts
    # ------------------------------------------------------------------
    @api.model
    def _fill_offers_and_durations(self):
        now = fields.Datetime.now()
        companies = self.env["res.company"].sudo().search([])
        zones = {company.id: company_timezone(company) for company in companies}
        by_id = {company.id: company for company in companies}
        (oldest,) = self.env.execute_query(
            SQL("SELECT LEAST(min(create_date), min(confirmed_on)) FROM sale_order")
        )[0]
        stopwatch = Stopwatch((company, oldest, now) for company in companies)
        columns = [
            ("is_offer", "bool"),
            ("offer_sent_on", "timestamp"),
            ("offer_decided_on", "timestamp"),
            ("offer_outcome", "varchar"),
            *((name, "float8") for pair in self._kpi_duration_fields() for name in pair),
        ]
        for group_column in ("opportunity_id", "id"):
            for rows in self._history_batches(group_column):
                values = []
                for group in _groups(rows):
                    answers = decide_offer(
                        [_quotation(row, zones[row["company_id"]]) for row in group], now
                    )
                    for row in group:
                        offer = answers[row["id"]]
                        measured = [offer.is_offer, *offer[1:]]
                        spans = duration_spans(
                            zones[row["company_id"]],
                            row["create_date"],
                            row["quotation_sent_on"],
                            row["confirmed_on"],
                            row["first_invoiced_on"],
                            offer.sent_on,
                            offer.decided_on,
                            row["requested_on"],
                        )
                        for span in spans:
                            measured.extend(stopwatch.measure(by_id[row["company_id"]], *span))
                        values.append((row["id"], *measured))
                update_rows(self.env, self._table, columns, values)
        self.env.invalidate_all()

    @api.model
    def _history_batches(self, group_column):
        """Yield lists of the rows that were sent or confirmed, grouped and whole.

        :param group_column: "opportunity_id" for orders of opportunities, "id" for others
        """
        column = SQL.identifier("o", group_column)
        condition = SQL("opportunity_id IS %s NULL", SQL("" if group_column == "id" else "NOT"))
        ((first, last),) = self.env.execute_query(
            SQL("SELECT min(%s), max(%s) FROM sale_order o WHERE %s", column, column, condition)
        )
        if first is None:
            return
        for start in range(first, last + 1, _BATCH):
            yield self.env.execute_query_dict(
                SQL(
                    """
                    SELECT o.id, %(column)s AS group_id, o.company_id, o.create_date,
                           o.quotation_sent_on, o.confirmed_on, o.cancelled_on,
                           o.validity_date, o.first_invoiced_on,
                           lead.create_date AS requested_on,
                           CASE WHEN lead.won_status = 'lost'
                                THEN lead.lost_on END AS lost_on
                      FROM sale_order o
                      LEFT JOIN crm_lead lead ON lead.id = o.opportunity_id
                     WHERE %(column)s BETWEEN %(start)s AND %(stop)s AND %(condition)s
                       AND COALESCE(o.quotation_sent_on, o.confirmed_on) IS NOT NULL
                     ORDER BY group_id, o.id
                    """,
                    column=column,
                    condition=condition,
                    start=start,
                    stop=start + _BATCH - 1,
                )
            )

    @api.model
    def _fill_first_orders(self):
        self.env.cr.execute(
            SQL(
                """WITH first AS MATERIALIZED (%s)
                   UPDATE sale_order SET is_first_order = NOT is_first_order
                    WHERE (id IN (SELECT id FROM first) AND is_first_order IS FALSE)
                       OR (id NOT IN (SELECT id FROM first) AND is_first_order IS TRUE)""",
                first_orders_sql(),
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO sale_order_prior_company_rel (order_id, company_id)
                   WITH first AS MATERIALIZED (%s)
                   SELECT later.id, earlier.company_id
                     FROM first later
                     JOIN first earlier USING (commercial_partner_id)
                    WHERE (earlier.confirmed_on, earlier.id) < (later.confirmed_on, later.id)
                   ON CONFLICT DO NOTHING""",
                first_orders_sql(),
            )
        )
        analyze(self.env, "sale_order")


def _groups(rows):
    """Split rows, ordered by group_id, into one list per group."""
    group = []
    for row in rows:
        if group and group[-1]["group_id"] != row["group_id"]:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _quotation(row, zone):
    expires_on = None
    if row["validity_date"] and row["quotation_sent_on"] and not row["confirmed_on"]:
        expires_on = end_of_day(row["validity_date"], zone)
    return Quotation(
        row["id"],
        row["quotation_sent_on"],
        row["confirmed_on"],
        row["cancelled_on"],
        expires_on,
        row["lost_on"],
    )


# ----------------------------------------------------------------------
# Parts of the facts query
# ----------------------------------------------------------------------
def _moments_sql():
    """One row per order: when the chatter saw which state."""
    return SQL(
        """
        SELECT res_id,
               min(moment) FILTER (WHERE new_value = 'sent') AS sent_at,
               max(moment) FILTER (WHERE new_value = 'sale') AS sale_at,
               max(moment) FILTER (WHERE new_value = 'cancel') AS cancel_at,
               max(sequence) FILTER (WHERE new_value = 'sale') AS sale_sequence,
               max(sequence) FILTER (WHERE new_value IN ('draft', 'sent')) AS reset_sequence,
               bool_or(COALESCE(old_value = 'sent', FALSE)) AS was_sent,
               (array_agg(old_value ORDER BY sequence DESC)
                   FILTER (WHERE new_value = 'cancel'))[1] AS cancelled_from
          FROM transition
         GROUP BY res_id
        """
    )


def _facts_sql(comment_subtype_id):
    """One row per order not seen yet: sent, confirmed, cancelled, and whether estimated.
    The company currency is never empty once this addon has seen an order.

    Sending by e-mail is not tracked by stock: there the e-mail itself tells the moment."""
    return SQL(
        """
        SELECT o.id, mail.sent_on, decided.confirmed_on, decided.cancelled_on,
               mail.estimated OR decided.estimated AS estimated
          FROM sale_order o
          LEFT JOIN moment ON moment.res_id = o.id
          CROSS JOIN LATERAL (
              SELECT o.state = 'sale' OR (o.state = 'cancel' AND (
                         COALESCE(moment.cancelled_from = 'sale', FALSE)
                         OR COALESCE(moment.sale_sequence > COALESCE(moment.reset_sequence, 0),
                                     FALSE))) AS was_confirmed
          ) status
          CROSS JOIN LATERAL (
              SELECT CASE WHEN status.was_confirmed
                          THEN COALESCE(o.date_order, moment.sale_at) END AS confirmed_on,
                     CASE WHEN o.state = 'cancel'
                          THEN COALESCE(moment.cancel_at, o.write_date) END AS cancelled_on,
                     (status.was_confirmed AND moment.sale_at IS NULL)
                     OR (o.state = 'cancel' AND moment.cancel_at IS NULL) AS estimated
          ) decided
          CROSS JOIN LATERAL (
              SELECT CASE WHEN moment.sent_at IS NOT NULL THEN moment.sent_at
                          WHEN o.state = 'sent' OR moment.was_sent
                          THEN COALESCE(posted.first_on,
                                        CASE WHEN status.was_confirmed THEN o.create_date
                                             ELSE LEAST(o.date_order, decided.cancelled_on) END)
                     END AS sent_on,
                     moment.sent_at IS NULL
                     AND (o.state = 'sent' OR COALESCE(moment.was_sent, FALSE))
                     AND COALESCE(posted.number, 0) <> 1 AS estimated
                FROM (SELECT min(message.date) AS first_on, count(*) AS number
                        FROM mail_message message
                        JOIN res_users author
                          ON author.partner_id = message.author_id AND NOT author.share
                       WHERE moment.sent_at IS NULL
                         AND (o.state = 'sent' OR moment.was_sent)
                         AND message.model = 'sale.order' AND message.res_id = o.id
                         AND message.subtype_id = %s
                         AND message.message_type IN ('comment', 'email_outgoing')
                         AND message.date <= COALESCE(decided.confirmed_on, decided.cancelled_on,
                                                      'infinity')
                     ) posted
          ) mail
         WHERE o.company_currency_id IS NULL
        """,
        comment_subtype_id,
    )


def _invoiced_sql():
    """One row per invoiced order: date of its first posted customer invoice."""
    return SQL(
        """
        SELECT line.order_id, min(move.invoice_date) AS first_on
          FROM sale_order_line line
          JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
          JOIN account_move_line item ON item.id = rel.invoice_line_id
          JOIN account_move move ON move.id = item.move_id
         WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
         GROUP BY line.order_id
        """
    )


def _listed_sql():
    """One row per order: untaxed value before discount, in the order's currency."""
    return SQL(
        """
        SELECT order_id,
               sum(CASE WHEN discount < 100 THEN price_subtotal * 100 / (100 - discount)
                        ELSE price_unit * product_uom_qty END) AS amount
          FROM sale_order_line
         WHERE display_type IS NULL AND is_downpayment IS NOT TRUE AND price_subtotal >= 0
         GROUP BY order_id
        """
    )


def _company_money(expression):
    """Round an amount of ``source`` in the company's currency, as the ORM would."""
    return SQL(
        "round((%s) / COALESCE(NULLIF(source.currency_rate, 0), 1) / currency.rounding)"
        " * currency.rounding",
        SQL(expression),
    )
