# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts brought into one spelling for matching."""

import re
import unicodedata

_BASE = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
_UMLAUT = re.compile(r"(?<!q)([aou])e")
_WORD = re.compile(r"[^\W_]+")
MAX_TEXT = 200
"""Characters of a value that are looked at: what is longer is no name or address."""


def fold(text):
    """Small letters without accents, in which ä = ae = a, ö = oe = o, ü = ue = u, ß = ss.

    "Baer" and "Bär" become "bar", and so does "Bar": two names that differ only in this are
    rare, two spellings of one name are not.
    """
    text = (text or "")[:MAX_TEXT].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_BASE))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    if "ae" in text or "oe" in text or "ue" in text:
        text = _UMLAUT.sub(r"\1", text)
    return text


def words(text):
    """Letters and digits of a folded text, as a list of words."""
    return _WORD.findall(text)
