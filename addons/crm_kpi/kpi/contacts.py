# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which messages are contacts with a customer: the rule of ``mail.message`` for the
messages of the past, as one query."""

from odoo.tools import SQL

# Message types that a person wrote or that reach the customer as a mail.
CONTACT_TYPES = ("email", "comment", "email_outgoing")
# Activity types that mean a contact with the customer when done.
CONTACT_ACTIVITIES = ("phonecall", "meeting")


def contacts_sql(model_name):
    """Query of ``(res_id, date, is_out)`` of all contacts on documents of a model."""
    return SQL(
        """
        SELECT message.res_id, message.date,
               (message.mail_activity_type_id IS NOT NULL
                OR message.message_type = 'email_outgoing'
                OR COALESCE(message.author_id IN (SELECT partner_id FROM res_users
                                                   WHERE share IS NOT TRUE), FALSE)) AS is_out
          FROM mail_message message
     LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
     LEFT JOIN mail_activity_type activity ON activity.id = message.mail_activity_type_id
         WHERE message.model = %(model)s
           AND message.res_id > 0
           AND CASE WHEN message.mail_activity_type_id IS NOT NULL
                    THEN activity.category IN %(activities)s
                    WHEN message.message_type = 'email_outgoing'
                    THEN message.is_internal IS NOT TRUE
                    ELSE message.message_type IN %(types)s
                         AND message.is_internal IS NOT TRUE
                         AND subtype.internal IS NOT TRUE
                         AND (subtype.id IS NOT NULL
                              OR message.message_type = 'email'
                              OR message.author_id IS NULL
                              OR message.author_id NOT IN (SELECT partner_id FROM res_users
                                                            WHERE share IS NOT TRUE))
                END
        """,
        model=model_name,
        activities=CONTACT_ACTIVITIES,
        types=CONTACT_TYPES,
    )


def answers_sql(contacts):
    """Query of ``(id, first_out, last_out, last_in, waiting_since)`` per document from a
    query of ``(id, date, is_out)``."""
    return SQL(
        """
        WITH contact AS MATERIALIZED (%s), said AS (
            SELECT id,
                   MIN(date) FILTER (WHERE is_out) AS first_out,
                   MAX(date) FILTER (WHERE is_out) AS last_out,
                   MAX(date) FILTER (WHERE NOT is_out) AS last_in
              FROM contact
          GROUP BY id
        ), waiting AS (
            SELECT contact.id, MIN(contact.date) AS since
              FROM contact
              JOIN said ON said.id = contact.id
             WHERE NOT contact.is_out
               AND (said.last_out IS NULL OR contact.date > said.last_out)
          GROUP BY contact.id
        )
        SELECT said.id, said.first_out, said.last_out, said.last_in,
               waiting.since AS waiting_since
          FROM said
     LEFT JOIN waiting ON waiting.id = said.id
        """,
        contacts,
    )
