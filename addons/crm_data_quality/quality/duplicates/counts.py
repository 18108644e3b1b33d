# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hundreds of thousands of counts in little memory."""


class Counts:
    """Numbers by (field, value), of which only a hash is kept: a fraction of what the texts take.

    Two of a million values share one of 2^64 hashes once in about 40 million databases.
    """

    __slots__ = ("_numbers",)

    def __init__(self):
        self._numbers = {}

    def add(self, rows):
        """Take in rows of (field, value, number)."""
        self._numbers.update((hash((field, value)), number) for field, value, number in rows)

    def get(self, key, default=None):
        return self._numbers.get(hash(key), default)

    def __contains__(self, key):
        return hash(key) in self._numbers
