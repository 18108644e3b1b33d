# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leads with what the chatter wrote about them."""

from filling_tools import DAYS, reserve, write_notes

from odoo.tools import SQL


def fill_leads(env, size, people):
    stages = env["crm.stage"].search([], order="is_won, sequence, id").ids
    first, last = stages[0], stages[-1]
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_lead AS
            WITH thrown AS (
                SELECT n, %(start)s + n AS id,
                       today - %(days)s * ((%(size)s - n)::float / %(size)s) * interval '1 day'
                       + pg_temp.dice(n, 1, 36000) * interval '1 second' - interval '1 day'
                       AS created,
                       pg_temp.dice(n, 2, 100) AS luck,
                       pg_temp.dice(n, 3, 1000000) / 1000000.0 AS spread,
                       pg_temp.dice(n, 4, %(persons)s) AS person,
                       1 + pg_temp.dice(n, 5, 9) AS first_move,
                       10 + pg_temp.dice(n, 6, 20) AS second_move,
                       31 + pg_temp.dice(n, 7, 60) AS closing
                  FROM generate_series(1, %(size)s) n, (SELECT current_date::timestamp AS today) t
            ), judged AS (
                SELECT thrown.*,
                       CASE WHEN created + closing * interval '1 day' > now() OR luck >= 65
                            THEN 'pending' WHEN luck < 25 THEN 'won' ELSE 'lost' END AS status
                  FROM thrown
            )
            SELECT judged.n, judged.id, judged.created, judged.status, judged.luck,
                   customer.id AS partner_id, (%(users)s::int[])[person + 1] AS user_id,
                   (%(teams)s::int[])[person + 1] AS team_id,
                   -- how many stages beyond the first one were reached, and when
                   CASE WHEN status = 'won' THEN 3 WHEN luck %% 3 = 0 THEN 0
                        WHEN luck %% 3 = 1 OR created + second_move * interval '1 day' > now()
                        THEN CASE WHEN created + first_move * interval '1 day' > now()
                                  THEN 0 ELSE 1 END
                        ELSE 2 END AS moves,
                   created + first_move * interval '1 day' AS first_on,
                   created + second_move * interval '1 day' AS second_on,
                   created + closing * interval '1 day' AS closed_on
              FROM judged
              JOIN bench_customer customer
                ON customer.place = floor(spread * spread * (SELECT count(*) FROM bench_customer))
            """,
            start=reserve(env, "crm_lead", size),
            days=DAYS,
            size=size,
            persons=sum(map(len, people["users"])),
            users=[user.id for users in people["users"] for user in users],
            teams=[
                team.id
                for team, users in zip(people["teams"], people["users"], strict=True)
                for _user in users
            ],
        )
    )
    env.cr.execute(SQL("CREATE UNIQUE INDEX ON bench_lead (n); ANALYZE bench_lead"))
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (
                   id, name, type, priority, active, company_id, partner_id, partner_name, user_id,
                   team_id, stage_id, won_status, probability, automated_probability,
                   expected_revenue, prorated_revenue, date_deadline, date_open, date_closed,
                   date_last_stage_update, date_conversion, campaign_id, day_open, day_close,
                   create_uid, write_uid, create_date, write_date)
            SELECT id, 'Anfrage ' || n, 'opportunity', '0', status <> 'lost', %(company)s,
                   partner_id, 'Muster', user_id, team_id,
                   CASE WHEN status = 'won' THEN %(last)s ELSE (%(stages)s::int[])[moves + 1] END,
                   status, chance, chance, revenue, revenue * chance / 100,
                   (closed_on + interval '3 days')::date, created,
                   CASE WHEN status <> 'pending' THEN closed_on END,
                   CASE moves WHEN 0 THEN created WHEN 1 THEN first_on
                              WHEN 2 THEN second_on ELSE closed_on END,
                   first_on, CASE WHEN luck %% 10 = 0 THEN %(campaign)s::int END, 0,
                   CASE WHEN status <> 'pending'
                        THEN EXTRACT(EPOCH FROM closed_on - created) / 86400 ELSE 0 END,
                   2, 2, created,
                   CASE WHEN status <> 'pending' THEN closed_on ELSE created END
              FROM (SELECT *, 1000 + luck * 100 AS revenue,
                           CASE status WHEN 'won' THEN 100 WHEN 'lost' THEN 0
                                       ELSE 20 * (moves + 1) END AS chance
                      FROM bench_lead) lead
             ORDER BY id
            """,
            company=env.company.id,
            stages=stages,
            last=last,
            campaign=env["utm.campaign"].create({"name": "Messe"}).id,
        )
    )
    _tell(env, first, stages, last)


def _tell(env, first, stages, last):
    """Messages: creation, moves, losses with their tracking, letters in and out."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_note AS
            SELECT row_number() OVER (ORDER BY at, id, kind) AS number, note.*
              FROM (
                    SELECT id, user_id, partner_id, created AS at, 'created' AS kind,
                           NULL::int AS old, NULL::int AS new FROM bench_lead
              UNION ALL
                    SELECT id, user_id, partner_id, first_on, 'moved', %(first)s, %(second)s
                      FROM bench_lead WHERE moves >= 1
              UNION ALL
                    SELECT id, user_id, partner_id, second_on, 'moved', %(second)s, %(third)s
                      FROM bench_lead WHERE moves >= 2
              UNION ALL
                    SELECT id, user_id, partner_id, closed_on, 'won', %(third)s, %(last)s
                      FROM bench_lead WHERE status = 'won'
              UNION ALL
                    SELECT id, user_id, partner_id, closed_on, 'lost', 1, 0
                      FROM bench_lead WHERE status = 'lost'
              UNION ALL
                    SELECT id, user_id, partner_id, created + interval '1 minute', 'letter',
                           NULL, NULL FROM bench_lead WHERE luck %% 5 < 3
              UNION ALL
                    SELECT id, user_id, partner_id, created + luck * interval '1 hour', 'answer',
                           NULL, NULL FROM bench_lead
                     WHERE luck %% 5 < 2 AND created + luck * interval '1 hour' < now()
                   ) note
            """,
            first=first,
            second=stages[1],
            third=stages[2],
            last=last,
        )
    )
    write_notes(
        env,
        "crm.lead",
        [
            ("stage_id", ("moved", "won"), SQL("old"), SQL("new"), SQL("NULL"), SQL("NULL")),
            ("active", ("lost",), SQL("1"), SQL("0"), SQL("NULL"), SQL("NULL")),
            ("won_status", ("won",), SQL("NULL"), SQL("NULL"), SQL("'Pending'"), SQL("'Won'")),
            ("won_status", ("lost",), SQL("NULL"), SQL("NULL"), SQL("'Pending'"), SQL("'Lost'")),
        ],
    )
