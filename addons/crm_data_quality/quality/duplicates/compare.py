# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two profiles side by side: what agrees in each field, and how rare it is.

Every comparator returns an outcome (a word), the information of what agrees and of what
contradicts it, both in bits. A field that one side does not know has no outcome.
"""

from functools import lru_cache

from .distance import edits, is_typo
from .names import FILLERS, LEGAL_WORDS
from .profile import COMPANY

SHARED_DOMAIN = 0.0005
"""Share of all records from which on an e-mail domain belongs to a provider, not to a customer
(and at least 8 records)."""


def align(left, right):
    """Match the words of two names.

    :return: tuple (pairs of equal words, pairs of similar words, words left over on either side)
    """
    rest_left, rest_right = list(left), list(right)
    same, alike = [], []
    for word in left:
        if word in rest_right:
            same.append(word)
            rest_left.remove(word)
            rest_right.remove(word)
    if rest_left and rest_right:
        whole_left, whole_right = "".join(rest_left), "".join(rest_right)
        if whole_left == whole_right or (
            len(rest_left) != len(rest_right) and is_typo(whole_left, whole_right)
        ):
            return same, [(whole_left, whole_right)], [], []
        for word in list(rest_left):
            for other in rest_right:
                if is_typo(word, other) or _is_short(word, other):
                    alike.append((word, other))
                    rest_left.remove(word)
                    rest_right.remove(other)
                    break
    return same, alike, rest_left, rest_right


def _is_short(word, other):
    """Whether one is the other's beginning: an initial, or a word cut off."""
    if len(word) > len(other):
        word, other = other, word
    if len(word) == 1:
        return len(other) > 1 and other[0] == word
    return len(word) >= 4 and len(other) - len(word) >= 2 and other.startswith(word)


def company_name(left, right, frequencies):
    """Names of two companies.

    "same", "typo" (all words found, some written differently), "branch" (one side also names a
    place), "more" (one side has further words), "part" (either side has words that the other
    lacks), "other" (no word in common)
    """
    tokens_left, tokens_right = left.name.split(), right.name.split()
    if left.name == right.name or sorted(tokens_left) == sorted(tokens_right):
        return "same", _whole(left, frequencies), 0.0
    same, alike, rest_left, rest_right = align(tokens_left, tokens_right)
    if _is_place(rest_left, left, right, frequencies):
        rest_left, branch = [], True
    elif _is_place(rest_right, left, right, frequencies):
        rest_right, branch = [], True
    else:
        branch = False
    rest_left, slips = _content(rest_left)
    rest_right, more_slips = _content(rest_right)
    slips = slips or more_slips or bool(alike)
    bits = frequencies.bits
    info = sum(bits("token", word) for word in same)
    info += sum(min(bits("token", word), bits("token", other)) for word, other in alike)
    info = min(info, bits("name", ""))
    extra_left = sum(bits("token", word) for word in rest_left)
    extra_right = sum(bits("token", word) for word in rest_right)
    if not same and not alike:
        return "other", 0.0, min(extra_left, extra_right)
    if extra_left and extra_right:
        return "part", info, min(extra_left, extra_right)
    if extra_left or extra_right:
        return "more", info, extra_left + extra_right
    if branch:
        return "branch", info, 0.0
    return ("typo" if slips else "same"), info, 0.0


def _content(words):
    """Left-over words that tell companies apart.

    :return: tuple (words, whether there were others: mistyped fillers, bits of a legal form)
    """
    found = [word for word in words if len(word) > 3 and not _is_filler(word)]
    return found, len(found) < len(words)


@lru_cache(maxsize=16384)
def _is_filler(word):
    return any(len(filler) > 4 and is_typo(word, filler) for filler in FILLERS | LEGAL_WORDS)


def _is_place(words, left, right, frequencies):
    """Whether left-over words name a city: one of the two, or one in which others are."""
    text = "".join(words)
    return bool(text) and (text in (left.city, right.city) or frequencies.is_place(text))


def _whole(profile, frequencies):
    """Information of a whole name: of its words, but never more than its own rarity."""
    info = sum(frequencies.bits("token", word) for word in profile.name.split())
    return min(info, frequencies.bits("name", profile.name))


def person_name(left, right, frequencies):
    """Names of two persons.

    "same", "typo", "initial" (a given name is only an initial), "more" (a further given name),
    "surname" (only the surname agrees: the other has none, or conflicting given names), "given"
    (only a given name agrees), "other"
    """
    if left.name == right.name or sorted(left.name.split()) == sorted(right.name.split()):
        return "same", _whole(left, frequencies), 0.0
    same, alike, rest_left, rest_right = align(left.name.split(), right.name.split())
    bits = frequencies.bits
    info = sum(bits("token", word) for word in same)
    initial = False
    for word, other in alike:
        if min(len(word), len(other)) == 1:
            initial = True
            info += 4.0  # one letter of about sixteen that names begin with
        else:
            info += min(bits("token", word), bits("token", other))
    info = min(info, bits("name", ""))
    against = min(
        sum(bits("token", word) for word in rest_left),
        sum(bits("token", word) for word in rest_right),
    )
    if not same and not alike:
        return "other", 0.0, against
    if rest_left and rest_right:
        surname = _has_surname(left, right, same, alike)
        return ("surname" if surname else "given"), info, against
    if rest_left or rest_right:
        # "Anna Maria Muster" and "Anna Muster", but also "Muster" alone
        found = len(same) + len(alike)
        return ("more" if found > 1 else "surname"), info, 0.0
    return ("initial" if initial else "typo"), info, 0.0


def _has_surname(left, right, same, alike):
    found = set(same)
    for pair in alike:
        found.update(pair)
    return any(word in found for side in (left, right) for word in side.surname.split())


def legal(left, right):
    """Legal forms: "same", "other", or None where one side names none."""
    if not left.legal or not right.legal:
        return None
    return "same" if left.legal == right.legal else "other"


def email(left, right, frequencies):
    """E-mail addresses: "same", "typo", "domain" (the same domain of a customer's own), "other"."""
    one, two = left.email, right.email
    if not one or not two:
        return None, 0.0
    if one == two:
        return "same", frequencies.bits("email", one)
    local_one, _at, domain_one = one.partition("@")
    local_two, _at, domain_two = two.partition("@")
    if domain_one == domain_two:
        if (
            len(local_one) > 4
            and edits(local_one, local_two, 2) <= 2
            and _same_digits(local_one, local_two)
        ):
            return "typo", 0.0
        count = frequencies.count("domain", domain_one)
        if count < max(8, frequencies.base * SHARED_DOMAIN):
            return "domain", frequencies.bits("domain", domain_one)
        return "other", 0.0
    if local_one == local_two and edits(domain_one, domain_two, 2) <= 2:
        return "typo", 0.0
    return "other", 0.0


def _same_digits(one, two):
    """Numbers in addresses are there to tell people apart: "max1" is not "max2" mistyped."""
    return [c for c in one if c.isdigit()] == [c for c in two if c.isdigit()]


def phone(left, right, frequencies):
    """Phone numbers: "same", "typo" (a digit; or the extension), "other"."""
    one, two = left.phone, right.phone
    if not one or not two:
        return None, 0.0
    if one == two or (min(len(one), len(two)) > 7 and one[-8:] == two[-8:]):
        return "same", frequencies.bits("phone", one)
    if len(one) > 8 and len(two) > 8 and (edits(one, two, 1) <= 1 or one[:-3] == two[:-3]):
        return "typo", 0.0
    return "other", 0.0


def vat(left, right):
    """VAT numbers: "same", "typo" (one has a wrong checksum), "other"."""
    one, two = left.vat, right.vat
    if not one or not two:
        return None
    if one == two:
        return "same"
    if not (left.vat_valid and right.vat_valid) and edits(one, two, 2) <= 2:
        return "typo"
    return "other"


def street(left, right, frequencies):
    """Streets with numbers.

    "same", "typo" (same number, name mistyped), "number" (same street, other number), "street"
    (same street, a number is missing), "other"
    """
    one, two = left.street, right.street
    if not one or not two:
        return None, 0.0
    if one == two:
        if not left.house or not right.house:
            return "street", 0.0
        if left.house == right.house:
            return "same", frequencies.bits("address", left.address)
        return "number", 0.0
    if is_typo(one, two) or (len(one) > 5 and len(two) > 5 and (one in two or two in one)):
        return ("typo" if left.house == right.house else "number"), 0.0
    return "other", 0.0


def place(left, right):
    """Postal code and city: "same", "zip", "city" (only that agrees), "typo", "other"."""
    if not (left.zip and right.zip) and not (left.city and right.city):
        return None
    zips = left.zip and right.zip and left.zip == right.zip
    cities = (
        left.city and right.city and (left.city == right.city or is_typo(left.city, right.city))
    )
    if zips and (cities or not left.city or not right.city):
        return "same"
    if zips:
        return "zip"
    if cities:
        near = left.zip and right.zip and edits(left.zip, right.zip, 1) <= 1
        return "typo" if near else "city"
    if left.zip and right.zip and edits(left.zip, right.zip, 1) <= 1:
        return "near"
    return "other"


def birth(left, right):
    """Dates of birth: "same", "typo" (up to two digits), "other"."""
    if not left.birth or not right.birth:
        return None
    if left.birth == right.birth:
        return "same"
    return "typo" if edits(left.birth, right.birth, 2) <= 2 else "other"


def compare(left, right, frequencies):
    """All fields of two profiles of one kind.

    :return: list of (field, outcome, information, contradicting information)
    """
    found = []
    is_company = left.kind == COMPANY
    if left.name and right.name:
        name = company_name if is_company else person_name
        found.append(("company" if is_company else "person", *name(left, right, frequencies)))
    if is_company:
        _add(found, "legal", legal(left, right))
        _add(found, "vat", vat(left, right))
    _add(found, "email", *email(left, right, frequencies))
    _add(found, "phone", *phone(left, right, frequencies))
    _add(found, "street", *street(left, right, frequencies))
    _add(found, "place", place(left, right))
    _add(found, "birth", birth(left, right))
    return found


def _add(found, field, outcome, info=0.0):
    if outcome:
        found.append((field, outcome, info, 0.0))
