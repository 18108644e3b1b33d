# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether the names of two records leave any doubt who is meant, all the rest being the same.

Only pairs that nobody is to look at are asked this. Sister companies share address, phone and mailbox,
and so do relatives: what tells them apart is a word of the name, or it is nothing at all.
"""

from math import log2

from .compare import align
from .distance import is_typo
from .gates import common_given
from .names import legal_spellings
from .profile import COMPANY

COMMON_GIVEN = 0.05
"""Share of all records from which on a given name may be a relative's, too: where relatives are about
as frequent as duplicates, a name of this share makes 0.05², one of 400 automatic merges, a wrong one."""


def tell(left, right, outcomes, frequencies):
    """Whether the names of two matching records of one kind say who is meant.

    :param outcomes: dict field → outcome of the comparison
    """
    if left.kind == COMPANY:
        return outcomes.get("vat") == "same" or is_whole(left, right)
    if outcomes.get("birth") == "same" or outcomes.get("email") == "same":
        return True  # here "same" is an address that is not made of the name
    least = -log2(COMMON_GIVEN)
    given = common_given(left, right)
    return not given or any(frequencies.bits("token", word) > least for word in given)


def is_whole(left, right):
    """Whether each word of two companies' names has its partner, but for the place where they are
    and for the other's legal form, mistyped.

    A word left over, however short or common, may tell a group from its member, or be a legal form
    that is not known here.
    """
    if left.name > right.name:
        left, right = right, left
    rest_left, rest_right = align(left.name.split(), right.name.split())[2:]
    return _is_explained(rest_left, left, right) and _is_explained(rest_right, right, left)


def _is_explained(words, one, other):
    """Whether words of a name that the other one lacks say nothing about who it is."""
    text = "".join(words)
    for city in {one.city, other.city}:
        text = text.removesuffix(city)
        if city and is_typo(text, city):
            return True
    if not text:
        return True
    return not one.legal and any(is_typo(text, form) for form in legal_spellings(other.legal))
