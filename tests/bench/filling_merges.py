# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What hangs on customers in real life, beside leads, orders and invoices."""

from odoo.tools import SQL


def hang(env, partners):
    """On each customer: tags, followers on both sides, messages, an activity, a file, a bank
    account and a contact with a message of his own.

    :param partners: customers of `fill`
    """
    tags = env["res.partner.category"].create([{"name": f"Bench {number}"} for number in range(3)])
    env.flush_all()
    values = {
        "partners": partners.ids,
        "tags": tags.ids,
        "person": env.user.partner_id.id,
        "model": env["ir.model"]._get_id("res.partner"),
        "todo": env.ref("mail.mail_activity_data_todo").id,
        "comment": env.ref("mail.mt_comment").id,
        "country": env.ref("base.de").id,
    }
    for query in (
        """
        INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
        SELECT partner, tag FROM unnest(%(partners)s) partner, unnest(%(tags)s) tag
         WHERE (partner + tag) %% 3 > 0
        """,
        """
        INSERT INTO mail_followers (res_model, res_id, partner_id)
        SELECT 'res.partner', partner, %(person)s FROM unnest(%(partners)s) partner
        """,
        """
        INSERT INTO mail_followers (res_model, res_id, partner_id)
        SELECT 'crm.lead', id, partner_id FROM crm_lead WHERE partner_id = ANY(%(partners)s)
        """,
        """
        INSERT INTO mail_followers_mail_message_subtype_rel
               (mail_followers_id, mail_message_subtype_id)
        SELECT follower.id, %(comment)s FROM mail_followers follower
         WHERE follower.partner_id = ANY(%(partners)s)
            OR follower.res_model = 'res.partner' AND follower.res_id = ANY(%(partners)s)
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO mail_message (
               model, res_id, date, message_type, subtype_id, is_internal, author_id, body,
               message_id, create_date, write_date)
        SELECT 'res.partner', partner, now(), 'email', %(comment)s, FALSE, partner, 'Text',
               '<hang' || partner || '.' || number || '@example.com>', now(), now()
          FROM unnest(%(partners)s) partner, generate_series(1, 3) number
        """,
        """
        INSERT INTO mail_activity (
               res_model_id, res_model, res_id, activity_type_id, user_id, date_deadline, summary,
               active, create_date, write_date)
        SELECT %(model)s, 'res.partner', partner, %(todo)s, 2, current_date, 'Anrufen', TRUE,
               now(), now()
          FROM unnest(%(partners)s) partner
        """,
        """
        INSERT INTO ir_attachment (
               name, type, res_model, res_id, db_datas, public, create_date, write_date)
        SELECT 'Brief.txt', 'binary', 'res.partner', partner, 'Text'::bytea, FALSE, now(), now()
          FROM unnest(%(partners)s) partner
        """,
        """
        INSERT INTO res_partner_bank (
               acc_number, sanitized_acc_number, partner_id, active, sequence, create_date,
               write_date)
        SELECT 'BENCH' || partner, 'BENCH' || partner, partner, TRUE, 10, now(), now()
          FROM unnest(%(partners)s) partner
        """,
        """
        WITH contact AS (
            INSERT INTO res_partner (
                   name, complete_name, type, is_company, active, partner_share, parent_id,
                   commercial_partner_id, commercial_company_name, autopost_bills, country_id,
                   lang, create_date, write_date)
            SELECT 'Karl ' || partner.id, partner.name || ', Karl ' || partner.id, 'contact',
                   FALSE, TRUE, TRUE, partner.id, partner.id, partner.name, 'ask', %(country)s,
                   'en_US', now(), now()
              FROM res_partner partner WHERE partner.id = ANY(%(partners)s)
         RETURNING id, parent_id
        )
        INSERT INTO mail_message (
               model, res_id, date, message_type, subtype_id, is_internal, author_id, body,
               message_id, create_date, write_date)
        SELECT 'res.partner', parent_id, now(), 'email', %(comment)s, FALSE, id, 'Text',
               '<contact' || id || '@example.com>', now(), now()
          FROM contact
        """,
    ):
        env.cr.execute(SQL(query, **values))
    for table in ("mail_followers", "mail_activity", "ir_attachment", "res_partner_bank",
                  "mail_followers_mail_message_subtype_rel"):  # fmt: skip
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
