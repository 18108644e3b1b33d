# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Run in the shell of a database without our addons: the worked example of the catalogue,
# lived through with stock Odoo only, a commit at a time.
from freezegun import freeze_time

env = env(  # noqa: F821 - given by the shell
    context={**env.context, "lang": "en_US"}  # noqa: F821
)
env.ref("base.user_admin").tz = "Europe/Berlin"
customer = env["res.partner"].create({"name": "Muster AG", "is_company": True})
product = env["product.product"].create({"name": "Beratung", "type": "service"})


def settle(moment):
    """Write down what a request at this moment would have; the database clock runs on."""
    env.flush_all()
    env.cr.precommit.run()
    env.cr.execute(
        "UPDATE mail_message SET create_date = date WHERE create_date > %s AND date <= %s",
        (moment, moment),
    )
    env.cr.commit()
    env.invalidate_all()


def at(moment, action, *args):
    with freeze_time(moment):
        result = action(*args)
        settle(moment)
    return result


def created(moment, model, values):
    with freeze_time(moment):
        record = env[model].create(values)
        env.flush_all()
        columns = ["create_date"]
        if model == "crm.lead":
            columns.append("date_last_stage_update")  # it asks the database for the time
        for column in columns:
            env.cr.execute(
                f"UPDATE {record._table} SET {column} = %s WHERE id = %s", (moment, record.id)
            )
        settle(moment)
    return record


def quotation(moment, **values):
    line = {"product_id": product.id, "price_unit": 1000.0, "tax_ids": False}
    values = {"partner_id": customer.id, "order_line": [(0, 0, line)], **values}
    return created(moment, "sale.order", values)


opportunity = created(
    "2026-02-20 09:00:00",
    "crm.lead",
    {"name": "Anlage", "type": "opportunity", "partner_id": customer.id},
)
a = quotation("2026-02-27 09:00:00")
b = quotation("2026-02-27 09:00:00")
c = quotation("2026-02-27 09:00:00", opportunity_id=opportunity.id)
at("2026-02-28 23:30:00", a.action_quotation_sent)
at("2026-03-01 10:00:00", b.action_quotation_sent)
at("2026-03-02 10:00:00", c.action_quotation_sent)
d = quotation("2026-03-03 10:00:00", opportunity_id=opportunity.id)
at("2026-03-04 10:00:00", d.action_quotation_sent)
at("2026-03-05 10:00:00", b.action_cancel)
at("2026-03-10 10:00:00", d.action_confirm)
at("2026-03-31 22:30:00", a.action_confirm)
at("2026-04-20 08:00:00", a._action_cancel)

stages = env["crm.stage"].search([("is_won", "=", False)], limit=2)
lead = created(
    "2026-03-02 08:00:00",
    "crm.lead",
    {"name": "Halle", "type": "opportunity", "stage_id": stages[0].id},
)
at("2026-03-12 08:00:00", lead.write, {"stage_id": stages[1].id})
at("2026-03-20 08:00:00", lead.action_set_won)
lost = created("2026-03-02 08:00:00", "crm.lead", {"name": "Dach", "type": "opportunity"})
at("2026-03-22 08:00:00", lost.action_set_lost)

# Lost by mistake and taken up again: open. Archived only: neither won nor lost.
values = {"type": "opportunity", "probability": 40.0}
restored = created("2026-03-02 08:00:00", "crm.lead", {"name": "Tor", **values})
at("2026-03-05 08:00:00", restored.action_set_lost)
at("2026-03-08 08:00:00", restored.action_restore)
archived = created("2026-03-02 08:00:00", "crm.lead", {"name": "Keller", **values})
at("2026-03-25 08:00:00", archived.write, {"active": False})
# What nobody followed in the chatter has to be estimated.
quiet = {"tracking_disable": True}
untracked = created("2026-01-05 08:00:00", "crm.lead", {"name": "Still", "type": "opportunity"})
at("2026-01-20 08:00:00", untracked.with_context(**quiet).action_set_lost)


def post(record, moment, author, kind):
    values = {"body": "Hallo", "message_type": kind, "subtype_xmlid": "mail.mt_comment"}
    at(moment, lambda: record.message_post(author_id=author.id, **values))


# Answered a day after it came in; later the customer asks again.
post(lead, "2026-03-03 08:00:00", env.ref("base.user_admin").partner_id, "comment")
post(lead, "2026-03-18 08:00:00", customer, "email")

# A customer buys each month, is gone for two years and comes back.
returning = env["res.partner"].create({"name": "Wiederkehr GmbH", "is_company": True})
for day in ("2024-01-10", "2024-02-10", "2024-03-10", "2026-02-10"):
    order = quotation(f"{day} 09:00:00", partner_id=returning.id)
    at(f"{day} 10:00:00", order.action_confirm)
unnoticed = quotation("2026-01-14 09:00:00", partner_id=customer.copy({"name": "Neu"}).id)
at("2026-01-15 10:00:00", unnoticed.with_context(**quiet).action_confirm)
env.cr.commit()
