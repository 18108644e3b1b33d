# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names that nobody would print on an envelope."""

import re

MAX_LENGTH = 120
_PLACEHOLDER = re.compile(
    r"\b(?:test|tests|testkunde|testfirma|dummy|asdf\w*|qwert\w*|xxx+|foo|foobar|unknown|unbekannt"
    r"|tbd|mustermann|musterfrau|musterfirma|nicht verwenden|do not use|bitte löschen|please delete)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")


def problem(name):
    """What is wrong with a name: "letters", "short", "long", "placeholder" or None."""
    words = _WORD.findall(name)
    letters = sum(map(len, words))
    if not letters:
        return "letters"
    if letters == 1 and len(name.strip()) == 1:
        return "short"
    if len(name) > MAX_LENGTH:
        return "long"
    if _PLACEHOLDER.search(name):
        return "placeholder"
    return None


def is_shouted(name, is_company):
    """Whether a name is typed in capitals only.

    Short words in company names are left alone: BMW AG and SAP SE are written like that.
    """
    words = _WORD.findall(name)
    if not name.isupper() or not words:
        return False
    return max(map(len, words)) > (6 if is_company else 3)
