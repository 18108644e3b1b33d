#!/usr/bin/env python3
"""Take the README's screenshots from a running demo: scripts/screenshots.py [address].

Needs ``make run``; run it with the project's environment: .odoo/venv/bin/python.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from devkit import chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs"
USER = "lena.leitung"
PAGES = {
    "dashboard": ("/odoo/kpi-dashboard?kpi_period=last_month", ".o_kpi_card"),
    "targets": ("/odoo/plan-targets", "table"),
    "complaints": ("/odoo/action-crm_complaints.crm_complaint_action", ".o_kanban_record"),
    "data-quality": ("/odoo/action-crm_data_quality.crm_quality_check_action", ".o_list_view"),
}


def call(page, model, method, arguments):
    """Call a method of a model as the user of the page."""
    return page.evaluate(
        """async ([model, method, args]) => {
            const answer = await fetch("/web/dataset/call_kw", {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({params: {model, method, args, kwargs: {}}}),
            });
            return (await answer.json()).result;
        }""",
        [model, method, arguments],
    )


def log_in(page, address):
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", USER)
    page.fill("input[name=password]", USER)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def main(address="http://localhost:8069"):
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        log_in(page, address)
        user = call(page, "res.users", "search_read", [[["login", "=", USER]], ["lang"]])[0]
        call(page, "res.users", "write", [[user["id"]], {"lang": "en_US"}])
        try:
            for name, (path, selector) in PAGES.items():
                page.goto(address + path)
                page.wait_for_selector(selector)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}.png")
                if name == "dashboard":
                    page.locator(".o_kpi_card a:has-text('Breakdown')").nth(8).click()
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=FOLDER / "detail.png")
        finally:
            call(page, "res.users", "write", [[user["id"]], {"lang": user["lang"]}])
        browser.close()


main(*sys.argv[1:])
