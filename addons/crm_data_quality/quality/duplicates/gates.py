# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no sum of agreements may overrule.

Relatives, colleagues and sister companies share address, phone and mailbox: these agree without
the records being the same, and they agree together. So gates are asked before the sum.
"""

from functools import lru_cache

from .distance import edits, is_typo
from .names import TITLES
from .profile import PERSON, UNKNOWN

KIND, FAMILY, VAT, GIVEN = "kind", "family", "vat", "given"
"""Gates that exclude a match."""
EXTRA = "extra"
"""Gate that leaves the judgement to a person: a word tells the names of two companies apart."""
SURNAME = "surname"
"""Gate that leaves the judgement to a person: one given name, two surnames."""
RELATIVES = "relatives"
"""Gate that leaves the judgement to a person: father and son of one name, or twins."""


def kinds(left, right):
    """A company is not a person; who has no name may be either."""
    one, two = left.kind, right.kind
    return one != two and UNKNOWN not in (one, two)


def related(left, right):
    """A company and its own contact."""
    if not left.family or left.family != right.family:
        return False
    return left.family in (left.key, right.key)


def vats(left, right):
    """Two different VAT numbers, both with a right checksum."""
    return left.vat_valid and right.vat_valid and left.vat != right.vat


def given_names(left, right):
    """Two persons of one surname whose given names have nothing in common.

    Where their dates of birth are the same but for a digit it is silent: that may be one person,
    or twins.
    """
    if left.kind != PERSON or right.kind != PERSON or not left.surname or not right.surname:
        return False
    if left.birth and right.birth and edits(left.birth, right.birth, 1) <= 1:
        return False
    first = _given(left.name, left.surname)
    second = _given(right.name, right.surname)
    if not first or not second:
        return False
    words_left, words_right = left.name.split(), right.name.split()
    for one in first:
        if one in words_right:
            return False
    return not any(
        _may_be_one(one, two)
        for one, two in (
            *((one, two) for one in first for two in words_right),
            *((one, two) for one in words_left for two in second),
        )
    )


def common_given(left, right):
    """Given names that two persons have in common, in one spelling."""
    return set(_given(left.name, left.surname)).intersection(_given(right.name, right.surname))


@lru_cache(maxsize=4096)
def _given(name, surname):
    """Words of a person's name that are not the surname's."""
    words = surname.split()
    return tuple(word for word in name.split() if word not in words and word not in TITLES)


def _may_be_one(one, two):
    if one == two or (one[0] == two[0] and min(len(one), len(two)) == 1):
        return True
    return is_typo(one, two) or (min(len(one), len(two)) >= 3 and (one in two or two in one))


def apart(left, right):
    """The gate, names left aside, that excludes that two profiles are the same, or ""."""
    if left.kind != right.kind and kinds(left, right):
        return KIND
    if left.family and left.family == right.family and related(left, right):
        return FAMILY
    if left.vat and right.vat and vats(left, right):
        return VAT
    return ""


def excluded(left, right, families=True):
    """The gate that excludes that two profiles are the same, or "".

    :param families: whether relatives are among the records; see `Weights`
    """
    gate = apart(left, right)
    if not gate and families and given_names(left, right):
        gate = GIVEN
    return gate
