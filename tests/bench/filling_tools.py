# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What leads and orders of the benchmarks have in common: chance, numbers, messages."""

from odoo.tools import SQL

DAYS = 1095
"""Length of the past."""


def add_dice(env):
    """``dice(number, throw, sides)``: a number below ``sides`` that is always the same."""
    env.cr.execute(
        SQL(
            """
            CREATE FUNCTION pg_temp.dice(number bigint, throw int, sides int) RETURNS int
            LANGUAGE sql IMMUTABLE
            AS 'SELECT ((hashint8extended(number, throw) & 2147483647) %% sides)::int'
            """
        )
    )


def reserve(env, table, count):
    """The id before the first of ``count`` new rows."""
    sequence = f"{table}_id_seq"
    ((last,),) = env.execute_query(
        SQL("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(table))
    )
    env.execute_query(SQL("SELECT setval(%s, %s)", sequence, last + count + 1))
    return last


def write_notes(env, model, trackings):
    """Messages of the table ``bench_note`` with their tracked changes; drops the table.

    :param trackings: (field, kinds of notes, old id, new id, old text, new text)
    """
    ((count,),) = env.execute_query(SQL("SELECT count(*) FROM bench_note"))
    start = reserve(env, "mail_message", count)
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_message (
                   id, model, res_id, date, create_date, write_date, message_type, subtype_id,
                   is_internal, author_id, email_from, body, message_id, create_uid, write_uid)
            SELECT %(start)s + note.number, %(model)s, note.id, note.at, note.at, note.at,
                   CASE note.kind WHEN 'letter' THEN 'email' WHEN 'answer' THEN 'comment'
                                  ELSE 'notification' END,
                   CASE WHEN note.kind IN ('letter', 'answer') THEN %(comment)s ELSE %(note)s END,
                   FALSE,
                   CASE WHEN note.kind = 'letter' THEN note.partner_id ELSE author.partner_id END,
                   'bench@example.com', 'Text ' || note.number,
                   '<' || md5(note.number::text || %(model)s) || '@example.com>', 2, 2
              FROM bench_note note
              JOIN res_users author ON author.id = note.user_id
             ORDER BY note.number
            """,
            start=start,
            model=model,
            comment=env.ref("mail.mt_comment").id,
            note=env.ref("mail.mt_note").id,
        )
    )
    for field, kinds, old_id, new_id, old_text, new_text in trackings:
        env.cr.execute(
            SQL(
                """
                INSERT INTO mail_tracking_value (
                       mail_message_id, field_id, old_value_integer, new_value_integer,
                       old_value_char, new_value_char, create_date, write_date)
                SELECT %(start)s + note.number, %(field)s, %(old_id)s, %(new_id)s, %(old_text)s,
                       %(new_text)s, note.at, note.at
                  FROM bench_note note WHERE note.kind = ANY(%(kinds)s)
                 ORDER BY note.number
                """,
                start=start,
                field=env["ir.model.fields"]._get(model, field).id,
                old_id=old_id,
                new_id=new_id,
                old_text=old_text,
                new_text=new_text,
                kinds=list(kinds),
            )
        )
    env.cr.execute(SQL("DROP TABLE bench_note"))
