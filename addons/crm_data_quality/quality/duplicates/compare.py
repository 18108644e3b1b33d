# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two profiles side by side: what agrees in each field, and how rare it is.

Every comparator returns an outcome (a word), the information of what agrees and of what
contradicts it, both in bits. A field that one side does not know has no outcome.
"""

from functools import lru_cache

from .distance import edits, is_typo
from .names import FILLERS, LEGAL_WORDS, PARTS
from .profile import COMPANY
from .text import fold

SHARED_DOMAIN = 0.0005
"""Share of all records from which on an e-mail domain belongs to a provider, not to a customer
(and at least 8 records)."""

BEYOND = 0.5
"""Share that counts of the information of a name's words beyond the rarity of the name itself: words
go together, "Metallbau" with "Stahl", so their product is too small a chance."""
MOST_BEYOND = 12
"""Bits beyond the rarity of a name from which on more says nothing more."""


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

    "same" (or one side also names a part of the company, as "Gruppe"), "typo" (all words found, some
    written differently), "branch" (one side also names a
    place), "more" (one side has further words), "part" (either side has words that the other
    lacks), "other" (no word in common)
    """
    tokens_left, tokens_right = left.name.split(), right.name.split()
    if left.name == right.name or sorted(tokens_left) == sorted(tokens_right):
        return "same", _whole(left, right, frequencies), 0.0
    same, alike, rest_left, rest_right = align(tokens_left, tokens_right)
    parts = PARTS.intersection(rest_left + rest_right)
    if parts:
        rest_left = [word for word in rest_left if word not in parts]
        rest_right = [word for word in rest_right if word not in parts]
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
    info = _beyond(min(info, most_name_info(left, right, frequencies)), frequencies.rare)
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
    return ("typo" if slips else "same"), info, _variants(alike, frequencies)


def _content(words):
    """Left-over words that tell companies apart.

    :return: tuple (words, whether there were others: mistyped fillers, bits of a legal form)
    """
    found = [word for word in words if len(word) > 3 and not _is_filler(word)]
    return found, len(found) < len(words)


@lru_cache(maxsize=16384)
def _is_filler(word):
    return any(
        (len(filler) > 4 or filler == "gmbh") and is_typo(word, filler)
        for filler in FILLERS | PARTS | LEGAL_WORDS
    )


def _is_place(words, left, right, frequencies):
    """Whether left-over words name a city: one of the two, or one in which others are."""
    text = "".join(words)
    if not text:
        return False
    if frequencies.is_place(text):
        return True
    return any(city and is_typo(text, city) for city in (left.city, right.city))


def _whole(left, right, frequencies):
    """Information of a whole name, in whichever order of its words it is more common."""
    return _beyond(
        frequencies.name_info(left.name), frequencies.least("name", left.name, right.name)
    )


def _beyond(info, rarity):
    """Information of words that cannot all be independent: what they say beyond the name's own
    rarity counts for less."""
    return info if info <= rarity else rarity + BEYOND * min(info - rarity, MOST_BEYOND)


def _variants(alike, frequencies):
    """How much speaks for similar words being two words, not one mistyped: both are common."""
    rare = frequencies.rare
    bits = frequencies.bits
    return sum(rare - max(bits("token", word), bits("token", other)) for word, other in alike)


def person_name(left, right, frequencies):
    """Names of two persons.

    "same", "typo", "initial" (a given name is only an initial), "more" (a further given name),
    "surname" (only the surname agrees: the other has none, or conflicting given names), "near" (a
    given name agrees, the rest by half of its letters), "given" (only a given name agrees), "other"
    """
    if left.name == right.name or sorted(left.name.split()) == sorted(right.name.split()):
        return "same", _whole(left, right, frequencies), 0.0
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
    info = _beyond(min(info, most_name_info(left, right, frequencies)), frequencies.rare)
    against = min(
        sum(bits("token", word) for word in rest_left),
        sum(bits("token", word) for word in rest_right),
    )
    if not same and not alike:
        return "other", 0.0, against
    if rest_left and rest_right:
        if _has_surname(left, right, same, alike):
            return "surname", info, against
        return ("near" if _is_near(rest_left, rest_right) else "given"), info, against
    if rest_left or rest_right:
        # "Anna Maria Muster" and "Anna Muster", but also "Muster" alone
        found = len(same) + len(alike)
        return ("more" if found > 1 else "surname"), info, 0.0
    return ("initial" if initial else "typo"), info, _variants(alike, frequencies)


def _is_near(rest_left, rest_right):
    """Whether left-over words may be one that was badly mistyped: half of its letters agree."""
    one, two = "".join(rest_left), "".join(rest_right)
    limit = min(len(one), len(two)) // 2
    return limit > 0 and edits(one, two, limit) <= limit


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
    """E-mail addresses.

    "same", "own" (the same, made of the name: namesakes have it, too), "typo", "domain" (the same
    domain of a customer's own), "own_domain" (the same, made of the name), "other"
    """
    one, two = left.email, right.email
    if not one or not two:
        return None, 0.0
    if one == two:
        info = frequencies.bits("email", one)
        if _is_made_of(one, left, right):
            return "own", 0.0
        return "same", info
    local_one, _at, domain_one = one.partition("@")
    local_two, _at, domain_two = two.partition("@")
    if domain_one == domain_two:
        if (
            min(len(local_one), len(local_two)) > 4
            and edits(local_one, local_two, 2) <= 2
            and _same_digits(local_one, local_two)
        ):
            return "typo", 0.0
        count = frequencies.count("domain", domain_one)
        if count < max(8, frequencies.base * SHARED_DOMAIN):
            info = frequencies.bits("domain", domain_one)
            if _is_made_of(domain_one, left, right):
                return "own_domain", 0.0
            return "domain", info
        return "other", 0.0
    if local_one == local_two and edits(domain_one, domain_two, 2) <= 2:
        return "typo", 0.0
    return "other", 0.0


def _is_made_of(text, left, right):
    """Whether an address holds the name: namesakes then have the same one by no great chance."""
    text = fold(text)
    return any(len(word) > 3 and word in text for word in left.name.split()) and any(
        len(word) > 3 and word in text for word in right.name.split()
    )


def _same_digits(one, two):
    """Numbers in addresses are there to tell people apart: "max1" is not "max2" mistyped."""
    return [c for c in one if c.isdigit()] == [c for c in two if c.isdigit()]


def phone(left, right, frequencies):
    """Phone numbers: "same", "typo" (a digit; or the extension), "other"."""
    one, two = left.phone, right.phone
    if not one or not two:
        return None, 0.0
    if one == two or (min(len(one), len(two)) > 7 and one[-8:] == two[-8:]):
        return "same", frequencies.least("phone", one, two)
    if len(one) > 8 and len(two) > 8:
        if one[:-3] == two[:-3]:
            return "typo", 0.0
        # one slip leaves the beginning or the end as it is
        if (one[:4] == two[:4] or one[-4:] == two[-4:]) and edits(one, two, 1) <= 1:
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
            return "same", frequencies.least("address", left.address, right.address)
        return "number", 0.0
    if is_typo(one, two) or (len(one) > 5 and len(two) > 5 and (one in two or two in one)):
        # the blank may have slipped: "Buchenweg1 5"
        same = left.house == right.house or edits(one + left.house, two + right.house, 1) <= 1
        return ("typo" if same else "number"), 0.0
    return "other", 0.0


def place(left, right, frequencies):
    """Postal code and city.

    "same", "typo" (one digit of the code), "zip", "city" (only that agrees), "town" (the city; a
    code is missing), "near" (one digit of the code, another city), "other"; the information is
    that of the city: a village says more than a capital
    """
    if not (left.zip and right.zip) and not (left.city and right.city):
        return None, 0.0
    zips = left.zip and right.zip and left.zip == right.zip
    cities = (
        left.city and right.city and (left.city == right.city or is_typo(left.city, right.city))
    )
    info = frequencies.least("city", left.city, right.city)
    if zips and (cities or not left.city or not right.city):
        return "same", info
    if zips:
        return "zip", 0.0
    if cities:
        near = left.zip and right.zip and edits(left.zip, right.zip, 1) <= 1
        if near:
            return "typo", info
        return ("city" if left.zip and right.zip else "town"), info
    if left.zip and right.zip and edits(left.zip, right.zip, 1) <= 1:
        return "near", 0.0
    return "other", 0.0


def birth(left, right):
    """Dates of birth: "same", "typo" (one digit, or digits in another order), "near" (two digits),
    "other"."""
    if not left.birth or not right.birth:
        return None
    if left.birth == right.birth:
        return "same"
    found = edits(left.birth, right.birth, 2)
    if found <= 1 or sorted(left.birth) == sorted(right.birth):
        return "typo"
    return "near" if found == 2 else "other"


def compare_values(left, right, frequencies):
    """What two profiles of one kind say beside their names.

    :return: list of (field, outcome, information) of the fields that both sides know
    """
    found = []
    if left.kind == COMPANY:
        if left.legal and right.legal:
            found.append(("legal", legal(left, right), 0.0))
        if left.vat and right.vat:
            found.append(("vat", vat(left, right), 0.0))
    if left.email and right.email:
        found.append(("email", *email(left, right, frequencies)))
    if left.phone and right.phone:
        found.append(("phone", *phone(left, right, frequencies)))
    if left.street and right.street:
        found.append(("street", *street(left, right, frequencies)))
    outcome, info = place(left, right, frequencies)
    if outcome:
        found.append(("place", outcome, info))
    if left.birth and right.birth:
        found.append(("birth", birth(left, right), 0.0))
    return found


def compare_names(left, right, frequencies):
    """What the names of two profiles of one kind say.

    :return: tuple (field, outcome, information, contradicting information)
    """
    if left.name > right.name:
        left, right = right, left  # words are matched one after the other: always in one order
    if left.kind == COMPANY:
        return ("company", *company_name(left, right, frequencies))
    return ("person", *person_name(left, right, frequencies))


def most_name_info(left, right, frequencies):
    """Bits that the names can agree in at most."""
    return min(frequencies.name_info(left.name), frequencies.name_info(right.name))


def compare(left, right, frequencies):
    """All fields of two profiles of one kind.

    :return: list of (field, outcome, information, contradicting information)
    """
    found = [(*line, 0.0) for line in compare_values(left, right, frequencies)]
    if left.name and right.name:
        found.insert(0, compare_names(left, right, frequencies))
    return found
