# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Needless blanks and signs that nobody sees."""

import unicodedata

# joiners hold emoji and Persian words together
_MEANINGFUL = "\u200c\u200d"


def tidy(text):
    """The text with single blanks, without invisible signs and without blanks around it."""
    if text.isprintable():
        # the only separator among its signs is the plain blank: so it is with nearly all names
        return " ".join(text.split())
    letters = []
    for char in text:
        category = unicodedata.category(char)
        if char in _MEANINGFUL:
            letters.append(char)
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            letters.append(" ")
        elif category != "Cf":
            letters.append(char)
    return " ".join("".join(letters).split())
