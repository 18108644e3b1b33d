# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and leads as a check meets them: persons, contacts, national phone numbers, talk."""

from filling import add_people, analyze, fill_customers
from filling_leads import fill_leads
from filling_tools import add_dice

from odoo.tools import SQL


def fill_quality(env, customers):
    """So many customers, and a lead for every fifth."""
    people = add_people(env)
    env.flush_all()
    add_dice(env)
    fill_customers(env, customers)
    vary(env)
    fill_leads(env, max(customers // 5, 10), people)
    analyze(env)


def vary(env):
    """A fifth are persons, half of these contacts of a company; a third dial nationally; one in
    a hundred has a double blank in the name; half have a salesperson; one in twenty bounces.
    """
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner p
               SET is_company = c.place %% 5 > 0,
                   parent_id = CASE WHEN c.place %% 10 = 0 THEN company.id END,
                   commercial_partner_id =
                       CASE WHEN c.place %% 10 = 0 THEN company.id ELSE p.id END,
                   phone = CASE WHEN c.place %% 3 = 0 THEN replace(p.phone, '+49 ', '0')
                                ELSE p.phone END,
                   name = CASE WHEN c.place %% 100 = 7 THEN replace(p.name, ' ', '  ')
                               ELSE p.name END,
                   user_id = CASE WHEN c.place %% 2 = 0 THEN users.id END,
                   message_bounce = (c.place %% 20 = 3)::int
              FROM bench_customer c
              JOIN bench_customer company ON company.place = c.place / 10 * 10 + 1
              LEFT JOIN LATERAL (
                   SELECT id, row_number() OVER (ORDER BY id) - 1 AS number,
                          count(*) OVER () AS all
                     FROM res_users WHERE login LIKE 'bench_%%') users
                     ON users.number = c.place / 2 %% users.all
             WHERE c.id = p.id
            """
        )
    )
