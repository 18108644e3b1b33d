# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A small story of known size for the journeys, told through the web client's own RPC."""

CAMPAIGN = "Messe Leipzig"
LEADS = {"rieke": 5, "torben": 3}


def rpc(page, model, method, *args, **kwargs):
    """Call a public method as the user of ``page``, in the web client's language and company.

    :raise RuntimeError: with the server's message
    """
    answer = page.evaluate(
        """async ([model, method, args, kwargs]) => {
            const { user } = odoo.loader.modules.get("@web/core/user");
            kwargs.context = { ...user.context, ...kwargs.context };
            const response = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({
                    jsonrpc: "2.0", id: 1, method: "call", params: { model, method, args, kwargs },
                }),
            });
            return await response.json();
        }""",
        [model, method, list(args), kwargs],
    )
    if "error" in answer:
        raise RuntimeError(answer["error"]["data"]["message"])
    return answer["result"]


def tell(page):
    """Two salespersons of one team with leads of this month from one campaign, once per database.

    :param page: page of an administrator
    :return: dict login → user id, and "team", "campaign" and "kpi" (id of the leads' KPI)
    """
    kpi = rpc(page, "crm.kpi", "search", [["code", "=", "campaign_leads"]])[0]
    users = rpc(page, "res.users", "search_read", [["login", "in", list(LEADS)]], ["login"])
    if users:
        team = rpc(page, "crm.team", "search", [["name", "=", "Ostwind"]])[0]
        return {user["login"]: user["id"] for user in users} | {"team": team, "kpi": kpi}
    group = rpc(
        page,
        "ir.model.data",
        "search_read",
        [["module", "=", "sales_team"], ["name", "=", "group_sale_salesman"]],
        ["res_id"],
    )[0]["res_id"]
    team = rpc(page, "crm.team", "create", [{"name": "Ostwind"}])[0]
    campaign = rpc(page, "utm.campaign", "create", [{"name": CAMPAIGN}])[0]
    found = {"team": team, "kpi": kpi}
    for login, number in LEADS.items():
        values = {
            "name": login.capitalize(),
            "login": login,
            "password": login,
            "lang": "en_US",
            "tz": "Europe/Berlin",
            "group_ids": [[4, group]],
        }
        found[login] = rpc(page, "res.users", "create", [values])[0]
        lead = {
            "type": "opportunity",
            "user_id": found[login],
            "team_id": team,
            "campaign_id": campaign,
        }
        names = [f"Anfrage {login} {count}" for count in range(number)]
        rpc(page, "crm.lead", "create", [lead | {"name": name} for name in names])
    return found
