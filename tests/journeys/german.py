# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of the suite's own English is left on a page that should be German."""

import re

import polib

from devkit import paths

# a text with a hole is on no page as it stands
HOLE = re.compile(r"%[(sd]|\{\{|<[a-z/]")

# words of Odoo's own widgets that are the same in German
STOCK = {"Domain"}


def untranslated():
    """The English texts of all addons that have another German text."""
    english, german = set(), set()
    for catalogue in (paths.ROOT / "addons").glob("*/i18n/de.po"):
        for entry in polib.pofile(str(catalogue)):
            if not HOLE.search(entry.msgid):
                english.add(squeeze(entry.msgid))
            german.add(squeeze(entry.msgstr))
    return english - german - STOCK


def squeeze(text):
    return " ".join(text.split())


def texts(page):
    """Everything a person can read on the page or hear from it."""
    found = page.evaluate(
        """() => {
            const texts = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const parent = walker.currentNode.parentElement;
                // what people wrote, in whatever language
                if (parent.checkVisibility() && !parent.closest(".o-mail-Message, script, style")) {
                    texts.push(walker.currentNode.data);
                }
            }
            for (const name of ["title", "placeholder", "aria-label", "data-tooltip"]) {
                for (const element of document.querySelectorAll(`[${name}]`)) {
                    texts.push(element.getAttribute(name));
                }
            }
            return texts;
        }"""
    )
    return {squeeze(text) for text in found}


def english_on(page):
    """Texts of the suite that the page shows in English."""
    return sorted(untranslated() & texts(page))
