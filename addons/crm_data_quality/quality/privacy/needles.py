# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which texts give a person away, as a pattern of PostgreSQL's regular expressions."""

import re
from collections import defaultdict

BLACKENED = "•••"
_MIN_TEXT = 4
_SPECIAL = re.compile(r"([^\w\s]|_)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"\w+")
# words of names that are words of the language, too
# a line break, a comma, a country code: what stands between the street and the place
_BETWEEN = r"(?:[\s,;|·]|\\n|<[^<>]*>)*(?:[A-Z]{1,2}-)?"
_COMMON = frozenset(["von", "van", "der", "den", "dem", "des", "und", "and", "the", "für", "gmbh"])


def words_of(name):
    """The words of a person's name that are blackened wherever they stand alone."""
    return [word for word in _WORD.findall(name or "") if word.casefold() not in _COMMON]


def pattern(texts, words=(), addresses=()):
    """A pattern that matches texts and words where they stand alone, in one go.

    "Am Markt 1" is not found in "Am Markt 12", nor "max@x.example" in "anna.max@x.example".

    :param texts: addresses, numbers, whole names; what is shorter than four letters is left out
    :param words: words of names
    :param addresses: tuples (street, postal code or city): matched only together, as the same
        street is in many towns
    :return: the pattern, or None where there is nothing to look for
    """
    whole = _whole(texts)
    parts = [
        f"{_alone(street)}{_BETWEEN}{_alone(place)}" for street, place in sorted(set(addresses))
    ]
    parts += [_alone(text) for text in sorted(whole, key=len, reverse=True)]
    parts += [rf"\m{_escape(word)}\M" for word in sorted(set(words), key=len, reverse=True)]
    return "|".join(parts) or None


def _whole(texts):
    return {text.strip() for text in texts if text and len(text.strip()) >= _MIN_TEXT}


def signs(texts, addresses=()):
    """Words that a text must hold to match the pattern of the same texts and addresses.

    :return: list of lists of words in small letters, all of one of them; an address is told by
        its street
    """
    whole = _whole(texts) | {street for street, _place in addresses}
    return sorted(sorted(set(_TOKEN.findall(text.lower()))) for text in whole)


class Sieve:
    """A first look at texts: what it leaves out does not match the pattern.

    The pattern takes longer the more people it is about, minutes for a table of messages; this
    looks at the words of a text once, however many people there are.

    :param signs: as `signs` returns them
    """

    def __init__(self, signs):
        self._by_longest = defaultdict(list)
        for words in signs:
            self._by_longest[max(words, key=len, default="")].append(frozenset(words))
        # what has no word at all cannot be told by words
        self._is_open = not signs or "" in self._by_longest

    def may_match(self, text):
        """Whether a text may match the pattern."""
        if self._is_open:
            return True
        lowered = text.lower()
        found = set(_TOKEN.findall(lowered))
        if r"\n" in lowered:
            # in stored JSON a line break touches the word after it
            found.update(_TOKEN.findall(lowered.replace(r"\n", " ")))
        return any(
            words <= found
            for longest in self._by_longest.keys() & found
            for words in self._by_longest[longest]
        )


def _alone(text):
    """A text that is no part of a longer word, number or address."""
    before = r"(?<![\w.+-])" if "@" in text else r"(?<!\w)"
    after = r"(?![\w-])" if "@" in text else r"(?!\w)"
    return before + _escape(text.strip()) + after


def _escape(text):
    escaped = _SPECIAL.sub(r"\\\1", text)
    return re.sub(r"\s+", r"\\s+", escaped)
