# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Run in the shell of a database with the data quality app and Odoo's mailings: customers who
# agreed, left, were never asked, and who got a mailing before and after they were blacklisted.
from datetime import timedelta

env = env  # noqa: F821 - given by the shell
now = env.cr.now()
names = ("agreed", "left", "never", "pending", "before", "after", "bounced")
customers = {
    name: env["res.partner"].create(
        {"name": f"Muster {name}", "ref": "MAILING", "email": f"Info@{name}.example.com"}
    )
    for name in names
}
news, offers = env["mailing.list"].create([{"name": "News"}, {"name": "Offers"}])


def subscribe(name, **opted_out):
    """A contact of the mailing app with the customer's address, and its subscriptions."""
    env["mailing.contact"].create(
        {
            "name": name,
            "email": f"info@{name}.EXAMPLE.com",
            "subscription_ids": [
                (0, 0, {"list_id": {"news": news, "offers": offers}[key].id, "opt_out": value})
                for key, value in opted_out.items()
            ],
        }
    )


subscribe("agreed", news=False)
subscribe("left", news=True, offers=True)
subscribe("pending", news=True, offers=False)
mailing = env["mailing.mailing"].create(
    {"subject": "News", "mailing_model_id": env.ref("base.model_res_partner").id}
)
for name, days in (("before", 60), ("after", 5), ("never", 5)):
    env["mailing.trace"].create(
        {
            "trace_type": "mail",
            "mass_mailing_id": mailing.id,
            "model": "res.partner",
            "res_id": customers[name].id,
            "email": f"info@{name}.example.com",
            "trace_status": "sent",
            "sent_datetime": now - timedelta(days=days),
        }
    )
for name in ("before", "after"):
    env["mail.blacklist"]._add(f"info@{name}.example.com")
env.flush_all()
env.cr.execute("UPDATE mail_blacklist SET write_date = %s", (now - timedelta(days=30),))
# a mailing that the blacklist stopped was never sent
env["mailing.trace"].create(
    {
        "trace_type": "mail",
        "mass_mailing_id": mailing.id,
        "model": "res.partner",
        "res_id": customers["before"].id,
        "email": "info@before.example.com",
        "trace_status": "cancel",
    }
)
env.invalidate_all()

check = env["crm.quality.check"].create({"scope_domain": "[('ref', '=', 'MAILING')]"})
codes = ("blacklist_mailed", "consent")
for result in check.result_ids:
    result.is_selected = result.rule_id.code in codes
check.action_start()
by_name = {customer: name for name, customer in customers.items()}
answers = {}
for result in check.result_ids.filtered("is_selected"):
    findings = env["crm.quality.finding"].search(result._finding_domain())
    rows = check._make_batch(env["res.partner"].union(*by_name), result.rule_id, {})
    applicable, _outcome = result.rule_id._judge(rows)
    found = {by_name[item.partner_id]: item.reason_code for item in findings}
    applies = {by_name[env["res.partner"].browse(key)] for key in applicable}
    answers[result.rule_id.code] = {
        "passed": sorted(applies - set(found)),
        "found": found,
        "skipped": sorted(set(names) - applies),
    }
    assert (result.applicable, result.failed) == (len(applies), len(found))
answer(answers)  # noqa: F821 - given by the shell
