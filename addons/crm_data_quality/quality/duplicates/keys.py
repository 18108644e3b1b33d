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


def _key(name, text):
    """64 bits: the number of the kind of key above a checksum of the value."""
    return _NUMBER[name] << 32 | crc32(text.encode())


def key_name(key):
    """The kind of a key."""
    return NAMES[(key >> 32) - 1]


def keys(profile):
    """Keys of a profile, as a set of 64-bit numbers."""
    found = set()

    def add(name, *parts):
        if all(parts):
            found.add(_key(name, "|".join(parts)))

    add("email", profile.email)
    add("phone", profile.phone)
    add("vat", profile.vat)
    # a record without a name may be a person's
    kind = PERSON if profile.kind == UNKNOWN else profile.kind
    tokens = profile.name.split()
    area = profile.zip[:2]
    add("street_city", kind, profile.street[:6], profile.house, profile.city[:5])
    add("house_zip", kind, profile.house, profile.zip)
    add("birth", kind, profile.birth)
    if not tokens:
        return found
    ordered = sorted(tokens)
    joined = "".join(ordered)
    add("name", kind, joined)
    longest = sorted(sorted(tokens, key=lambda token: (-len(token), token))[:3])
    codes = [cologne(token) for token in longest]
    for token, code in zip(longest, codes, strict=True):
        add("zip_name", kind, token[:4], profile.zip)
        add("city_name", kind, token[:6], profile.city)
        add("phonetic_city", kind, code if len(code) > 2 else "", profile.city)
        add("street_name", kind, token[:4], profile.street[:8], profile.house)
    add("phonetic_zip", kind, "".join(sorted(codes)), area)
    return found
