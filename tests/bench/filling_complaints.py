# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three years of complaints with texts of about fifty words, written by set-based SQL."""

from random import Random

from filling import TEAMS, login
from filling_tools import DAYS

from odoo.tools import SQL

WORDS = 4000
"""Different words; how often one is used follows Zipf's law."""
WORDS_PER_TEXT = 50
HALVES = 4000
"""Different halves of texts; each text is put together from two of them."""
STOP_WORDS = ["und", "die", "der", "das", "ist", "nicht", "mit", "auf", "wir", "es", "haben", "bei"]
"""Not quite half of a German text."""
STOP_SHARE = 0.45
SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "po",
    "ra",
    "sti",
    "trau",
    "wen",
    "schei",
    "kor",
    "lam",
    "pfe",
    "zi",
    "bel",
    "dor",
]


def halves():
    """Halves of texts from dice, with the word lengths of a language and without meaning."""
    rng = Random(42)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 5))) for _word in range(WORDS)]
    weights = [1 / (rank + 3) for rank in range(WORDS)]
    size = WORDS_PER_TEXT // 2
    found = []
    for _half in range(HALVES):
        said = rng.choices(words, weights, k=size)
        is_stop = [rng.random() < STOP_SHARE for _word in said]
        found.append(
            " ".join(
                rng.choice(STOP_WORDS) if stop else word
                for word, stop in zip(said, is_stop, strict=True)
            )
        )
    return found


def fill_complaints(env, count):
    """Complaints of the people of ``fill``: closed but for every fiftieth, every tenth without
    category."""
    logins = [login(team, number) for team in TEAMS for number in range(5)]
    people = env["res.users"].search([("login", "in", logins)])
    categories = env["crm.complaint.category"].search([])
    customers = env["res.partner"].search([("is_company", "=", True)], limit=5000)
    products = env["product.product"].search([], limit=50)
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_complaint (
                   number, name, description, active, lang, partner_id, commercial_partner_id,
                   company_id, user_id, team_id, category_id, product_id, severity, priority,
                   stage_id, is_closed, is_waiting, is_rejected, received_on, first_answer_on,
                   resolved_on, work_hours_to_first_answer, work_days_to_resolution,
                   channel, create_uid, create_date, write_uid, write_date)
            SELECT 'B' || n, split_part(first, ' ', 1) || ' ' || split_part(second, ' ', 2),
                   '<p>' || first || '. ' || second || '</p>', TRUE, 'de_DE', customer, customer,
                   %(company)s, (%(people)s)[1 + n %% %(persons)s],
                   (%(teams)s)[1 + n %% %(persons)s],
                   CASE WHEN n %% 10 > 0 THEN (%(categories)s)[1 + n %% %(kinds)s] END,
                   (%(products)s)[1 + n %% %(goods)s], (ARRAY['low', 'normal', 'high'])[1 + n %% 3],
                   '0', CASE WHEN n %% 50 > 0 THEN %(resolved)s ELSE %(open)s END, n %% 50 > 0,
                   FALSE, FALSE, received, received + interval '5 hours',
                   CASE WHEN n %% 50 > 0 THEN received + interval '3 days' END, n %% 40, n %% 9,
                   'email', 1, received, 1, received
              FROM (SELECT n, (%(halves)s)[1 + n * 7919 %% %(pieces)s] AS first,
                           (%(halves)s)[1 + n * 104729 %% %(pieces)s] AS second,
                           (%(customers)s)[1 + n * 31 %% %(buyers)s] AS customer,
                           now() AT TIME ZONE 'UTC' - interval '1 day' * (n * %(days)s / %(count)s)
                           AS received
                      FROM generate_series(1::bigint, %(count)s) n) complaints
            """,
            company=env.company.id,
            people=people.ids,
            persons=len(people),
            teams=[person.sale_team_id.id for person in people],
            categories=categories.ids,
            kinds=len(categories),
            products=products.ids,
            goods=len(products),
            customers=customers.ids,
            buyers=len(customers),
            halves=halves(),
            pieces=HALVES,
            resolved=env.ref("crm_complaints.stage_resolved").id,
            open=env.ref("crm_complaints.stage_in_progress").id,
            days=DAYS,
            count=count,
        )
    )
