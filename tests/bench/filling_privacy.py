# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers of many years: half of them have not been heard of for longer than the law asks."""

from filling import add_people, analyze, fill_customers
from filling_leads import fill_leads
from filling_orders import fill_orders
from filling_quality import vary
from filling_tools import add_dice

from odoo.tools import SQL

# Beyond the longest period, that of books: all that hangs on a customer is over.
AGE = "12 years"
# Columns with dates of what hangs on a customer, by table.
DATES = {
    "res_partner": ("create_date", "write_date"),
    "crm_lead": ("create_date", "write_date", "date_open", "date_closed"),
    "sale_order": ("create_date", "date_order"),
    "account_move": ("date", "invoice_date", "create_date"),
    "account_move_line": ("date",),
}


def fill_privacy(env, customers):
    """So many customers, with a lead each and an order for every second."""
    people = add_people(env)
    env.flush_all()
    add_dice(env)
    fill_customers(env, customers)
    vary(env)
    fill_leads(env, customers, people)
    fill_orders(env, customers // 2)
    make_old(env)
    analyze(env)


def make_old(env):
    """Every second customer, and all that hangs on him, is as old as ``AGE``; his orders are
    done. A tenth of these have a message of last year, which keeps them.
    """
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_old AS
            SELECT p.id, c.place FROM bench_customer c
              JOIN res_partner p ON p.commercial_partner_id = c.id
             WHERE c.place %% 2 = 1
            """
        )
    )
    env.cr.execute(SQL("CREATE INDEX ON bench_old (id); ANALYZE bench_old"))
    for table, columns in DATES.items():
        key = SQL.identifier("id" if table == "res_partner" else "partner_id")
        moved = SQL(", ").join(
            SQL("%s = %s - %s::interval", SQL.identifier(name), SQL.identifier(name), AGE)
            for name in columns
        )
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s IN (SELECT id FROM bench_old)",
                SQL.identifier(table),
                moved,
                key,
            )
        )
    for query in (
        """
        UPDATE sale_order SET state = 'cancel', invoice_status = 'no'
         WHERE partner_id IN (SELECT id FROM bench_old)
        """,
        """
        UPDATE account_move SET payment_state = 'paid'
         WHERE partner_id IN (SELECT id FROM bench_old)
        """,
        """
        UPDATE crm_lead SET won_status = 'lost', active = FALSE
         WHERE partner_id IN (SELECT id FROM bench_old) AND won_status = 'pending'
        """,
        """
        INSERT INTO mail_message (
               model, res_id, date, message_type, is_internal, body, message_id, create_date,
               write_date)
        SELECT 'res.partner', id, now() - interval '1 year', 'email', FALSE,
               'Herr Muster hat angerufen.', '<old' || id || '@example.com>', now(), now()
          FROM bench_old WHERE place %% 20 = 1
        """,
        """
        INSERT INTO mail_message (
               model, res_id, date, message_type, is_internal, body, message_id, create_date,
               write_date)
        SELECT 'res.partner', p.id, now() - interval '11 years', 'email', FALSE,
               repeat('Sehr geehrte Damen und Herren, wie besprochen. ', 20) || p.email,
               '<long' || p.id || '@example.com>', now(), now()
          FROM bench_old old JOIN res_partner p ON p.id = old.id
        """,
    ):
        env.cr.execute(SQL(query))
    # traces to be found: a colleague's note names a person, whose name has two words
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner p SET name = named.name, complete_name = named.name
              FROM bench_customer c, LATERAL (
                   SELECT 'Karla ' || translate(md5(c.place::text), '0123456789', 'ghijklmnop')
                       AS name) named
             WHERE p.id = c.id AND c.place %% 50 = 5
            """
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner p SET comment = '<p>Kollege von ' || other.name || '</p>'
              FROM bench_customer c
              JOIN bench_customer next ON next.place = c.place + 5
              JOIN res_partner other ON other.id = next.id
             WHERE p.id = c.id AND c.place %% 50 = 0
            """
        )
    )
