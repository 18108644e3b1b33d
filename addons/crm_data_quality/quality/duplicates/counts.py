# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hundreds of thousands of counts in little memory."""

import sys
from array import array
from bisect import bisect_left
from hashlib import sha256


def value_hash(field, value):
    """64 bits of a value, the same in every process and as the database computes them."""
    digest = sha256(f"{field}\x1f{value}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


class Counts:
    """Numbers by (field, value), of which only a hash is kept: twelve bytes each.

    Two of a million values share one of 2^64 hashes once in about 40 million databases.

    :param hashes: 64-bit numbers with a sign, in their order, big-endian
    :param numbers: 32-bit numbers that belong to them, big-endian
    """

    __slots__ = ("_hashes", "_numbers")

    def __init__(self, hashes=b"", numbers=b""):
        self._hashes, self._numbers = array("q", hashes), array("i", numbers)
        if sys.byteorder == "little":
            self._hashes.byteswap()
            self._numbers.byteswap()

    def get(self, key, default=None):
        """The number of a (field, value)."""
        wanted = value_hash(*key)
        place = bisect_left(self._hashes, wanted)
        if place < len(self._hashes) and self._hashes[place] == wanted:
            return self._numbers[place]
        return default
