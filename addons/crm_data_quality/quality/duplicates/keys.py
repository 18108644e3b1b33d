# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys of blocks: only records that share one are compared."""

from zlib import crc32

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


_CHECKSUM_BITS = 28
_CHECKSUM = (1 << _CHECKSUM_BITS) - 1


def _key(name, text):
    """32 bits with a sign, as a database stores them: the number of the kind of key above a
    checksum of the value.

    Two values of a million share a checksum about 2,000 times: so many pairs are compared in vain.
    """
    key = _NUMBER[name] << _CHECKSUM_BITS | crc32(text.encode()) & _CHECKSUM
    return key if key < 1 << 31 else key - (1 << 32)


def key_name(key):
    """The kind of a key."""
    return NAMES[((key & 0xFFFFFFFF) >> _CHECKSUM_BITS) - 1]


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
