# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no sum of agreements may overrule.

Relatives, colleagues and sister companies share address, phone and mailbox: these agree without
the records being the same, and they agree together. So gates are asked before the sum.
"""

from .distance import is_typo
from .names import TITLES
from .profile import COMPANY, PERSON

KIND, FAMILY, VAT, GIVEN = "kind", "family", "vat", "given"
"""Gates that exclude a match."""
EXTRA = "extra"
"""Gate that leaves the judgement to a person: a word tells the names of two companies apart."""
SURNAME = "surname"
"""Gate that leaves the judgement to a person: one given name, two surnames."""


def kinds(left, right):
    """A company is not a person; who has no name may be either."""
    return {left.kind, right.kind} == {COMPANY, PERSON}


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

    Dates of birth tell relatives apart better than this gate does: where both are known, it is
    silent.
    """
    if left.kind != PERSON or right.kind != PERSON or not left.surname or not right.surname:
        return False
    if left.birth and right.birth:
        return False
    first = _given(left)
    second = _given(right)
    if not first or not second:
        return False
    everything = left.name.split(), right.name.split()
    return not any(
        _may_be_one(one, two)
        for one, two in (
            *((one, two) for one in first for two in everything[1]),
            *((one, two) for one in everything[0] for two in second),
        )
    )


def _given(profile):
    surname = set(profile.surname.split())
    return [word for word in profile.name.split() if word not in surname and word not in TITLES]


def _may_be_one(one, two):
    if one == two or (one[0] == two[0] and min(len(one), len(two)) == 1):
        return True
    return is_typo(one, two) or (min(len(one), len(two)) >= 3 and (one in two or two in one))


def excluded(left, right):
    """The gate that excludes that two profiles are the same, or ""."""
    if kinds(left, right):
        return KIND
    if related(left, right):
        return FAMILY
    if vats(left, right):
        return VAT
    if given_names(left, right):
        return GIVEN
    return ""
