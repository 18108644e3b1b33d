# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Postal codes and places."""

from difflib import SequenceMatcher

from .. import postal

# From this similarity (0 to 1, Ratcliff and Obershelp) on, two spellings mean the same place:
# "Münchn" and "München" have 0.93, "Berlin" and "Bern" 0.8.
SAME_PLACE = 0.85
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def is_misspelt(city, place):
    """Whether a place is another one with a slip of the keyboard."""
    one, two = (text.lower().translate(_UMLAUTS).strip() for text in (city, place))
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= SAME_PLACE


def is_slip(code, other):
    """Whether a postal code is another one with one sign wrong or two neighbours swapped."""
    one, two = ("".join(text.upper().split()) for text in (code, other))
    if len(one) != len(two):
        return False
    wrong = [place for place in range(len(one)) if one[place] != two[place]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return one[first] == two[second] and one[second] == two[first]
    return len(wrong) == 1


def code(text, country):
    """The postal code in the form of its country.

    :return: None where it is fine or nothing is known, else a tuple (code, is certain): a zero
        that was added is a good guess only
    """
    if not postal.is_known(country):
        return None
    problem = postal.problem(text, country)
    if not problem or not problem[1]:
        return None
    digits = sum(char.isdigit() for char in text)
    return problem[1], sum(char.isdigit() for char in problem[1]) == digits
