# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duplicates for the journeys, and how their cases are opened."""

import zlib

from pages import settle
from story import rpc

HEADING = ".o_duplicate_heading"


def site(name):
    """Address and mailbox that nobody else has."""
    return {
        "is_company": True,
        "street": f"{name}gasse 22",
        "zip": "80331",
        "city": "München",
        "email": f"info@{name.lower()}.example",
    }


def phone_of(name):
    """A phone number that nobody else has."""
    return f"+49 89 {10**6 + zlib.crc32(name.encode()) % (9 * 10**6)}"


def search(page, kind):
    """Search for duplicates of one kind, to the end."""
    [found] = rpc(page, "crm.duplicate.search", "create", [{"name": "Reise", "kind": kind}])
    rpc(page, "crm.duplicate.search", "action_start", [found])


def make_customers(page, name):
    """Two customers that are the same, one of them with a lead, and a search that finds them.

    :param name: like no other name of the journeys
    """
    values = site(name)
    first, second = rpc(
        page,
        "res.partner",
        "create",
        [
            {**values, "name": f"{name} Gerüstbau GmbH"},
            {**values, "name": f"{name} Geruestbau", "phone": phone_of(name)},
        ],
    )
    rpc(page, "crm.lead", "create", [{"name": "Gerüst", "partner_id": second}])
    search(page, "customers")
    return first, second


def make_leads(page, name):
    """A customer, two leads that come from it, and a search that finds it out.

    :return: (id of the customer, list of ids of the leads)
    """
    values = site(name)
    customer = rpc(page, "res.partner", "create", [{**values, "name": f"{name} Dachbau GmbH"}])[0]
    lead = {
        "partner_name": f"{name} Dachbau GmbH",
        "email_from": values["email"],
        "city": values["city"],
    }
    titles = [f"Dach {name}", f"Gaube {name}"]
    leads = rpc(page, "crm.lead", "create", [{**lead, "name": title} for title in titles])
    search(page, "leads_customers")
    return customer, leads


def case_of(page, partner, kind):
    """The case of a customer: dict id, state."""
    domain = [["member_ids.partner_id", "=", partner], ["kind", "=", kind]]
    return rpc(page, "crm.duplicate.cluster", "search_read", domain, ["state"])[0]


def open_case(page, partner, kind):
    """From the case in the list to the review page."""
    page.goto(f"/odoo/duplicates/{case_of(page, partner, kind)['id']}")
    page.locator("button[name=action_review]").click()
    page.locator(HEADING).wait_for()
    settle(page)
