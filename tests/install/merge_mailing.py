# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Run in the shell of a database with the data quality app and Odoo's mailings: customers with two
# addresses are merged, one of which has left mailing lists; then the merges are undone.
from odoo.addons.crm_data_quality.models.crm_merge_service import Job
from odoo.addons.crm_data_quality.tests import table_rows

env = env(user=2)  # noqa: F821 - given by the shell
news, offers, other = env["mailing.list"].create([{"name": n} for n in ("News", "Offers", "Else")])
reason = env["mailing.subscription.optout"].search([], limit=1)
LEFT_ON = "2024-05-06 07:08:09"
mailing = env["mailing.mailing"].create(
    {
        "subject": "News",
        "email_from": "news@example.com",
        "mailing_model_id": env.ref("mass_mailing.model_mailing_list").id,
        "contact_list_ids": [(6, 0, news.ids)],
    }
)


def customer(name, email):
    return env["res.partner"].create({"name": name, "email": email})


def contact(email, **lists):
    """A contact of the mailing lists; its subscriptions: True has left."""
    by_name = {"news": news, "offers": offers, "other": other}
    found = env["mailing.contact"].create(
        {
            "name": email,
            "email": email,
            "subscription_ids": [
                (0, 0, {"list_id": by_name[name].id, "opt_out": left})
                for name, left in lists.items()
            ],
        }
    )
    found.subscription_ids.filtered("opt_out").write(
        {"opt_out_datetime": LEFT_ON, "opt_out_reason_id": reason.id}
    )
    return found


def subscriptions(*emails):
    """dict address → dict list → (has left, when, why)"""
    env.flush_all()
    env.invalidate_all()
    found = env["mailing.contact"].search([("email_normalized", "in", emails)])
    return {
        one.email_normalized: {
            item.list_id.name: [
                item.opt_out,
                item.opt_out and str(item.opt_out_datetime),
                item.opt_out_reason_id == reason,
            ]
            for item in one.subscription_ids
        }
        for one in found
    }


def merge(master, *others):
    merged = env["crm.merge"]._merge(master, master.browse([one.id for one in others]))
    env.flush_all()
    env.invalidate_all()
    return merged


def not_restored(before):
    env.flush_all()
    env.invalidate_all()
    return table_rows.not_restored(before, table_rows.take(env))


answers = {}

# one address has left a list, the other is on it, and on another one
contact("left@one.example.com", news=True, other=False)
contact("clean@one.example.com", news=False, offers=False)
kept, gone = customer("One", "Clean@One.example.com"), customer("One", "left@one.example.com")
env.invalidate_all()
before = table_rows.take(env)
emails = ("left@one.example.com", "clean@one.example.com")
merged = merge(kept, gone)
answers["subscribed"] = subscriptions(*emails)
answers["opted out of the mailing"] = sorted(mailing._get_opt_out_list())
merged.action_undo()
answers["undone"] = [merged.state, not_restored(before), subscriptions(*emails)]

# the other address was on no list, and nobody knows it
contact("left@two.example.com", news=True)
kept, gone = customer("Two", "left@two.example.com"), customer("Two", "new@two.example.com")
env.invalidate_all()
before = table_rows.take(env)
merged = merge(kept, gone)
answers["unknown"] = subscriptions("left@two.example.com", "new@two.example.com")
merged.action_undo()
answers["unknown undone"] = [merged.state, not_restored(before)]

# what people did with it since stays
merged = merge(*customer("Two", "left@two.example.com") | customer("Two", "new@two.example.com"))
fresh = env["mailing.contact"].search([("email_normalized", "=", "new@two.example.com")])
fresh.subscription_ids.opt_out = False
env["mailing.subscription"].create({"contact_id": fresh.id, "list_id": offers.id})
env.flush_all()
merged.action_undo()
answers["used since"] = [merged.state, merged.undo_report, subscriptions("new@two.example.com")]

# an address of two customers: both merges in one pass, the second one gets it from the first
contact("left@three.example.com", news=True)
contact("shared@three.example.com", news=False)
contact("last@three.example.com", news=False)
pairs = [
    (customer(name, first), customer(name, second))
    for name, first, second in (
        ("Three", "left@three.example.com", "shared@three.example.com"),
        ("Four", "shared@three.example.com", "last@three.example.com"),
    )
]
env.invalidate_all()
before = table_rows.take(env)
merges, refused = env["crm.merge"]._merge_many([Job(*pair) for pair in pairs])
assert not refused, refused
found = subscriptions(*(f"{name}@three.example.com" for name in ("left", "shared", "last")))
answers["two merges"] = {email: lists["News"][0] for email, lists in found.items()}
merges.action_undo()
answers["two merges undone"] = not_restored(before)

# nobody has left anything: nothing is added
contact("a@five.example.com", news=False)
merge(customer("Five", "a@five.example.com"), customer("Five", "b@five.example.com"))
answers["nobody left"] = subscriptions("a@five.example.com", "b@five.example.com")

# a lead that is linked to its customer
contact("left@six.example.com", offers=True)
lead = env["crm.lead"].create({"name": "Six", "email_from": "left@six.example.com"})
link = env["crm.merge"]._link(customer("Six", "c@six.example.com"), lead)
answers["linked"] = subscriptions("left@six.example.com", "c@six.example.com")
answers["words"] = [link.shown_state, merged.shown_state]
answer(answers)  # noqa: F821 - given by the shell
