# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which texts give a person away, as a pattern of PostgreSQL's regular expressions."""

import re

BLACKENED = "•••"
_MIN_TEXT = 4
_SPECIAL = re.compile(r"([^\w\s]|_)")
_WORD = re.compile(r"[^\W\d_]{3,}")
# words of names that are words of the language, too
_COMMON = frozenset(["von", "van", "der", "den", "dem", "des", "und", "and", "the", "für", "gmbh"])


def words_of(name):
    """The words of a person's name that are blackened wherever they stand alone."""
    return [word for word in _WORD.findall(name or "") if word.casefold() not in _COMMON]


def pattern(texts, words):
    """A pattern that matches the texts anywhere and the words where they stand alone.

    :param texts: addresses, numbers, whole names; what is shorter than four letters is left out
    :return: the pattern, or None where there is nothing to look for
    """
    whole = {text.strip() for text in texts if text and len(text.strip()) >= _MIN_TEXT}
    parts = [_escape(text) for text in sorted(whole, key=len, reverse=True)]
    parts += [rf"\m{_escape(word)}\M" for word in sorted(set(words), key=len, reverse=True)]
    return "|".join(parts) or None


def _escape(text):
    escaped = _SPECIAL.sub(r"\\\1", text)
    return re.sub(r"\s+", r"\\s+", escaped)
