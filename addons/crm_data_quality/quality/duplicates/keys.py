# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys of blocks: only records that share one are compared."""

from zlib import crc32

from .names import PARTS
from .phonetics import cologne
from .profile import PERSON, UNKNOWN

MAX_BLOCK = 60
"""Larger blocks are cut and reported: a value that so many share says little, and n records make
n²/2 pairs."""

NAMES = (
    "email", "phone", "vat", "name", "zip_name", "city_name", "phonetic_zip", "phonetic_city",
    "street_name", "street_city", "house_zip", "birth",
)  # fmt: skip
_NUMBER = {name: number for number, name in enumerate(NAMES, 1)}
REPORTED = frozenset(("email", "phone", "vat", "name", "street_city"))
STRONG = frozenset(("email", "phone", "vat", "name", "birth"))
"""Kinds of keys one of which is enough to compare two records, among however many."""
MAX_LARGE_BLOCK = {"name": 10, "city_name": 20, "phonetic_city": 20}
"""Smaller limits among LARGE records: of the generated customers who share such a key with more, and
nothing else, one in 20,000 is the same and told to be."""
LARGE = 250_000
"""Records from which on a single weak key is no reason for comparing two: among a million generated
customers half of all pairs share nothing else, and one in 7,000 of these is the same customer."""


CHECKSUM_BITS = 28
_CHECKSUM = (1 << CHECKSUM_BITS) - 1


def _key(name, text):
    """32 bits with a sign, as a database stores them: the number of the kind of key above a
    checksum of the value.

    Two values of a million share a checksum about 2,000 times: so many pairs are compared in vain.
    """
    key = _NUMBER[name] << CHECKSUM_BITS | crc32(text.encode()) & _CHECKSUM
    return key if key < 1 << 31 else key - (1 << 32)


def key_name(key):
    """The kind of a key."""
    return NAMES[((key & 0xFFFFFFFF) >> CHECKSUM_BITS) - 1]


def most(total):
    """Records that may share a key, by the number of its kind (`number`), among so many records.

    :return: tuple (dict number of the kind → records, records for all others)
    """
    limits = MAX_LARGE_BLOCK if total > LARGE else {}
    return {_NUMBER[name]: limit for name, limit in limits.items()}, MAX_BLOCK


def keys(profile):
    """Keys of a profile, as a set of 32-bit numbers."""
    found = set()
    add = found.add
    # a record without a name may be a person's
    kind = PERSON if profile.kind == UNKNOWN else profile.kind
    email, phone, vat = profile.email, profile.phone, profile.vat
    street, house, zip_code, city = profile.street, profile.house, profile.zip, profile.city
    if email:
        add(_key("email", email))
    if phone:
        add(_key("phone", phone))
    if vat:
        add(_key("vat", vat))
    if profile.birth:
        add(_key("birth", f"{kind}|{profile.birth}"))
    if house:
        if street and city:
            add(_key("street_city", f"{kind}|{street[:6]}|{house}|{city[:5]}"))
        if zip_code:
            add(_key("house_zip", f"{kind}|{house}|{zip_code}"))
    tokens = profile.name.split()
    if not tokens:
        return found
    tokens = [token for token in tokens if token not in PARTS] or tokens
    add(_key("name", f"{kind}|{''.join(sorted(tokens))}"))
    longest = sorted(tokens, key=_by_length)[:3]
    codes = []
    for token in longest:
        code = cologne(token)
        codes.append(code)
        if zip_code:
            add(_key("zip_name", f"{kind}|{token[:4]}|{zip_code}"))
        if city:
            add(_key("city_name", f"{kind}|{token[:6]}|{city}"))
            if len(code) > 2:
                add(_key("phonetic_city", f"{kind}|{code}|{city}"))
        if street and house:
            add(_key("street_name", f"{kind}|{token[:4]}|{street[:8]}|{house}"))
    spoken = "".join(sorted(codes))
    if spoken and zip_code:
        add(_key("phonetic_zip", f"{kind}|{spoken}|{zip_code[:2]}"))
    return found


def _by_length(token):
    return -len(token), token


def promising(pairs, keys_of):
    """Those pairs that share a strong key, or weak ones of two kinds.

    :param pairs: pairs of ids
    :param keys_of: dict id → text of keys with blanks between them
    """
    sets = {one: frozenset(text.split()) for one, text in keys_of.items()}
    empty = frozenset()
    kinds = {}
    found = []
    for pair in pairs:
        shared = sets.get(pair[0], empty) & sets.get(pair[1], empty)
        first = None
        for key in shared:
            kind = kinds.get(key)
            if kind is None:
                kind = kinds[key] = key_name(int(key))
            if kind in STRONG or (first and kind != first):
                found.append(pair)
                break
            first = kind
    return found
