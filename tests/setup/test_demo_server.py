# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The server of the journeys: a person logs in on the demo database, in English or German."""


def test_admin_reaches_crm(login, odoo_server):
    page = login("admin")
    page.goto("/odoo/crm")
    page.wait_for_selector(".o_kanban_view .o_kanban_record:not(.o_kanban_ghost)")
    assert page.url.startswith(odoo_server.url)


def test_german_can_be_chosen(login):
    page = login("admin")
    languages = page.evaluate(
        """async () => {
            const answer = await fetch("/web/dataset/call_kw/res.lang/get_installed", {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({
                    params: {model: "res.lang", method: "get_installed", args: [], kwargs: {}},
                }),
            });
            return (await answer.json()).result.map(([code]) => code);
        }"""
    )
    assert "de_DE" in languages
