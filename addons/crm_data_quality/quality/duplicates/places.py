# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Streets, house numbers, postal codes and cities."""

import re
from functools import lru_cache

from .text import fold, words

_HOUSE = re.compile(r"(?<![^\W\d_])(\d{1,5})\s*([a-z])?(?![^\W\d_])(?:\s*[-/]\s*\d+\s*[a-z]?)?")
_STREET = re.compile(r"str(?:\.|asse|ase|s)?(?=\W|\d|$)")
_CITY_TAIL = re.compile(
    r"\s*(?:\(.*|/.*|,.*|\b(?:am|an der|an dem|im|in|bei|b|ob der|vor der|unter|auf der|a d|i d)\b.*)$"
)


def street(text):
    """Name and number of a street: ("berlinerstrasse", "12a") of "Berliner Str. 12 A".

    A number before the street is understood, too; without one it is "".
    """
    folded = fold(text)
    numbers = list(_HOUSE.finditer(folded))
    number = ""
    if numbers:
        match = numbers[-1]
        number = match[1].lstrip("0") + (match[2] or "")
        rest = folded[: match.start()] + " " + folded[match.end() :]
    else:
        rest = folded
    rest = _STREET.sub("strasse", rest)
    return "".join(words(rest)), number


@lru_cache(maxsize=16384)
def city(text):
    """A city without what tells it from others of the same name: "frankfurt" of "Frankfurt am Main"."""
    folded = fold(text)
    short = _CITY_TAIL.sub("", folded)
    return "".join(words(short or folded))


def zip_code(text):
    """A postal code in capitals without blanks and country prefix."""
    text = (text or "")[:20]
    if text.isascii() and text.isdigit():
        return text
    code = re.sub(r"[^0-9A-Z]", "", text.upper())
    return re.sub(r"^[A-Z]{1,2}(?=\d{4,5}$)", "", code)
