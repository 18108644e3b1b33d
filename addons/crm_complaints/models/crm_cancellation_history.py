# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fills the cancellations from before the installation, set-based.

What the chatter knows of the state of an order gives every cancellation, also those that
were taken up again; credit notes are read from the accounts. Quantities taken back are
told by the chatter in prose only, without a price: they are known from the installation on.
"""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_kpi.kpi.company_time import company_zones_sql
from odoo.addons.crm_kpi.kpi.history import analyze, tracked_selection_sql

_ORDER_COLUMNS = (
    "company_id",
    "partner_id",
    "user_id",
    "team_id",
    "sales_department_id",
)


class CrmCancellation(models.Model):
    _inherit = "crm.cancellation"

    @api.model
    def _fill_history(self):
        """Record what was cancelled before the installation; what is recorded stays."""
        self.env.flush_all()
        self._fill_orders()
        self._fill_credit_notes()
        analyze(self.env, self._table)
        self._fill_counted()
        self.env.invalidate_all()

    def _fill_orders(self):
        """One record for each time a confirmed order was cancelled.

        The last cancellation of an order that is cancelled now has the moment the order
        has; where the chatter tells none, it is all that is known."""
        self.env.cr.execute(
            SQL(
                """
                WITH change AS MATERIALIZED (
                    SELECT transition.*,
                           lead(moment) OVER later AS next_moment
                      FROM (%(transitions)s) transition
                    WINDOW later AS (PARTITION BY res_id ORDER BY sequence)
                ), told AS (
                    SELECT res_id AS order_id, moment, next_moment, sequence
                      FROM change
                     WHERE new_value = 'cancel' AND old_value = 'sale'
                ), event AS (
                    SELECT order_id, moment AS cancelled_on, next_moment AS reopened_on,
                           message.create_uid AS recorded_by_id, FALSE AS is_moment_estimated
                      FROM told
                      JOIN mail_tracking_value tracking ON tracking.id = told.sequence
                      JOIN mail_message message ON message.id = tracking.mail_message_id
                      JOIN sale_order bought ON bought.id = told.order_id
                     WHERE told.next_moment IS NOT NULL
                        OR bought.state = 'cancel' AND bought.confirmed_on IS NOT NULL
                    UNION ALL
                    SELECT bought.id, bought.cancelled_on, NULL, NULL, TRUE
                      FROM sale_order bought
                     WHERE bought.state = 'cancel' AND bought.confirmed_on IS NOT NULL
                       AND bought.cancelled_on IS NOT NULL
                       AND NOT EXISTS (SELECT FROM told
                                        WHERE told.order_id = bought.id
                                          AND told.next_moment IS NULL)
                )
                INSERT INTO crm_cancellation
                       (kind, order_id, cancelled_on, reopened_on, recorded_by_id, is_estimated,
                        value, value_company, reason_id, cancelled_by, note, recoverable,
                        followup_on, is_explained, %(columns)s,
                        create_uid, write_uid, create_date, write_date)
                SELECT 'order', bought.id, event.cancelled_on, event.reopened_on,
                       event.recorded_by_id,
                       event.is_moment_estimated OR event.reopened_on IS NOT NULL,
                       bought.amount_untaxed, bought.amount_untaxed_company,
                       CASE WHEN event.reopened_on IS NULL
                            THEN COALESCE(bought.cancellation_reason_id, %(not_given)s)
                            ELSE %(not_given)s END,
                       CASE WHEN event.reopened_on IS NULL
                            THEN COALESCE(bought.cancelled_by, 'not_given')
                            ELSE 'not_given' END,
                       CASE WHEN event.reopened_on IS NULL THEN bought.cancellation_note END,
                       event.reopened_on IS NULL AND bought.cancellation_recoverable IS TRUE,
                       CASE WHEN event.reopened_on IS NULL THEN bought.cancellation_followup_on END,
                       event.reopened_on IS NULL
                       AND COALESCE(bought.cancelled_by, 'not_given') <> 'not_given'
                       AND COALESCE(bought.cancellation_reason_id, %(not_given)s) <> %(not_given)s,
                       %(values)s, %(by)s
                  FROM event
                  JOIN sale_order bought ON bought.id = event.order_id
                 WHERE NOT EXISTS (SELECT FROM crm_cancellation known
                                    WHERE known.order_id = bought.id AND known.kind = 'order')
                """,
                transitions=tracked_selection_sql(self.env, "sale.order", "state"),
                not_given=self._reason_not_given().id or None,
                columns=self._order_columns(),
                values=self._order_values(),
                by=self._logged(),
            )
        )

    def _fill_credit_notes(self):
        """One record for each line of a posted credit note that belongs to an order line."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cancellation
                       (kind, order_id, line_id, move_line_id, product_id, description, quantity,
                        product_uom_id, cancelled_on, is_estimated, value, value_company,
                        value_counted, reason_id, cancelled_by, note, is_explained, %(columns)s,
                        create_uid, write_uid, create_date, write_date)
                SELECT DISTINCT ON (item.id)
                       'credit', bought.id, sold.id, item.id, item.product_id,
                       split_part(item.name, chr(10), 1),
                       item.quantity * COALESCE(billed.factor / NULLIF(unit.factor, 0), 1),
                       sold.product_uom_id,
                       timezone('UTC', timezone(
                           zone.tz, COALESCE(move.invoice_date, move.date) + interval '12 hours')),
                       item.currency_id <> bought.currency_id,
                       CASE WHEN item.currency_id = bought.currency_id THEN item.price_subtotal
                            ELSE item.balance * COALESCE(NULLIF(bought.currency_rate, 0), 1) END,
                       item.balance, item.balance,
                       %(not_given)s, 'not_given', move.ref, FALSE, %(values)s, %(by)s
                  FROM account_move move
                  JOIN (%(zones)s) zone ON zone.company_id = move.company_id
                  JOIN account_move_line item ON item.move_id = move.id
                                             AND item.display_type = 'product'
                  JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
                  JOIN sale_order_line sold ON sold.id = rel.order_line_id
                                           AND sold.is_downpayment IS NOT TRUE
                  JOIN sale_order bought ON bought.id = sold.order_id
             LEFT JOIN uom_uom unit ON unit.id = sold.product_uom_id
             LEFT JOIN uom_uom billed ON billed.id = item.product_uom_id
                 WHERE move.move_type = 'out_refund' AND move.state = 'posted'
                   AND NOT EXISTS (SELECT FROM crm_cancellation known
                                    WHERE known.move_line_id = item.id)
              ORDER BY item.id, sold.id
                """,
                zones=company_zones_sql(),
                not_given=self._reason_not_given().id or None,
                columns=self._order_columns(),
                values=self._order_values(),
                by=self._logged(),
            )
        )

    def _fill_counted(self):
        """Without parts taken back a cancelled order counts what no credit note gave back."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cancellation entry
                   SET value_counted = fresh.counted
                  FROM (SELECT cancelled.id,
                               CASE WHEN cancelled.reopened_on IS NOT NULL OR cancelled.value <= 0
                                    THEN 0
                                    ELSE round(cancelled.value_company / cancelled.value
                                               * GREATEST(cancelled.value - GREATEST(
                                                   COALESCE(credited.value, 0), 0), 0)
                                               / currency.rounding) * currency.rounding
                               END AS counted
                          FROM crm_cancellation cancelled
                          JOIN res_company company ON company.id = cancelled.company_id
                          JOIN res_currency currency ON currency.id = company.currency_id
                     LEFT JOIN (SELECT order_id, sum(value) AS value FROM crm_cancellation
                                 WHERE kind = 'credit' GROUP BY order_id) credited
                            ON credited.order_id = cancelled.order_id
                         WHERE cancelled.kind = 'order' AND cancelled.value_counted IS NULL) fresh
                 WHERE fresh.id = entry.id
                """
            )
        )

    def _order_columns(self):
        return SQL(", ").join(map(SQL.identifier, _ORDER_COLUMNS))

    def _order_values(self):
        """What the record has in common with its order, in the order of the columns."""
        names = ("company_id", "commercial_partner_id", *_ORDER_COLUMNS[2:])
        return SQL(", ").join(SQL.identifier("bought", name) for name in names)

    def _logged(self):
        uid = self.env.uid
        return SQL("%s, %s, timezone('UTC', now()), timezone('UTC', now())", uid, uid)
