# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three years of a sales department, written by set-based SQL: the same for the same size.

Everything follows from a row's number, and times are counted back from today. Only
columns of stock Odoo are written, so that a database with and one without our addons
get the same past.
"""

from filling_leads import fill_leads
from filling_orders import fill_orders
from filling_tools import DAYS, add_dice, reserve

from odoo import Command
from odoo.tools import SQL

PERSONS_PER_TEAM = 5
TEAMS = ("Nord", "Süd")


def fill(env, size):
    """Customers, leads, orders and invoices; ``size`` of the leads and of the orders."""
    people = add_people(env)
    env.flush_all()
    add_dice(env)
    fill_customers(env, max(size // 5, 10))
    fill_leads(env, size, people)
    fill_orders(env, size)
    analyze(env)


def login(team, number):
    """Login of a person; number 0 leads the team."""
    return f"bench_{team}_{number}".lower()


def add_people(env):
    """Two teams with a leader each, in departments of their own."""
    groups = "sales_team.group_sale_salesman"
    people = {"teams": [], "users": []}
    for name in TEAMS:
        department = env["hr.department"].create({"name": f"Vertrieb {name}"})
        users = env["res.users"].create(
            [
                {
                    "name": f"{name} {number}",
                    "login": login(name, number),
                    "tz": "Europe/Berlin",
                    "group_ids": [Command.link(env.ref(groups).id)],
                }
                for number in range(PERSONS_PER_TEAM)
            ]
        )
        env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "department_id": department.id}
                for user in users
            ]
        )
        team = env["crm.team"].create(
            {
                "name": name,
                "user_id": users[0].id,
                "member_ids": [Command.set(users.ids)],
                "use_leads": True,
            }
        )
        people["teams"].append(team)
        people["users"].append(users)
    return people


def fill_customers(env, count):
    """Companies, some of them with gaps and mistakes in their data."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO res_partner (
                   id, name, complete_name, type, is_company, active, partner_share,
                   commercial_partner_id, commercial_company_name, autopost_bills, country_id,
                   street, zip, city, email, email_normalized, phone, phone_sanitized, vat, lang,
                   user_id, create_date, write_date)
            SELECT %(first)s + n, company, company, 'contact', TRUE, TRUE, TRUE, %(first)s + n,
                   company, 'ask', %(country)s, 'Hauptstr. ' || n %% 200 + 1,
                   CASE WHEN pg_temp.dice(n, 1, 100) < 90
                        THEN lpad((10000 + n * 7 %% 900 * 100)::text, 5, '0')
                        WHEN pg_temp.dice(n, 1, 100) < 94 THEN '123' END,
                   CASE WHEN pg_temp.dice(n, 2, 100) < 95 THEN 'Ort ' || n * 7 %% 900 END,
                   email, email,
                   CASE WHEN pg_temp.dice(n, 4, 100) < 80 THEN '+49 30 ' || 1000000 + n END,
                   CASE WHEN pg_temp.dice(n, 4, 100) < 80 THEN '+4930' || 1000000 + n END,
                   CASE WHEN pg_temp.dice(n, 5, 100) < 30
                        THEN 'DE' || 100000000 + pg_temp.dice(n, 6, 899999999) END,
                   'en_US', NULL,
                   now() - (%(days)s || ' days')::interval, now() - interval '30 days'
              FROM (SELECT n, 'Muster ' || md5(n::text) || ' GmbH' AS company,
                           CASE WHEN pg_temp.dice(n, 3, 100) < 85
                                THEN 'info@muster' || n || '.example.com'
                                WHEN pg_temp.dice(n, 3, 100) < 88
                                THEN 'info@muster' || n END AS email
                      FROM generate_series(1, %(count)s) n) customer
            """,
            first=reserve(env, "res_partner", count),
            count=count,
            country=env.ref("base.de").id,
            days=DAYS,
        )
    )
    env.cr.execute(
        SQL(
            """CREATE TEMPORARY TABLE bench_customer AS
               SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                 FROM res_partner WHERE name LIKE 'Muster %%'"""
        )
    )
    env.cr.execute(SQL("CREATE UNIQUE INDEX ON bench_customer (place); ANALYZE bench_customer"))


def analyze(env):
    env.invalidate_all()
    for table in ("res_partner", "crm_lead", "sale_order", "sale_order_line", "account_move",
                  "account_move_line", "mail_message", "mail_tracking_value"):  # fmt: skip
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
