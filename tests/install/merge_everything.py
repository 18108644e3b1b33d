# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Run in Odoo's shell: two customers with everything that Odoo, more of its addons, an
# administrator and an addon that is gone may have hung on them; merged, undone, and every row of
# every table compared.
from odoo import Command

from odoo.addons.crm_data_quality.tests import table_rows

env = env(user=2, su=True)  # noqa: F821 - given by the shell
company = env.company
second = env["res.company"].create({"name": "Zweite GmbH"})
env.user.company_ids |= second
env = env(context={"allowed_company_ids": (company | second).ids, "lang": "en_US"})

# ------------------------------------------------------------ made by an administrator
partner_field = {"ttype": "many2one", "relation": "res.partner", "state": "manual"}
custom = env["ir.model"].create(
    {
        "name": "Case",
        "model": "x_case",
        "is_mail_thread": True,
        "field_id": [
            Command.create({"name": "x_name", "ttype": "char", "field_description": "Name"}),
            Command.create(
                partner_field | {"name": "x_partner_id", "field_description": "Customer"}
            ),
            Command.create(
                partner_field
                | {"name": "x_lawyer_id", "field_description": "Lawyer", "company_dependent": True}
            ),
            Command.create(
                {"name": "x_partner_ids", "ttype": "many2many", "relation": "res.partner",
                 "state": "manual", "field_description": "Parties"}
            ),
            Command.create(
                {"name": "x_about", "ttype": "reference", "state": "manual",
                 "field_description": "About", "selection_ids": [
                     Command.create({"value": "res.partner", "name": "Customer"})]}
            ),
        ],
    }
)  # fmt: skip
for model, name in (("crm.lead", "x_architect_id"), ("res.partner", "x_adviser_id")):
    env["ir.model.fields"].create(
        partner_field
        | {"name": name, "model_id": env["ir.model"]._get_id(model), "field_description": name}
    )

# ------------------------------------------------------------ of an addon that is gone, of others
for statement in (
    "CREATE TABLE gone_note (id serial PRIMARY KEY, partner_id int UNIQUE REFERENCES res_partner,"
    " body text)",
    "CREATE TABLE gone_rel (partner_id int NOT NULL REFERENCES res_partner, label text,"
    " UNIQUE (partner_id, label))",
    'CREATE TABLE "Gone Table" ("Partner" int REFERENCES res_partner, "a b" text)',
    "CREATE TABLE gone_keyless (partner_id int REFERENCES res_partner, amount numeric)",
    "CREATE VIEW gone_view AS SELECT id AS partner_id, name FROM res_partner",
    "CREATE MATERIALIZED VIEW gone_figures AS SELECT id AS partner_id FROM res_partner",
):
    env.cr.execute(statement)

# ------------------------------------------------------------ the customers
partners = env["res.partner"].create(
    [
        {"name": "Muster Bau GmbH", "is_company": True, "email": "a@muster.example.com"},
        {"name": "Muster Bau", "is_company": True, "email": "b@muster.example.com",
         "phone": "+49 89 123456", "website": "https://muster.example.com"},
        {"name": "Anwalt"},
    ]
)  # fmt: skip
master, other, third = partners
children = env["res.partner"].create(
    [
        {"name": f"Karl {place}", "parent_id": parent.id, "company_id": owner.id}
        for place, (parent, owner) in enumerate(
            ((master, company), (other, company), (other, second))
        )
    ]
)
portal_user = env["res.users"].create(
    {"name": other.name, "login": "portal@muster.example.com", "partner_id": other.id,
     "group_ids": [Command.set(env.ref("base.group_portal").ids)]}
)  # fmt: skip
other.signup_prepare()
leads = env["crm.lead"].create(
    [
        {"name": f"Anfrage {place}", "partner_id": partner.id, "company_id": owner.id,
         "team_id": False, "user_id": False, "x_architect_id": other.id}
        for place, (partner, owner) in enumerate(
            ((master, company), (other, company), (other, second))
        )
    ]
)  # fmt: skip
cases = env["x_case"].create(
    [
        {"x_name": "Fall 1", "x_partner_id": other.id, "x_lawyer_id": other.id,
         "x_partner_ids": [Command.set((master | other).ids)],
         "x_about": f"res.partner,{other.id}"},
        {"x_name": "Fall 2", "x_partner_ids": [Command.set(other.ids)],
         "x_about": f"res.partner,{third.id}"},
    ]
)  # fmt: skip
cases[0].with_company(second).x_lawyer_id = third
cases[1].with_company(second).x_lawyer_id = other
third.x_adviser_id = other
for statement, values in (
    ("INSERT INTO gone_note (partner_id, body) VALUES (%s, 'kept'), (%s, 'goes')",
     (master.id, other.id)),
    ("INSERT INTO gone_rel VALUES (%s, 'x'), (%s, 'x'), (%s, 'y')",
     (master.id, other.id, other.id)),
    ('INSERT INTO "Gone Table" VALUES (%s, \'50 %%\')', (other.id,)),
    ("INSERT INTO gone_keyless VALUES (%s, 1.5), (%s, 1.5), (%s, 1.5), (%s, 2.5)",
     (other.id, other.id, master.id, master.id)),
):  # fmt: skip
    env.cr.execute(statement, values)

# ------------------------------------------------------------ messages, ratings, meetings
for record in (leads[0], cases[0]):
    record.message_subscribe((master | other).ids)
other.message_subscribe(third.ids)
message = other.message_post(body="Hallo", author_id=other.id, partner_ids=(master | other).ids)
env["mail.message.reaction"].create(
    [{"message_id": message.id, "content": "👍", "partner_id": who.id} for who in (master, other)]
)
rating = env["rating.rating"].create(
    {"res_model_id": env["ir.model"]._get_id("crm.lead"), "res_id": leads[1].id, "rating": 5,
     "partner_id": other.id, "rated_partner_id": third.id, "consumed": True}
)  # fmt: skip
other.activity_schedule("mail.mail_activity_data_todo", user_id=env.uid)
env["ir.attachment"].create(
    {"name": "x.txt", "res_model": "res.partner", "res_id": other.id, "raw": b"x"}
)
meeting = env["calendar.event"].create(
    {"name": "Treffen", "start": "2026-01-01 10:00", "stop": "2026-01-01 11:00",
     "partner_ids": [Command.set(partners.ids)]}
)  # fmt: skip
env["mail.blacklist"]._add("z@muster.example.com")
env["phone.blacklist"]._add(["+4989123456"])
env["res.partner.bank"].create(
    [{"partner_id": who.id, "acc_number": "DE89 3704 0044 0532 0130 00"} for who in partners[:2]]
)

# ------------------------------------------------------------ newsletters
lists = env["mailing.list"].create([{"name": name} for name in ("Neues", "Technik")])
readers = env["mailing.contact"].create(
    [
        {"name": "A", "email": "a@muster.example.com"},
        {"name": "B", "email": "b@muster.example.com"},
    ]
)
env["mailing.subscription"].create(
    [
        {"contact_id": readers[0].id, "list_id": lists[0].id, "opt_out": True},
        {"contact_id": readers[1].id, "list_id": lists[0].id},
        {"contact_id": readers[0].id, "list_id": lists[1].id},
        {"contact_id": readers[1].id, "list_id": lists[1].id},
    ]
)
mailing = env["mailing.mailing"].create(
    {
        "subject": "Neues",
        "email_from": "us@example.com",
        "mailing_model_id": env["ir.model"]._get_id("res.partner"),
    }
)
traces = env["mailing.trace"].create(
    [
        {"model": "res.partner", "res_id": who.id, "mass_mailing_id": mailing.id,
         "email": who.email, "trace_status": "sent"}
        for who in partners[:2]
    ]
)  # fmt: skip

# ------------------------------------------------------------ website, loyalty, orders
visitors = env["website.visitor"].create([{"access_token": str(who.id)} for who in partners[:2]])
env["website.track"].create([{"visitor_id": visitor.id, "url": "/preise"} for visitor in visitors])
program = env["loyalty.program"].create({"name": "Punkte", "program_type": "loyalty"})
card = env["loyalty.card"].create(
    {"program_id": program.id, "partner_id": other.id, "points": 10, "code": "0815"}
)
product = env["product.product"].create({"name": "Ziegel", "type": "service"})
orders = env["sale.order"].create(
    [
        {"partner_id": who.id, "company_id": company.id,
         "order_line": [Command.create({"product_id": product.id, "price_unit": 100.0})]}
        for who in (master, other, children[1])
    ]
)  # fmt: skip
orders.action_confirm()
env.flush_all()
env.cr.precommit.run()
env.invalidate_all()

# ------------------------------------------------------------ merged
before = table_rows.take(env)
merge = env["crm.merge"]._merge(master, other)
env.flush_all()
env.invalidate_all()


def column(query):
    env.cr.execute(query)
    return [value for (value,) in env.cr.fetchall()]


subscriptions = lists.subscription_ids
seen = {
    "custom": cases.x_partner_id == master and cases[1].x_partner_ids == master,
    "custom references": [case.x_about == [master, third][place]
                          for place, case in enumerate(cases)],
    "custom per company": [
        [case.with_company(where).x_lawyer_id.name for where in (company, second)]
        for case in cases
    ],
    "custom field of stock": set(leads.mapped("x_architect_id")) == {master},
    "custom field of customers": third.x_adviser_id == master,
    "unique row of a lost table": column("SELECT body FROM gone_note"),
    "relation of a lost table": column("SELECT label FROM gone_rel ORDER BY label"),
    "odd names": column('SELECT "Partner" FROM "Gone Table"') == master.ids,
    "no key": set(column("SELECT partner_id FROM gone_keyless")) == set(master.ids),
    "children": children.parent_id == master,
    "leads": leads.partner_id == master,
    "portal user": master.user_ids == portal_user,
    "reactions": message.reaction_ids.partner_id == master,
    "rating": rating.partner_id == master,
    "attendees": meeting.attendee_ids.partner_id == master | third,
    "opted out": sorted(
        (item.list_id.name, item.contact_id.name)
        for item in subscriptions.filtered("opt_out")
    ),
    "traces": set(traces.mapped("res_id")) == {master.id},
    "visitors": [(visitor.access_token == str(master.id), visitor.partner_id == master,
                  len(visitor.website_track_ids)) for visitor in visitors.exists()],
    "loyalty": card.partner_id == master,
    "orders": orders[:2].partner_id == master,
}  # fmt: skip
lines = len(merge.sudo().line_ids)

# ------------------------------------------------------------ and undone
merge.action_undo()
env.flush_all()
env.invalidate_all()
left = table_rows.not_restored(before, table_rows.take(env))
answer(  # noqa: F821 - given by the shell
    {
        "seen": seen,
        "lines": lines,
        "state": merge.state,
        "report": merge.undo_report or "",
        "tables": len(before),
        "left": left,
    }
)
env.cr.rollback()
