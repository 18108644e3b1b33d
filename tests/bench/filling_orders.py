# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quotations and orders with their lines, invoices and what the chatter wrote about them."""

from filling_tools import reserve, write_notes

from odoo.tools import SQL


def fill_orders(env, size):
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_order AS
            WITH thrown AS (
                SELECT lead.n, %(start)s + lead.n AS id, lead.id AS lead_id, lead.partner_id,
                       lead.user_id, lead.team_id, lead.created + interval '5 days' AS drafted,
                       pg_temp.dice(lead.n, 11, 100) AS luck,
                       500 + pg_temp.dice(lead.n, 12, 20000) AS amount,
                       pg_temp.dice(lead.n, 13, 4) * 5 AS discount,
                       lead.created + (6 + pg_temp.dice(lead.n, 14, 4)) * interval '1 day' AS sent,
                       lead.created + (11 + pg_temp.dice(lead.n, 15, 30)) * interval '1 day'
                       AS decided
                  FROM bench_lead lead
                 WHERE lead.created + interval '5 days' < now()
            )
            SELECT thrown.*, decided + interval '9 days' AS invoiced,
                   CASE WHEN luck < 12 OR sent > now() THEN 'draft'
                        WHEN luck >= 85 OR decided > now() THEN 'sent'
                        WHEN luck < 60 THEN 'sale' ELSE 'cancel' END AS state,
                   -- sending by e-mail leaves no tracked change
                   luck %% 2 = 0 AS is_tracked,
                   luck >= 80 AND decided + interval '9 days' < now() AS was_confirmed
              FROM thrown
            """,
            start=reserve(env, "sale_order", size),
        )
    )
    env.cr.execute(SQL("CREATE UNIQUE INDEX ON bench_order (n); ANALYZE bench_order"))
    product = env["product.product"].create({"name": "Beratung", "type": "service"})
    company = env.company
    env.cr.execute(
        SQL(
            """
            INSERT INTO sale_order (
                   id, name, company_id, partner_id, partner_invoice_id, partner_shipping_id,
                   date_order, state, user_id, team_id, currency_id, currency_rate, opportunity_id,
                   amount_untaxed, amount_tax, amount_total, validity_date, invoice_status,
                   create_uid, write_uid, create_date, write_date)
            SELECT id, 'BENCH' || n, %(company)s, partner_id, partner_id, partner_id,
                   CASE WHEN state = 'sale' THEN decided ELSE drafted END, state, user_id, team_id,
                   %(currency)s, 1, CASE WHEN n %% 2 = 0 THEN lead_id END, amount, 0, amount,
                   (drafted + interval '60 days')::date,
                   CASE WHEN state = 'sale' THEN 'to invoice' ELSE 'no' END, 2, 2, drafted,
                   CASE WHEN state IN ('sale', 'cancel') THEN decided ELSE drafted END
              FROM bench_order ORDER BY id
            """,
            company=company.id,
            currency=company.currency_id.id,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO sale_order_line (
                   id, order_id, name, product_id, product_uom_id, product_uom_qty, price_unit,
                   discount, price_subtotal, price_total, customer_lead, sequence, company_id,
                   currency_id, order_partner_id, salesman_id, state, create_date, write_date)
            SELECT %(start)s + n, id, 'Beratung', %(product)s, %(unit)s, 1,
                   amount * 100.0 / (100 - discount), discount, amount, amount, 0, 10, %(company)s,
                   %(currency)s, partner_id, user_id, state, drafted, drafted
              FROM bench_order ORDER BY id
            """,
            start=reserve(env, "sale_order_line", size),
            product=product.id,
            unit=product.uom_id.id,
            company=company.id,
            currency=company.currency_id.id,
        )
    )
    _invoice(env, size, product)
    _tell(env)


def _invoice(env, size, product):
    """A posted invoice for four of five orders."""
    journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
    accounts = {
        kind: env["account.account"].search([("account_type", "=", kind)], limit=1).id
        for kind in ("income", "asset_receivable")
    }
    values = {
        "moves": reserve(env, "account_move", size),
        "lines": reserve(env, "account_move_line", 2 * size),
        "order_lines": SQL("(SELECT id FROM sale_order_line WHERE order_id = bench_order.id)"),
        "journal": journal.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "product": product.id,
        "unit": product.uom_id.id,
        "income": accounts["income"],
        "receivable": accounts["asset_receivable"],
        "invoiced": SQL("state = 'sale' AND invoiced < now() AND luck %% 5 > 0"),
    }
    for query in (
        """
        INSERT INTO account_move (
               id, name, move_type, state, auto_post, journal_id, company_id, currency_id, date,
               invoice_date, partner_id, commercial_partner_id, invoice_user_id, team_id,
               amount_untaxed, amount_total, amount_residual, amount_untaxed_signed,
               amount_total_signed, amount_residual_signed, payment_state, posted_before,
               sequence_prefix, sequence_number, create_uid, write_uid, create_date, write_date)
        SELECT %(moves)s + n, 'BENCH/' || n, 'out_invoice', 'posted', 'no', %(journal)s,
               %(company)s, %(currency)s, invoiced::date, invoiced::date, partner_id, partner_id,
               user_id, team_id, amount, amount, amount, amount, amount, amount, 'not_paid', TRUE,
               'BENCH/', n, 2, 2, invoiced, invoiced
          FROM bench_order WHERE %(invoiced)s ORDER BY id
        """,
        """
        INSERT INTO account_move_line (
               id, move_id, move_name, parent_state, journal_id, company_id, company_currency_id,
               currency_id, display_type, account_id, partner_id, product_id, product_uom_id,
               name, date, invoice_date, quantity, price_unit, price_subtotal, price_total,
               debit, credit, balance, amount_currency, create_date, write_date)
        SELECT %(lines)s + 2 * n - part, %(moves)s + n, 'BENCH/' || n, 'posted', %(journal)s,
               %(company)s, %(currency)s, %(currency)s,
               CASE part WHEN 1 THEN 'product' ELSE 'payment_term' END,
               CASE part WHEN 1 THEN %(income)s ELSE %(receivable)s END, partner_id,
               CASE part WHEN 1 THEN %(product)s END, CASE part WHEN 1 THEN %(unit)s END,
               'Beratung', invoiced::date, invoiced::date, 1, amount, amount, amount,
               CASE part WHEN 1 THEN 0 ELSE amount END, CASE part WHEN 1 THEN amount ELSE 0 END,
               CASE part WHEN 1 THEN -amount ELSE amount END,
               CASE part WHEN 1 THEN -amount ELSE amount END, invoiced, invoiced
          FROM bench_order, generate_series(0, 1) part WHERE %(invoiced)s ORDER BY id
        """,
        """
        INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
        SELECT %(lines)s + 2 * n - 1, %(order_lines)s FROM bench_order WHERE %(invoiced)s
        """,
    ):
        env.cr.execute(SQL(query, **values))


def _tell(env):
    """Messages: creation, sending (tracked or as an e-mail), confirmation, cancellation."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_note AS
            SELECT row_number() OVER (ORDER BY at, id, kind) AS number, note.*
              FROM (
                    SELECT id, user_id, partner_id, drafted AS at, 'created' AS kind
                      FROM bench_order
              UNION ALL
                    SELECT id, user_id, partner_id, sent,
                           CASE WHEN is_tracked THEN 'sent' ELSE 'answer' END
                      FROM bench_order WHERE state <> 'draft'
              UNION ALL
                    SELECT id, user_id, partner_id, decided, 'sale'
                      FROM bench_order WHERE state = 'sale' OR state = 'cancel' AND was_confirmed
              UNION ALL
                    SELECT id, user_id, partner_id,
                           CASE WHEN was_confirmed THEN invoiced ELSE decided END,
                           CASE WHEN was_confirmed THEN 'undone' ELSE 'cancel' END
                      FROM bench_order WHERE state = 'cancel'
                   ) note
            """
        )
    )
    nothing = SQL("NULL")
    labels = {
        "sent": ("Quotation", "Quotation Sent"),
        "sale": ("Quotation Sent", "Sales Order"),
        "cancel": ("Quotation Sent", "Cancelled"),
        "undone": ("Sales Order", "Cancelled"),
    }
    write_notes(
        env,
        "sale.order",
        [
            ("state", (kind,), nothing, nothing, SQL("%s", old), SQL("%s", new))
            for kind, (old, new) in labels.items()
        ],
    )
