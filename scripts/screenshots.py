#!/usr/bin/env python3
"""Take the README's screenshots from a running demo: scripts/screenshots.py [address].

Needs ``make run``; run it with the project's environment: .odoo/venv/bin/python.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from devkit import chromium, paths

DOCS = paths.ROOT / "docs"
ADDONS = paths.ROOT / "addons"
USER = "lena.leitung"
SIZE = {"width": 1440, "height": 900}
# where the page of an addon in the Apps menu shows a screenshot
DESCRIPTIONS = {
    "dashboard": "crm_kpi",
    "complaints": "crm_complaints",
    "data-quality": "crm_data_quality",
}
COLORS = 256


class Camera:
    """A page of the sales manager in English, and how to take its picture."""

    def __init__(self, page, address):
        self.page = page
        self.address = address

    def call(self, model, method, *arguments, **options):
        """Call a method of a model as the user of the page."""
        answer = self.page.evaluate(
            """async ([model, method, args, kwargs]) => {
                const answer = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                    method: "POST",
                    headers: {"Content-Type": "application/json"},
                    body: JSON.stringify({params: {model, method, args, kwargs}}),
                });
                return await answer.json();
            }""",
            [model, method, list(arguments), options],
        )
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def log_in(self):
        self.page.goto(f"{self.address}/web/login?redirect=/odoo/kpi-dashboard")
        self.page.fill("input[name=login]", USER)
        self.page.fill("input[name=password]", USER)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")
        # a request that is still under way would put the old language into the server's cache
        self.settle()

    def speak(self, user, lang):
        """Change the language of the user; the session knows of it from the next login on."""
        self.call("res.users", "write", [user], {"lang": lang})
        self.page.context.clear_cookies()
        self.log_in()
        # the session keeps the language for its whole life
        if self.call("res.users", "context_get")["lang"] != lang:
            raise RuntimeError(f"the session does not speak {lang}")

    def open(self, path, selector):
        self.page.goto(self.address + path)
        self.page.wait_for_selector(selector)

    def settle(self):
        """Wait for the last figure; the bus of the web client never lets the network rest."""
        before = None
        for _ in range(60):
            self.page.wait_for_timeout(400)
            text = self.page.evaluate(
                "document.querySelector('.o_loading_indicator') ? '' : document.body.innerText"
            )
            if text and text == before:
                return
            before = text

    def shoot(self, name):
        """Store the window with few colours: sharp and small."""
        self.settle()
        picture = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        picture = picture.quantize(COLORS, dither=Image.Dither.NONE)
        picture.save(DOCS / f"{name}.png", optimize=True)
        if addon := DESCRIPTIONS.get(name):
            picture.save(ADDONS / addon / "static/description/screenshot.png", optimize=True)


def take_all(camera):
    page = camera.page
    camera.open("/odoo/kpi-dashboard", ".o_kpi_card")
    camera.shoot("dashboard")

    kpi = camera.call("crm.kpi", "search", [["code", "=", "revenue"]])[0]
    camera.open(f"/odoo/kpi-dashboard/{kpi}?kpi_period=this_month", ".o_kpi_trend canvas")
    camera.shoot("detail")

    camera.open(f"/odoo/plan-targets?kpi={kpi}", ".o_target_cell")
    camera.shoot("targets")

    camera.open("/odoo/complaints", ".o_kanban_record")
    # not only what is open: the resolved ones as well
    page.locator(".o_facet_remove").first.click()
    page.wait_for_selector(".o_facet_remove", state="detached")
    camera.settle()
    page.locator(".o_column_folded").first.click()
    page.wait_for_function("document.querySelectorAll('.o_kanban_record').length > 5")
    camera.shoot("complaints")

    check = camera.call(
        "crm.quality.check", "search", [["run_state", "=", "done"]], order="finished_on desc"
    )[0]
    camera.open(f"/odoo/data-quality/{check}", "button[name=action_check_again]")
    camera.shoot("data-quality")


def main(address="http://localhost:8069"):
    DOCS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        page = browser.new_page(viewport=SIZE, timezone_id="Europe/Berlin")
        page.set_default_timeout(60_000)
        camera = Camera(page, address)
        camera.log_in()
        user = camera.call("res.users", "search_read", [["login", "=", USER]], ["lang"])[0]
        camera.speak(user["id"], "en_US")
        try:
            take_all(camera)
        finally:
            camera.speak(user["id"], user["lang"])
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
